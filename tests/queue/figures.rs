//! Times of acts, and what is said of them. Owns the percentiles: of the times as they were taken, none
//! interpolated and none left out.

use std::collections::BTreeMap;

use crate::desk::Act;

/// Milliseconds of each act.
#[derive(Default)]
pub struct Samples(BTreeMap<Act, Vec<f64>>);

/// What is said of an act.
pub struct Figures {
    /// How often it was done.
    pub times: usize,
    /// Half of them took no longer, in milliseconds.
    pub p50: f64,
    /// Of a hundred ninety-nine took no longer, in milliseconds.
    pub p99: f64,
}

impl Samples {
    /// Keeps one.
    pub fn add(&mut self, act: Act, ms: f64) {
        self.0.entry(act).or_default().push(ms);
    }

    /// The figures of an act that was done at least once.
    pub fn of(&self, act: Act) -> Figures {
        let mut all = self.0.get(&act).cloned().unwrap_or_default();
        assert!(!all.is_empty(), "{} was never done", act.name());
        all.sort_by(f64::total_cmp);
        let at = |hundredths: usize| all[(all.len() * hundredths).div_ceil(100).max(1) - 1];
        Figures { times: all.len(), p50: at(50), p99: at(99) }
    }
}
