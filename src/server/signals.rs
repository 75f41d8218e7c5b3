//! The signals that end the process. Owns hearing them from before the first listener is bound, and stopping every
//! listener; refuses deciding what is drained.
//!
//! The HTTP library installs its own for each server once it is polled: a signal in the first moments was heard by
//! some of three servers, and the process never ended.

use std::io;

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals, heard from now on.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    /// Begins to hear.
    pub(super) fn hear() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Waits for the first and stops all servers: SIGTERM lets what is in flight finish, the others do not.
    pub(super) async fn stop(mut self, servers: Vec<ServerHandle>) {
        let gently = tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
            _ = self.quit.recv() => false,
        };
        futures_util::future::join_all(servers.iter().map(|server| server.stop(gently))).await;
    }
}
