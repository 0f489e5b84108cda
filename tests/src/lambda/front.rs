//! The function URL: HTTP in, an event out; pieces of the answer in, HTTP out. One call for each connection.

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::instance::Piece;
use super::{Function, answer};
use crate::http::{read_body, read_head};

type Headers = Vec<(String, String)>;

pub(super) fn listen(listener: TcpListener, function: Arc<Function>) {
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let function = Arc::clone(&function);
            std::thread::spawn(move || call(connection, &function));
        }
    });
}

fn call(mut connection: TcpStream, function: &Arc<Function>) {
    let _ = connection.set_nodelay(true);
    let mut from = BufReader::new(connection.try_clone().expect("a socket can be shared"));
    let Some((first, headers)) = read_head(&mut from) else { return };
    if headers.iter().any(|(name, value)| name == "expect" && value == "100-continue") {
        let _ = connection.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
    }
    let body = read_body(&mut from, &headers, false);
    let peer = connection.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let pieces = function.invoke(event(&first, &headers, body, &peer).to_string());
    let bodiless = first.starts_with("HEAD ");
    // One who has left does not stop the function, but nobody reads what it says.
    let _ = write(&mut connection, pieces, bodiless);
}

/// An event of payload format 2.0.
fn event(first: &str, headers: &Headers, body: Vec<u8>, peer: &str) -> Value {
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut joined = Map::new();
    for (name, value) in headers {
        let before = joined.get(name).and_then(Value::as_str).map(|before| format!("{before},{value}"));
        joined.insert(name.clone(), Value::String(before.unwrap_or_else(|| value.clone())));
    }
    let (body, encoded) = match String::from_utf8(body) {
        Ok(text) => (text, false),
        Err(bytes) => (STANDARD.encode(bytes.into_bytes()), true),
    };
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": joined,
        "requestContext": {
            "accountId": "anonymous", "apiId": "abc123", "authentication": null,
            "domainName": "abc123.lambda-url.eu-west-1.on.aws", "domainPrefix": "abc123",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": peer, "userAgent": ""},
            "requestId": "e1f2", "routeKey": "$default", "stage": "$default",
            "time": "22/Aug/2026:10:00:00 +0000", "timeEpoch": 1_787_392_800_000_u64,
        },
        "body": body, "isBase64Encoded": encoded,
    })
}

/// Writes each piece as it comes. When it ends before the last, nobody takes the pieces any more.
fn write(to: &mut TcpStream, pieces: Receiver<Piece>, bodiless: bool) -> std::io::Result<()> {
    let mut chunked = false;
    for piece in pieces {
        match piece {
            Piece::Head(status, headers) => {
                chunked = !bodiless && !matches!(status, 204 | 304);
                to.write_all(&head(status, &headers, chunked))?;
            }
            Piece::Body(bytes) if chunked => {
                to.write_all(&[format!("{:x}\r\n", bytes.len()).as_bytes(), &bytes, b"\r\n"].concat())?;
            }
            Piece::Body(_) => {}
            Piece::End if chunked => return to.write_all(b"0\r\n\r\n"),
            Piece::End => return Ok(()),
            // The body breaks off.
            Piece::Failed if chunked => return Ok(()),
            Piece::Failed => {
                let headers = "content-type: application/json\r\nconnection: close\r\n";
                return answer(to, "502 Bad Gateway", headers, r#"{"message":"Internal Server Error"}"#);
            }
        }
    }
    Ok(())
}

fn head(status: u16, headers: &Headers, chunked: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} -\r\nconnection: close\r\n");
    for (name, value) in headers.iter().filter(|(name, _)| name != "content-length") {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if chunked {
        head.push_str("transfer-encoding: chunked\r\n");
    }
    format!("{head}\r\n").into_bytes()
}
