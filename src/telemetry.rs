//! Logging. Owns the subscriber and the panic hook; refuses anything that could name a visitor: what a log
//! line may hold is decided where it is written, and panics are logged by place, never by message.

use tracing_subscriber::EnvFilter;

/// Starts logging to stderr, at `info` unless `RUST_LOG` says otherwise, and replaces the panic hook.
pub fn start() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that cannot be written is lost. Reporting that on stderr as well would panic, and a disk that is
    // full of the log would take the portal down with it.
    let _ = log.log_internal_errors(false).try_init();
    quiet_panics();
}

/// A panic's message can quote what somebody typed; only its place is logged.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |l| format!("{}:{}", l.file(), l.line()));
        tracing::error!(place, "a panic was caught");
    }));
}
