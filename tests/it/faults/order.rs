//! The order of a commit, seen from the system: no receipt leaves before the log of the database was flushed
//! to the disk after the report came in.

use std::path::Path;

use super::reporter::{fresh_key, report};
use super::trace;
use crate::support::pg;
use crate::support::process;

const REPORTS: usize = 20;

/// What the proof found in what strace saw.
#[derive(Debug, Default, PartialEq, Eq)]
struct Verdict {
    receipts: usize,
    /// Receipts before which the log was written and not flushed.
    before_the_flush: usize,
}

/// Reads strace's lines: a write to the log makes it unsafe, a finished flush of the log safe again.
fn judge(seen: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let (mut written, mut flushed) = (false, false);
    let mut flushing: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for line in seen.lines() {
        let thread = line.split(' ').next().unwrap_or_default();
        let is_log = line.contains("homeward.db-wal>");
        let is_flush = line.contains("fdatasync(") || line.contains("fsync(");
        let began_before = line.contains("sync resumed>") && flushing.remove(thread);
        if is_log && line.contains("pwrite64(") {
            (written, flushed) = (true, false);
        } else if is_log && is_flush && line.contains("<unfinished") {
            flushing.insert(thread);
        } else if (is_log && is_flush || began_before) && line.ends_with("= 0") {
            flushed = true;
        } else if line.contains("HTTP/1.1 201") {
            verdict.receipts += 1;
            verdict.before_the_flush += usize::from(!(written && flushed));
            (written, flushed) = (false, false);
        }
    }
    verdict
}

/// Sends reports one after another to a portal that is watched.
fn watch(environment: &[(&str, &str)]) -> Verdict {
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    without_mail(folder.path());
    let seen = folder.path().join("seen");
    let calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64";
    let mut portal = trace::start(folder.path(), &["-e", calls, "-s", "16"], &seen, environment);
    for _ in 0..REPORTS {
        report(portal.public, &fresh_key()).expect("received");
    }
    trace::end(&mut portal);
    judge(&std::fs::read_to_string(seen).unwrap())
}

/// Notices are settled with commits of their own, which would flush the log beside the reports'.
fn without_mail(folder: &Path) {
    let settings = process::settings_of(folder);
    let text = std::fs::read_to_string(&settings).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("folder")).collect();
    std::fs::write(settings, kept.join("\n")).unwrap();
}

#[test]
fn no_receipt_leaves_before_the_log_is_flushed() {
    if pg::is_wanted() {
        return; // What PostgreSQL flushes is its own; the kills show what it keeps.
    }
    if !trace::is_allowed() {
        return trace::say_not_allowed();
    }
    let verdict = watch(&[]);
    println!("{REPORTS} receipts, {} before the flush", verdict.before_the_flush);
    assert_eq!(verdict, Verdict { receipts: REPORTS, before_the_flush: 0 });
}

#[test]
#[cfg(feature = "planted")]
fn a_portal_that_does_not_flush_is_found() {
    if pg::is_wanted() {
        return;
    }
    if !trace::is_allowed() {
        return trace::say_not_allowed();
    }
    let verdict = watch(&[("HOMEWARD_PLANTED", "unflushed")]);
    println!(
        "synchronous=NORMAL: {} of {} receipts before the flush",
        verdict.before_the_flush, verdict.receipts
    );
    assert_eq!(verdict.receipts, REPORTS);
    assert!(verdict.before_the_flush >= REPORTS - 2, "{verdict:?}");
}

#[test]
fn the_reader_of_the_trace_knows_good_from_bad() {
    let wal = "12<./homeward.db-wal>";
    let write = format!("7 pwrite64({wal}, \"x\", 4096, 0) = 4096\n");
    let flush = format!("7 fdatasync({wal}) = 0\n");
    let answer = "9 writev(5<socket>, [{iov_base=\"HTTP/1.1 201 Cr\"...}], 1) = 9\n";
    let of = |receipts, before_the_flush| Verdict { receipts, before_the_flush };
    assert_eq!(judge(&format!("{write}{flush}{answer}")), of(1, 0));
    assert_eq!(judge(&format!("{write}{answer}{flush}")), of(1, 1));
    assert_eq!(judge(&format!("{flush}{write}{answer}")), of(1, 1));
    assert_eq!(judge(&format!("{write}{flush}{answer}{answer}")), of(2, 1), "each needs its own");
    let failed = flush.replace("= 0", "= -1 EIO (Input/output error)");
    assert_eq!(judge(&format!("{write}{failed}{answer}")), of(1, 1));
    let halves = format!("7 fdatasync({wal} <unfinished ...>\n{answer}7 <... fdatasync resumed>) = 0\n");
    assert_eq!(judge(&format!("{write}{halves}")), of(1, 1), "answered while it was flushing");
    let other = flush.replace("homeward.db-wal", "homeward.db");
    assert_eq!(judge(&format!("{write}{other}{answer}")), of(1, 1));
}
