//! A row of the record in words: who, what, and the codes beside it. Owns which codes are said how; refuses
//! texts of its own.

use serde_json::Value;

use crate::audit::acts::DETAILS;
use crate::i18n::Texts;
use crate::people::roles::Role;
use crate::plan::Plan;
use crate::store::audit::list::{Line, Who};
use crate::web::desk::words;

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

/// What the codes beside an act are said with.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) t: Texts,
    pub(super) plan: &'a Plan,
    /// Whoever may be named by a number.
    pub(super) people: &'a [Who],
}

impl Words<'_> {
    /// The codes beside an act, each with its name; digests are for machines and left out.
    pub(super) fn detail(self, detail: &Value) -> Vec<String> {
        let Some(detail) = detail.as_object() else { return Vec::new() };
        let said = detail.iter().filter(|(name, _)| DETAILS.contains(&name.as_str()));
        said.filter_map(|(name, value)| self.one(name, value)).collect()
    }

    fn one(self, name: &str, value: &Value) -> Option<String> {
        let t = self.t;
        let said = match value {
            Value::Null => return None,
            Value::Object(parts) => {
                let parts: Vec<String> =
                    parts.iter().filter_map(|(name, part)| self.code(name, part)).collect();
                parts.join(words::comma(t))
            }
            // Rows that only the record itself knows: how many there were.
            Value::Array(all) if all.iter().all(Value::is_number) => all.len().to_string(),
            Value::Array(all) => {
                let all: Vec<String> = all.iter().filter_map(|one| self.code(name, one)).collect();
                all.join(words::comma(t))
            }
            value => self.code(name, value)?,
        };
        let label = t.get(&format!("audit-detail-{}", name.replace('_', "-")));
        Some(format!("{label}{}{said}", words::colon(t)))
    }

    /// A code as people say it, where it is one that has a name.
    fn code(self, name: &str, value: &Value) -> Option<String> {
        let (t, plan) = (self.t, self.plan);
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(true) => return Some(t.get("audit-yes")),
            Value::Bool(false) => return Some(t.get("audit-no")),
            _ => return None,
        };
        let word = text.replace('_', "-");
        let said = match name {
            "category" => text.parse().ok().map(|code| words::category(t, plan, &code)),
            "district" => text.parse().ok().map(|code| words::district(t, plan, Some(&code))),
            "urgency" => text.parse().ok().map(|urgency| words::urgency(t, urgency)),
            "from" | "to" if text.parse::<Role>().is_ok() => named(t, &format!("people-role-{word}")),
            "agency" | "lead" | "from" | "to" => text.parse().ok().map(|code| words::agency(t, plan, &code)),
            "officer" => value
                .as_i64()
                .and_then(|id| self.people.iter().find(|it| it.id == id))
                .map(|it| it.name.clone()),
            "role" => named(t, &format!("people-role-{word}")),
            "as" => named(t, &format!("audit-as-{word}")),
            "question" => named(t, &format!("audit-q-{word}")),
            "purpose" => named(t, &format!("desk-purpose-{word}")),
            "status" => named(t, &format!("desk-status-{text}")),
            "act" => Some(act(t, &text)),
            _ => named(t, &format!("audit-value-{name}-{word}")),
        };
        Some(said.unwrap_or(text))
    }
}

fn named(t: Texts, id: &str) -> Option<String> {
    t.has(id).then(|| t.get(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::acts::ACTS;
    use crate::i18n::Locale;
    use crate::people::news::Change;
    use crate::people::roles::{Permission, Right};
    use crate::people::second_factor::Factor;
    use crate::retention::erasure::Why;

    #[test]
    fn every_act_has_words_in_every_language() {
        for locale in Locale::ALL {
            for word in ACTS {
                assert_ne!(act(Texts(locale), word), word, "{locale:?}");
            }
        }
        assert_eq!(act(Texts(Locale::Zh), "made.up"), "made.up");
    }

    #[test]
    fn every_code_beside_an_act_has_a_name_in_every_language() {
        for (locale, name) in Locale::ALL.into_iter().flat_map(|it| DETAILS.map(|name| (it, name))) {
            assert!(Texts(locale).has(&format!("audit-detail-{}", name.replace('_', "-"))), "{name}");
        }
        let asked =
            Right::ALL.iter().map(|it| it.as_str()).chain(Permission::ALL.iter().map(|it| it.as_str()));
        let factors = Factor::ALL.map(|it| ("factor", it.as_str()));
        let changes = Change::ALL.map(|it| ("what", it.as_str()));
        let whys = [Why::Due, Why::Asked].map(|it| ("why", it.as_str()));
        let all = asked.map(|word| ("needed", word)).chain(factors).chain(changes).chain(whys);
        for (name, word) in all {
            let id = format!("audit-value-{name}-{}", word.replace('_', "-"));
            assert!(Texts(Locale::Zh).has(&id) && Texts(Locale::En).has(&id), "{id}");
        }
    }
}
