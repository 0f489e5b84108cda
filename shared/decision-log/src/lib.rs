//! decision-log
