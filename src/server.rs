//! The three listeners and what runs beside them. Owns binding, workers, shutdown; refuses routes (each
//! side's own module) and settings (config).

mod signals;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::task::JoinHandle;

use self::signals::Signals;
use crate::app::App;
use crate::app::{courier, lessor, plans, purge, record, recorder, rehomer, sweeper};
use crate::config::Side;
use crate::insight::Reader;
use crate::notify::mail::Carrier;
use crate::web::body::{self, Pace};
use crate::web::headers::{self, Headers};
use crate::web::ui::style::Audience;
use crate::web::{error, ops, routes, trace};

/// How long a request head may take.
const HEAD: Duration = Duration::from_secs(5);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Connections a listener holds at once, per worker.
const CONNECTIONS: usize = 2_000;
/// How long requests in flight may take to finish once the portal is told to stop, in seconds.
const DRAIN_SECONDS: u64 = 8;

/// A running portal.
pub struct Portal {
    /// Where the public listener is bound, if this process serves it.
    pub public: Option<SocketAddr>,
    /// Where the desk listener is bound, if this process serves it.
    pub desk: Option<SocketAddr>,
    /// Where metrics and health are bound.
    pub ops: SocketAddr,
    servers: Vec<Server>,
    signals: Signals,
    app: Arc<App>,
}

/// Why the portal cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A port is taken or may not be used.
    #[error("cannot listen on {0}: {1}")]
    Bind(SocketAddr, std::io::Error),
    /// The system lets nobody hear its signals.
    #[error("signals: {0}")]
    Signals(std::io::Error),
    /// The metrics recorder cannot be set up.
    #[error("metrics: {0}")]
    Metrics(String),
}

impl Portal {
    /// Binds the listeners this process serves. Nothing is served until [`Portal::run`].
    pub fn bind(app: Arc<App>) -> Result<Self, ServeError> {
        let signals = Signals::hear().map_err(ServeError::Signals)?;
        let data = web::Data::from(Arc::clone(&app));
        let listen = app.config.listen.clone();
        let mut servers = Vec::new();
        let mut open = |side, address, audience, name| {
            if !listen.serves(side) {
                return Ok(None);
            }
            let (server, at) = bind_side(&data, address, audience, name)?;
            servers.push(server);
            Ok(Some(at))
        };
        let public = open(Side::Public, listen.public, Audience::Public, "public")?;
        let desk = open(Side::Desk, listen.desk, Audience::Desk, "desk")?;
        let (server, ops) = bind_ops(&data, listen.ops)?;
        servers.push(server);
        if let Some(at) = desk {
            let _ = app.desk_bound.set(at);
        }
        Ok(Self { public, desk, ops, servers, signals, app })
    }

    /// Handles that stop the listeners.
    pub fn handles(&self) -> Vec<ServerHandle> {
        self.servers.iter().map(Server::handle).collect()
    }

    /// Serves until told to stop, then lets what is in flight finish and closes the store.
    pub async fn run(self, carrier: Carrier) -> std::io::Result<()> {
        // The first report should not wait for the word lists to be made ready.
        let _ready = tokio::task::spawn_blocking(|| drop(Reader::shared().read("")));
        let jobs = jobs(&self.app, carrier);
        let ends = tokio::spawn(self.signals.stop(self.servers.iter().map(Server::handle).collect()));
        let mut done = Ok(());
        for ended in futures_util::future::join_all(self.servers).await {
            done = done.and(ended);
        }
        ends.abort();
        jobs.iter().for_each(JoinHandle::abort);
        let store = Arc::clone(&self.app.store);
        let _ = tokio::task::spawn_blocking(move || store.close()).await;
        done
    }
}

/// What runs beside the desk. A process that serves only citizens needs neither the relay's password nor a
/// way out of its machine.
fn jobs(app: &Arc<App>, carrier: Carrier) -> Vec<JoinHandle<()>> {
    let mut jobs = vec![tokio::spawn(plans::follow(Arc::clone(app)))];
    if !app.config.listen.serves(Side::Desk) {
        return jobs;
    }
    jobs.extend([
        tokio::spawn(courier::carry(Arc::clone(app), Arc::new(carrier))),
        tokio::spawn(sweeper::sweep(Arc::clone(app))),
        tokio::spawn(rehomer::resume(Arc::clone(app))),
        tokio::spawn(record::keep(Arc::clone(app))),
        tokio::spawn(purge::purge(Arc::clone(app))),
        tokio::spawn(lessor::watch(Arc::clone(app))),
        tokio::spawn(recorder::record(Arc::clone(app))),
    ]);
    jobs
}

/// Sets the limits every listener has and binds it. A macro, because actix's bounds on a listener name
/// types it does not export.
macro_rules! listen {
    ($http:expr, $address:expr) => {{
        let http = $http
            .client_request_timeout(HEAD)
            .keep_alive(KEEP_ALIVE)
            .max_connections(CONNECTIONS)
            .shutdown_timeout(DRAIN_SECONDS)
            .disable_signals()
            .bind($address)
            .map_err(|e| ServeError::Bind($address, e))?;
        let bound = http.addrs().first().copied().unwrap_or($address);
        Ok((http.run(), bound))
    }};
}

fn bind_side(
    app: &web::Data<App>,
    address: SocketAddr,
    audience: Audience,
    side: &'static str,
) -> Result<(Server, SocketAddr), ServeError> {
    let headers = Headers::of(audience, app.config.is_tls());
    let app = app.clone();
    let http = HttpServer::new(move || {
        let headers = headers.clone();
        actix_web::App::new()
            .app_data(app.clone())
            .wrap(from_fn(move |req, next| body::timed(Pace::default(), req, next)))
            .wrap(from_fn(move |req, next| error::last_resort(audience, req, next)))
            .wrap(from_fn(move |req, next| headers::set(headers.clone(), req, next)))
            .wrap(from_fn(move |req, next| trace::request(side, req, next)))
            .configure(routes::of(audience))
    });
    listen!(http, address)
}

fn bind_ops(app: &web::Data<App>, address: SocketAddr) -> Result<(Server, SocketAddr), ServeError> {
    let handle = web::Data::new(recorder()?);
    let app = app.clone();
    let http = HttpServer::new(move || {
        actix_web::App::new().app_data(app.clone()).app_data(handle.clone()).configure(ops::routes)
    });
    listen!(http.workers(1), address)
}

/// The process's one metrics recorder; later portals of the same process (tests) share it.
fn recorder() -> Result<PrometheusHandle, ServeError> {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle =
        PrometheusBuilder::new().install_recorder().map_err(|e| ServeError::Metrics(e.to_string()))?;
    Ok(HANDLE.get_or_init(|| handle).clone())
}
