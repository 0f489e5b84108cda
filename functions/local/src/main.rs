//! sallyport
fn main() {}
