//! Keeps some out of many without a branch for each: where nobody foresees which of them are kept, that takes a fraction of
//! the time.

/// So many at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<T, const MOST: usize> {
    all: [T; MOST],
    count: usize,
}

impl<T: Copy + Default, const MOST: usize> Default for Kept<T, MOST> {
    fn default() -> Self {
        Self { all: [T::default(); MOST], count: 0 }
    }
}

impl<T: Copy, const MOST: usize> Kept<T, MOST> {
    /// Whether so many more may be kept.
    #[inline(always)]
    pub(super) const fn has_room(&self, more: usize) -> bool {
        self.count + more <= MOST
    }

    /// Keeps one, or does as if it did; nothing, where there is no room.
    #[inline(always)]
    pub(super) fn keep_if(&mut self, one: T, is_kept: bool) {
        if let Some(slot) = self.all.get_mut(self.count) {
            *slot = one;
            self.count = self.count.wrapping_add(usize::from(is_kept));
        }
    }

    pub(super) fn all(&self) -> &[T] {
        self.all.get(..self.count).unwrap_or_default()
    }

    pub(super) const fn clear(&mut self) {
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_kept_in_order_as_long_as_there_is_room() {
        let mut kept = Kept::<u32, 3>::default();
        for (one, is_kept) in [(1, true), (2, false), (3, true), (4, true), (5, false), (6, true)] {
            kept.keep_if(one, is_kept);
        }
        assert_eq!((kept.all(), kept.has_room(0), kept.has_room(1)), (&[1, 3, 4][..], true, false));
        kept.clear();
        assert!(kept.all().is_empty() && kept.has_room(3) && !kept.has_room(4));
    }
}
