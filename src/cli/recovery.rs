//! The recovery key at the terminal: what it opens, and that its use is agreed to and loud. Owns reading the paper's file
//! and using up what two people agreed on; refuses what is done with the keys.

use std::path::Path;

use anyhow::Context as _;

use crate::app::{App, PLAN_ID};
use crate::notify::{Notice, NoticeKind};
use crate::people::enrol::{KeyKind, open_recovered};
use crate::plan::{AgencyCode, Urgency};
use crate::store::people::pairs::Pair;
use crate::store::people::recovery;
use crate::store::{Lane, WriteError};
use crate::vault::pair::PrivateKey;
use crate::vault::recovery::parse_recovery;

/// What is to be done where nobody has agreed yet.
const NEEDS_TWO: &str = "using the recovery key takes two people here: the system administrator asks for it at the desk (people, recovery key), the security administrator agrees, and then it works once within a day";

/// Uses up what two people agreed on, and makes the use loud; refuses where it takes two and nobody agreed.
pub(super) fn use_up(app: &App, agency: AgencyCode) -> anyhow::Result<()> {
    let now = app.clock.now();
    let notice =
        Notice::now(agency, NoticeKind::Recovery, Urgency::Urgent, now.minute(), app.entropy.as_ref());
    let used = app.store.write_blocking("recovery.use", Lane::Desk, move |db| {
        recovery::use_up(db, PLAN_ID, &agency, &notice, now)
    });
    used.map_err(|error| match error {
        WriteError::Refused(_) => anyhow::anyhow!(NEEDS_TWO),
        other => anyhow::anyhow!("{other}"),
    })
}

/// The private keys of an agency's pairs, opened with the recovery key.
pub(super) fn opened(
    pairs: &[Pair],
    agency: &AgencyCode,
    file: &Path,
) -> anyhow::Result<Vec<(KeyKind, PrivateKey)>> {
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(file).context("recovery key file")?);
    let recovery = parse_recovery(text.trim()).context("recovery key")?;
    let open = |pair: &Pair| -> anyhow::Result<(KeyKind, PrivateKey)> {
        let kind = KeyKind::ALL.into_iter().find(|kind| kind.as_str() == pair.kind);
        let kind = kind.context("the agency has a key of another kind")?;
        let private = open_recovered(&recovery.private, agency, kind, &pair.recovery_grant)
            .context("this is not this deployment's recovery key")?;
        Ok((kind, private))
    };
    pairs.iter().map(open).collect()
}
