//! Setting aside (搁置) and the second look at it (复核). Owns why a tip is set aside, what makes a second person
//! look, and until when; refuses who that is (`people::roles`) and the acts themselves.
//!
//! Half to two thirds of such intake is noise: to set aside is the quickest act there is, so that it must be the
//! easiest to take back, and the one that somebody looks at again.
//!
//! Invariant: a tip that is or was urgent, about a minor, linked to another, set aside before or with a file nobody has
//! opened is never set aside by one person alone.

use super::deadline::{self, DAY};
use super::tip::Tip;
use crate::clock::Minute;
use crate::people::roles::words;
use crate::plan::{Calendar, Urgency};

/// Why a tip is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noise {
    /// 与本平台无关: a matter of something else, and of no other body of the plan.
    Unrelated,
    /// 广告、垃圾信息: advertising.
    Spam,
    /// 误发、试发: sent by mistake, or to try it out.
    Mistake,
    /// 没有可用的内容: nothing in it that anybody could act on.
    Empty,
    /// 辱骂、恶作剧: insults or a prank.
    Abuse,
}

words!(Noise {
    Unrelated = "unrelated",
    Spam = "spam",
    Mistake = "mistake",
    Empty = "empty",
    Abuse = "abuse",
});

/// Why a second person looks at a tip that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// It stands in the immediate or urgent lane.
    Urgent,
    /// A minor is concerned.
    Minor,
    /// Another tip names the same.
    Linked,
    /// It has a file that no officer has opened.
    File,
    /// It was set aside before, or a second person put it back.
    Again,
    /// Its urgency was lowered by an officer.
    Lowered,
    /// 抽查: none of these; drawn by lot, one in ten.
    Sample,
}

words!(Sign {
    Urgent = "urgent",
    Minor = "minor",
    Linked = "linked",
    File = "file",
    Again = "again",
    Lowered = "lowered",
    Sample = "sample",
});

/// What rows tell of a tip besides its clear facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Risk {
    /// Whether another tip names the same.
    pub linked: bool,
    /// Whether it has a file that no officer has opened.
    pub unread_file: bool,
    /// Whether it was set aside before: the lot is drawn once.
    pub again: bool,
    /// Whether an officer has lowered its urgency.
    pub lowered: bool,
}

/// Of 256 byte values, how many draw a tip without any sign: 26 are 10.2 %.
const LOTS: u8 = 26;

/// Why a second person looks at this tip, if one does; `chance` is any random byte. The weightiest sign is named.
pub fn sign(tip: &Tip, risk: Risk, chance: u8) -> Option<Sign> {
    let signs = [
        (tip.placement.urgency != Urgency::Normal, Sign::Urgent),
        (tip.has_minor, Sign::Minor),
        (risk.linked, Sign::Linked),
        (risk.unread_file, Sign::File),
        (risk.again, Sign::Again),
        (risk.lowered, Sign::Lowered),
        (chance < LOTS, Sign::Sample),
    ];
    signs.into_iter().find(|(is, _)| *is).map(|(_, sign)| sign)
}

/// Until when somebody must have looked again: 15 minutes where the lane is immediate, two hours where it is urgent,
/// day and night; else one working day.
pub fn look_by(calendar: &Calendar, urgency: Urgency, now: Minute) -> Minute {
    let minutes = match urgency {
        Urgency::Immediate => 15,
        Urgency::Urgent => 120,
        Urgency::Normal => DAY,
    };
    deadline::due(calendar, now, minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::triage::town::{Town, minute};

    fn quiet() -> Tip {
        let (mut tip, ..) = Town::new().tip(&Town::facts("undetermined", None, None, &[]), false);
        tip.placement.urgency = Urgency::Normal;
        tip.has_minor = false;
        tip
    }

    #[test]
    fn words_read_back() {
        assert!(Noise::ALL.iter().all(|noise| noise.as_str().parse() == Ok(*noise)));
        assert!(Sign::ALL.iter().all(|sign| sign.as_str().parse() == Ok(*sign)));
    }

    #[test]
    fn each_sign_alone_calls_a_second_person_whatever_the_lot_says() {
        let (none, linked, file) = (
            Risk::default(),
            Risk { linked: true, ..Risk::default() },
            Risk { unread_file: true, ..Risk::default() },
        );
        let minor = Tip { has_minor: true, ..quiet() };
        for chance in 0..=u8::MAX {
            for urgency in [Urgency::Immediate, Urgency::Urgent] {
                let mut tip = quiet();
                tip.placement.urgency = urgency;
                assert_eq!(sign(&tip, none, chance), Some(Sign::Urgent));
            }
            assert_eq!(sign(&minor, none, chance), Some(Sign::Minor));
            assert_eq!(sign(&quiet(), linked, chance), Some(Sign::Linked));
            assert_eq!(sign(&quiet(), file, chance), Some(Sign::File));
            let again = Risk { again: true, ..Risk::default() };
            assert_eq!(sign(&quiet(), again, chance), Some(Sign::Again));
            let lowered = Risk { lowered: true, ..Risk::default() };
            assert_eq!(sign(&quiet(), lowered, chance), Some(Sign::Lowered));
        }
    }

    #[test]
    fn of_the_rest_one_in_ten_is_drawn() {
        let drawn = (0..=u8::MAX).filter(|chance| sign(&quiet(), Risk::default(), *chance).is_some()).count();
        assert_eq!(drawn, 26);
        assert_eq!(sign(&quiet(), Risk::default(), 0), Some(Sign::Sample));
    }

    #[test]
    fn the_more_pressing_the_sooner() {
        let plan = Plan::embedded().unwrap();
        let by = |urgency| look_by(plan.calendar(), urgency, minute());
        assert_eq!(by(Urgency::Immediate), minute().plus(15));
        assert_eq!(by(Urgency::Urgent), minute().plus(120));
        assert!(by(Urgency::Normal) >= minute().plus(i64::from(DAY)));
    }
}
