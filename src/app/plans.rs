//! The plan that routes, exchangeable while the portal runs. Owns which version that is, reading it when another was
//! published or a new day begins, and keeping earlier ones readable; refuses changing any (`store::people::plans`).
//!
//! One invariant: a version that cannot be read, or that the portal has not sealed, routes nothing: the last good one
//! stays, and what was wrong is known with file, line and reason.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::civil::Date;
use subtle::ConstantTimeEq as _;

use super::{App, PLAN_ID};
use crate::clock::Clock;
use crate::plan::{Plan, PlanError, PlanFiles};
use crate::store::plans::{self, Damaged, Status, Version};
use crate::store::{Db, QueryResult, ReadError, Store};
use crate::vault::deployment::DeploymentKey;

/// How often a process asks whether another version routes by now.
const EVERY: Duration = Duration::from_secs(3);

/// Earlier versions that are kept at hand.
const KEPT: usize = 16;

/// What the seal of a published version is for.
const SEAL: &str = "plan version";

/// Why a version cannot route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Its texts are not those that were published.
    #[error(transparent)]
    Damaged(#[from] Damaged),
    /// It was put there past the portal, or changed.
    #[error("it does not carry the portal's seal")]
    Seal,
    /// It cannot be understood.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// A version that was to route and cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub label: String,
    /// What is wrong with it.
    pub why: Broken,
}

/// What routes.
#[derive(Clone, Debug)]
struct Standing {
    plan: Arc<Plan>,
    /// The version's number; none for the compiled-in plan.
    number: Option<i64>,
    /// What was asked for when it was read: the number that was to route, and the day.
    asked: (Option<i64>, Date),
    refused: Option<Refused>,
}

/// The plan that routes.
pub struct Plans {
    deployment: Arc<DeploymentKey>,
    clock: Arc<dyn Clock>,
    standing: RwLock<Standing>,
    earlier: RwLock<BTreeMap<String, Arc<Plan>>>,
}

impl Plans {
    /// The plan that is to route now; where its version is broken, the newest one that is not.
    pub fn open(
        store: &Store,
        deployment: Arc<DeploymentKey>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PlanError> {
        let day = today(clock.as_ref());
        let built_in =
            Standing { plan: Arc::new(Plan::embedded()?), number: None, asked: (None, day), refused: None };
        let own = Arc::clone(&deployment);
        let read = store.read_blocking(move |db| newest_good(db, &own, day));
        let standing = read.unwrap_or_default().unwrap_or(built_in);
        if let Some(refused) = &standing.refused {
            tell(refused, &standing);
        }
        Ok(Self { deployment, clock, standing: RwLock::new(standing), earlier: RwLock::default() })
    }

    /// The plan that routes.
    pub fn now(&self) -> Arc<Plan> {
        Arc::clone(&self.read().plan)
    }

    /// The number of the version that routes; none for the compiled-in plan.
    pub fn number(&self) -> Option<i64> {
        self.read().number
    }

    /// The version that was to route and cannot.
    pub fn refused(&self) -> Option<Refused> {
        self.read().refused.clone()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Standing> {
        self.standing.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks whether another version is to route by now, or another day of the same one.
    pub async fn follow(&self, store: &Arc<Store>) -> Result<(), ReadError> {
        let day = today(self.clock.as_ref());
        let wanted = store.read(move |db| plans::routing(db, PLAN_ID, day)).await?;
        if self.read().asked == (wanted, day) {
            return Ok(());
        }
        let key = Arc::clone(&self.deployment);
        let found = match wanted {
            None => Plan::embedded().map_err(|why| refusal(0, "", why.into())),
            Some(number) => store.read(move |db| read(db, &key, number, day)).await?,
        };
        self.exchange(found, (wanted, day));
        Ok(())
    }

    /// Puts another plan in the place of the one that routes, or leaves it there.
    fn exchange(&self, found: Result<Plan, Refused>, asked: (Option<i64>, Date)) {
        let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(plan) => {
                if standing.plan.label() != plan.label() {
                    tracing::info!(version = plan.label(), "another version of the plan routes");
                }
                *standing = Standing { plan: Arc::new(plan), number: asked.0, asked, refused: None };
            }
            Err(refused) => {
                standing.asked = asked;
                tell(&refused, &standing);
                standing.refused = Some(refused);
            }
        }
    }

    /// The version of this name, for what it decided: the one that routes, an earlier one, or none where it cannot be
    /// read any more.
    pub async fn of(&self, store: &Arc<Store>, label: &str) -> Option<Arc<Plan>> {
        let standing = self.now();
        if standing.label() == label {
            return Some(standing);
        }
        if let Some(known) = self.earlier.read().unwrap_or_else(PoisonError::into_inner).get(label) {
            return Some(Arc::clone(known));
        }
        let (wanted, key) = (label.to_owned(), Arc::clone(&self.deployment));
        let read = store.read(move |db| earlier(db, &key, &wanted)).await.ok()?;
        let plan = Arc::new(read?);
        let mut all = self.earlier.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.pop_first();
        }
        all.insert(label.to_owned(), Arc::clone(&plan));
        Some(plan)
    }
}

/// Follows what is published until the process ends.
pub async fn follow(app: Arc<App>) {
    loop {
        tokio::time::sleep(EVERY).await;
        // A database that does not answer says so elsewhere.
        let _ = app.plans.follow(&app.store).await;
    }
}

/// The seal of a version.
pub fn seal(deployment: &DeploymentKey, text: &[u8]) -> [u8; 32] {
    deployment.mac(SEAL, text)
}

/// The day on the calendar of Tianjin.
pub fn today(clock: &dyn Clock) -> Date {
    clock.now().minute().local().day()
}

fn refusal(number: i64, label: &str, why: Broken) -> Refused {
    Refused { number, label: label.to_owned(), why }
}

fn tell(refused: &Refused, standing: &Standing) {
    tracing::error!(
        version = refused.label,
        reason = %refused.why,
        routes = standing.plan.label(),
        "a published version of the plan is broken and routes nothing; the last good one stays"
    );
}

/// The newest version that is to route and can, with the newest that cannot.
fn newest_good(db: &mut Db, key: &DeploymentKey, day: Date) -> QueryResult<Option<Standing>> {
    let asked = (plans::routing(db, PLAN_ID, day)?, day);
    if asked.0.is_none() {
        return Ok(None);
    }
    let published = plans::all(db, PLAN_ID)?;
    let due = published.into_iter().filter(|it| it.status == Status::Published && it.valid_from <= day);
    let mut refused = None;
    for version in due {
        match read(db, key, version.number, day)? {
            Ok(plan) => {
                let number = Some(version.number);
                return Ok(Some(Standing { plan: Arc::new(plan), number, asked, refused }));
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    let plan = Plan::embedded().ok().map(Arc::new);
    Ok(plan.map(|plan| Standing { plan, number: None, asked, refused }))
}

/// The version that is to route on a day, or the newest one that can; none for the compiled-in plan. With the one that
/// cannot.
pub(super) fn looked_up(
    db: &mut Db,
    key: &DeploymentKey,
    day: Date,
) -> QueryResult<(Option<Plan>, Option<Refused>)> {
    let standing = newest_good(db, key, day)?;
    Ok(standing.map_or((None, None), |it| (Some((*it.plan).clone()), it.refused)))
}

/// Reads a published version as it is valid on a day.
fn read(db: &mut Db, key: &DeploymentKey, number: i64, day: Date) -> QueryResult<Result<Plan, Refused>> {
    let Some(version) = plans::find(db, PLAN_ID, number)? else {
        return Ok(Err(refusal(number, "", Broken::Damaged(Damaged::List))));
    };
    let whole = open(db, key, &version)?;
    let plan = whole.and_then(|files| Ok(Plan::parse_on(&files, day)?.labelled(&version.label)));
    Ok(plan.map_err(|why| refusal(number, &version.label, why)))
}

/// The files of a version, if it carries the portal's seal.
fn open(db: &mut Db, key: &DeploymentKey, version: &Version) -> QueryResult<Result<PlanFiles, Broken>> {
    let own = seal(key, &version.sealed_text());
    let sealed = version.seal.as_deref().is_some_and(|seal| bool::from(seal.ct_eq(&own)));
    if version.status == Status::Published && !sealed {
        return Ok(Err(Broken::Seal));
    }
    Ok(plans::files(db, PLAN_ID, version.number)?.map_err(Broken::from))
}

/// A version by its name, as it was valid on its first day.
fn earlier(db: &mut Db, key: &DeploymentKey, label: &str) -> QueryResult<Option<Plan>> {
    let Some(version) = plans::labelled(db, PLAN_ID, label)? else {
        let built_in = Plan::embedded().ok();
        return Ok(built_in.filter(|plan| plan.label() == label));
    };
    let Ok(files) = open(db, key, &version)? else { return Ok(None) };
    let plan = match version.status {
        Status::BuiltIn => Plan::parse(&files),
        _ => Plan::parse_on(&files, version.valid_from),
    };
    Ok(plan.ok().map(|plan| plan.labelled(label)))
}
