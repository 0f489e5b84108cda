//! What the suites of all dialects do not reach.
