//! A running portal, and an officer who works at its desk. Owns the process, the connection and the acts as a
//! browser sends them; refuses following redirects: what is measured is one request and its whole answer.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::figures::Samples;
use crate::seeded::Folder;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// The queue's page with its counters.
    Queue,
    /// The next tip is taken.
    Next,
    /// A tip is accepted or closed.
    Decide,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 3] = [Self::Queue, Self::Next, Self::Decide];

    /// Its name in the lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue page",
            Self::Next => "claim next",
            Self::Decide => "decide",
        }
    }
}

/// A portal that is being served.
pub struct Portal {
    child: Child,
    desk: SocketAddr,
    /// From the start of the process to the end of its first page, in milliseconds.
    pub first_page_ms: f64,
}

impl Portal {
    /// Starts the program on a folder.
    pub fn start(bin: &Path, folder: &Folder) -> Self {
        let [public, desk, ops] = [0; 3].map(|_| free_address());
        let log = File::create(folder.data.with_extension("log")).unwrap();
        let mut command = Command::new(bin);
        let settings = folder.data.with_extension("toml");
        // What is timed begins behind the sign-in.
        std::fs::write(&settings, "[session]\nsecond_factor = \"optional\"\n").unwrap();
        command.args(["serve", "--config"]).arg(settings).arg("--data").arg(&folder.data);
        command.args(["--listen", &public.to_string(), "--desk-listen", &desk.to_string()]);
        command.args(["--ops-listen", &ops.to_string()]);
        if let Some(address) = &folder.database {
            command.args(["--database", address]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let started = Instant::now();
        let child = command.spawn().unwrap();
        let first_page_ms = wait_for_page(public, started);
        Self { child, desk, first_page_ms }
    }

    /// Signs the officer in whose queue is the longest.
    pub fn sign_in(&self, folder: &Folder) -> Officer {
        let mut officer =
            Officer { at: self.desk, stream: connect(self.desk), cookie: String::new(), csrf: String::new() };
        let fields = [("name", folder.agency.as_str()), ("password", &folder.password)];
        let answer = officer.ask("POST", "/desk/sign-in?l=zh", &fields);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer.header("set-cookie").unwrap();
        officer.cookie = cookie.split(';').next().unwrap().to_owned();
        let queue = officer.ask("GET", "/desk?l=zh", &[]);
        officer.csrf = between(&queue.body, "name=\"csrf\" value=\"", "\"").unwrap().to_owned();
        officer
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// An address that was free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

fn wait_for_page(at: SocketAddr, started: Instant) -> f64 {
    loop {
        if let Ok(mut stream) = TcpStream::connect(at) {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
            let mut raw = Vec::new();
            if stream.read_to_end(&mut raw).is_ok() && raw.starts_with(b"HTTP/1.1 200") {
                return started.elapsed().as_secs_f64() * 1_000.0;
            }
        }
        assert!(started.elapsed() < Duration::from_secs(120), "the portal served no page");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Somebody at the desk, over one connection that is kept.
pub struct Officer {
    at: SocketAddr,
    stream: TcpStream,
    cookie: String,
    csrf: String,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
    ms: f64,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let own = |line: &&str| line.split(':').next().is_some_and(|key| key.eq_ignore_ascii_case(name));
        self.head.lines().find(own).and_then(|line| Some(line.split_once(':')?.1.trim()))
    }
}

impl Officer {
    /// Looks at the queue.
    pub fn look(&mut self, samples: &mut Samples) {
        let queue = self.ask("GET", "/desk?l=zh", &[]);
        assert!(queue.status == 200 && queue.body.contains("id=\"counts\""), "{}", queue.body);
        assert!(queue.body.matches("data-tip=").count() == 50, "the queue's first page is full");
        samples.add(Act::Queue, queue.ms);
    }

    /// Looks at the queue, takes the next tip, and decides it where that is this agency's to do: every other
    /// one is accepted, the rest closed.
    pub fn round(&mut self, round: usize, samples: &mut Samples) {
        self.look(samples);
        let csrf = self.csrf.clone();
        let next = self.ask("POST", "/desk/next?l=zh", &[("csrf", &csrf)]);
        let place = next.header("location").unwrap_or_default().to_owned();
        assert!(next.status == 303 && place.starts_with("/desk/tips/"), "nothing was left to take: {place}");
        samples.add(Act::Next, next.ms);
        let page = self.ask("GET", &place, &[]);
        assert_eq!(page.status, 200);
        if !page.body.contains("id=\"accept\"") {
            return;
        }
        let path = place.split('?').next().unwrap();
        let version = between(&page.body, "name=\"version\" value=\"", "\"").unwrap().to_owned();
        let mut fields = vec![("csrf", csrf.as_str()), ("version", version.as_str())];
        let act = if round.is_multiple_of(2) { "accept" } else { "close" };
        if act == "close" {
            fields.extend([("outcome", "answered"), ("reason", "演练")]);
        }
        let decided = self.ask("POST", &format!("{path}/{act}?l=zh"), &fields);
        assert_eq!(decided.status, 303, "{}", decided.body);
        samples.add(Act::Decide, decided.ms);
    }

    fn ask(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded =
            |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
        let body = fields.iter().map(encoded).collect::<Vec<_>>().join("&");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.at,
            self.cookie,
            body.len()
        );
        let started = Instant::now();
        self.stream.write_all(request.as_bytes()).unwrap();
        let mut answer = self.answer();
        answer.ms = started.elapsed().as_secs_f64() * 1_000.0;
        answer
    }

    fn answer(&mut self) -> Answer {
        let (mut raw, mut part) = (Vec::new(), [0; 64 * 1024]);
        let mut more = |raw: &mut Vec<u8>| {
            let read = self.stream.read(&mut part).unwrap();
            assert!(read > 0, "the portal closed the connection");
            raw.extend_from_slice(&part[..read]);
        };
        let end = loop {
            if let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            more(&mut raw);
        };
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: String::new(), ms: 0.0 };
        let length: usize = answer.header("content-length").unwrap_or("0").parse().unwrap();
        while raw.len() < end + length {
            more(&mut raw);
        }
        answer.body = String::from_utf8_lossy(&raw[end..end + length]).into_owned();
        answer
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
