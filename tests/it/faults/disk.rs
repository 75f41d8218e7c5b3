//! The disk under a SQLite portal: full with space kept back, failing to flush, turned read-only. Nobody is
//! shown a receipt that is not kept, what was received stays readable, and it heals by itself.

use super::trace::{self, Attached};
use crate::support::pg;
use crate::support::process::{self, Process};
use crate::support::small_disk::{SmallDisk, has_namespaces};
use crate::support::visitor::Visitor;
use crate::support::{db, wait_until};
use crate::unavailable::{WORDS, assert_honest, filled};

/// A report that was received before anything went wrong; gives its receipt.
fn received_before(visitor: &Visitor) -> String {
    let mut form = filled(visitor);
    form.set("text", "第一份").set("category", "forced_labour");
    let page = visitor.submit(&form);
    assert_eq!((page.status, page.words().len()), (200, 12), "{}", page.body);
    page.code()
}

/// Whether a receipt opens a thread with these words, for somebody who was never here.
pub fn opens(process: &Process, receipt: &str, words: &str) -> bool {
    process.visitor("198.18.12.9").open_receipt(receipt).text("ol#thread").contains(words)
}

/// The address of the first tip of an officer's queue.
fn first_tip(officer: &Visitor) -> String {
    let queue = officer.get("/desk?l=zh").body;
    let from = queue.find("/desk/tips/").expect("a tip lies in the queue");
    queue[from..].chars().take("/desk/tips/".len() + 32).collect()
}

#[test]
fn on_a_full_disk_officers_still_sign_in_and_their_reading_is_recorded() {
    if pg::is_wanted() {
        return; // The reserve is SQLite's: PostgreSQL's disk is its keeper's.
    }
    if !has_namespaces() {
        println!("NOT SHOWN: this system gives no mounts of one's own (unshare)");
        return;
    }
    let small = SmallDisk::start(16, 3);
    let visitor = small.process.visitor("198.18.11.1");
    let before = received_before(&visitor);
    let form = filled(&visitor);
    assert!(small.disk.join("data/homeward.reserve").exists());
    small.fill();

    for _ in 0..3 {
        assert_honest(&visitor.submit(&form), &form);
    }
    assert!(!small.disk.join("data/homeward.reserve").exists(), "the space was given up");
    assert!(!small.process.is_ready(), "health is red");
    let reads = small.count("audit where act = 'tip.read'");
    let officer = small.process.officer("psb-120114");
    let tip = officer.get(&first_tip(&officer));
    assert_eq!(tip.status, 200, "{}", tip.body);
    assert!(tip.body.contains("第一份"));
    assert_eq!(small.count("audit where act = 'tip.read'"), reads + 1);
    assert!(opens(&small.process, &before, "第一份"), "receipts open");
    assert_honest(&visitor.submit(&form), &form);
    small.make_room();

    wait_until("the space is kept back again", || small.disk.join("data/homeward.reserve").exists());
    let page = visitor.submit(&form);
    assert_eq!((page.status, page.words().len()), (200, 12), "{}", page.body);
    assert!(small.process.is_ready());
    assert_eq!(small.count("tips"), 2);
}

/// Makes these requests to the system fail, and sees what people see meanwhile and afterwards.
fn fails_and_heals(requests: &str) {
    if pg::is_wanted() {
        return;
    }
    if !trace::is_allowed() {
        return trace::say_not_allowed();
    }
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    let mut process = Process::quietly(folder.path());
    let visitor = process.visitor("198.18.12.1");
    let before = received_before(&visitor);
    let form = filled(&visitor);
    let failing = Attached::failing(&process, requests);

    for _ in 0..3 {
        assert_honest(&visitor.submit(&form), &form);
    }
    assert!(!process.is_ready(), "health is red");
    assert!(opens(&process, &before, "第一份"), "what was received is readable");
    drop(failing);

    wait_until("it is ready again", || process.is_ready());
    let page = visitor.submit(&form);
    assert_eq!((page.status, page.words().len()), (200, 12), "{}", page.body);
    process.kill();
    process = Process::quietly(folder.path());
    assert!(opens(&process, &page.code(), WORDS), "what is acknowledged now is kept");
    assert!(opens(&process, &before, "第一份"));
    let path = folder.path().join("data/homeward.db");
    assert_eq!(db::count(&path, "select count(*) as n from tips"), 2);
    let faults = "select count(*) as n from pragma_integrity_check where integrity_check <> 'ok'";
    assert_eq!(db::count(&path, faults), 0);
    process.stop();
    process::assert_audit_whole(folder.path());
}

#[test]
fn a_disk_that_does_not_flush_gives_no_receipt_and_no_later_lie() {
    fails_and_heals("fdatasync,fsync:error=EIO");
}

#[test]
fn a_disk_that_turned_read_only_is_said_so_and_heals() {
    fails_and_heals("pwrite64,ftruncate:error=EROFS");
}
