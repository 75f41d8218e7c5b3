//! One connection to the portal, kept from request to request. Owns the bytes of HTTP/1.1 as far as the
//! portal speaks it; refuses pages. It shares the machine with what it measures, so it does no more than it
//! must: one buffer, one look at the head, no copy of the body.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// An answer that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that stays open.
pub struct Wire {
    at: SocketAddr,
    stream: TcpStream,
    answer: Vec<u8>,
}

/// One answer, as it lies in the connection's buffer.
pub struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// Its head, with the first line.
    pub head: &'a str,
    /// Its body, as it was sent.
    pub body: &'a [u8],
}

/// Who a request comes from, through the trusted proxy.
#[derive(Clone, Copy, Debug)]
pub struct Visitor(u32);

impl Visitor {
    /// The visitor with this number. Four million addresses are set aside for carriers' own use; no two
    /// visitors of a run share one.
    pub const fn number(n: u32) -> Self {
        Self(n % (1 << 22))
    }

    fn address(self) -> Ipv4Addr {
        Ipv4Addr::from(0x6440_0000 + self.0)
    }
}

fn connect(at: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(at)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

impl Wire {
    /// Connects.
    pub fn open(at: SocketAddr) -> io::Result<Self> {
        Ok(Self { at, stream: connect(at)?, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Connects afresh, after an answer did not come.
    pub fn reopen(&mut self) -> io::Result<()> {
        self.stream = connect(self.at)?;
        Ok(())
    }

    /// Sends one request and reads its answer.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.answer.clear();
        let mut chunk = [0; 32 * 1024];
        let head = loop {
            if let Some(end) = end_of_head(&self.answer) {
                break end;
            }
            self.read(&mut chunk)?;
        };
        let whole = head + length(&self.answer[..head])?;
        while self.answer.len() < whole {
            self.read(&mut chunk)?;
        }
        let text = std::str::from_utf8(&self.answer[..head]).map_err(|_| odd("head"))?;
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| odd("status"))?;
        Ok(Answer { status, head: text, body: &self.answer[head..whole] })
    }

    fn read(&mut self, chunk: &mut [u8]) -> io::Result<()> {
        let got = self.stream.read(chunk)?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.answer.extend_from_slice(&chunk[..got]);
        Ok(())
    }
}

impl Answer<'_> {
    /// The body as text, unpacked where it was packed.
    pub fn text(&self) -> io::Result<String> {
        let packed = header(self.head, "content-encoding").is_some_and(|v| v.eq_ignore_ascii_case("gzip"));
        let mut text = String::new();
        if packed {
            flate2::read::GzDecoder::new(self.body).read_to_string(&mut text)?;
        } else {
            text.push_str(std::str::from_utf8(self.body).map_err(|_| odd("body"))?);
        }
        Ok(text)
    }
}

fn odd(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the answer's {what} cannot be read"))
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).take(8 * 1024).position(|w| w == b"\r\n\r\n").map(|at| at + 4)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Every answer of the portal's says how long it is.
fn length(head: &[u8]) -> io::Result<usize> {
    let head = std::str::from_utf8(head).map_err(|_| odd("head"))?;
    header(head, "content-length").and_then(|v| v.parse().ok()).ok_or_else(|| odd("length"))
}

/// The bytes of a GET as a browser sends it.
pub fn get(path: &str, visitor: Visitor) -> Vec<u8> {
    let address = visitor.address();
    format!(
        "GET {path} HTTP/1.1\r\nHost: homeward.example\r\nX-Forwarded-For: {address}\r\nUser-Agent: Browser/1.0\r\n\
         Accept: text/html\r\nAccept-Language: zh-CN\r\nAccept-Encoding: gzip, br\r\n\r\n"
    )
    .into_bytes()
}

/// The bytes of a POST as a browser sends it, into `out`.
pub fn post(out: &mut Vec<u8>, path: &str, visitor: Visitor, kind: &str, body: &[u8]) {
    let (address, length) = (visitor.address(), body.len());
    out.clear();
    let _ = write!(
        out,
        "POST {path} HTTP/1.1\r\nHost: homeward.example\r\nX-Forwarded-For: {address}\r\nUser-Agent: Browser/1.0\r\n\
         Accept: text/html\r\nAccept-Language: zh-CN\r\nAccept-Encoding: gzip, br\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    );
    out.extend_from_slice(body);
}
