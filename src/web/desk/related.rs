//! Other tips that name the same: on a tip's page as facts, and beside each other with what they say. Owns the reasons
//! as far as this officer's keys open them, and the page on which tips are compared; refuses finding them (`store::links`)
//! and doing anything with two tips at once: nothing is merged here.
//!
//! Invariant: an entity is shown only out of words that this officer has just opened, on record.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::opened::{Opened, open_sheet};
use super::session::SignedIn;
use super::working::{down, keys, not_found, uid_of};
use super::{related_view, stop};
use crate::app::{App, PLAN_ID};
use crate::i18n::Texts;
use crate::links::likeness::{self, Likeness};
use crate::links::profile::{self, Profile};
use crate::links::reason::{Reason, by_name, by_words};
use crate::links::{Shared, found, persons, say};
use crate::plan::Plan;
use crate::store::links::{Beside, Related, compare as read};
use crate::store::tip_page::Sheet;
use crate::store::{Lane, WriteError};
use crate::triage::tip::Tip;
use crate::vault::deployment::DeploymentKey;
use crate::vault::uid::Uid;
use crate::web::reply;

/// Another tip, as far as the page of one shows it.
pub(super) struct Known<'a> {
    /// Its clear facts.
    pub(super) tip: &'a Tip,
    /// Why it stands there.
    pub(super) reasons: BTreeSet<Reason>,
}

/// Another tip, opened.
pub(super) struct Compared {
    /// Its clear facts.
    pub(super) tip: Tip,
    /// What it says.
    pub(super) opened: Opened,
    /// What both name.
    pub(super) reasons: BTreeSet<Reason>,
    /// How like they are, in words; here, and only here, two texts are open at once.
    pub(super) alike: Alike,
}

/// What two opened tips have in common besides numbers.
#[derive(Default)]
pub(super) struct Alike {
    /// Whether they are likely one event.
    pub(super) event: bool,
    /// Whether one may be the person whom the other seeks.
    pub(super) person: bool,
    /// Why, and what speaks against it.
    pub(super) reasons: Vec<String>,
}

/// The others on the page of a tip: what they share is named where the tip's own words say it.
pub(super) fn known<'a>(
    related: &'a [Related],
    opened: &Opened,
    deployment: &DeploymentKey,
) -> Vec<Known<'a>> {
    if related.is_empty() {
        return Vec::new();
    }
    let own = found(opened.reporters_words());
    related.iter().map(|it| Known { tip: &it.tip, reasons: by_name(&it.shares, &own, deployment) }).collect()
}

/// The tip and the others beside each other.
pub(super) async fn compare(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let Some((sheet, others)) = load(&app, &req, &who, uid).await? else { return Ok(not_found(&req)) };
    let path = format!("/desk/tips/{uid}");
    if sheet.closed {
        return Ok(reply::see_other(&format!("{path}?l={}", who.locale.code())));
    }
    let opened = open_sheet(&sheet, &keys(&who, &sheet));
    let own = found(opened.reporters_words());
    let mine = Mine {
        own: &own,
        tip: &sheet.tip,
        profile: profile(&opened, &sheet.tip),
        texts: who.frame(&app, path.clone()).texts,
    };
    let others = others.into_iter().map(|other| compared(&app, &who, &mine, other));
    let others: Vec<Compared> = others.filter(Compared::is_worth_a_look).collect();
    let ctx = who.frame(&app, format!("{path}/related"));
    let now = app.clock.now().minute();
    let view = related_view::Page {
        ctx: &ctx,
        plan: &app.plan(),
        tip: &sheet.tip,
        opened: &opened,
        others: &others,
        now,
    };
    Ok(reply::private_page(StatusCode::OK, related_view::page(&view)))
}

/// Reads all of them, each on record, in one transaction.
async fn load(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    uid: Uid,
) -> Result<Option<(Sheet, Vec<Beside>)>, Error> {
    let (officer, now) = (who.officer.clone(), app.clock.now());
    let read: Result<_, WriteError<()>> = app
        .store
        .write("tip.compare", Lane::Record, move |db| Ok(read(db, PLAN_ID, &officer, &uid, now)?))
        .await;
    read.map_err(|_| stop(down(req)))
}

/// The tip that the others are compared with.
struct Mine<'a> {
    own: &'a [Shared],
    tip: &'a Tip,
    profile: Profile,
    texts: Texts,
}

fn compared(app: &App, who: &SignedIn, mine: &Mine<'_>, other: Beside) -> Compared {
    let Beside { related, sheet } = other;
    let opened = open_sheet(&sheet, &keys(who, &sheet));
    let theirs = found(opened.reporters_words());
    let reasons = by_words(&related.shares, (mine.own, &theirs), &app.deployment);
    let alike = alike(&app.plan(), mine, &profile(&opened, &sheet.tip), &sheet.tip);
    Compared { tip: sheet.tip, opened, reasons, alike }
}

impl Compared {
    /// Tips that only lie near are shown where they are alike.
    fn is_worth_a_look(&self) -> bool {
        !self.reasons.is_empty() || self.alike.event || self.alike.person
    }
}

/// What a comparison needs to know of a tip; it lives as long as the page is made.
fn profile(opened: &Opened, tip: &Tip) -> Profile {
    static READER: LazyLock<profile::Reader> = LazyLock::new(profile::Reader::shared);
    let words: Vec<&str> = opened.reporters_words().collect();
    Profile::of(&words.join("\n"), tip.received.local().day(), &READER)
}

/// How many reasons are told, what tells most first.
const TOLD: usize = 8;

/// Whether the first seeks somebody whom the second may have found, and the other way round.
fn seeks(one: &Tip, other: &Tip) -> (bool, bool) {
    let sought = |tip: &Tip| persons::SOUGHT.contains(&tip.category.as_str());
    let found = |tip: &Tip| persons::FOUND.contains(&tip.category.as_str());
    (sought(one) && found(other), found(one) && sought(other))
}

fn alike(plan: &Plan, mine: &Mine<'_>, other: &Profile, tip: &Tip) -> Alike {
    let event = likeness::compare(&mine.profile, other);
    let person = match seeks(mine.tip, tip) {
        (true, _) => persons::match_persons(&mine.profile, other),
        (_, true) => persons::match_persons(other, &mine.profile),
        _ => None,
    };
    let mut alike = Alike {
        event: event.as_ref().is_some_and(Likeness::is_likely),
        person: person.as_ref().is_some_and(persons::Match::is_likely),
        reasons: Vec::new(),
    };
    if let Some(event) = event.filter(|_| alike.event || !alike.person) {
        alike
            .reasons
            .extend(event.reasons.iter().take(TOLD).map(|reason| say::event(mine.texts, plan, reason)));
    }
    if let Some(person) = person.filter(|_| alike.person) {
        alike.reasons.extend(person.reasons.iter().take(TOLD).map(|reason| say::person(mine.texts, reason)));
    }
    alike
}
