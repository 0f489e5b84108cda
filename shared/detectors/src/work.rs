//! How many bytes are looked at while a text is looked through, counted where the work is done. Tests alone count it:
//! what a hostile text costs must not grow faster than the text.

#[cfg(test)]
thread_local! {
    static DONE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Says that so many bytes were looked at.
#[cfg(test)]
pub(crate) fn done(bytes: usize) {
    DONE.with(|done| done.set(done.get() + bytes));
}

/// Says that so many bytes were looked at; nobody listens outside of tests.
#[cfg(not(test))]
pub(crate) const fn done(_bytes: usize) {}

#[cfg(test)]
mod tests;
