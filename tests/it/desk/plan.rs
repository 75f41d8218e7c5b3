//! The plan desk: a version drafted by one, agreed to by another, in force at once for what comes in and for nothing
//! that is there.

use homeward::people::roles::Role;

use super::bench::{Bench, Officer, attribute};
use crate::site::{Answer, Part};
use crate::support::wait_until;

fn administrators() -> Bench {
    let bench = Bench::open();
    bench.colleague_as("system", "polilegal", Role::SystemAdmin);
    bench.colleague_as("security", "jointconf", Role::SecurityAdmin);
    bench
}

fn labour() -> Vec<Part<'static>> {
    vec![
        Part::text("text", "砖厂后院锁着三个说外地话的小伙子。"),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_labour"),
    ]
}

fn lead(bench: &Bench, uid: &str) -> String {
    bench.text(&format!("select lead || ' ' || plan_version as v from tips where uid = '{uid}'"))
}

/// Begins a draft; gives its address.
fn begin(system: &Officer<'_>, name: &str) -> String {
    let answer = system.post("/desk/plan", &[("name", name)]);
    assert_eq!(answer.status, 303, "{}", answer.text("main"));
    answer.header("location")[0].split('?').next().unwrap().to_owned()
}

fn page(officer: &Officer<'_>, path: &str) -> Answer {
    let answer = officer.get(&format!("{path}?l=zh"));
    assert_eq!(answer.status, 200, "{path}: {}", answer.text("main"));
    answer
}

/// The row of a table of a draft in which this stands.
fn row_of(officer: &Officer<'_>, path: &str, has: &str) -> String {
    let listed = page(officer, path);
    let rows = listed.all("#rows tbody tr");
    let at = rows.iter().position(|row| row.contains(has)).unwrap_or_else(|| panic!("{has}: {rows:?}"));
    at.to_string()
}

/// Everything that the form of a row would send as it stands.
fn fields(page: &Answer) -> Vec<(String, String)> {
    let html = page.html();
    let select = |css: &str| scraper::Selector::parse(css).unwrap();
    let attr = |it: scraper::ElementRef<'_>, name| it.attr(name).unwrap_or_default().to_owned();
    let inputs = select("form#edit input:not([type=checkbox]), form#edit input[checked]");
    let mut all: Vec<_> = html.select(&inputs).map(|it| (attr(it, "name"), attr(it, "value"))).collect();
    for it in html.select(&select("form#edit select")) {
        let chosen = it.select(&select("option[selected]")).next();
        all.push((attr(it, "name"), chosen.map(|it| attr(it, "value")).unwrap_or_default()));
    }
    all.retain(|(name, _)| name != "csrf");
    all
}

/// What the form of a row holds, with what is typed over it.
fn change(officer: &Officer<'_>, path: &str, has: &str, typed: &[(&str, &str)]) -> Answer {
    let row = row_of(officer, path, has);
    let form = officer.get(&format!("{path}?l=zh&row={row}"));
    let mut all: Vec<(String, String)> = fields(&form);
    all.retain(|(name, _)| typed.iter().all(|(other, _)| other != name));
    let pairs: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let typed: Vec<(&str, &str)> = typed.iter().copied().filter(|(_, value)| *value != "<none>").collect();
    officer.post(path, &[&pairs[..], &typed, &[("act", "save")]].concat())
}

/// Lets the labour bureau lead forced labour and tells the women's federation.
fn labour_leads(system: &Officer<'_>, draft: &str) {
    let typed = [("lead", "hrss"), ("told_at_intake.women", "y"), ("told_at_intake.union", "<none>")];
    let saved = change(system, &format!("{draft}/rules"), "强迫劳动", &typed);
    assert_eq!(saved.status, 303, "{}", saved.text("main"));
}

/// Proves a draft, however long it takes.
fn prove(system: &Officer<'_>, draft: &str) -> Answer {
    assert_eq!(system.post(&format!("{draft}/prove"), &[]).status, 303);
    wait_until("the draft is proved", || {
        let page = page(system, draft);
        page.has("#green") || page.has("#red")
    });
    page(system, draft)
}

fn propose(system: &Officer<'_>, draft: &str) -> Answer {
    system.fill(&page(system, draft), "propose", &[("reason", "市里会议纪要第 7 号")])
}

fn publish(system: &Officer<'_>, security: &Officer<'_>, draft: &str) {
    assert!(prove(system, draft).has("#green"), "{}", page(system, draft).text("#proof"));
    assert_eq!(propose(system, draft).status, 303);
    let granted = security.fill(&page(security, draft), "grant", &[]);
    assert_eq!(granted.status, 303, "{}", granted.text("main"));
}

#[test]
fn one_drafts_another_agrees_and_new_tips_go_to_the_new_lead_while_old_ones_keep_their_version() {
    let bench = administrators();
    let old = bench.tip(&labour()).0;
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let draft = begin(&system, "强迫劳动改由人社牵头");
    labour_leads(&system, &draft);

    let shown = page(&system, &draft);
    let said = shown.text("#difference");
    assert!(
        said.contains("牵头单位由“天津市公安局”改为“天津市人力资源和社会保障局”")
            && said.contains("受理时知会新增天津市妇女联合会"),
        "{said}"
    );
    assert!(!shown.has("form#propose"), "what is not proved is not proposed");
    assert!(prove(&system, &draft).has("#green"));
    assert_eq!(propose(&system, &draft).status, 303);

    let own = system.post(&format!("{draft}/grant"), &[]);
    assert_eq!((own.status, bench.audited("plan.published")), (403, 0), "nobody publishes alone");
    assert!(page(&security, &draft).text("#request").contains("市里会议纪要第 7 号"));
    let locked = change_refused(&system, &draft);
    assert_eq!(locked, 409, "what waits for the second person does not change");
    assert_eq!(lead(&bench, &bench.tip(&labour()).0), "psb-120114 2014");
    let granted = security.fill(&page(&security, &draft), "grant", &[]);
    assert_eq!((granted.status, bench.audited("plan.published")), (303, 1), "{}", granted.text("main"));

    let new = bench.tip(&labour()).0;
    assert_eq!(lead(&bench, &new), "hrss 2014-2");
    assert_eq!(lead(&bench, &old), "psb-120114 2014");
    let (hrss, police) = (bench.officer("hrss"), bench.officer("psb-120114"));
    let (new, old) = (hrss.open(&new), police.open(&old));
    assert!(new.text("#why").contains("2014-2"), "{}", new.text("#why"));
    assert!(
        old.text("#why").contains("方案 2014") && !old.text("#why").contains("2014-2"),
        "{}",
        old.text("#why")
    );
    assert!(old.text(".clauses").contains("强迫劳动") || !old.text(".clauses").is_empty());
    assert!(page(&system, "/desk/plan").text("#in-force").contains("2014-2"));
}

/// The status of a change to a version that waits.
fn change_refused(system: &Officer<'_>, draft: &str) -> u16 {
    let seen = attribute(&page(system, draft), "form#withdraw input[name=seen]", "value");
    system.post(&format!("{draft}/rules"), &[("row", "0"), ("seen", &seen), ("act", "remove")]).status
}
