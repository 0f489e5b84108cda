//! Reads the files that the operator names, `-` being standard input. Capped: a name given by mistake must
//! not fill the memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::HostError;

/// The most that is read of a policy, a request or a key file, in bytes: twice what any of them may have.
const MOST: u64 = 16 * 1024 * 1024;

/// What messages call a file.
#[must_use]
pub fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// Reads a file as bytes.
///
/// # Errors
/// When it is not there, or far too large.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, HostError> {
    let unreadable = |reason| HostError::Unreadable { path: path.to_owned(), reason };
    let mut bytes = Vec::new();
    open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(HostError::TooLarge { path: path.to_owned(), most: MOST });
    }
    Ok(bytes)
}

/// Reads a file as text.
///
/// # Errors
/// When it is not there, no text, or far too large.
pub fn read_text(path: &Path) -> Result<String, HostError> {
    String::from_utf8(read_bytes(path)?).map_err(|_| HostError::NotText(path.to_owned()))
}

/// Opens a file, or standard input, for what is read as it comes.
///
/// # Errors
/// What the system says.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") { Ok(Box::new(io::stdin())) } else { Ok(Box::new(File::open(path)?)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_documents_are_told_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("binary");
        std::fs::write(&binary, [0xff, 0xfe]).unwrap();
        assert!(read_text(&binary).unwrap_err().to_string().ends_with("is not UTF-8 text"));
        let missing = read_text(&folder.path().join("missing")).unwrap_err().to_string();
        assert!(missing.starts_with("cannot read `") && missing.contains("No such file"), "{missing}");
        let endless = read_text(Path::new("/dev/zero")).unwrap_err().to_string();
        assert_eq!(endless, "`/dev/zero` is larger than 16777216 bytes");
    }
}
