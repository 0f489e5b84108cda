//! temporary
use crate::detector::Hit;
use crate::known::Known;
pub(crate) trait Watch: Send {
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>);
    fn open(&self) -> usize;
}
