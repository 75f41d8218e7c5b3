//! The mail that brings the head of the record to an auditor. Owns its frame; refuses anything of a tip: date,
//! place and link, and how to compare them.

use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;

use super::mail::{BadAddress, message_id};
use crate::clock::Minute;
use crate::i18n::{Locale, Texts};
use crate::vault::deployment::DeploymentKey;

/// The kind of the notice, as it stands in the outbox.
pub const KIND: &str = "head";

/// What the mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The last row's place.
    pub seq: i64,
    /// Its link, in hexadecimal.
    pub link: String,
    /// When the record stood there.
    pub minute: Minute,
}

/// Writes the mail, Chinese first, English beside. The line `PLACE LINK` stands alone, to be copied as it is.
pub fn compose(
    from: &str,
    to: &str,
    id: i64,
    said: &Said,
    key: &DeploymentKey,
) -> Result<Message, BadAddress> {
    let from: Mailbox = from.parse().map_err(|_| BadAddress)?;
    let to: Mailbox = to.parse().map_err(|_| BadAddress)?;
    let host = from.email.domain().to_owned();
    let date = said.minute.local().date();
    Message::builder()
        .from(from)
        .to(to)
        .message_id(Some(format!("<{}@{host}>", message_id(id, key))))
        .subject(Texts(Locale::Zh).with("audit-mail-subject", &[("date", &date)]))
        .header(ContentType::TEXT_PLAIN)
        .body(body(said))
        .map_err(|_| BadAddress)
}

fn body(said: &Said) -> String {
    let (time, place) = (said.minute.local().to_string(), said.seq.to_string());
    let line = format!("{place} {}", said.link);
    let mut text = String::new();
    for locale in Locale::ALL {
        let t = Texts(locale);
        text.push_str(&t.with("audit-mail-head", &[("time", &time), ("place", &place)]));
        text.push_str("\r\n\r\n");
        text.push_str(&line);
        text.push_str("\r\n\r\n");
        text.push_str(&t.with("audit-mail-compare", &[("line", &line)]));
        text.push_str("\r\n\r\n");
    }
    text
}
