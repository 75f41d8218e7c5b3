//! Everything a request may touch, gathered once at start. Owns opening the data folder and the live
//! directory; refuses HTTP and pages.

mod bond;
pub mod courier;
pub mod doctor;
pub mod hashing;
mod keeper;
pub mod lessor;
pub mod plan_proof;
pub mod plans;
pub mod purge;
pub mod record;
pub mod recorder;
pub mod rehomer;
pub mod resealer;
pub mod restore;
pub mod setup;
pub mod sweeper;

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tokio::sync::Semaphore;

use crate::audit::chain::Chain;
use crate::clock::Clock;
use crate::config::Config;
use crate::limits::Limits;
use crate::limits::address::Block;
use crate::people::directory::Directory;
use crate::people::second_factor::passkey::RelyingParty;
use crate::plan::Plan;
use crate::store::bell::Bell;
use crate::store::blobs::Blobs;
use crate::store::{Location, OpenError, Options, ReadError, Store};
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;

use self::hashing::Hashing;

pub use keeper::{Alone, Recovery, alone};

/// The one plan this deployment serves; a province would have more.
pub const PLAN_ID: i64 = 1;

/// Waits at a named point; tests use it to cut a connection or stop the process exactly there.
pub type Halt = Arc<dyn Fn(&'static str) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Everything a request may touch.
pub struct App {
    /// The rows.
    pub store: Arc<Store>,
    /// The sealed files.
    pub blobs: Arc<Blobs>,
    /// The action plan, which its owners may exchange at any time.
    pub plans: Arc<plans::Plans>,
    /// Versions of the plan that are being proved.
    pub proving: plan_proof::Proving,
    /// The key file's key.
    pub deployment: Arc<DeploymentKey>,
    /// The public half of the offline recovery key.
    pub recovery: crate::vault::pair::PublicKey,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Fair shares.
    pub limits: Arc<Limits>,
    /// Proxies whose word on addresses counts.
    pub trusted: Vec<Block>,
    /// Who can act right now.
    pub directory: DirectoryCache,
    /// Settings.
    pub config: Arc<Config>,
    /// Where passwords are stretched: it may not eat the cores that take reports.
    pub hashing: Hashing,
    /// Permits for photos held in memory.
    pub photos: Arc<Semaphore>,
    /// Tells the courier that a notice waits.
    pub bell: Bell,
    /// Where envelopes are being sealed anew.
    pub resealing: resealer::Resealing,
    /// What health says of the record of who did and read what.
    pub record: record::State,
    /// How the hourly erasing stands.
    pub purge: purge::Watch,
    /// Whether the last look at the public record found it wrong.
    pub record_wrong: AtomicBool,
    /// Where the desk listener is really bound, once it is.
    pub desk_bound: OnceLock<SocketAddr>,
    /// What the portal calls itself; set at the first run.
    pub face: RwLock<crate::store::setup::Face>,
    /// A point to stop at; none outside tests.
    pub halt: Option<Halt>,
}

/// Why the portal cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The plan's own data is broken.
    #[error("the plan cannot be read: {0}")]
    Plan(#[from] crate::plan::PlanError),
    /// The configuration is not usable.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The data folder or a key file cannot be read or made.
    #[error(
        "{what}: {said}. The portal needs a data folder and a key file that its own user may read and write, on a disk that is not mounted read-only"
    )]
    File {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        said: std::io::Error,
    },
    /// A key file is not what it should be.
    #[error("{0}")]
    Key(String),
    /// A restore did not end.
    #[error(
        "a restore into this database did not end: run the same `homeward restore` again, it goes on or begins anew"
    )]
    Unfinished,
    /// Another process serves this folder.
    #[error("another process serves {0} already: stop it first, or use PostgreSQL for more than one")]
    Served(std::path::PathBuf),
}

impl App {
    /// Opens the data folder, making it at the first start. Returns the recovery key's printed form when it
    /// has just been made: it is shown once and kept nowhere.
    pub fn open(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<(Self, Option<Recovery>), StartError> {
        config.check()?;
        let trusted = blocks(&config)?;
        let dir = config.data.dir.clone();
        keeper::private_dir(&dir)?;
        if config.data.key_file.is_none() {
            tracing::warn!("the key file lies beside the data it protects: set key_file to another medium");
        }
        let deployment = keeper::deployment_key(&config.data.key_path())?;
        let store = open_store(&config, &deployment)?;
        if store.read_blocking(crate::store::backup::restore::is_unfinished).unwrap_or(false) {
            return Err(StartError::Unfinished);
        }
        let (recovery, fresh) = bond::check(&store, &deployment, &dir, entropy.as_ref())?;
        let deployment = Arc::new(deployment);
        let plans = Arc::new(plans::Plans::open(&store, Arc::clone(&deployment), Arc::clone(&clock))?);
        let face = RwLock::new(store.read_blocking(crate::store::setup::face).unwrap_or_default());
        let app = Self {
            face,
            store,
            blobs: Arc::new(open_blobs(&dir)?),
            deployment,
            recovery,
            limits: Arc::new(Limits::new(Arc::clone(&clock), Arc::clone(&entropy))),
            trusted,
            directory: DirectoryCache::beside(Arc::clone(&plans)),
            plans,
            proving: plan_proof::Proving::default(),
            config: Arc::new(config),
            hashing: hashing()?,
            photos: Arc::new(Semaphore::new(8)),
            bell: Bell::default(),
            resealing: resealer::Resealing::default(),
            record: record::State::default(),
            purge: purge::Watch::default(),
            record_wrong: AtomicBool::new(false),
            desk_bound: OnceLock::new(),
            halt: None,
            clock,
            entropy,
        };
        recorder::begin(&app)?;
        Ok((app, fresh))
    }

    /// Takes the key file that is there now for the database's own, because the one before is lost for good.
    /// False where it was this one already.
    pub fn accept_key(config: &Config, clock: &dyn Clock) -> Result<bool, StartError> {
        let deployment =
            DeploymentKey::load(&config.data.key_path()).map_err(|e| StartError::Key(e.to_string()))?;
        bond::accept(&*open_store(config, &deployment)?, &deployment, clock.now())
    }

    /// The plan that routes now. Whoever asks for it twice in one act may be given two: ask once.
    pub fn plan(&self) -> Arc<Plan> {
        self.plans.now()
    }

    /// Where officers sign in, as it stands in notices.
    pub fn desk_address(&self) -> String {
        let listen = &self.config.listen;
        let bound = self.desk_bound.get().copied().unwrap_or(listen.desk);
        let origin = listen.desk_origin.clone().unwrap_or_else(|| format!("http://{bound}"));
        format!("{origin}/desk")
    }

    /// Reads again what the portal calls itself.
    pub async fn read_face(&self) {
        if let Ok(face) = self.store.read(crate::store::setup::face).await {
            *self.face.write().unwrap_or_else(PoisonError::into_inner) = face;
        }
    }

    /// The portal as passkeys know it, by the address that officers type; nothing where browsers give no passkey to
    /// that address.
    pub fn relying_party(&self) -> Option<RelyingParty> {
        let listen = &self.config.listen;
        let port = self.desk_bound.get().copied().unwrap_or(listen.desk).port();
        RelyingParty::at(listen.desk_origin.as_deref().unwrap_or(&format!("http://localhost:{port}")))
    }

    /// Stands still at `point` when a test has asked for it.
    pub async fn reach(&self, point: &'static str) {
        if let Some(halt) = &self.halt {
            halt(point).await;
        }
    }
}

fn open_store(config: &Config, deployment: &DeploymentKey) -> Result<Arc<Store>, OpenError> {
    let options = Options {
        connections: config.data.connections,
        reserve_bytes: config.data.reserve_mib.saturating_mul(1 << 20),
        ..Options::new(Chain::of(deployment))
    };
    Store::open(&Location::of(&config.data)?, options)
}

fn open_blobs(dir: &Path) -> Result<Blobs, StartError> {
    Blobs::open(dir.join("files"))
        .map_err(|said| StartError::File { what: "cannot open the files folder", said })
}

fn blocks(config: &Config) -> Result<Vec<Block>, crate::config::ConfigError> {
    let parse = |text: &String| text.parse().map_err(|_| crate::config::ConfigError::Proxy(text.clone()));
    config.listen.trusted_proxies.iter().map(parse).collect()
}

fn hashing() -> Result<Hashing, StartError> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Hashing::start(cores)
        .map_err(|said| StartError::File { what: "cannot start the threads for passwords", said })
}

/// The directory, read again whenever its version has moved; and with it the plan, whose publication moves it.
pub struct DirectoryCache {
    held: RwLock<Option<Arc<Directory>>>,
    plans: Arc<plans::Plans>,
}

impl DirectoryCache {
    fn beside(plans: Arc<plans::Plans>) -> Self {
        Self { held: RwLock::default(), plans }
    }

    /// The directory as it was last read, for whoever checks its version before anything comes of it.
    pub fn last(&self) -> Option<Arc<Directory>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the directory if it is still this version, which was found to be an old one.
    pub fn forget(&self, version: i64) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.take_if(|directory| directory.version == version);
    }

    /// The directory as of now.
    pub async fn get(&self, store: &Arc<Store>) -> Result<Arc<Directory>, ReadError> {
        let seen = self.last();
        let version = store.read(crate::store::directory::version).await?;
        if let Some(directory) = seen.filter(|d| d.version == version) {
            return Ok(directory);
        }
        let fresh = Arc::new(store.read(|db| crate::store::directory::load(db, PLAN_ID)).await?);
        // After the directory: the plan is then at least as new.
        self.plans.follow(store).await?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
