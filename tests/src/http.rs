//! HTTP/1.1 over a plain socket, for requests that no proper client would send. Each call is a connection of
//! its own; the whole answer is read before anything is told of it, or it is read piece by piece ([`Coming`]).

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a read may wait before the test fails: far more than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request, to be changed at will before it is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Headers in the order in which they are sent. `host`, `connection` and `content-length` are added.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A `GET` without a body.
    #[must_use]
    pub fn fetch(path: &str) -> Self {
        Self { method: "GET".to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// A `POST` of a JSON text, which need not be one.
    #[must_use]
    pub fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { method: "POST".to_owned(), path: path.to_owned(), headers, body: body.into() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends it and reads the whole answer.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn send(&self, to: SocketAddr) -> Answer {
        send_raw(to, &self.bytes(to)).expect("the server closed without an answer")
    }

    /// Sends it and reads the head of the answer; the body is still to come.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn open(&self, to: SocketAddr) -> Coming {
        let mut from = BufReader::new(connected(to, &self.bytes(to)));
        let (status, headers) = read_answers_head(&mut from).expect("the server closed without an answer");
        let chunked = is_chunked(&headers);
        Coming { answer: Answer { status, headers, body: Vec::new() }, chunked, ended: false, from }
    }

    /// The request as it stands on the wire.
    #[must_use]
    pub fn bytes(&self, to: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let _ = write!(head, "host: {to}\r\nconnection: close\r\ncontent-length: {}\r\n", self.body.len());
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// An answer whose body is read as the test wants it. To drop it is to leave: the connection is closed.
#[derive(Debug)]
pub struct Coming {
    /// What has come.
    answer: Answer,
    chunked: bool,
    ended: bool,
    from: BufReader<TcpStream>,
}

impl Coming {
    /// What has come so far: the head, and the body as far as it was read.
    #[must_use]
    pub fn so_far(&self) -> &Answer {
        &self.answer
    }

    /// Reads until a text stands in the body, and tells the body so far.
    ///
    /// # Panics
    /// When the answer ends or breaks off before, or nothing comes for a minute.
    pub fn read_until(&mut self, text: &str) -> String {
        let sought = text.as_bytes();
        let mut looked = 0;
        loop {
            let unseen = self.answer.body.get(looked..).unwrap_or_default();
            if unseen.windows(sought.len()).any(|window| window == sought) {
                return self.answer.text();
            }
            looked = self.answer.body.len().saturating_sub(sought.len());
            assert!(self.more(), "the answer ended before `{text}`: {}", self.answer.everything());
        }
    }

    /// Reads the rest.
    ///
    /// # Panics
    /// When the answer breaks off before its end, or nothing comes for a minute.
    #[must_use]
    pub fn rest(mut self) -> Answer {
        while self.more() {}
        self.answer
    }

    /// Reads what comes next; whether there was anything.
    fn more(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let piece = if self.chunked {
            read_chunk(&mut self.from)
        } else {
            Some(read_body(&mut self.from, &self.answer.headers, true)).filter(|body| !body.is_empty())
        };
        self.ended = !self.chunked || piece.is_none();
        self.answer.body.extend(piece.iter().flatten());
        piece.is_some()
    }
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first value of a header, named in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| {
            panic!("{} with a body that is not JSON, {fault}: {}", self.status, self.text())
        })
    }

    /// The head and the body, for a search through everything that a caller sees.
    #[must_use]
    pub fn everything(&self) -> String {
        let mut text = format!("{}\n", self.status);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        text + &self.text()
    }
}

/// Sends these bytes as they are and reads one answer; `None` when the server closes without one.
///
/// # Panics
/// When the server cannot be reached, says nothing for a minute, or answers with what is not HTTP.
#[must_use]
pub fn send_raw(to: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    read_answer(&mut BufReader::new(connected(to, bytes)))
}

fn connected(to: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(to).expect("the server can be reached");
    socket.set_read_timeout(Some(PATIENCE)).expect("a socket takes a time-out");
    // A server that refuses an upload may close before it has read all of it: the answer is there all the same.
    let _ = socket.write_all(bytes);
    socket
}

/// Reads a head up to its empty line: the first line and the headers. `None` at the end of the stream.
pub(crate) fn read_head(from: &mut impl BufRead) -> Option<(String, Vec<(String, String)>)> {
    let first = read_line(from).filter(|line| !line.is_empty())?;
    let mut headers = Vec::new();
    while let Some(line) = read_line(from).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some((first, headers))
}

/// Reads a body as its headers frame it.
pub(crate) fn read_body(from: &mut impl BufRead, headers: &[(String, String)], to_end: bool) -> Vec<u8> {
    if is_chunked(headers) {
        return std::iter::from_fn(|| read_chunk(from)).flatten().collect();
    }
    let length = value_of(headers, "content-length").and_then(|text| text.parse::<u64>().ok());
    let length = length.unwrap_or(if to_end { u64::MAX } else { 0 });
    let mut body = Vec::new();
    match from.take(length).read_to_end(&mut body) {
        Ok(_) => body,
        Err(fault) => panic!("the body broke off after {} bytes: {fault}", body.len()),
    }
}

fn read_answer(from: &mut impl BufRead) -> Option<Answer> {
    let (status, headers) = read_answers_head(from)?;
    let bodiless = matches!(status, 204 | 304);
    Some(Answer { status, body: read_body(from, &headers, !bodiless), headers })
}

/// The status and the headers of the answer itself, not of one that says that another will come.
fn read_answers_head(from: &mut impl BufRead) -> Option<(u16, Vec<(String, String)>)> {
    loop {
        let (first, headers) = read_head(from)?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.unwrap_or_else(|| panic!("`{first}` is not the first line of an answer"));
        if status >= 200 {
            return Some((status, headers));
        }
    }
}

fn value_of<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

fn is_chunked(headers: &[(String, String)]) -> bool {
    value_of(headers, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
}

/// The next chunk of a body; `None` after the last. A body that ends without one has broken off.
pub(crate) fn read_chunk(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let line = read_line(from).expect("a chunked body ends with its last chunk");
    let size = line.split(';').next().and_then(|text| u64::from_str_radix(text.trim(), 16).ok());
    let size = size.unwrap_or_else(|| panic!("`{line}` is not the size of a chunk"));
    let mut chunk = Vec::new();
    from.take(size).read_to_end(&mut chunk).expect("a chunk is there as announced");
    assert_eq!(u64::try_from(chunk.len()), Ok(size), "a chunk is there as announced");
    let _ = read_line(from);
    (size > 0).then_some(chunk)
}

fn read_line(from: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    match from.read_until(b'\n', &mut line) {
        Ok(0) => None,
        Ok(_) => Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()),
        Err(fault) if fault.kind() == ErrorKind::ConnectionReset => None,
        Err(fault) => panic!("no answer: {fault}"),
    }
}
