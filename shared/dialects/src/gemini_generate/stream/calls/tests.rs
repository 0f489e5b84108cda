//! Paths and pieces of arguments.
