//! What the proofs stand on: a whole portal on ports of its own, visitors who use it as a browser does, and
//! the instruments that cut, lock, fill, steal and look inside. Nothing here knows what a proof expects.

pub mod db;
pub mod failpoint;
pub mod form;
pub mod page;
pub mod pg;
pub mod picture;
pub mod portal;
pub mod process;
pub mod small_disk;
pub mod smtp;
pub mod stolen;
pub mod thief;
pub mod visitor;
pub mod wire;

/// Waits for something that another thread or process does, looking every few milliseconds, at most 20 s.
pub fn wait_until(what: &str, done: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !done() {
        assert!(started.elapsed() < std::time::Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
