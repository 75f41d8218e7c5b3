//! A point in the portal's own code where a request stands still until the test lets it go on. Counts how
//! often it fired, so that a proof cannot pass by never having reached it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use homeward::app::Halt;
use tokio::sync::Semaphore;

/// How long a test waits for the point to be reached.
const PATIENCE: Duration = Duration::from_secs(20);

struct Shared {
    point: &'static str,
    armed: AtomicBool,
    fired: AtomicUsize,
    tell: Mutex<Sender<()>>,
    gate: Semaphore,
}

pub struct Failpoint {
    shared: Arc<Shared>,
    reached: Receiver<()>,
}

impl Failpoint {
    pub fn at(point: &'static str) -> Self {
        let (tell, reached) = channel();
        let shared = Shared {
            point,
            armed: AtomicBool::new(false),
            fired: AtomicUsize::new(0),
            tell: Mutex::new(tell),
            gate: Semaphore::new(0),
        };
        Self { shared: Arc::new(shared), reached }
    }

    /// What the portal is given.
    pub fn halt(&self) -> Halt {
        let shared = Arc::clone(&self.shared);
        Arc::new(move |point| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                if point != shared.point || !shared.armed.swap(false, Ordering::SeqCst) {
                    return;
                }
                shared.fired.fetch_add(1, Ordering::SeqCst);
                shared.tell.lock().unwrap().send(()).unwrap();
                if let Ok(permit) = shared.gate.acquire().await {
                    permit.forget();
                }
            })
        })
    }

    /// The next request that reaches the point stands still there.
    pub fn arm(&self) {
        self.shared.armed.store(true, Ordering::SeqCst);
    }

    /// Waits until a request stands at the point.
    pub fn wait(&self) {
        self.reached.recv_timeout(PATIENCE).expect("the point was never reached");
    }

    /// Lets the request that stands there go on.
    pub fn release(&self) {
        self.shared.gate.add_permits(1);
    }

    pub fn fired(&self) -> usize {
        self.shared.fired.load(Ordering::SeqCst)
    }
}
