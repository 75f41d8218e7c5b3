//! What commits the portal to an accepted tip. Owns that it is the report as it was sealed; refuses how a leaf
//! follows from it (vault) and how the record is closed (store).

use super::Fresh;
use crate::audit::commitment::{CommitmentRow, Committed, Ties};
use crate::clock::Minute;
use crate::intake::rows::EntryRow;
use crate::vault::deployment::DeploymentKey;

/// Commits to the report: the first of a tip's entries.
pub(super) fn to(
    fresh: &Fresh,
    entries: &[EntryRow],
    received: Minute,
    deployment: &DeploymentKey,
) -> CommitmentRow {
    let sealed_report = entries.first().map_or(&[][..], |report| &report.sealed);
    let Fresh { receipt, report_key, tip, .. } = fresh;
    let what = Committed { receipt, report_key, tip, sealed_report, received };
    CommitmentRow::of(&what, &Ties::of(deployment))
}
