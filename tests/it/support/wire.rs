//! A client that sends exactly the bytes it is told to, and may hang up in the middle.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use super::page::Page;

/// Sends bytes and keeps the connection, without reading.
pub fn start(at: SocketAddr, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    // The other side may answer and close before it has read everything.
    let _ = stream.write_all(request);
    stream
}

/// Sends bytes and reads the answer to its end.
pub fn exchange(at: SocketAddr, request: &[u8]) -> Page {
    let mut raw = Vec::new();
    let _ = start(at, request).read_to_end(&mut raw);
    Page::parse(&raw)
}

/// Sends bytes and reads the answer to its end; none where nobody listens or the answer is not a whole one.
pub fn ask(at: SocketAddr, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).ok()?;
    stream.write_all(request).ok()?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw).ok()?;
    String::from_utf8(raw).ok().filter(|text| !text.is_empty())
}

/// The bytes of a POST from a visitor at `address`; the connection is not kept.
pub fn post(path: &str, address: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()));
    [head.as_bytes(), body].concat()
}
