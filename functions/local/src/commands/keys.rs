//! `sallyport keys`: makes keys for callers.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use host::random::random_bytes;
use sha2::{Digest as _, Sha256};

use crate::console::{Console, Outcome};
use crate::error::LocalError;

/// Make keys for callers
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Keys {
    /// Make a key: print it once, and the row for the key file
    ///
    /// The key goes to standard output and the row to standard error, so that each can be sent to where it
    /// belongs. The row holds only the key's SHA-256: the key itself cannot be had from it.
    New {
        /// What decision records call the holder of the key
        #[arg(value_parser = id)]
        id: String,
    },
}

impl Keys {
    pub(crate) fn run(self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        let Self::New { id } = self;
        let key = format!("sp_{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>()?));
        writeln!(console.err, "The key, shown this once, is on standard output. Its row for the key file:")?;
        writeln!(console.err, "keys:\n  - id: {id}\n    sha256: {}", hash(&key))?;
        writeln!(console.out, "{key}")?;
        Ok(Outcome::Done)
    }
}

fn hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn id(text: &str) -> Result<String, String> {
    let fits = |sign: char| sign.is_ascii_alphanumeric() || "-_.@".contains(sign);
    if text == "anonymous" || text.is_empty() || text.len() > 64 || !text.chars().all(fits) {
        return Err(
            "expected 1 to 64 of a-z, A-Z, 0-9, `-`, `_`, `.` and `@`, and not `anonymous`".to_owned()
        );
    }
    // What YAML would take for a number or a word of its own is put in quotes.
    let plain = text.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && !["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    Ok(if plain { text.to_owned() } else { format!("\"{text}\"") })
}
