//! A row of the record in words: who, what, and the codes beside it. Owns which codes are said how; refuses
//! texts of its own.

use serde_json::Value;

use crate::i18n::Texts;
use crate::plan::Plan;
use crate::store::audit::list::Line;
use crate::web::desk::words;

/// Every act that may stand in the record and has words.
pub(super) const ACTS: [&str; 80] = [
    "tip.received",
    "tip.added",
    "receipt.opened",
    "receipt.proof",
    "tip.read",
    "tip.facts_read",
    "tip.file_read",
    "tip.refused",
    "tip.contact_asked",
    "tip.contact_granted",
    "tip.contact_refused",
    "tip.contact_read",
    "tip.glass_broken",
    "tip.glass_reviewed",
    "tip.minor_asked",
    "tip.minor_granted",
    "tip.minor_refused",
    "tip.claimed",
    "tip.accepted",
    "tip.noted",
    "tip.replied",
    "tip.asked",
    "tip.corrected",
    "tip.rerouted",
    "tip.referred",
    "tip.closed",
    "tip.rehomed",
    "tip.released",
    "tip.hold_set",
    "tip.hold_lifted",
    "tip.erase_asked",
    "tip.erase_granted",
    "tip.erase_refused",
    "tip.erased",
    "tip.files_erased",
    "tip.identity_erased",
    "session.opened",
    "session.refused",
    "session.closed",
    "sessions.ended",
    "factor.added",
    "factor.removed",
    "codes.renewed",
    "codes.used",
    "password.changed",
    "officer.enrolled",
    "officer.granted",
    "officer.proposed",
    "officer.reset_proposed",
    "officer.confirmed",
    "officer.declined",
    "officer.invited",
    "officer.uninvited",
    "officer.reset",
    "officer.changed",
    "officer.sessions_ended",
    "officer.leaving",
    "officer.stays",
    "officer.ended",
    "office.refused",
    "keys.rotated",
    "keys.resealed",
    "recovery.asked",
    "recovery.granted",
    "recovery.refused",
    "recovery.used",
    "portal.set_up",
    "key.accepted",
    "portal.restored",
    "notices.released",
    "purge.begun",
    "purge.erased",
    "purge.unlinked",
    "purge.scrubbed",
    "record.read",
    "record.exported",
    "record.reported",
    "record.verified",
    "record.pruned",
    "record.closed",
];

/// What was done; the bare word for an act that has no words.
pub(super) fn act(t: Texts, act: &str) -> String {
    let id = format!("audit-act-{}", act.replace(['.', '_'], "-"));
    if t.has(&id) { t.get(&id) } else { act.to_owned() }
}

/// Who did it.
pub(super) fn who(t: Texts, plan: &Plan, line: &Line) -> String {
    match &line.who {
        Some(who) => {
            let agency =
                who.agency.parse().map_or_else(|_| who.agency.clone(), |a| words::agency(t, plan, &a));
            format!("{} · {agency}", who.name)
        }
        None => t.get(&format!("audit-actor-{}", line.actor)),
    }
}

/// The number of the tip it was about.
pub(super) fn tip(t: Texts, line: &Line) -> String {
    match &line.tip {
        Some(uid) => uid.chars().take(8).collect::<String>().to_uppercase(),
        None if line.of_tip => t.get("audit-tip-gone"),
        None => String::new(),
    }
}

/// The codes beside it, each with its name.
pub(super) fn detail(t: Texts, plan: &Plan, detail: &Value) -> Vec<String> {
    let Some(detail) = detail.as_object() else { return Vec::new() };
    let said = detail.iter().filter(|(name, _)| !matches!(name.as_str(), "reason" | "link" | "anchor"));
    said.filter_map(|(name, value)| one(t, plan, name, value)).collect()
}

fn one(t: Texts, plan: &Plan, name: &str, value: &Value) -> Option<String> {
    let said = match value {
        Value::Null => return None,
        Value::Object(parts) => {
            let parts: Vec<String> =
                parts.iter().filter_map(|(name, part)| code(t, plan, name, part)).collect();
            parts.join(words::comma(t))
        }
        value => code(t, plan, name, value)?,
    };
    let id = format!("audit-detail-{}", name.replace('_', "-"));
    let label = if t.has(&id) { t.get(&id) } else { name.to_owned() };
    Some(format!("{label}{}{said}", words::colon(t)))
}

/// A code as people say it, where it is one that has a name.
fn code(t: Texts, plan: &Plan, name: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => return Some(t.get("audit-yes")),
        Value::Bool(false) => return Some(t.get("audit-no")),
        _ => return None,
    };
    let named = match name {
        "category" => text.parse().ok().map(|code| words::category(t, plan, &code)),
        "district" => text.parse().ok().map(|code| words::district(t, plan, Some(&code))),
        "urgency" => text.parse().ok().map(|urgency| words::urgency(t, urgency)),
        "agency" | "lead" | "from" | "to" => text.parse().ok().map(|code| words::agency(t, plan, &code)),
        "as" => named(t, &format!("audit-as-{}", text.replace('_', "-"))),
        "status" => named(t, &format!("desk-status-{text}")),
        "act" => Some(act(t, &text)),
        _ => None,
    };
    Some(named.unwrap_or(text))
}

fn named(t: Texts, id: &str) -> Option<String> {
    t.has(id).then(|| t.get(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn every_act_has_words_in_every_language() {
        for locale in Locale::ALL {
            for word in ACTS {
                assert_ne!(act(Texts(locale), word), word, "{locale:?}");
            }
        }
        assert_eq!(act(Texts(Locale::Zh), "made.up"), "made.up");
    }
}
