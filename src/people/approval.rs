//! What takes two people (双人审批): asked by one with a reason, decided by another, and only for a while. Owns
//! the states, the times and who may decide; refuses rows and reasons.
//!
//! One invariant: nobody decides what they asked for, and nothing decided opens anything after its time.

use thiserror::Error;

use super::officer::Officer;
use super::roles::{Role, words};
use crate::clock::Minute;
use crate::plan::Urgency;
use crate::vault::uid::Uid;

/// How long a request waits for somebody, in minutes: a week.
pub const ASK_MINUTES: i64 = 7 * 24 * 60;

/// How long what was granted may be used, in minutes: a day.
pub const GRANT_MINUTES: i64 = 24 * 60;

/// How long the record of a minor stays open to whom it was granted, in minutes: thirty days, about as long as a
/// matter is worked on.
pub const MINOR_MINUTES: i64 = 30 * 24 * 60;

/// Within how many minutes a second person looks at a broken glass: twelve hours. After that it is the auditor's.
pub const REVIEW_MINUTES: i64 = 12 * 60;

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// To see who the reporter is.
    Contact,
    /// To read the record of a minor.
    Minor,
    /// To erase a tip before its time.
    Erase,
    /// To use the recovery key for an agency's keys.
    Recovery,
    /// To take rows of the record out of the portal.
    Export,
    /// To let a version of the plan route.
    Plan,
    /// 破窗: somebody saw it alone, because a life was in danger.
    BreakGlass,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApprovalState {
    /// Waits for a decision.
    Asked,
    /// May be used until its time is over.
    Granted,
    /// Was not granted.
    Refused,
    /// Was done alone and waits for somebody to look at it.
    Unreviewed,
    /// Somebody has looked at it.
    Reviewed,
    /// Was granted and used; it works once.
    Used,
}

words!(Matter { Contact = "contact", Minor = "minor", BreakGlass = "break_glass", Erase = "erase", Recovery = "recovery", Export = "export", Plan = "plan" });
words!(ApprovalState {
    Asked = "asked",
    Granted = "granted",
    Refused = "refused",
    Unreviewed = "unreviewed",
    Reviewed = "reviewed",
    Used = "used",
});

/// Why it is asked, as a word that also those may read who hold no key to the typed reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To ask for what is missing.
    AskBack,
    /// To meet, or be led to the place.
    Meet,
    /// To protect whoever reported.
    Protect,
    /// To verify that the report is true.
    Verify,
    /// Something else, which the typed reason says.
    Other,
}

words!(Purpose {
    AskBack = "ask_back",
    Meet = "meet",
    Protect = "protect",
    Verify = "verify",
    Other = "other",
});

/// A request, or something done alone, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Row id.
    pub id: i64,
    /// Public id; also the id of the event that holds the typed reason.
    pub uid: Uid,
    /// What it is about.
    pub matter: Matter,
    /// Who asked or did it.
    pub asked_by: i64,
    /// Who decided or looked at it.
    pub decided_by: Option<i64>,
    /// How far it is.
    pub state: ApprovalState,
    /// When it was asked or done.
    pub asked: Minute,
    /// Until when: for being decided, for being used, for being looked at.
    pub expires: Minute,
}

/// Why an officer does not decide it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotDecided {
    /// It was their own.
    #[error("nobody decides what they asked for")]
    Oneself,
    /// It is decided, or its time is over.
    #[error("it is decided already, or its time is over")]
    Past,
}

impl Matter {
    /// How long what was granted may be used, in minutes.
    pub const fn grant_minutes(self) -> i64 {
        match self {
            Self::Minor => MINOR_MINUTES,
            Self::Contact | Self::BreakGlass | Self::Erase | Self::Recovery | Self::Export | Self::Plan => {
                GRANT_MINUTES
            }
        }
    }
}

/// Whether a minor's record is still closed to this officer: reading it takes a stated purpose and the approval of a
/// responsible person (儿童个人信息网络保护规定 15, 未成年人网络保护条例 36). The agency's head is that person; where
/// somebody is in immediate danger the approval stands for everybody who may read at all.
pub fn closed_for_minor<'a>(
    officer: &Officer,
    (has_minor, urgency): (bool, Urgency),
    approvals: impl IntoIterator<Item = &'a Approval>,
    now: Minute,
) -> bool {
    let standing = urgency == Urgency::Immediate || officer.role != Role::Handler;
    let granted = |it: &Approval| it.matter == Matter::Minor && it.is_good_for(officer, now);
    has_minor && !standing && !approvals.into_iter().any(granted)
}

impl Approval {
    /// Whether it lets this officer see who the reporter is, now.
    pub fn opens_for(&self, officer: &Officer, now: Minute) -> bool {
        self.matter == Matter::Contact && self.is_good_for(officer, now)
    }

    /// Whether it was granted to this officer, and its time is not over.
    pub fn is_good_for(&self, officer: &Officer, now: Minute) -> bool {
        self.asked_by == officer.id && self.is_granted(now)
    }

    /// Whether it was granted, and its time is not over.
    pub fn is_granted(&self, now: Minute) -> bool {
        self.state == ApprovalState::Granted && now < self.expires
    }

    /// Whether it waits for somebody.
    pub fn waits(&self, now: Minute) -> bool {
        match self.state {
            ApprovalState::Asked => now < self.expires,
            // Looking at it late is better than never.
            ApprovalState::Unreviewed => true,
            ApprovalState::Granted
            | ApprovalState::Refused
            | ApprovalState::Reviewed
            | ApprovalState::Used => false,
        }
    }

    /// Whether it was done alone and nobody looked at it in time.
    pub fn is_overdue(&self, now: Minute) -> bool {
        self.state == ApprovalState::Unreviewed && now >= self.expires
    }

    /// Whether this officer may decide it, where the table lets them decide such things at all.
    pub fn decidable_by(&self, officer: &Officer, now: Minute) -> Result<(), NotDecided> {
        if self.asked_by == officer.id {
            return Err(NotDecided::Oneself);
        }
        if self.waits(now) { Ok(()) } else { Err(NotDecided::Past) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::officer::example;
    use crate::people::roles::Role;
    use crate::vault::entropy::SeededEntropy;

    fn officer(id: i64) -> Officer {
        example(id, "psb", Role::AgencyLead)
    }

    fn approval(state: ApprovalState) -> Approval {
        let uid = Uid::generate(&SeededEntropy::new(2));
        let matter = Matter::Contact;
        Approval {
            id: 1,
            uid,
            matter,
            asked_by: 1,
            decided_by: None,
            state,
            asked: Minute(0),
            expires: Minute(100),
        }
    }

    #[test]
    fn only_what_was_granted_opens_only_for_who_asked_only_in_its_time() {
        for state in ApprovalState::ALL {
            let opens = approval(*state).opens_for(&officer(1), Minute(99));
            assert_eq!(opens, *state == ApprovalState::Granted, "{state}");
        }
        let granted = approval(ApprovalState::Granted);
        assert!(!granted.opens_for(&officer(2), Minute(99)));
        assert!(!granted.opens_for(&officer(1), Minute(100)));
        let alone = Approval { matter: Matter::BreakGlass, ..granted };
        assert!(!alone.opens_for(&officer(1), Minute(99)));
    }

    #[test]
    fn a_minors_record_opens_by_approval_by_being_the_head_or_by_danger() {
        let handler = Officer { role: Role::Handler, ..officer(1) };
        let closed = |who: &Officer, minor, urgency, all: &[Approval]| {
            closed_for_minor(who, (minor, urgency), all, Minute(50))
        };
        let granted = Approval { matter: Matter::Minor, ..approval(ApprovalState::Granted) };

        assert!(closed(&handler, true, Urgency::Urgent, &[]));
        assert!(!closed(&handler, false, Urgency::Urgent, &[]));
        assert!(!closed(&handler, true, Urgency::Immediate, &[]));
        assert!(!closed(&officer(1), true, Urgency::Normal, &[]), "the head is who approves");
        assert!(!closed(&handler, true, Urgency::Normal, std::slice::from_ref(&granted)));
        assert!(closed(
            &handler,
            true,
            Urgency::Normal,
            &[Approval { expires: Minute(50), ..granted.clone() }]
        ));
        assert!(closed(&handler, true, Urgency::Normal, &[Approval { asked_by: 2, ..granted.clone() }]));
        assert!(
            closed(&handler, true, Urgency::Normal, &[approval(ApprovalState::Granted)]),
            "for the contact only"
        );
    }

    #[test]
    fn nobody_decides_their_own_request_and_nobody_one_that_is_past() {
        let asked = approval(ApprovalState::Asked);
        assert_eq!(asked.decidable_by(&officer(1), Minute(1)), Err(NotDecided::Oneself));
        assert_eq!(asked.decidable_by(&officer(2), Minute(99)), Ok(()));
        assert_eq!(asked.decidable_by(&officer(2), Minute(100)), Err(NotDecided::Past));
        for state in [ApprovalState::Granted, ApprovalState::Refused, ApprovalState::Reviewed] {
            assert_eq!(
                approval(state).decidable_by(&officer(2), Minute(1)),
                Err(NotDecided::Past),
                "{state}"
            );
        }
    }

    #[test]
    fn a_broken_glass_is_looked_at_also_late_and_is_then_overdue() {
        let broken = Approval { matter: Matter::BreakGlass, ..approval(ApprovalState::Unreviewed) };
        assert_eq!((broken.is_overdue(Minute(99)), broken.is_overdue(Minute(100))), (false, true));
        assert_eq!(broken.decidable_by(&officer(2), Minute(5000)), Ok(()));
        assert_eq!(broken.decidable_by(&officer(1), Minute(5)), Err(NotDecided::Oneself));
    }
}
