//! The house as `Cargo.toml` and the folders have it, against the rules that hold it up: which crate may use
//! which, that `shared/` names no cloud, that every plug-in has its row and its test data, and that every file
//! says what it is. Each check is a function on plain data, so that each is also shown to fail.

mod arrows;
mod clouds;
mod heads;
mod plug_ins;
