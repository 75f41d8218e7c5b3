//! The newest backup's age. Owns this finding.

use super::{Finding, Look};
use crate::store::backup::keep;

/// A backup older than this is too old, in hours: four a day are the rule, and one may fail.
const OLD: i64 = 13;

pub(super) fn look(look: &Look<'_>) -> Vec<Finding> {
    let Some(folder) = &look.config.backup.folder else { return vec![Finding::attention("backup-unknown")] };
    let found = match keep::newest(folder) {
        Err(why) => Finding::wrong("backup-unreadable").with("why", &why),
        Ok(None) => Finding::wrong("backup-none").with("folder", &folder.display()),
        Ok(Some(taken)) => {
            let hours = (look.now.minute().0 - taken.0) / 60;
            let finding = if hours > OLD { Finding::wrong("backup-old") } else { Finding::ok("backup") };
            finding.with("hours", &hours).with("taken", &taken.local())
        }
    };
    vec![found]
}
