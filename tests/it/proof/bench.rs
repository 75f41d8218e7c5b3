//! What these tests do again and again: send, let a night come, close, ask.

use homeward::app::App;
use homeward::app::recorder::{NotMade, round};
use homeward::audit::commitment::{Day, Head, Ties};
use homeward::audit::record_file::Proof;
use homeward::clock::Clock as _;
use homeward::store::commitments::checking::{Verdict, check};
use homeward::vault::receipt::Receipt;
use homeward::vault::uid::Uid;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::site::{Part, Site};
use crate::support::db;

/// Seconds of a day.
pub const DAY: i64 = 24 * 3600;

/// Sends a report, at a pace at which nobody has to wait.
pub fn send(site: &Site, text: &str) -> String {
    site.clock.advance(150);
    site.receipt(&[Part::text("text", text), Part::text("place_district", "120114")])
}

/// Moves the clock to half past midnight in China.
pub fn to_next_night(site: &Site) {
    let now = site.clock.now().minute();
    site.clock.advance((24 * 60 + 30 - Day::passed(now)) * 60);
}

/// One round of the recorder.
pub fn close(site: &Site) -> Result<Vec<Head>, NotMade> {
    actix_web::rt::System::new().block_on(round(&site.app))
}

/// Walks the whole record.
pub fn verdict(site: &Site) -> Verdict {
    let ties = Ties::of(&site.app.deployment);
    site.app.store.read_blocking(move |db| check(db, &ties)).unwrap()
}

pub fn receipt(code: &str) -> Receipt {
    Receipt::parse(code).ok().unwrap()
}

/// A JSON answer of the API.
pub fn over<T: DeserializeOwned>(site: &Site, path: &str) -> T {
    let answer = site.get(path, "");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// What the API answers to a receipt, as bytes.
pub fn asked(site: &Site, code: &str) -> crate::site::Answer {
    site.send(
        format!(
            "GET /api/v1/follow-up/proof HTTP/1.1\r\nHost: x\r\nAuthorization: Receipt {code}\r\nConnection: close\r\n\r\n"
        )
        .as_bytes(),
    )
}

/// What the record says of a receipt's tip.
pub fn said_of(site: &Site, code: &str) -> Value {
    let answer = asked(site, code);
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

pub fn proof_of(site: &Site, code: &str) -> Proof {
    let said = said_of(site, code);
    assert_eq!(said["standing"], "included", "{said}");
    serde_json::from_value(said["proof"].clone()).unwrap()
}

/// The public id of the tip that came in last.
pub fn last_tip(site: &Site) -> Uid {
    let rows = db::pairs(
        &site.app.config.data.database(),
        "select uid as a, status as b from tips order by id desc limit 1",
    );
    rows[0].0.parse().unwrap()
}

/// SQL behind the portal's back.
pub fn tamper(site: &Site, sql: &str) {
    db::execute(&site.app.config.data.database(), sql);
}

/// The tables as they stood before there was a record, and the first start after.
pub fn forget_the_record(site: &mut Site) {
    tamper(
        site,
        "delete from commitments; delete from record_blocks; delete from record_heads;
         delete from meta where key = 'record_start'",
    );
    site.reopen(|_| {});
}

/// The key file is lost, and another one taken for good.
pub fn lose_the_key(site: &mut Site) {
    let key = site.folder.path().join("another key");
    std::fs::write(&key, [9; 32]).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut config = (*site.app.config).clone();
    config.data.key_file = Some(key.clone());
    assert!(App::accept_key(&config, site.clock.as_ref()).unwrap());
    site.reopen(|config| config.data.key_file = Some(key));
}
