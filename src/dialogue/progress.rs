//! Where a tip stands, in the six plain words and with the minute of each step. Owns folding the history
//! into steps; refuses names and reasons: the history's codes are all it reads.

use crate::clock::Minute;
use crate::triage::status::{Act, PlainStatus, Status};

/// One step a reporter is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub status: PlainStatus,
    /// When it was reached.
    pub minute: Minute,
}

/// The steps of a history (kinds of events with their minutes, oldest first). Begins with "received"; an
/// event that changes nothing for the reporter is no step.
pub fn steps<'a>(history: impl IntoIterator<Item = (&'a str, Minute)>) -> Vec<Step> {
    let mut status = Status::New;
    let mut steps: Vec<Step> = Vec::new();
    for (kind, minute) in history {
        let act = Act::ALL.into_iter().find(|act| act.as_str() == kind);
        status = act.and_then(|act| status.after(act).ok()).unwrap_or(status);
        if steps.last().is_none_or(|last| last.status != status.plain()) {
            steps.push(Step { status: status.plain(), minute });
        }
    }
    steps
}

/// Whether nobody has looked since the report came in, or since the reporter last added something.
pub fn is_unread<'a>(history: impl IntoIterator<Item = &'a str>) -> bool {
    history.into_iter().fold(true, |unread, kind| match kind {
        "received" | "added" => true,
        "accepted" | "noted" | "replied" | "asked" | "corrected" | "rerouted" | "referred" | "closed" => {
            false
        }
        "set_aside" | "upheld" | "put_back" => false,
        _ => unread,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(history: &[&str]) -> Vec<&'static str> {
        let history = history.iter().zip(0..).map(|(kind, minute)| (*kind, Minute(minute)));
        steps(history).into_iter().map(|step| step.status.as_str()).collect()
    }

    #[test]
    fn a_whole_life_reads_in_plain_words() {
        assert_eq!(
            names(&[
                "received", "claimed", "noted", "asked", "added", "referred", "claimed", "accepted", "closed"
            ]),
            ["received", "being_read", "need_more", "accepted", "passed", "being_read", "accepted", "closed"]
        );
    }

    #[test]
    fn what_opens_a_closed_tip_again_is_a_new_beginning() {
        assert_eq!(
            names(&["received", "claimed", "closed", "added"]),
            ["received", "being_read", "closed", "received"]
        );
    }

    #[test]
    fn what_somebody_looked_at_is_read_until_the_reporter_says_more() {
        assert!(is_unread(["received", "claimed", "lapsed"]), "to claim is not yet to read");
        assert!(!is_unread(["received", "claimed", "noted", "lapsed"]));
        assert!(is_unread(["received", "claimed", "closed", "added"]));
        assert!(!is_unread(["received", "claimed", "set_aside", "put_back"]));
    }

    #[test]
    fn an_unknown_or_impossible_event_is_no_step() {
        assert_eq!(names(&["received", "haunted", "closed"]), ["received"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn each_step_keeps_its_own_minute() {
        let all = steps([("received", Minute(5)), ("claimed", Minute(9)), ("noted", Minute(11))]);
        assert_eq!(all[1], Step { status: PlainStatus::BeingRead, minute: Minute(9) });
        assert_eq!(all.len(), 2);
    }
}
