//! The life of a tip as one state machine. Owns which act may follow which status and what the reporter is
//! told of it; refuses who may act (that is `people::roles`) and everything the act writes.
//!
//! One invariant: every pair of status and act has exactly one outcome, and the table in the test below
//! states all of them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Where a tip stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Received; nobody has opened it.
    New,
    /// An officer has it before them.
    Claimed,
    /// Handed to another agency, where nobody has opened it yet.
    Referred,
    /// The lead has taken it on.
    Accepted,
    /// The reporter has been asked something.
    Waiting,
    /// Done, with an outcome.
    Closed,
    /// 搁置: no matter of this portal, or nothing to work on. Whoever set it aside, or a second person, takes it back.
    SetAside,
}

/// What can happen to a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// An officer takes it to work on.
    Claim,
    /// The lead takes it on for good.
    Accept,
    /// An officer writes a note for colleagues.
    Note,
    /// An officer writes to the reporter.
    Reply,
    /// An officer writes to the reporter and needs an answer.
    Ask,
    /// Category, district or urgency are put right; the same agency keeps the lead.
    Correct,
    /// They are put right, and the lead changes with them.
    Reroute,
    /// It is handed to another agency.
    Refer,
    /// It is done.
    Close,
    /// The reporter adds something.
    Add,
    /// Its lead has nobody left: it goes to the next body above.
    Rehome,
    /// Whoever worked on it is gone: it stands in the queue again.
    Release,
    /// The lead releases a text to bodies that are told.
    SendExcerpt,
    /// The lead takes such a text back.
    WithdrawExcerpt,
    /// 搁置: it is no matter of this portal, or there is nothing to work on.
    SetAside,
    /// An officer of the lead takes a tip that was set aside to work on after all.
    TakeBack,
    /// 复核: a second person agrees that it was set aside.
    Uphold,
    /// 复核: a second person does not agree: it stands in the queue again.
    PutBack,
    /// 接手: a colleague takes it over from whoever has it.
    TakeOver,
    /// 跳过: whoever has it passes it by.
    Skip,
    /// The claim has run out: it stands in the queue again.
    Lapse,
}

/// The act cannot follow the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{act} cannot follow {status}")]
pub struct NotNow {
    /// Where the tip stands.
    pub status: Status,
    /// What was asked.
    pub act: Act,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Claimed,
        Self::Referred,
        Self::Accepted,
        Self::Waiting,
        Self::Closed,
        Self::SetAside,
    ];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Claimed => "claimed",
            Self::Referred => "referred",
            Self::Accepted => "accepted",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
            Self::SetAside => "set_aside",
        }
    }

    /// Whether somebody still has to act.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::SetAside)
    }

    /// Where the tip stands after `act`.
    ///
    /// A closed tip opens again only by what its reporter adds: whatever an officer still has to say about
    /// it goes into a note. One that was set aside is taken back whenever somebody sees that it was wrong.
    pub const fn after(self, act: Act) -> Result<Self, NotNow> {
        let refused = Err(NotNow { status: self, act });
        match (self, act) {
            (status, Act::Note | Act::WithdrawExcerpt) => Ok(status),
            // A closed tip changes hands too: its reporter may open it again.
            (Self::Closed | Self::SetAside, Act::Rehome) => Ok(self),
            (Self::Closed | Self::SetAside, Act::Add) => Ok(Self::New),
            (Self::SetAside, Act::TakeBack) => Ok(Self::Claimed),
            (Self::SetAside, Act::PutBack) => Ok(Self::New),
            (Self::SetAside, Act::Uphold) => Ok(Self::SetAside),
            (Self::Claimed | Self::Accepted | Self::Waiting, Act::TakeOver) => Ok(self),
            (Self::Claimed, Act::Skip | Act::Lapse) => Ok(Self::New),
            (_, Act::TakeOver | Act::Skip | Act::Lapse) => refused,
            (Self::Closed | Self::SetAside, _) | (_, Act::TakeBack | Act::PutBack | Act::Uphold) => refused,
            // What the reporter was asked for may have come: whoever asked looks again.
            (Self::Waiting, Act::Add) => Ok(Self::Accepted),
            (status, Act::Add | Act::Correct) => Ok(status),
            (Self::New | Self::Referred, Act::Claim) => Ok(Self::Claimed),
            // Taking over what a colleague has begun changes hands, not standing.
            (status, Act::Claim) => Ok(status),
            // Nobody decides or answers what nobody has opened.
            (
                Self::New | Self::Referred,
                Act::Accept | Act::Reply | Act::Ask | Act::Close | Act::SetAside | Act::SendExcerpt,
            ) => refused,
            (status, Act::SendExcerpt) => Ok(status),
            (Self::Accepted, Act::Accept) => refused,
            (_, Act::Accept) => Ok(Self::Accepted),
            (Self::Waiting, Act::Reply) => Ok(Self::Accepted),
            (status, Act::Reply) => Ok(status),
            (_, Act::Ask) => Ok(Self::Waiting),
            (_, Act::Reroute | Act::Refer | Act::Rehome) => Ok(Self::Referred),
            (Self::Claimed, Act::Release) => Ok(Self::New),
            (status, Act::Release) => Ok(status),
            (_, Act::Close) => Ok(Self::Closed),
            (_, Act::SetAside) => Ok(Self::SetAside),
        }
    }

    /// What the reporter reads.
    pub const fn plain(self) -> PlainStatus {
        match self {
            Self::New => PlainStatus::Received,
            Self::Claimed => PlainStatus::BeingRead,
            Self::Referred => PlainStatus::Passed,
            Self::Accepted => PlainStatus::Accepted,
            Self::Waiting => PlainStatus::NeedMore,
            Self::Closed | Self::SetAside => PlainStatus::Closed,
        }
    }
}

/// The text is no word for a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a status of a tip")]
pub struct UnknownStatus;

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 21] = [
        Self::Claim,
        Self::Accept,
        Self::Note,
        Self::Reply,
        Self::Ask,
        Self::Correct,
        Self::Reroute,
        Self::Refer,
        Self::Close,
        Self::Add,
        Self::Rehome,
        Self::Release,
        Self::SendExcerpt,
        Self::WithdrawExcerpt,
        Self::SetAside,
        Self::TakeBack,
        Self::Uphold,
        Self::PutBack,
        Self::TakeOver,
        Self::Skip,
        Self::Lapse,
    ];

    /// Whether something has been done by it that the deadline to the first action asks for: it was decided
    /// whose it is or what it is, or the reporter was written to. To take it up or to note something is not
    /// yet to act. To set it aside is not either: whoever takes it back finds the clock as it ran from the start.
    pub const fn is_first_action(self) -> bool {
        match self {
            Self::Accept | Self::Reply | Self::Ask => true,
            Self::Correct | Self::Reroute | Self::Refer | Self::Close => true,
            Self::Claim | Self::Note | Self::Add | Self::Rehome | Self::Release => false,
            Self::SendExcerpt | Self::WithdrawExcerpt => false,
            Self::SetAside | Self::TakeBack | Self::Uphold | Self::PutBack => false,
            Self::TakeOver | Self::Skip | Self::Lapse => false,
        }
    }

    /// The word in history and audit.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claim => "claimed",
            Self::Accept => "accepted",
            Self::Note => "noted",
            Self::Reply => "replied",
            Self::Ask => "asked",
            Self::Correct => "corrected",
            Self::Reroute => "rerouted",
            Self::Refer => "referred",
            Self::Close => "closed",
            Self::Add => "added",
            Self::Rehome => "rehomed",
            Self::Release => "released",
            Self::SendExcerpt => "excerpt_sent",
            Self::WithdrawExcerpt => "excerpt_withdrawn",
            Self::SetAside => "set_aside",
            Self::TakeBack => "taken_back",
            Self::Uphold => "upheld",
            Self::PutBack => "put_back",
            Self::TakeOver => "taken_over",
            Self::Skip => "skipped",
            Self::Lapse => "lapsed",
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The six states a reporter is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlainStatus {
    /// 已收到
    Received,
    /// 正在看
    BeingRead,
    /// 已转给(单位)
    Passed,
    /// 已受理
    Accepted,
    /// 需要您补充
    NeedMore,
    /// 已办结
    Closed,
}

impl PlainStatus {
    /// Every plain state, in the order a tip usually passes them.
    pub const ALL: [Self; 6] =
        [Self::Received, Self::BeingRead, Self::Passed, Self::Accepted, Self::NeedMore, Self::Closed];

    /// The word in pages' attributes, in answers to programs and in the ids of texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::BeingRead => "being_read",
            Self::Passed => "passed",
            Self::Accepted => "accepted",
            Self::NeedMore => "need_more",
            Self::Closed => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row per act of `Act::ALL`, one column per status of `Status::ALL`; `-` is a refusal.
    #[rustfmt::skip]
    const TABLE: [(Act, [&str; 7]); 21] = [
        //                      new         claimed     referred    accepted    waiting     closed    set aside
        (Act::Claim,           ["claimed",  "claimed",  "claimed",  "accepted", "waiting",  "-",      "-"]),
        (Act::Accept,          ["-",        "accepted", "-",        "-",        "accepted", "-",      "-"]),
        (Act::Note,            ["new",      "claimed",  "referred", "accepted", "waiting",  "closed", "set_aside"]),
        (Act::Reply,           ["-",        "claimed",  "-",        "accepted", "accepted", "-",      "-"]),
        (Act::Ask,             ["-",        "waiting",  "-",        "waiting",  "waiting",  "-",      "-"]),
        (Act::Correct,         ["new",      "claimed",  "referred", "accepted", "waiting",  "-",      "-"]),
        (Act::Reroute,         ["referred", "referred", "referred", "referred", "referred", "-",      "-"]),
        (Act::Refer,           ["referred", "referred", "referred", "referred", "referred", "-",      "-"]),
        (Act::Close,           ["-",        "closed",   "-",        "closed",   "closed",   "-",      "-"]),
        (Act::Add,             ["new",      "claimed",  "referred", "accepted", "accepted", "new",    "new"]),
        (Act::Rehome,          ["referred", "referred", "referred", "referred", "referred", "closed", "set_aside"]),
        (Act::Release,         ["new",      "new",      "referred", "accepted", "waiting",  "-",      "-"]),
        (Act::SendExcerpt,     ["-",        "claimed",  "-",        "accepted", "waiting",  "-",      "-"]),
        (Act::WithdrawExcerpt, ["new",      "claimed",  "referred", "accepted", "waiting",  "closed", "set_aside"]),
        (Act::SetAside,        ["-",        "set_aside", "-",       "set_aside", "set_aside", "-",    "-"]),
        (Act::TakeBack,        ["-",        "-",        "-",        "-",        "-",        "-",      "claimed"]),
        (Act::Uphold,          ["-",        "-",        "-",        "-",        "-",        "-",      "set_aside"]),
        (Act::PutBack,         ["-",        "-",        "-",        "-",        "-",        "-",      "new"]),
        (Act::TakeOver,        ["-",        "claimed",  "-",        "accepted", "waiting",  "-",      "-"]),
        (Act::Skip,            ["-",        "new",      "-",        "-",        "-",        "-",      "-"]),
        (Act::Lapse,           ["-",        "new",      "-",        "-",        "-",        "-",      "-"]),
    ];

    #[test]
    fn every_status_and_act_has_the_outcome_of_the_table() {
        assert_eq!(TABLE.map(|(act, _)| act), Act::ALL);
        for (act, row) in TABLE {
            for (status, expected) in Status::ALL.into_iter().zip(row) {
                let found = status.after(act).map_or("-", Status::as_str);
                assert_eq!(found, expected, "{act} after {status}");
            }
        }
    }

    #[test]
    fn a_refusal_names_what_was_asked() {
        let refused = Status::Closed.after(Act::Refer).unwrap_err();
        assert_eq!(refused, NotNow { status: Status::Closed, act: Act::Refer });
        assert_eq!(refused.to_string(), "referred cannot follow closed");
    }

    #[test]
    fn every_tip_can_be_closed_and_no_open_tip_is_stuck() {
        for start in Status::ALL {
            let opened = start.after(Act::Claim).or_else(|_| start.after(Act::Add)?.after(Act::Claim));
            assert_eq!(opened.unwrap().after(Act::Close), Ok(Status::Closed), "from {start}");
        }
    }

    #[test]
    fn to_take_it_up_to_note_to_add_and_what_nobody_decides_are_no_first_action_and_everything_else_is() {
        let idle: Vec<Act> = Act::ALL.into_iter().filter(|act| !act.is_first_action()).collect();
        let of_the_portal = [Act::Claim, Act::Note, Act::Add, Act::Rehome, Act::Release];
        let released = [Act::SendExcerpt, Act::WithdrawExcerpt];
        let aside = [Act::SetAside, Act::TakeBack, Act::Uphold, Act::PutBack];
        let leases = [Act::TakeOver, Act::Skip, Act::Lapse];
        assert_eq!(idle, [&of_the_portal[..], &released, &aside, &leases].concat());
    }

    #[test]
    fn words_read_back_and_the_reporter_hears_six_things() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert_eq!("done".parse::<Status>(), Err(UnknownStatus));
        assert_eq!(
            Status::ALL[..6].iter().map(|status| status.plain()).collect::<Vec<_>>(),
            PlainStatus::ALL
        );
        assert_eq!(Status::SetAside.plain(), PlainStatus::Closed);
    }
}
