//! The waiting lines before the writer. Tips have their own, so that officers' work can never crowd out a
//! report. Bounded: a full lane answers at once instead of growing.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::command::Command;

/// Which line a write stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Reports and what reporters add; served first.
    Tips,
    /// Everything else.
    Desk,
    /// Sign-ins, and the record of who read what: stands with the desk's, and goes on while the disk is full.
    Record,
}

/// How many commands each lane holds.
const CAPACITY: usize = 1024;

#[derive(Default)]
struct Lines {
    tips: VecDeque<Box<dyn Command>>,
    desk: VecDeque<Box<dyn Command>>,
    closed: bool,
}

/// The lanes, shared by everyone who writes and the one who commits.
#[derive(Default)]
pub(crate) struct Lanes {
    lines: Mutex<Lines>,
    filled: Condvar,
}

impl Lanes {
    /// Puts a command in line; gives it back when the lane is full or the store is closing.
    pub(crate) fn push(&self, lane: Lane, command: Box<dyn Command>) -> Result<(), Box<dyn Command>> {
        let mut lines = self.lock();
        let closed = lines.closed;
        let line = match lane {
            Lane::Tips => &mut lines.tips,
            Lane::Desk | Lane::Record => &mut lines.desk,
        };
        if closed || line.len() >= CAPACITY {
            return Err(command);
        }
        line.push_back(command);
        self.filled.notify_one();
        Ok(())
    }

    /// Waits up to `patience` for work and takes at most `most` commands, tips first. `None` once the
    /// lanes are closed and empty; an empty batch when patience ran out.
    pub(crate) fn next_batch(&self, most: usize, patience: Duration) -> Option<Vec<Box<dyn Command>>> {
        let mut lines = self.lock();
        while lines.tips.is_empty() && lines.desk.is_empty() {
            if lines.closed {
                return None;
            }
            let (again, timeout) =
                self.filled.wait_timeout(lines, patience).unwrap_or_else(PoisonError::into_inner);
            lines = again;
            if timeout.timed_out() {
                break;
            }
        }
        let tips = lines.tips.len().min(most);
        let mut batch: Vec<_> = lines.tips.drain(..tips).collect();
        let desk = lines.desk.len().min(most.saturating_sub(tips));
        batch.extend(lines.desk.drain(..desk));
        Some(batch)
    }

    /// Lets nobody in any more; what stands in line is still written.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        // A panic elsewhere must not stop the line: the data is a queue of boxed commands, whole at all times.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
