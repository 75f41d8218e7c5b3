//! Where passwords are stretched: on threads of their own, of low priority, so many at once and no more. Owns the
//! two lanes and their lines; refuses knowing what is tried.
//!
//! A flood of guesses fills the common lane's line and is told so at once. Whoever shows a device from which they
//! have signed in before, or is signed in, has a lane beside it, with a permit and a line that no guess can take.
//!
//! One invariant: never more than [`Hashing::at_once`] passwords are stretched, so the memory they take is
//! [`Hashing::at_once`] times one password's 64 MiB, however many people are waiting.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Places in the line of the common lane.
pub const LINE: usize = 32;

/// Places that are kept for whoever is within their share.
const KEPT: usize = LINE / 2;

/// Places in the line of known devices.
pub const KNOWN_LINE: usize = 8;

/// How long somebody waits for a permit before being told that too many are signing in.
const PATIENCE: Duration = Duration::from_secs(8);

/// How much later than everything else a hashing thread gets its turn (`nice`). Low enough that reports go first,
/// not so low that nobody signs in while they come.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Who wants a password tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Somebody whose device is known, or who is signed in.
    Known,
    /// Anybody else.
    Anyone,
    /// Anybody else, who is over the share of their place or name.
    Hurried,
}

type Job = Box<dyn FnOnce() + Send>;

/// The two lanes.
pub struct Hashing {
    anyone: Lane,
    known: Lane,
    jobs: Sender<Job>,
    threads: usize,
}

struct Lane {
    line: Arc<Semaphore>,
    permits: Arc<Semaphore>,
}

impl Lane {
    fn new(permits: usize, line: usize) -> Self {
        Self { line: Arc::new(Semaphore::new(line)), permits: Arc::new(Semaphore::new(permits)) }
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        let _place = self.line.try_acquire().ok()?;
        tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await.ok()?.ok()
    }
}

impl Hashing {
    /// Starts the threads for a machine with so many cores: the common lane never takes the last one.
    pub fn start(cores: usize) -> std::io::Result<Self> {
        let permits = cores.saturating_sub(1).max(1);
        let threads = permits + 1;
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for n in 0..threads {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name(format!("hash-{n}")).spawn(move || work(&waiting))?;
        }
        Ok(Self { anyone: Lane::new(permits, LINE), known: Lane::new(1, KNOWN_LINE), jobs, threads })
    }

    /// How many passwords are stretched at the same moment at most, over both lanes.
    pub const fn at_once(&self) -> usize {
        self.threads
    }

    /// Places left in the line of the common lane: for tests, which fill it.
    pub fn line(&self) -> &Arc<Semaphore> {
        &self.anyone.line
    }

    /// Does slow work for a caller; `None` when the line is full or no permit came free in time.
    pub async fn run<T: Send + 'static>(
        &self,
        caller: Caller,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let lane = match caller {
            Caller::Known => &self.known,
            Caller::Hurried if self.anyone.line.available_permits() <= KEPT => return None,
            Caller::Anyone | Caller::Hurried => &self.anyone,
        };
        let permit = lane.permit().await?;
        let (answer, done) = oneshot::channel();
        // The permit stays with the work: somebody who goes away does not let in another before it is done.
        let job = move || {
            let result = work();
            drop(permit);
            let _ = answer.send(result);
        };
        self.jobs.send(Box::new(job)).ok()?;
        done.await.ok()
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    step_back();
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // The answer's sender went with the job: whoever waits is told that it could not be done.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// Lets this thread, and none other, have its turn after the rest of the process. Linux knows a priority for each
/// thread; elsewhere it is the process's, so there hashing runs as everything else does and only the permits hold
/// it back.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::getpriority_process(None)
        .and_then(|now| rustix::process::setpriority_process(None, (now + NICE).min(19)))
    {
        tracing::warn!(%error, "hashing threads keep the priority of all others");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn on_runtime<T>(what: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(what)
    }

    #[test]
    fn never_more_at_once_than_there_are_permits() {
        let hashing = Hashing::start(3).unwrap();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let busy = || {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
            }
        };

        let all =
            (0..100).map(|n| hashing.run(if n % 10 == 0 { Caller::Known } else { Caller::Anyone }, busy()));
        let done = on_runtime(futures_util::future::join_all(all));

        assert_eq!(hashing.at_once(), 3);
        assert!((2..=3).contains(&most.load(Ordering::SeqCst)), "{most:?}");
        let served = done.iter().filter(|one| one.is_some()).count();
        assert!((LINE..100).contains(&served), "a full line sends people away at once: {served}");
    }

    #[test]
    fn a_full_line_keeps_no_known_device_out() {
        let hashing = Hashing::start(2).unwrap();
        let _all = hashing.line().try_acquire_many(u32::try_from(LINE).unwrap()).unwrap();

        assert_eq!(on_runtime(hashing.run(Caller::Anyone, || 1)), None);
        assert_eq!(on_runtime(hashing.run(Caller::Known, || 1)), Some(1));
    }

    #[test]
    fn half_of_the_line_is_kept_for_whoever_is_within_the_share() {
        let hashing = Hashing::start(2).unwrap();
        let _half = hashing.line().try_acquire_many(u32::try_from(LINE / 2).unwrap()).unwrap();

        assert_eq!(on_runtime(hashing.run(Caller::Hurried, || 1)), None);
        assert_eq!(on_runtime(hashing.run(Caller::Anyone, || 1)), Some(1));
    }

    #[test]
    fn work_that_panics_takes_no_thread_with_it() {
        let hashing = Hashing::start(2).unwrap();
        for _ in 0..10 {
            assert_eq!(on_runtime(hashing.run(Caller::Known, || -> u8 { panic!("on purpose") })), None);
        }
        assert_eq!(on_runtime(hashing.run(Caller::Known, || 1)), Some(1));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn hashing_steps_back_and_nobody_else_does() {
        let own = || rustix::process::getpriority_process(None).unwrap();
        let before = own();
        let hashing = Hashing::start(2).unwrap();

        let there = on_runtime(hashing.run(Caller::Anyone, own)).unwrap();

        assert_eq!(there, (before + NICE).min(19), "no further back than the system goes");
        assert_eq!(own(), before);
    }
}
