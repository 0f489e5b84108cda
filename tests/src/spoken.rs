//! How dialects are spoken in tests: where a request goes, and what comes back as a stream.
//!
//! A case is sent where the dialect sends its own requests, unless `testdata/dialects/<id>/addresses.toml` has a row
//! for it: `case = "/path"`.

use std::collections::BTreeMap;

use dialects::{Address, AnswerStream, Dialect, Endpoint, Said, Says, Usage};

use crate::files;

/// The endpoint of a path that requests are posted to.
#[must_use]
pub fn endpoint(path: &str) -> Endpoint {
    Endpoint::of("POST", path, &|_| false).unwrap_or_else(|| panic!("`{path}` is no endpoint"))
}

/// What the path of a dialect's own requests says of them.
#[must_use]
pub fn address(dialect: &dyn Dialect) -> Address {
    endpoint(&dialect.compose_request("m", "x", false).path).address
}

/// The same of a case.
#[must_use]
pub fn address_of(dialect: &dyn Dialect, case: &str) -> Address {
    row(dialect, case).map_or_else(|| address(dialect), |path| endpoint(&path).address)
}

/// Reads a streamed answer of a dialect; nothing where it has none.
#[must_use]
pub fn stream(dialect: &dyn Dialect) -> Option<Box<dyn AnswerStream>> {
    stream_at(dialect, &endpoint(&dialect.compose_request("m", "x", true).path).address)
}

/// Reads the streamed answer of a case; nothing where the dialect has none.
#[must_use]
pub fn stream_of(dialect: &dyn Dialect, case: &str) -> Option<Box<dyn AnswerStream>> {
    match row(dialect, case) {
        Some(path) => stream_at(dialect, &endpoint(&path).address),
        None => stream(dialect),
    }
}

fn stream_at(dialect: &dyn Dialect, address: &Address) -> Option<Box<dyn AnswerStream>> {
    let content_type = dialect.compose_stream(address, &said("x"), 1)?.content_type;
    dialect.stream(address, content_type)
}

/// An answer that says a text.
#[must_use]
pub fn said(text: &str) -> Said {
    let usage = Usage { input_tokens: 7, output_tokens: 3 };
    Said { id: "c1".to_owned(), model: "m".to_owned(), created: 1, says: Says::Text(text.to_owned()), usage }
}

fn row(dialect: &dyn Dialect, case: &str) -> Option<String> {
    let file = files::root().join(format!("tests/testdata/dialects/{}/addresses.toml", dialect.id()));
    let rows: BTreeMap<String, String> =
        toml::from_str(&std::fs::read_to_string(file).ok()?).expect("rows of paths");
    rows.get(case).cloned()
}
