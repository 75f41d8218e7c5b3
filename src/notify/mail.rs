//! The mail itself: a few neutral lines and a Message-ID that is the same however often it is sent. Owns
//! wording's frame and transport; refuses ids, places, categories and anything of a tip but its urgency.

use std::path::Path;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{FileTransport, Message, SmtpTransport, Transport as _};

use crate::config::{Mail, Smtp, SmtpSecurity};
use crate::i18n::{Locale, Texts};
use crate::vault::deployment::DeploymentKey;

/// How long one attempt may take; below the lease, so that a hanging relay never sends twice by itself.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Where mails go.
pub enum Carrier {
    /// A relay.
    Smtp(Box<SmtpTransport>),
    /// A folder, one file a mail.
    Folder(FileTransport),
    /// Nowhere yet: notices wait.
    None,
}

/// Why a carrier cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    /// The relay's settings.
    #[error("the mail relay cannot be used: {0}")]
    Relay(#[from] lettre::transport::smtp::Error),
    /// The folder or password file.
    #[error("mail: {0}")]
    File(#[from] std::io::Error),
}

/// Why a mail did not leave, as a code fit for logs and the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// Trying again may help.
    Later(&'static str),
    /// Trying again will not help: the relay refuses the mail for good.
    Never(&'static str),
}

impl Carrier {
    /// The carrier the settings name.
    pub fn of(mail: &Mail) -> Result<Self, CarrierError> {
        if let Some(folder) = &mail.folder {
            std::fs::create_dir_all(folder)?;
            return Ok(Self::Folder(FileTransport::new(folder)));
        }
        mail.smtp.as_ref().map_or(Ok(Self::None), |smtp| Ok(Self::Smtp(Box::new(relay(smtp)?))))
    }

    /// Sends one mail.
    pub fn send(&self, mail: &Message) -> Result<(), Undelivered> {
        match self {
            Self::Smtp(relay) => relay.send(mail).map(|_| ()).map_err(|e| code(&e)),
            Self::Folder(folder) => folder.send(mail).map(|_| ()).map_err(|_| Undelivered::Later("folder")),
            Self::None => Err(Undelivered::Later("no-carrier")),
        }
    }
}

/// What became of a test mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trial {
    /// The relay took it.
    Taken,
    /// The sender or the receiver is no address.
    Address,
    /// The relay did not take it; what it said.
    Refused(String),
}

impl Carrier {
    /// Greets the relay as before a mail: TLS as it is set, and signing in. Sends nothing. What it said, where
    /// that does not succeed.
    pub fn greet(&self) -> Result<(), String> {
        let Self::Smtp(relay) = self else { return Ok(()) };
        match relay.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err("the relay does not answer".into()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends a mail that speaks of nothing, to see whether one arrives.
    pub fn try_out(&self, from: &str, to: &str) -> Trial {
        let (Ok(from), Ok(to)) = (from.parse::<Mailbox>(), to.parse::<Mailbox>()) else {
            return Trial::Address;
        };
        let [zh, en] = Locale::ALL.map(Texts);
        let body = format!("{}\r\n\r\n{}\r\n", zh.get("doctor-mail-body"), en.get("doctor-mail-body"));
        let subject = zh.get("doctor-mail-subject");
        let mail = Message::builder().from(from).to(to).subject(subject).header(ContentType::TEXT_PLAIN);
        let Ok(mail) = mail.body(body) else { return Trial::Address };
        let Self::Smtp(relay) = self else { return Trial::Refused("no relay".into()) };
        relay.send(&mail).map_or_else(|error| Trial::Refused(error.to_string()), |_| Trial::Taken)
    }
}

fn relay(smtp: &Smtp) -> Result<SmtpTransport, CarrierError> {
    let tls = |host: &str| TlsParameters::new(host.to_owned());
    let security = match smtp.security {
        SmtpSecurity::Starttls => Tls::Required(tls(&smtp.host)?),
        SmtpSecurity::Tls => Tls::Wrapper(tls(&smtp.host)?),
        SmtpSecurity::None => Tls::None,
    };
    let mut builder =
        SmtpTransport::builder_dangerous(&smtp.host).port(smtp.port).tls(security).timeout(Some(PATIENCE));
    if let (Some(user), Some(file)) = (&smtp.user, &smtp.password_file) {
        let password = std::fs::read_to_string(file)?.trim_end().to_owned();
        builder = builder.credentials(Credentials::new(user.clone(), password));
    }
    Ok(builder.build())
}

fn code(error: &lettre::transport::smtp::Error) -> Undelivered {
    if error.is_permanent() {
        Undelivered::Never("refused")
    } else if error.is_timeout() {
        Undelivered::Later("timeout")
    } else if error.is_transient() {
        Undelivered::Later("deferred")
    } else {
        Undelivered::Later("unreachable")
    }
}

/// Whether a text can be a mailbox's address.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// What a notice's mail may know.
pub struct Facts<'a> {
    /// The outbox row.
    pub id: i64,
    /// `act`, `told` or `added`.
    pub kind: &'a str,
    /// `immediate`, `urgent` or `normal`.
    pub urgency: &'a str,
    /// Where to sign in.
    pub desk: &'a str,
    /// The code of a mailbox that is to be confirmed; empty in every other mail.
    pub code: &'a str,
}

/// Why a mail cannot be written: an address in the settings or the directory is none.
#[derive(Debug, thiserror::Error)]
#[error("the sender or the mailbox is not an address")]
pub struct BadAddress;

/// Writes the mail of one notice, Chinese first, English beside.
pub fn compose(from: &str, to: &str, facts: &Facts<'_>, key: &DeploymentKey) -> Result<Message, BadAddress> {
    let from: Mailbox = from.parse().map_err(|_| BadAddress)?;
    let to: Mailbox = to.parse().map_err(|_| BadAddress)?;
    let host = from.email.domain().to_owned();
    Message::builder()
        .from(from)
        .to(to)
        .message_id(Some(format!("<{}@{host}>", message_id(facts.id, key))))
        .subject(subject(facts))
        .header(ContentType::TEXT_PLAIN)
        .body(body(facts))
        .map_err(|_| BadAddress)
}

/// The same for every attempt, so that a second delivery is seen as one; tells nothing of the row.
pub(super) fn message_id(id: i64, key: &DeploymentKey) -> String {
    key.mac("mail message id", &id.to_be_bytes()).iter().take(16).map(|b| format!("{b:02x}")).collect()
}

fn subject(facts: &Facts<'_>) -> String {
    let urgency = Texts(Locale::Zh).get(&format!("mail-urgency-{}", facts.urgency));
    Texts(Locale::Zh).with("mail-subject", &[("urgency", &urgency)])
}

fn body(facts: &Facts<'_>) -> String {
    let mut text = String::new();
    for locale in Locale::ALL {
        let t = Texts(locale);
        let urgency = t.get(&format!("mail-urgency-{}", facts.urgency));
        text.push_str(
            &t.with(&format!("mail-{}", facts.kind), &[("urgency", &urgency), ("code", facts.code)]),
        );
        text.push_str("\r\n");
        text.push_str(&t.with("mail-sign-in", &[("address", facts.desk)]));
        text.push_str("\r\n\r\n");
    }
    text
}

/// Whether a folder carrier would write here; used by the demo's ready line.
pub fn folder_of(mail: &Mail) -> Option<&Path> {
    mail.folder.as_deref()
}
