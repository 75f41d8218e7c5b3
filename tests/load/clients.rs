//! The people: each has an address of its own, fetches a form, waits, sends it, and perhaps comes back with
//! the receipt. Owns the closed loop (a client sends the next report when the last is answered) and the clock
//! around each sending; refuses figures.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::form::{self, Filled};
use crate::samples::Sample;
use crate::wire::{self, Visitor, Wire};

/// One receipt in so many is opened afterwards.
const LOOKED_AT: usize = 100;

/// A form that was given out, and whom to.
struct Given {
    visitor: Visitor,
    token: String,
}

/// A receipt that was handed out, and what was sent for it.
struct Kept {
    visitor: Visitor,
    code: String,
    text: String,
}

/// What came of sending.
#[derive(Default)]
pub struct Sent {
    /// How long each accepted report waited for its answer, in microseconds.
    pub waits: Vec<u32>,
    /// What went wrong, one line each.
    pub errors: Vec<String>,
    /// From the first sending to the last answer.
    pub took: Duration,
    kept: Vec<Kept>,
}

/// Everybody who writes to one portal.
pub struct Crowd {
    at: SocketAddr,
    samples: Vec<Sample>,
    forms: Vec<Filled>,
    next: AtomicU32,
    pool: Mutex<VecDeque<Given>>,
    serial: AtomicUsize,
}

impl Crowd {
    /// Reads the form once and fills it in for every sample.
    pub fn before(at: SocketAddr, samples: &[Sample]) -> anyhow::Result<Self> {
        let mut wire = Wire::open(at)?;
        let page = fetched(&mut wire, Visitor::number(0))?;
        let forms = samples.iter().map(|sample| Filled::of(&page, sample)).collect::<anyhow::Result<_>>()?;
        Ok(Self {
            at,
            samples: samples.to_vec(),
            forms,
            next: AtomicU32::new(1),
            pool: Mutex::default(),
            serial: AtomicUsize::new(0),
        })
    }

    /// Fetches so many more forms, each for somebody new.
    pub fn fetch(&self, forms: usize, clients: usize) -> anyhow::Result<()> {
        let taken = AtomicUsize::new(0);
        let work = || -> anyhow::Result<()> {
            let mut wire = Wire::open(self.at)?;
            while taken.fetch_add(1, Ordering::Relaxed) < forms {
                let visitor = Visitor::number(self.next.fetch_add(1, Ordering::Relaxed));
                let page = fetched(&mut wire, visitor)?;
                let token = form::token(&page).context("a form without a token")?.to_owned();
                self.pool().push_back(Given { visitor, token });
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
            all.into_iter()
                .try_for_each(|one| one.join().map_err(|_| anyhow::anyhow!("a client panicked"))?)
        })
    }

    /// How many forms are left.
    pub fn forms(&self) -> usize {
        self.pool().len()
    }

    /// Sends reports from so many clients until the time is up or no form is left.
    pub fn send(&self, clients: usize, time: Duration) -> anyhow::Result<Sent> {
        let (start, over) = (Barrier::new(clients + 1), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let work = || self.client(&start, &over);
            let all: Vec<_> = (0..clients).map(|_| scope.spawn(work)).collect();
            start.wait();
            let begun = Instant::now();
            while begun.elapsed() < time && self.forms() > 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
            over.store(true, Ordering::Relaxed);
            let mut sum = Sent::default();
            for one in all {
                let one = one.join().map_err(|_| anyhow::anyhow!("a client panicked"))?;
                sum.waits.extend(one.waits);
                sum.errors.extend(one.errors);
                sum.kept.extend(one.kept);
            }
            sum.took = begun.elapsed();
            Ok(sum)
        })
    }

    /// Opens the kept receipts, each from where it was handed out: every one must show its own text.
    pub fn look_again(&self, sent: &mut Sent) -> anyhow::Result<usize> {
        let mut wire = Wire::open(self.at)?;
        let kept = std::mem::take(&mut sent.kept);
        for one in &kept {
            if let Err(error) = opened(&mut wire, one) {
                sent.errors.push(format!("a receipt: {error}"));
                wire.reopen()?;
            }
        }
        Ok(kept.len())
    }

    fn pool(&self) -> std::sync::MutexGuard<'_, VecDeque<Given>> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self, start: &Barrier, over: &AtomicBool) -> Sent {
        let mut sent = Sent::default();
        let wire = Wire::open(self.at);
        start.wait();
        match wire {
            Ok(mut wire) => self.send_on(&mut wire, over, &mut sent),
            Err(error) => sent.errors.push(error.to_string()),
        }
        sent
    }

    fn send_on(&self, wire: &mut Wire, over: &AtomicBool, sent: &mut Sent) {
        let (mut body, mut request) = (Vec::new(), Vec::new());
        while !over.load(Ordering::Relaxed) {
            let Some(given) = self.pool().pop_front() else { return };
            let n = self.serial.fetch_add(1, Ordering::Relaxed);
            let at = n % self.forms.len();
            let text = self.samples[at].numbered(n);
            self.forms[at].body(&mut body, &given.token, &text);
            wire::post(&mut request, "/report", given.visitor, form::KIND, &body);
            let begun = Instant::now();
            match receipt(wire, &request) {
                Ok(code) => {
                    sent.waits.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
                    if n.is_multiple_of(LOOKED_AT) {
                        sent.kept.push(Kept { visitor: given.visitor, code, text });
                    }
                }
                Err(error) => {
                    sent.errors.push(error.to_string());
                    if let Err(error) = wire.reopen() {
                        return sent.errors.push(error.to_string());
                    }
                }
            }
        }
    }
}

fn fetched(wire: &mut Wire, visitor: Visitor) -> anyhow::Result<String> {
    let answer = wire.exchange(&wire::get("/report?l=zh", visitor))?;
    ensure!(answer.status == 200, "GET /report answered {}", answer.status);
    Ok(answer.text()?)
}

/// Sends a report and reads the receipt's digits off the answer.
fn receipt(wire: &mut Wire, request: &[u8]) -> anyhow::Result<String> {
    let answer = wire.exchange(request)?;
    ensure!(answer.status == 200, "POST /report answered {}", answer.status);
    let page = std::str::from_utf8(answer.body)?;
    let (_, rest) = page.split_once("id=\"code\">").context("an answer without a receipt")?;
    let code: String = rest.split('<').next().unwrap_or_default().split(' ').collect();
    let whole = code.len() == 32 && code.bytes().all(|b| b.is_ascii_hexdigit());
    ensure!(whole, "a receipt that is none");
    Ok(code)
}

fn opened(wire: &mut Wire, kept: &Kept) -> anyhow::Result<()> {
    let (mut request, body) = (Vec::new(), format!("l=zh&receipt={}", kept.code));
    let kind = "application/x-www-form-urlencoded";
    wire::post(&mut request, "/follow-up", kept.visitor, kind, body.as_bytes());
    let answer = wire.exchange(&request)?;
    ensure!(answer.status == 200, "POST /follow-up answered {}", answer.status);
    ensure!(answer.text()?.contains(&escaped(&kept.text)), "it does not show what was sent for it");
    Ok(())
}

/// A text as it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
