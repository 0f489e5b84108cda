//! Room that the reading of one text needs, kept for the next: to make it anew costs more than to look through a short text.

use std::sync::{Mutex, PoisonError};

/// What is at hand; at most so many.
#[derive(Debug)]
pub(crate) struct Spares<T, const MOST: usize>(Mutex<Vec<T>>);

impl<T, const MOST: usize> Default for Spares<T, MOST> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T, const MOST: usize> Spares<T, MOST> {
    /// One that was kept, or else a new one.
    pub(crate) fn take(&self, make: impl FnOnce() -> T) -> T {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(make)
    }

    /// Keeps one, unless enough are.
    pub(crate) fn keep(&self, one: T) {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MOST {
            spare.push(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_so_many_are_kept_and_each_is_given_once() {
        let spares = Spares::<u8, 2>::default();
        (1..=3).for_each(|one| spares.keep(one));
        assert_eq!([(); 3].map(|()| spares.take(|| 9)), [2, 1, 9]);
    }
}
