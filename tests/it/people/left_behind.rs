//! A branch has nobody left: the body above works on with its tips, and what stayed sealed behind (notes from before, who
//! the reporter is) comes to it by the recovery key, once two people agree, and to nobody else.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::portal::config_in;
use crate::support::process::{Process, paper_of, settings_of};
use crate::support::visitor::Visitor;
use crate::support::{db, wait_until};

const PHONE: &str = "13900000042";
const NOTE: &str = "房东说人是上月搬来的";

fn homeward(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(arguments).arg("--config").arg(settings_of(folder));
    command.arg("--data").arg(folder.join("data")).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn database(folder: &Path) -> PathBuf {
    config_in(folder).data.database()
}

fn hand_on(folder: &Path, agency: &str, paper: &Path) -> Output {
    homeward(folder, &["key", "hand-on", "--agency", agency, "--recovery-key", paper.to_str().unwrap()])
}

struct Scene {
    folder: tempfile::TempDir,
    portal: Process,
    tip: String,
}

impl Scene {
    /// A tip of a branch with a note and a contact, after its only member has gone.
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let portal = Process::start(folder.path());
        let visitor = portal.visitor("198.18.40.1");
        let mut form = visitor.get("/report?l=zh").form("form#report");
        form.set("text", "隔壁院子关着几个人")
            .set("category", "forced_labour")
            .set("place_district", "120114");
        form.set("identity", "confidential").set("contact_phone", PHONE);
        std::thread::sleep(std::time::Duration::from_secs(4));
        assert_eq!(visitor.submit(&form).status, 200);
        let tip = db::pairs(&database(folder.path()), "select uid as a, lead as b from tips").remove(0);
        assert_eq!(tip.1, "psb-120114");
        let mut scene = Self { folder, portal, tip: tip.0 };
        let branch = scene.portal.officer("psb-120114");
        scene.act(&branch, "form.open, form#claim", &[]);
        scene.act(&branch, "form#note", &[("text", NOTE)]);
        let ended = homeward(scene.folder.path(), &["user", "end", "--login", "psb-120114"]);
        assert!(ended.status.success(), "{}", said(&ended));
        scene.portal.stop();
        scene.portal = Process::again(scene.folder.path());
        wait_until("the body above leads", || {
            db::count(&database(scene.folder.path()), "select count(*) as n from tips where lead = 'psb'")
                == 1
        });
        scene
    }

    fn page(&self, officer: &Visitor) -> crate::support::page::Page {
        officer.get(&format!("/desk/tips/{}?l=zh", self.tip))
    }

    fn act(&self, officer: &Visitor, form: &str, typed: &[(&str, &str)]) -> crate::support::page::Page {
        let mut form = self.page(officer).form(form);
        for (name, value) in typed {
            form.set(name, value);
        }
        let page = officer.submit(&form);
        assert_eq!(page.status, 200, "{}", page.body);
        page
    }
}

#[test]
fn what_stayed_sealed_behind_comes_to_the_lead_by_the_recovery_key() {
    let scene = Scene::open();
    let (folder, above) = (scene.folder.path(), scene.portal.officer("psb"));
    let before = scene.page(&above);
    assert!(before.has("#notes-behind") && before.has("#identity-behind"), "{}", before.text("main"));
    assert!(!before.body.contains(NOTE) && !before.has("form#contact-ask"));

    // Where somebody works nothing is taken away.
    let manned = hand_on(folder, "psb", &paper_of(folder));
    assert!(!manned.status.success() && said(&manned).contains("somebody works"), "{}", said(&manned));
    // Another deployment's paper opens nothing and changes nothing; an agency with nothing behind needs no paper.
    let other = tempfile::tempdir().unwrap();
    Process::start(other.path()).stop();
    let refused = hand_on(folder, "psb-120114", &paper_of(other.path()));
    assert!(
        !refused.status.success() && said(&refused).contains("not this deployment"),
        "{}",
        said(&refused)
    );
    let nothing = hand_on(folder, "edu-120112", &folder.join("no such file"));
    assert!(
        nothing.status.success() && said(&nothing).contains("nothing of edu-120112"),
        "{}",
        said(&nothing)
    );
    assert!(scene.page(&above).has("#notes-behind"));

    let done = hand_on(folder, "psb-120114", &paper_of(folder));
    assert!(done.status.success() && said(&done).contains("handed on: 2"), "{}", said(&done));

    let after = scene.page(&above);
    assert!(!after.has("#notes-behind") && !after.has("#identity-behind"), "{}", after.text("main"));
    assert!(after.text("main").contains(NOTE) && after.has("form#contact-ask"));
    assert!(after.text("#history").contains("恢复密钥"), "{}", after.text("#history"));
    let envelopes = "select recipient as a, compartment as b from envelopes where recipient = 'psb-120114'";
    assert_eq!(db::pairs(&database(scene.folder.path()), envelopes), [], "the branch keeps nothing");
    let audited =
        "select act as a, detail as b from audit where act in ('tip.handed_on', 'recovery.used') order by id";
    let rows = db::pairs(&database(scene.folder.path()), audited);
    assert_eq!(rows.len(), 3, "{rows:?}");
    let again = hand_on(folder, "psb-120114", &paper_of(folder));
    assert!(again.status.success() && said(&again).contains("nothing of psb-120114"), "{}", said(&again));

    // What the lead was prepared to do with the page of before is refused as stale.
    let mut stale = before.form("form#note");
    stale.set("text", "补记");
    assert_eq!(above.submit(&stale).status, 409);
}
