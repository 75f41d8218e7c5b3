//! The texts of the desk: every one that a page names exists, and none is left over.

/// The ids that pages put together from codes.
fn families() -> Vec<String> {
    use homeward::intake::report::{Consent, IdentityLevel, YesNo};
    use homeward::plan::Urgency;
    use homeward::triage::aside::{Noise, Sign};
    use homeward::triage::lease::Skip;
    use homeward::triage::outcome::Outcome;
    use homeward::triage::status::Status;
    let mut ids = Vec::new();
    let mut family =
        |stem: &str, words: &[&str]| ids.extend(words.iter().map(|word| format!("{stem}{word}")));
    family("desk-status-", &Status::ALL.map(Status::as_str));
    family("desk-lane-", &Urgency::ALL.map(Urgency::as_str));
    family("desk-outcome-", &Outcome::ALL.map(Outcome::as_str));
    family("desk-yesno-", &YesNo::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    family("desk-identity-", &IdentityLevel::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    family("desk-consent-", &Consent::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    family("desk-relation-", &["ladder", "content", "told", "excluded"]);
    family("desk-noise-", &Noise::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    family("desk-skip-", &Skip::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    family("desk-look-sign-", &Sign::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>());
    for tab in ["agency", "mine", "ladder", "told", "aside"] {
        family(&format!("desk-tab-{tab}"), &["", "-hint", "-empty"]);
    }
    let columns = ["lane", "number", "category", "district", "received", "deadline", "status", "holder"];
    family("desk-col-", &columns);
    for stem in ["ago", "left", "overdue"] {
        family(&format!("desk-{stem}-"), &["minutes", "hours", "days"]);
    }
    let events = ["received", "claimed", "accepted", "noted", "replied", "asked", "corrected", "rerouted"];
    family("desk-event-", &events);
    family(
        "desk-event-",
        &["referred", "closed", "added", "reopened", "contact-opened", "rehomed", "released"],
    );
    family(
        "desk-event-",
        &[
            "contact-asked",
            "contact-granted",
            "contact-refused",
            "glass-broken",
            "glass-reviewed",
            "minor-asked",
            "minor-granted",
            "minor-refused",
            "erase-asked",
            "erase-refused",
        ],
    );
    family(
        "desk-event-",
        &["set-aside", "taken-back", "upheld", "put-back", "taken-over", "skipped", "lapsed"],
    );
    family("desk-event-", &["hold-set", "hold-lifted", "handed-on", "excerpt-sent", "excerpt-withdrawn"]);
    let roles: Vec<String> =
        homeward::people::roles::Role::ALL.iter().map(|role| role.as_str().replace('_', "-")).collect();
    family("people-role-", &roles.iter().map(String::as_str).collect::<Vec<_>>());
    family("people-recovery-", &["asked", "granted", "refused", "used", "over"]);
    family("mailboxes-col-", &["agency", "confirmed", "wanted"]);
    family("setup-does-", &["system", "security", "auditor"]);
    family("desk-purpose-", &["ask-back", "meet", "protect", "verify", "other"]);
    ids
}

/// The stems of the desk's texts.
const STEMS: [&str; 6] = ["desk-", "people-", "approvals-", "figures-", "setup-", "mailboxes-"];

/// Every whole literal of the desk's sources that begins like a text of the desk.
fn literals() -> Vec<String> {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/desk")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(path).unwrap();
            let places = STEMS.iter().flat_map(|stem| {
                source.match_indices(&format!("\"{stem}")).map(|(at, _)| at).collect::<Vec<_>>()
            });
            let ids = places.map(|at| source[at + 1..].chars().take_while(|c| *c != '"').collect::<String>());
            found.extend(ids.filter(|id| !id.contains('{') && !is_stem(id)));
        }
    }
    found
}

fn is_stem(id: &str) -> bool {
    ["ago", "left", "overdue"].map(|stem| format!("desk-{stem}")).contains(&id.to_owned())
}

/// The ids in every locale file that begin like a text of the desk.
fn known() -> std::collections::BTreeSet<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/locales/zh");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let ids = files.flat_map(|file| {
        file.lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect::<Vec<_>>()
    });
    ids.filter(|id| STEMS.iter().any(|stem| id.starts_with(stem))).collect()
}

#[test]
fn every_text_of_the_desk_exists_and_none_is_left_over() {
    let known = known();
    let used: std::collections::BTreeSet<String> = families().into_iter().chain(literals()).collect();

    let missing: Vec<_> = used.iter().filter(|id| !known.contains(*id)).collect();
    let left: Vec<_> = known.iter().filter(|id| !used.contains(*id)).collect();

    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(left.is_empty(), "left over: {left:?}");
}
