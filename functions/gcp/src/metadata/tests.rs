//! The metadata server as it may answer.
