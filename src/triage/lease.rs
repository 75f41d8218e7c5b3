//! A claim as a lease (认领时限): how long a tip stays with whoever looks at it, and why somebody passes it by. Owns the
//! time and the reasons; refuses renewing it, which is rows (`store::leases`).
//!
//! Only a tip that nobody has decided anything about is leased. Once it is accepted, or its reporter was asked, it is
//! an officer's work and does not leave by itself.
//!
//! Invariant: whoever is still at work never loses a tip; whoever walked away loses it within half an hour.

use crate::clock::Minute;
use crate::people::roles::words;

/// How long a claim holds from the holder's last reading or act, in minutes: as long as a session that stands idle.
pub const MINUTES: i64 = 30;

/// Until when a claim holds that was made or renewed now.
pub const fn until(now: Minute) -> Minute {
    now.plus(MINUTES)
}

/// Why an officer passes a tip by (跳过).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// 看不懂举报的语言: cannot read its language.
    Language,
    /// 本人应当回避: knows somebody in it. Never offered to this officer again.
    Recuse,
    /// 需要别的专长: somebody else knows this better.
    Expertise,
    /// 其他: said in words.
    Other,
}

words!(Skip { Language = "language", Recuse = "recuse", Expertise = "expertise", Other = "other" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_a_claim_holds_half_an_hour() {
        assert!(Skip::ALL.iter().all(|skip| skip.as_str().parse() == Ok(*skip)));
        assert_eq!(until(Minute(100)), Minute(130));
    }
}
