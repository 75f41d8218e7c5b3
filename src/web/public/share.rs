//! Fair shares on the public pages. Owns what being over the share means for each act; refuses counting
//! (limits). Invariant: a report and a receipt are slowed and never refused; only reading pages can be.

use std::time::Duration;

use actix_web::HttpRequest;

use crate::app::App;
use crate::limits::{Kind, Share};
use crate::web::proxy;

/// Whether this visitor may read one more page now.
pub fn may_read(app: &App, req: &HttpRequest) -> bool {
    check(app, req, Kind::Page) == Share::Fair
}

/// Lets a report that is over the share wait, at most five seconds.
pub async fn wait_to_report(app: &App, req: &HttpRequest) {
    wait(check(app, req, Kind::Report), 5_000).await;
}

/// Lets a receipt that is over the share wait, at most one second: 128 random bits need no more guard.
pub async fn wait_to_open(app: &App, req: &HttpRequest) {
    wait(check(app, req, Kind::Receipt), 1_000).await;
}

fn check(app: &App, req: &HttpRequest, kind: Kind) -> Share {
    app.limits.check(kind, proxy::visitor(req, &app.trusted))
}

async fn wait(share: Share, most_ms: u64) {
    if let Share::Over { wait_ms } = share {
        tokio::time::sleep(Duration::from_millis(wait_ms.min(most_ms))).await;
    }
}
