//! `sallyport verify`: whether a decision log is whole.

use std::io::BufReader;
use std::path::PathBuf;

use decision_log::{Anchor, LogError};
use host::source;

use crate::console::{Console, Outcome};
use crate::error::LocalError;

/// Verify a decision log: was a record changed, removed, added or moved?
///
/// Prints what the log holds: for each chain the number of records and its end. The end, kept elsewhere,
/// later proves that nothing was cut off: give it as `--anchor`. Ends with 1 and names the first bad record
/// when the log is not whole, and with 2 when it cannot be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The log; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A record that must be there, known from elsewhere; may be repeated
    #[arg(long, value_name = "CHAIN:SEQUENCE:HASH", value_parser = anchor)]
    anchor: Vec<Anchor>,
}

impl Verify {
    pub(crate) fn run(self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        let unusable = |reason| LocalError::Unusable { what: "read", path: self.file.clone(), reason };
        let log = BufReader::new(source::open(&self.file).map_err(unusable)?);
        let verdict = decision_log::verify(log, &self.anchor).map_err(|error| match error {
            LogError::Unreadable(reason) => unusable(reason),
            LogError::Broken(_) | LogError::Fraction | LogError::Sink(_) | LogError::Unrepresentable(_) => {
                LocalError::Faults(vec![error.to_string()])
            }
        })?;
        writeln!(console.out, "{verdict}")?;
        Ok(if verdict.is_whole() { Outcome::Done } else { Outcome::Found })
    }
}

fn anchor(text: &str) -> Result<Anchor, String> {
    let parts: Option<(&str, u64, &str)> = text.rsplit_once(':').and_then(|(head, hash)| {
        let (chain, sequence) = head.rsplit_once(':')?;
        Some((chain, sequence.parse().ok()?, hash))
    });
    let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    let (chain, sequence, hash) = parts
        .filter(|(chain, _, hash)| !chain.is_empty() && is_hash(hash))
        .ok_or("expected a chain's name, a number and 64 hexadecimal digits, joined by `:`")?;
    Ok(Anchor { chain: chain.to_owned(), sequence, hash: hash.to_ascii_lowercase() })
}
