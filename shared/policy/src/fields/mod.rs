//! The fields of documents: one file for each kind of value that is more than a leaf, and the leaves.

pub(crate) mod constrain;
pub(crate) mod cover;
pub(crate) mod detectors;
pub(crate) mod leaves;
pub(crate) mod limit;
pub(crate) mod ordinary;
pub(crate) mod patterns;
pub(crate) mod when;
