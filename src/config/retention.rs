//! How long things are kept. Owns the terms, their defaults and the floors that the law sets; refuses deciding
//! what is due (`retention`).
//!
//! Not settings, because nothing may change them: drafts are never stored; a sending's stored answer lives for the
//! day in which its form may be sent again; a session lives as `session` says; a tip's history goes with the
//! tip, and the audit record has its own term. **An open tip is never due.**

use serde::Deserialize;

/// Six months, in days: what a network service must be able to say about what it took in (网络安全法, article 23
/// as in force since 2026-01-01, 21 before).
pub const NETWORK_FLOOR: i64 = 183;

/// Three years, in days: who was given personal data, and the assessment of handling it (网络数据安全管理条例,
/// article 12; 个人信息保护法, article 56).
pub const SHARING_FLOOR: i64 = 3 * 365 + 1;

/// How long things are kept, counted from the closing of the tip unless it says otherwise. The law asks for the
/// shortest time that the purpose needs (个人信息保护法, articles 19 and 47); the defaults are conservative: an
/// operator who may erase sooner says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days for a tip that was no matter of this portal. Default 365, at least 183.
    pub set_aside_days: i64,
    /// Days for a tip that was looked into and answered, and led to no case. Default 1,096, at least 183.
    pub without_case_days: i64,
    /// Days for a tip that led to a case, to an order, to help, or that concerns a minor; and for every tip closed
    /// before this setting was. Default 3,653 (ten years), at least 1,096: such a tip was given to others.
    pub with_case_days: i64,
    /// Days for who the reporter is; never longer than the tip itself. Default 365, at least 30, so that somebody
    /// who comes back after the closing can still be reached.
    pub identity_days: i64,
    /// Days for photos; never longer than the tip itself. Default 3,653: they go with it. At least 183.
    pub files_days: i64,
    /// Days for a notice that was sent, counted from its making. Default 30, at least 1.
    pub notices_days: i64,
    /// Days for a notice that was given up, counted from its making: somebody has to see it first. Default 365, at
    /// least 30.
    pub lost_notices_days: i64,
    /// Days until the oldest backup and the oldest archived database log are gone, as they are kept outside the
    /// portal. An erasure is complete only then. Default 90, at least 0.
    pub backups_days: i64,
    /// A round that would erase more than so many hundredths of all tips does not begin without a person (ten tips
    /// may always go). Default 5, from 1 to 100.
    pub most_per_round_percent: i64,
    /// A round that would erase more tips than this does not begin without a person. Default 500, at least 1.
    pub most_per_round: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            set_aside_days: 365,
            without_case_days: SHARING_FLOOR,
            with_case_days: 3653,
            identity_days: 365,
            files_days: 3653,
            notices_days: 30,
            lost_notices_days: 365,
            backups_days: 90,
            most_per_round_percent: 5,
            most_per_round: 500,
        }
    }
}

/// A term that may not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermRefused {
    /// Shorter than the law, or the work, allows.
    #[error("retention.{name} = {days} is too short: at least {floor} days, because {why}")]
    TooShort {
        /// Which setting.
        name: &'static str,
        /// What it says.
        days: i64,
        /// What it must say at least.
        floor: i64,
        /// Why.
        why: &'static str,
    },
    /// Longer than the calendar of this program.
    #[error("retention.{name} = {days} is too long: at most {LONGEST} days")]
    TooLong {
        /// Which setting.
        name: &'static str,
        /// What it says.
        days: i64,
    },
    /// A brake that would never, or always, catch.
    #[error("retention.{name} = {value} is no bound: from {from} to {to}")]
    NoBound {
        /// Which setting.
        name: &'static str,
        /// What it says.
        value: i64,
        /// What it must say at least.
        from: i64,
        /// What it may say at most.
        to: i64,
    },
}

/// A hundred years: beyond that "kept" means "for ever", and sums of days would have to be watched.
const LONGEST: i64 = 36_525;

/// More tips than one round gets through in its hour.
const MOST: i64 = 100_000;

const NETWORK: &str =
    "a network service must be able to say for six months what it took in (网络安全法 art. 23)";
const SHARING: &str = "who was given personal data must be on record for three years (网络数据安全管理条例 art. 12, 个人信息保护法 art. 56)";
const REACHED: &str = "somebody who comes back after the closing must still be reachable";
const SEEN: &str = "somebody must have had the time to see it";

impl Retention {
    /// Refuses a term below its floor.
    pub fn check(&self) -> Result<(), TermRefused> {
        let terms = [
            ("set_aside_days", self.set_aside_days, NETWORK_FLOOR, NETWORK),
            ("without_case_days", self.without_case_days, NETWORK_FLOOR, NETWORK),
            ("with_case_days", self.with_case_days, SHARING_FLOOR, SHARING),
            ("identity_days", self.identity_days, 30, REACHED),
            ("files_days", self.files_days, NETWORK_FLOOR, NETWORK),
            ("notices_days", self.notices_days, 1, SEEN),
            ("lost_notices_days", self.lost_notices_days, 30, SEEN),
            ("backups_days", self.backups_days, 0, "no backup ends before it was taken"),
        ];
        for (name, days, floor, why) in terms {
            if days < floor {
                return Err(TermRefused::TooShort { name, days, floor, why });
            }
            if days > LONGEST {
                return Err(TermRefused::TooLong { name, days });
            }
        }
        bounded("most_per_round_percent", self.most_per_round_percent, (1, 100))?;
        bounded("most_per_round", self.most_per_round, (1, MOST))
    }
}

fn bounded(name: &'static str, value: i64, (from, to): (i64, i64)) -> Result<(), TermRefused> {
    if (from..=to).contains(&value) { Ok(()) } else { Err(TermRefused::NoBound { name, value, from, to }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        toml::from_str::<Retention>(text).unwrap().check().unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_allowed_and_so_are_the_floors() {
        Retention::default().check().unwrap();
        let floors = "set_aside_days = 183\nwithout_case_days = 183\nwith_case_days = 1096\nidentity_days = 30\n\
                      files_days = 183\nnotices_days = 1\nlost_notices_days = 30\nbackups_days = 0";
        toml::from_str::<Retention>(floors).unwrap().check().unwrap();
    }

    #[test]
    fn a_term_below_the_legal_floor_is_refused_with_the_reason() {
        assert!(refused("set_aside_days = 182").contains("at least 183 days, because"));
        assert!(refused("with_case_days = 1095").contains("网络数据安全管理条例 art. 12"));
        assert!(refused("identity_days = 29").contains("reachable"));
        assert!(refused("most_per_round = 0").contains("most_per_round = 0"));
        assert!(refused("without_case_days = -1").contains("too short"));
        assert!(refused("files_days = 40000").contains("too long"));
        assert!(refused("most_per_round_percent = 0").contains("from 1 to 100"));
    }
}
