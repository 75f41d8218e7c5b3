//! Citizens who report one after another until they are stopped, and keep exact books: what was answered with
//! a receipt, and what was sent and never answered. Owns the books; refuses judging them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use homeward::vault::entropy::{OsEntropy, bytes};

use crate::support::wire;

/// A report that was answered: its key and the receipt's code.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    pub key: String,
    pub receipt: String,
}

#[derive(Default)]
pub struct Books {
    pub acknowledged: Mutex<Vec<Acknowledged>>,
    /// Keys that were sent and not answered with a receipt.
    pub open: Mutex<Vec<String>>,
    stop: AtomicBool,
}

pub struct Reporters {
    pub books: Arc<Books>,
    threads: Vec<JoinHandle<()>>,
}

/// The words of the report with this key.
pub fn words(key: &str) -> String {
    format!("有人被带上一辆白车,记号{key}")
}

/// A key nobody has used.
pub fn fresh_key() -> String {
    bytes::<16>(&OsEntropy).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An address nobody else has: whoever sends much from one address is slowed down.
fn anybody() -> String {
    let [a, b, c, d] = bytes::<4>(&OsEntropy);
    format!("{}.{b}.{c}.{}", 20 + a % 100, d.max(1))
}

/// Sends one report; gives the receipt's code where it was received. Half a receipt is none.
pub fn report(at: SocketAddr, key: &str) -> Option<String> {
    let body = serde_json::json!({ "text": words(key), "language": "zh", "district": "120114" }).to_string();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
    let answer = wire::ask(at, &wire::post("/api/v1/reports", &anybody(), &headers, body.as_bytes()))?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let code = &serde_json::from_str::<serde_json::Value>(body).ok()?["receipt"]["code"];
    head.starts_with("HTTP/1.1 201").then(|| code.as_str().map(str::to_owned)).flatten()
}

/// Whether this receipt opens the tip that was reported under this key.
pub fn opens(at: SocketAddr, one: &Acknowledged) -> bool {
    let request = format!(
        "GET /api/v1/follow-up HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {}\r\n\
         Authorization: Receipt {}\r\nConnection: close\r\n\r\n",
        anybody(),
        one.receipt
    );
    wire::ask(at, request.as_bytes()).is_some_and(|answer| answer.contains(&words(&one.key)))
}

impl Reporters {
    /// Starts so many who report to `at`.
    pub fn start(at: SocketAddr, how_many: usize) -> Self {
        let books = Arc::new(Books::default());
        let one = |_| {
            let books = Arc::clone(&books);
            std::thread::spawn(move || books.keep_reporting(at))
        };
        let threads = (0..how_many).map(one).collect();
        Self { books, threads }
    }

    /// Waits until so many were received.
    pub fn wait_for(&self, received: usize) {
        let books = &self.books;
        crate::support::wait_until("reports are received", || {
            books.acknowledged.lock().unwrap().len() >= received
        });
    }

    /// Lets each finish what it is at; gives the books.
    pub fn end(self) -> Arc<Books> {
        self.books.stop.store(true, Ordering::SeqCst);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
        self.books
    }
}

impl Books {
    fn keep_reporting(&self, at: SocketAddr) {
        while !self.stop.load(Ordering::SeqCst) {
            let key = fresh_key();
            match report(at, &key) {
                Some(receipt) => self.acknowledged.lock().unwrap().push(Acknowledged { key, receipt }),
                None => {
                    self.open.lock().unwrap().push(key);
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }
}
