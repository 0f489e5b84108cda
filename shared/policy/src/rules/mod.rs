//! The rule types. Each is one file here: the struct of its fields and how a document gives them. To add one:
//! write `rules/<type>.rs`, a row in [`RULES`], a variant of `RuleKind` in `checked.rs`, its judging half in
//! `judge/<type>.rs`, and test documents in `tests/testdata/policies/<type>/`.

pub(crate) mod action_control;
pub(crate) mod budget;
pub(crate) mod input_validation;
pub(crate) mod logging;
pub(crate) mod model_access;
pub(crate) mod output_filter;
