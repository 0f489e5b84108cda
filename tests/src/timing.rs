//! How the benches time things, and how they print what they found.
