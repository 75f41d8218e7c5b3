//! When the portal cannot write: another process holds the database, the disk is full, a file may not grow.
//! Whoever reports is told the truth, with the emergency numbers and every word kept; nobody is shown a
//! receipt; what was received stays readable; and the same form is received once there is room again.

use std::path::Path;
use std::process::Command;

use crate::support::db::{self, Lock};
use crate::support::form::Form;
use crate::support::page::Page;
use crate::support::pg;
use crate::support::picture;
use crate::support::portal::TestPortal;
use crate::support::process::{self, Process};
use crate::support::small_disk::{SmallDisk, has_namespaces};
use crate::support::visitor::Visitor;

pub const WORDS: &str = "第二份:有人被带上一辆白车";

/// An honest answer to a report that could not be received.
pub fn assert_honest(page: &Page, sent: &Form) {
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(page.words().is_empty() && page.code().is_empty(), "never a receipt");
    for number in ["110", "12110", "120"] {
        assert!(page.body.contains(number), "{number}");
    }
    assert!(page.has("#emergency"), "{}", page.body);
    let said = page.text("#errors");
    assert!(said.contains("没能收下") || said.contains("没有收下"), "{said}");
    assert_eq!(page.text("#text").trim(), WORDS, "every word is kept");
    assert_eq!(page.form("form#report").get("form"), sent.get("form"), "sending again is the same sending");
    assert_eq!(page.header("retry-after"), Some("60"));
    assert_eq!(page.header("cache-control"), Some("no-store, no-transform"));
}

pub fn filled(visitor: &Visitor) -> Form {
    let mut form = visitor.get("/report?l=zh").form("form#report");
    form.set("text", WORDS).set("place_district", "120114");
    form
}

#[test]
fn a_locked_database_is_said_so_and_the_same_form_is_received_afterwards() {
    let portal = TestPortal::open();
    let before = portal.report(&[("text", "第一份")]).code();
    let visitor = portal.visitor();
    let form = filled(&visitor);
    portal.age_forms();
    let lock = Lock::take(&portal.database());

    let refused = visitor.submit(&form);
    assert_honest(&refused, &form);
    let program = visitor.api(
        "/api/v1/reports",
        &[("idempotency-key", "0123456789abcdef0123456789abcdef")],
        Some(br#"{"text":"x","language":"zh"}"#),
    );
    assert_eq!((program.status, program.header("retry-after")), (503, Some("60")));
    assert!(program.body.contains("\"saved\":false") && program.body.contains("110"), "{}", program.body);
    let thread = visitor.open_receipt(&before);
    assert!(
        thread.status == 200 && thread.text("ol#thread").contains("第一份"),
        "what was received is readable"
    );
    let mut more = thread.form("form#add");
    more.set("text", WORDS);
    let not_added = visitor.submit(&more);
    assert_eq!(not_added.status, 503);
    assert_eq!(not_added.text("form#add textarea").trim(), WORDS);
    assert!(not_added.has("#emergency"));
    drop(lock);

    let received = visitor.submit(&refused.form("form#report"));
    assert_eq!((received.status, received.words().len()), (200, 12), "{}", received.body);
    assert_eq!(visitor.submit(&form).code(), received.code());
    assert_eq!(portal.count("tips"), 2);
    assert_eq!(visitor.submit(&not_added.form("form#add")).status, 200);
    assert_eq!(portal.count("entries where kind = 'added'"), 1);
}

#[test]
fn a_full_disk_is_said_so_loses_nothing_and_heals_when_there_is_room() {
    if pg::is_wanted() {
        return; // What PostgreSQL writes to is its keeper's disk; the faults of its connection are proofs of their own.
    }
    if !has_namespaces() {
        println!("this system gives no mounts of one's own: the file-size limit below stands in");
        return;
    }
    let small = SmallDisk::start(6, 0);
    let (first, second) = (small.process.visitor("198.18.7.1"), small.process.visitor("198.18.7.2"));
    let mut form = filled(&first);
    form.set("text", "第一份");
    let before = first.submit(&form);
    assert_eq!((before.status, before.words().len()), (200, 12), "{}", before.body);
    let form = filled(&second);
    let mut with_picture = form.clone();
    with_picture.choose("photo", "a.jpg", &picture::jpeg(500_000, b"none"));
    small.fill();

    for _ in 0..3 {
        assert_honest(&second.submit(&form), &form);
    }
    assert_honest(&second.submit(&with_picture), &form);
    assert_eq!(small.unfinished_files(), 0, "no half of a picture is left");
    let thread = first.open_receipt(&before.words().join(" "));
    assert!(thread.status == 200 && thread.text("ol#thread").contains("第一份"), "{}", thread.body);
    small.make_room();

    let received = second.submit(&form);
    assert_eq!((received.status, received.words().len()), (200, 12), "{}", received.body);
    assert_eq!(second.submit(&form).code(), received.code());
    assert!(second.open_receipt(&received.code()).text("ol#thread").contains(WORDS));
    assert_eq!(small.count("tips"), 2);
}

/// What the system lets the process's files grow to, from now on.
fn limit_files(process: &Process, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let set = Command::new("prlimit").args(["--pid", &process.id().to_string(), &limit]).status();
    assert!(set.unwrap().success(), "prlimit");
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[test]
fn a_file_that_may_not_grow_is_said_so_and_the_next_day_it_may() {
    if pg::is_wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let settings = process::prepare(folder.path());
    let data = folder.path().join("data");
    let mut command = Command::new("sh");
    // Ignored, the signal becomes an error of the write, as on a full disk.
    command.args(["-c", "trap '' XFSZ && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_homeward")]);
    command.args(process::arguments(&settings, &data));
    let process = Process::spawn(command, folder.path(), data.clone());
    let (first, second) = (process.visitor("198.18.8.1"), process.visitor("198.18.8.2"));
    let mut form = filled(&first);
    form.set("text", "第一份");
    let before = first.submit(&form);
    assert_eq!(before.status, 200, "{}", before.body);
    let form = filled(&second);
    limit_files(&process, &size_of(&data.join("homeward.db-wal")).min(size_of(&process.log)).to_string());

    for _ in 0..3 {
        assert_honest(&second.submit(&form), &form);
    }
    assert!(first.open_receipt(&before.code()).text("ol#thread").contains("第一份"));
    limit_files(&process, "unlimited");

    let received = second.submit(&form);
    assert_eq!((received.status, received.words().len()), (200, 12), "{}", received.body);
    assert_eq!(second.submit(&form).code(), received.code());
    assert_eq!(db::count(&data.join("homeward.db"), "select count(*) as n from tips"), 2);
}
