//! How long to wait before trying a mail again: doubling minutes, an hour at most, a little chance so that
//! a relay that comes back is not met by everything at once.

/// After this many attempts a notice is given up and shown to people: about four days.
pub const MOST_ATTEMPTS: i64 = 100;

/// Minutes until the next attempt after `attempts` failed ones; `chance` is any random byte.
pub fn minutes(attempts: i64, chance: u8) -> i64 {
    let doubled = 1_i64 << attempts.clamp(0, 6);
    doubled.min(60) + i64::from(chance % 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_stay_there() {
        let waits: Vec<i64> = (0..9).map(|n| minutes(n, 0)).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(minutes(i64::MAX, 255) <= 61 && minutes(-5, 0) == 1);
    }
}
