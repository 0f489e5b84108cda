//! Where decision records go on this machine: one line each to standard output, readable for a terminal and
//! the record itself for a program, and the record itself to a file where one is named.
//!
//! A record that is not kept is an error, and the pipeline then refuses the call. The file is what counts
//! where there is one; otherwise standard output is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::LocalError;
use crate::log_format::Lines;

/// The longest record that is looked for at the end of a file, in bytes. A record holds at most two captured
/// texts of 16 KiB, each byte of which may take six as JSON.
const LONGEST_RECORD: u64 = 1024 * 1024;

/// A file of records, one a line, that only this process writes.
#[derive(Debug)]
pub(crate) struct LogFile {
    file: File,
    /// Where the last whole line ends.
    end: u64,
}

/// What stands at the end of a log file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// The last line.
    Line(String),
    /// Nothing: the file is new or empty.
    Nothing,
    /// The last line was cut off.
    Torn,
}

/// All places that records go to.
pub(crate) struct RecordLog {
    file: Option<Mutex<LogFile>>,
    screen: Mutex<Screen>,
}

struct Screen {
    lines: Lines,
    out: Box<dyn Write + Send>,
}

// === impl LogFile ===

impl LogFile {
    /// Opens a file to append to, makes it where there is none, and says how it ends.
    pub(crate) fn open(path: &Path) -> Result<(Self, Tail), LocalError> {
        let unusable = |reason| LocalError::Unusable { what: "write", path: path.to_owned(), reason };
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LocalError::LogInUse(path.to_owned())),
            Err(TryLockError::Error(reason)) => return Err(unusable(reason)),
        }
        let tail = tail(&mut file).map_err(unusable)?;
        let end = file.metadata().map_err(unusable)?.len();
        Ok((Self { file, end }, tail))
    }

    /// Appends a line. When it cannot be written whole, what was written of it is taken back.
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(line);
        match written {
            Ok(()) => self.end = self.end.saturating_add(line.len() as u64),
            Err(_) => self.file.set_len(self.end)?,
        }
        written
    }
}

fn tail(file: &mut File) -> io::Result<Tail> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(LONGEST_RECORD);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(LONGEST_RECORD).read_to_end(&mut bytes)?;
    let Some(body) = bytes.strip_suffix(b"\n") else {
        return Ok(if bytes.is_empty() { Tail::Nothing } else { Tail::Torn });
    };
    let line = body.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(String::from_utf8(line.to_vec()).map_or(Tail::Torn, Tail::Line))
}

// === impl RecordLog ===

impl RecordLog {
    /// Records go to `out` in this form, and to the file where there is one.
    pub(crate) fn new(file: Option<LogFile>, lines: Lines, out: Box<dyn Write + Send>) -> Self {
        Self { file: file.map(Mutex::new), screen: Mutex::new(Screen { lines, out }) }
    }

    /// Writes one record, given as its line without the line's end.
    ///
    /// # Errors
    /// When the record is not kept.
    pub(crate) fn append(&self, record: &str) -> io::Result<()> {
        if let Some(file) = &self.file {
            let line = format!("{record}\n");
            file.lock().unwrap_or_else(PoisonError::into_inner).append(line.as_bytes())?;
        }
        let shown = self.screen.lock().unwrap_or_else(PoisonError::into_inner).show(record);
        // With a file the record is kept, whoever still reads the screen.
        if self.file.is_some() { Ok(()) } else { shown }
    }
}

impl Screen {
    fn show(&mut self, record: &str) -> io::Result<()> {
        if let Some(line) = self.lines.line(record) {
            self.out.write_all(line.as_bytes())?;
            self.out.flush()?;
        }
        Ok(())
    }
}

/// Standard output for tests.
#[cfg(test)]
pub(crate) mod paper {
    use std::io;
    use std::sync::{Arc, Mutex};

    /// Keeps what is written.
    #[derive(Clone, Default)]
    pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

    /// Takes nothing.
    pub(crate) struct Closed;

    impl Paper {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paper::{Closed, Paper};
    use super::*;

    #[test]
    fn the_end_of_a_log_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let long = format!("{}\nlast\n", "x".repeat(2 * 1024 * 1024));
        let rows: &[(&str, Tail)] = &[
            ("", Tail::Nothing),
            ("one\n", Tail::Line("one".to_owned())),
            ("one\ntwo\n", Tail::Line("two".to_owned())),
            ("one\ntw", Tail::Torn),
            (&long, Tail::Line("last".to_owned())),
        ];
        for (content, expected) in rows {
            std::fs::write(&path, content).unwrap();
            assert_eq!(LogFile::open(&path).unwrap().1, *expected);
        }
    }

    #[test]
    fn records_are_appended_and_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, "{\"a\":0}\n").unwrap();
        let paper = Paper::default();
        let (file, _) = LogFile::open(&path).unwrap();
        let log = RecordLog::new(Some(file), Lines::Json, Box::new(paper.clone()));
        log.append("{\"a\":1}").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"a\":0}\n{\"a\":1}\n");
        assert_eq!(paper.text(), "{\"a\":1}\n");
    }

    #[test]
    fn two_processes_do_not_write_one_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let _first = LogFile::open(&path).unwrap();
        let second = LogFile::open(&path).unwrap_err().to_string();
        assert_eq!(second, format!("`{}` is being written by another process", path.display()));
    }

    #[test]
    fn a_record_that_nobody_keeps_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(RecordLog::new(None, Lines::Json, Box::new(Closed)).append("{}").is_err());
        let (file, _) = LogFile::open(&folder.path().join("log")).unwrap();
        RecordLog::new(Some(file), Lines::Json, Box::new(Closed)).append("{}").unwrap();
        if let Ok((full, _)) = LogFile::open(Path::new("/dev/full")) {
            assert!(
                RecordLog::new(Some(full), Lines::Json, Box::new(Paper::default())).append("{}").is_err()
            );
        }
    }
}
