//! The reporter says more. Owns the pure command: the sealed entry, what becomes of the tip, who is written
//! to; refuses the database. Invariant: whatever the tip's status, an addition is kept, its lead hears of
//! it, and a closed tip opens again.

use serde_json::json;

use super::message::Message;
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::intake::accept::{Sending, entry};
use crate::intake::rows::{EntryRow, EventRow, SubmissionRow};
use crate::links::{self, Link};
use crate::notify::{Notice, NoticeKind};
use crate::plan::{AgencyCode, CategoryCode, Plan, Urgency};
use crate::triage::deadline;
use crate::triage::status::{Act, Status};
use crate::vault::compartment::Compartment;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::seal::SymKey;
use crate::vault::uid::Uid;

/// The tip as it stood when the addition was prepared.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its row id.
    pub id: i64,
    /// Its public id.
    pub uid: Uid,
    /// Its version: the write is refused if another act came first.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// Who answers for it.
    pub lead: AgencyCode,
    /// What it is about.
    pub category: CategoryCode,
    /// How urgent it is.
    pub urgency: Urgency,
}

/// What an addition is made with.
pub struct Tools<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The key file's key.
    pub deployment: &'a DeploymentKey,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Now.
    pub now: Timestamp,
}

/// Everything that is written together.
#[derive(Clone)]
pub struct Addition {
    /// The tip as it stood.
    pub before: Standing,
    /// Where it stands now.
    pub status: Status,
    /// The new deadline of a tip that opens again.
    pub reopened_due: Option<Minute>,
    /// The sealed words.
    pub entry: EntryRow,
    /// What they name.
    pub links: Vec<Link>,
    /// The line in its history.
    pub event: EventRow,
    /// Who is written to.
    pub notice: Notice,
    /// The audit record's row.
    pub audit: AuditRow,
    /// What makes it happen once.
    pub submission: SubmissionRow,
    /// When.
    pub minute: Minute,
}

/// Seals the words and says what becomes of the tip.
pub fn add(
    tools: &Tools<'_>,
    before: Standing,
    key: &SymKey,
    text: String,
    sending: &Sending<'_>,
) -> Addition {
    let minute = tools.now.minute();
    // The state machine takes an addition in every status; its table is tested.
    let status = before.status.after(Act::Add).unwrap_or(before.status);
    let reopened = !before.status.is_open();
    let links = links::links(tools.deployment, [text.as_str()]);
    let message = Message::from_reporter(text, tools.now);
    Addition {
        links,
        status,
        reopened_due: reopened
            .then(|| deadline::due(tools.plan.calendar(), minute, first_action(tools.plan, &before))),
        entry: entry(&before.uid, "added", Compartment::Report, key, &message, tools.entropy),
        event: EventRow {
            uid: Uid::generate(tools.entropy),
            kind: Act::Add.as_str(),
            detail: json!({ "reopened": reopened }).to_string(),
        },
        notice: Notice::now(before.lead, NoticeKind::Added, before.urgency, minute, tools.entropy),
        audit: AuditRow {
            at: minute.start(),
            actor: Actor::Reporter,
            act: "tip.added",
            tip_id: Some(before.id),
            detail: json!({ "status": status.as_str() }),
        },
        submission: SubmissionRow {
            row_mac: sending.key.row_mac(tools.deployment),
            body_mac: sending.body_mac,
            sealed_answer: sending.key.seal_answer(b"added", tools.entropy),
        },
        minute,
        before,
    }
}

/// Minutes to the first action, as for a new tip of this category; a day where the rule is gone.
fn first_action(plan: &Plan, tip: &Standing) -> u32 {
    let minutes = plan.rule(&tip.category).map_or(deadline::DAY, |rule| rule.minutes);
    if tip.urgency == Urgency::Immediate { minutes.min(10) } else { minutes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::thread::{SealedEntry, open_thread};
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::submit_key::SubmitKey;

    fn added(status: Status) -> (Addition, Uid, SymKey) {
        let entropy = SeededEntropy::new(4);
        let (uid, key, submit) =
            (Uid::generate(&entropy), SymKey::generate(&entropy), SubmitKey::generate(&entropy));
        let plan = Plan::embedded().unwrap();
        let deployment = DeploymentKey::from_bytes([1; 32]);
        let before = Standing {
            id: 7,
            uid,
            version: 3,
            status,
            lead: "psb-120114".parse().unwrap(),
            category: "forced_labour".parse().unwrap(),
            urgency: Urgency::Urgent,
        };
        let tools = Tools {
            plan: &plan,
            deployment: &deployment,
            entropy: &entropy,
            now: Timestamp(1_800_000_012_345),
        };
        let sending = Sending { key: &submit, body_mac: [5; 32] };
        (add(&tools, before, &key, "又来了一辆车".into(), &sending), uid, key)
    }

    #[test]
    fn the_words_are_kept_sealed_and_the_lead_hears_of_it_in_every_status() {
        for status in Status::ALL {
            let (addition, tip, key) = added(status);
            let entry = SealedEntry {
                uid: addition.entry.uid,
                kind: addition.entry.kind.into(),
                sealed: addition.entry.sealed.clone(),
                minute: addition.minute,
            };
            let thread = open_thread(&tip, &key, &[entry]).ok().unwrap();
            assert_eq!(thread[0].text, "又来了一辆车");
            assert_eq!(addition.notice.agency.to_string(), "psb-120114");
            assert!(addition.status.is_open(), "{status}");
        }
    }

    #[test]
    fn only_a_closed_tip_gets_a_new_deadline() {
        for status in Status::ALL {
            assert_eq!(added(status).0.reopened_due.is_some(), !status.is_open(), "{status}");
        }
        let (addition, ..) = added(Status::Closed);
        assert!(addition.reopened_due > Some(addition.minute));
    }

    #[test]
    fn nothing_finer_than_a_minute_stands_in_clear() {
        let (addition, ..) = added(Status::Claimed);
        assert_eq!(addition.audit.at.0 % 60_000, 0);
    }
}
