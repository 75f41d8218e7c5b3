//! The plan desk: a version drafted by one, agreed to by another, in force at once for what comes in and for nothing
//! that is there.

use std::sync::Arc;
use std::time::Duration;

use homeward::app::plans::seal;
use homeward::app::{App, PLAN_ID};
use homeward::people::roles::Role;
use homeward::plan::PlanFiles;
use homeward::store::people::plans::{Begun, begin as begin_draft};
use homeward::store::plans::{Texts, sealed_text};
use homeward::store::{Lane, officers};
use homeward::vault::deployment::DeploymentKey;
use homeward::vault::entropy::OsEntropy;

use super::bench::{Bench, Officer, PASSWORD, attribute};
use crate::site::{Answer, Part};
use crate::support::pg;

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
    // Unoptimised, and beside other tests: some seconds, or many.
    for _ in 0..600 {
        let page = page(system, draft);
        if page.has("#green") || page.has("#red") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    panic!("{draft} was not proved")
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

#[test]
fn a_trial_counts_the_tips_that_would_go_elsewhere_and_opens_none() {
    let bench = administrators();
    (0..3).for_each(|_| drop(bench.tip(&labour())));
    bench.tip(&super::with_contact());
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let draft = begin(&system, "强迫劳动改由人社牵头");
    let trial = |officer: &Officer<'_>| page(officer, &format!("{draft}/simulate")).text("#result");
    assert_eq!(trial(&system), "4 条线索：0 条将改变去向。");

    labour_leads(&system, &draft);

    assert_eq!(trial(&security), "4 条线索：3 条将改变去向。");
    let shown = page(&system, &format!("{draft}/simulate"));
    let moved = shown.text("#moved");
    assert!(moved.contains("武清区") && moved.contains("少于 5") && !moved.contains('3'), "{moved}");
    assert!(moved.contains("牵头单位由天津市公安局武清分局改为天津市人力资源和社会保障局"), "{moved}");
    assert_eq!((bench.audited("plan.simulated"), bench.audited("tip.read")), (3, 0));
    (0..2).for_each(|_| drop(bench.tip(&labour())));
    let last = system.get(&format!("{draft}/simulate?l=zh&n=2"));
    assert_eq!(
        last.text("#result"),
        "6 条线索：5 条将改变去向。",
        "never of so few that one is told from the others"
    );
    assert!(page(&system, &format!("{draft}/simulate")).text("#moved").contains('5'));
}

#[test]
fn an_earlier_version_is_published_again_by_the_same_two() {
    let bench = administrators();
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let draft = begin(&system, "强迫劳动改由人社牵头");
    labour_leads(&system, &draft);
    publish(&system, &security, &draft);
    assert_eq!(lead(&bench, &bench.tip(&labour()).0), "hrss 2014-2");

    let overview = page(&system, "/desk/plan");
    assert!(overview.has("#history form.again") && !page(&security, "/desk/plan").has("form.again"));
    let again = system.post("/desk/plan", &[("from", "1"), ("name", "恢复版本 2014")]);
    let back = again.header("location")[0].split('?').next().unwrap().to_owned();
    let differs = page(&system, &back).text("#difference-force");
    assert!(differs.contains("牵头单位由“天津市人力资源和社会保障局”改为“天津市公安局”"), "{differs}");
    publish(&system, &security, &back);

    assert_eq!(lead(&bench, &bench.tip(&labour()).0), "psb-120114 2014-3");
}

#[test]
fn what_is_typed_wrong_comes_back_with_its_place_in_words() {
    let bench = administrators();
    let system = bench.officer("system");
    let rules = format!("{}/rules", begin(&system, "试改"));
    for (field, typed, says) in [
        ("first_action_minutes", "soon", "路由规则第 8 行“首次处置时限”：应为分钟数（整数）"),
        ("valid_to", "明年", "路由规则第 8 行“截止日期（不含当日）”：应写成 2026-12-01 这样的日期"),
        ("primary_clause", "9.9.9", "路由规则第 8 行“主要条款”：“9.9.9”不存在"),
    ] {
        let answer = change(&system, &rules, "强迫劳动", &[(field, typed), ("note", "先别动")]);
        assert_eq!((answer.status, answer.text("#errors")), (422, format!("没有保存：{says}")), "{field}");
        let kept = |name: &str| attribute(&answer, &format!("form#edit input[name={name}]"), "value");
        assert_eq!((kept(field).as_str(), kept("note").as_str()), (typed, "先别动"));
    }
    assert_eq!(bench.audited("plan.changed"), 0);
    let typed = [("kind", "workday"), ("name_zh", "元旦调休上班"), ("basis", "announced")];
    let holidays = rules.replace("/rules", "/holidays");
    let form = system.get(&format!("{holidays}?l=zh&row=new"));
    let seen = attribute(&form, "form#edit input[name=seen]", "value");
    let add = |day: &str, more: &[(&str, &str)]| {
        let hidden = [("row", "new"), ("seen", seen.as_str()), ("act", "save"), ("day", day)];
        system.post(&holidays, &[&typed, more, &hidden].concat())
    };
    let bad = add("2027-01-02", &[]);
    assert!(
        bad.status == 422 && bad.text("#errors").contains("“英文名称”：不能为空"),
        "{}",
        bad.text("#errors")
    );
    assert_eq!(attribute(&bad, "form#edit input[name=name_zh]", "value"), "元旦调休上班");
    let good = [("name_en", "Working day for New Year"), ("source", "国办发明电〔2026〕0号")];
    assert_eq!(add("2027-01-02", &good).status, 303);
    assert_eq!(add("2027-01-09", &good).status, 409, "somebody changed it meanwhile");
    assert!(page(&system, &holidays.replace("/holidays", "")).text("#difference").contains("2027-01-02"));
}

#[test]
fn a_draft_that_the_proof_finds_wrong_is_not_proposed_and_says_why_in_words() {
    let bench = administrators();
    let system = bench.officer("system");
    let draft = begin(&system, "知会法院");
    let rules = format!("{draft}/rules");
    assert_eq!(change(&system, &rules, "强迫劳动", &[("told_at_intake.court", "y")]).status, 303);

    let proved = prove(&system, &draft);

    assert!(
        proved.text("#red").contains("强迫劳动、限制人身自由做工：知会了一律不得知会的单位"),
        "{}",
        proved.text("#proof")
    );
    assert!(!proved.has("form#propose"));
    let seen = attribute(&proved, "form#discard input[name=seen]", "value");
    let forced = system.post(&format!("{draft}/propose"), &[("reason", "急"), ("seen", &seen)]);
    assert_eq!((forced.status, bench.audited("plan.proposed")), (409, 0));
    assert!(forced.text("#errors").contains("还没有通过校验"));
    let hole = change(
        &system,
        &rules,
        "强迫劳动",
        &[("valid_to", "2026-11-01"), ("told_at_intake.court", "<none>")],
    );
    assert_eq!(hole.status, 303, "a rule may end before the next one is typed");
    assert!(page(&system, &draft).text("#unread").contains("“强迫劳动、限制人身自由做工”没有在效的规则"));
    assert!(prove(&system, &draft).has("#red"));
}

#[test]
fn what_was_proposed_is_taken_back_or_refused_and_changes_again() {
    let bench = administrators();
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let draft = begin(&system, "只改名称");
    assert!(prove(&system, &draft).has("#green"));
    assert_eq!(propose(&system, &draft).status, 303);
    assert_eq!(security.fill(&page(&security, &draft), "refuse", &[]).status, 303);
    assert!(page(&system, &draft).has("form#propose"), "it is a draft again, still proved");
    assert_eq!(propose(&system, &draft).status, 303);
    assert_eq!(system.fill(&page(&system, &draft), "withdraw", &[]).status, 303);
    assert_eq!(security.post(&format!("{draft}/grant"), &[]).status, 409, "there is nothing to agree to");
    assert_eq!(propose(&system, &draft).status, 303);
    bench.site.clock.advance(8 * 24 * 3600);
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    assert_eq!(security.post(&format!("{draft}/grant"), &[]).status, 409, "its time is over");
    assert!(page(&system, &draft).text("#request").contains("超过七天"));
    assert_eq!(bench.audited("plan.published"), 0);
}

#[test]
fn a_version_routes_from_its_first_day_on_and_every_process_follows() {
    let bench = administrators();
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let app = &bench.site.app;
    let (other, _) = App::open((*app.config).clone(), bench.site.clock.clone(), Arc::new(OsEntropy)).unwrap();
    let draft = begin(&system, "强迫劳动改由人社牵头");
    labour_leads(&system, &draft);
    let past = system.fill(&page(&system, &draft), "frame", &[("name", "改"), ("valid_from", "2026-11-22")]);
    assert_eq!(past.status, 422, "{}", past.text("#errors"));
    let named = [("name", "自次日起"), ("valid_from", "2026-11-24")];
    assert_eq!(system.fill(&page(&system, &draft), "frame", &named).status, 303);
    publish(&system, &security, &draft);
    assert_eq!(lead(&bench, &bench.tip(&labour()).0), "psb-120114 2014");
    assert!(page(&system, "/desk/plan").text("#history").contains("已发布，待施行"));

    bench.site.clock.advance(24 * 3600);

    let follow = |app: &App| {
        actix_web::rt::System::new().block_on(app.plans.follow(&app.store)).unwrap();
        app.plan().label().to_owned()
    };
    assert_eq!((other.plan().label(), follow(&other).as_str()), ("2014", "2014-2"));
    assert_eq!(follow(app), "2014-2");
    assert_eq!(lead(&bench, &bench.tip(&labour()).0), "hrss 2014-2");
    other.store.close();
}

/// Enters a version that no form would let through, as published and sealed.
fn smuggle(bench: &Bench, rules: impl FnOnce(&str) -> String) {
    let app = &bench.site.app;
    let mut files = PlanFiles::embedded();
    files.set("rules.tsv", rules(files.get("rules.tsv")));
    let (texts, built) = (Texts::of(&files), Texts::of(&PlanFiles::embedded()));
    let day: jiff::civil::Date = "2026-11-23".parse().unwrap();
    let digest = texts.digest(day);
    let login = "system".to_owned();
    let by = app.store.read_blocking(|db| officers::known(db, PLAN_ID, &login)).unwrap().unwrap().officer;
    let now = app.clock.now();
    let number = app.store.write_blocking("smuggle", Lane::Desk, move |db| {
        let built_in = ("2014", day, &built);
        let begun = Begun { based_on: None, name: "x", valid_from: day, texts: &texts, built_in };
        begin_draft(db, PLAN_ID, &by, &begun, now)
    });
    let number = number.ok().unwrap();
    let seal = seal(&app.deployment, &sealed_text(number, &format!("2014-{number}"), day, &digest));
    let hex: String = seal.iter().map(|b| format!("{b:02x}")).collect();
    let blob = if pg::is_wanted() { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
    bench.change(&format!(
        "update plan_versions set status = 'published', published_minute = 1, seal = {blob} where number = {number}"
    ));
}

#[test]
fn a_broken_version_is_refused_with_file_line_and_reason_and_the_last_good_one_stays() {
    let bench = administrators();
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let draft = begin(&system, "强迫劳动改由人社牵头");
    labour_leads(&system, &draft);
    publish(&system, &security, &draft);

    smuggle(&bench, |rules| rules.replacen("\tpsb\t", "\tpbs\t", 1));

    let shown = page(&system, "/desk/plan").text("#broken");
    assert!(shown.contains("2014-3") && shown.contains("路由规则第 2 行“牵头单位”：“pbs”不存在"), "{shown}");
    assert_eq!(lead(&bench, &bench.tip(&labour()).0), "hrss 2014-2", "the running version stays");
    let start = || {
        App::open((*bench.site.app.config).clone(), bench.site.clock.clone(), Arc::new(OsEntropy)).unwrap().0
    };
    let started = start();
    let refused = started.plans.refused().unwrap();
    assert_eq!((started.plan().label(), refused.label.as_str()), ("2014-2", "2014-3"));
    assert_eq!(refused.why.to_string(), "rules.tsv:2: lead: no body `pbs`");
    started.store.close();

    bench.change("update plan_versions set seal = null where number = 3");
    let unsealed = start();
    assert!(unsealed.plans.refused().unwrap().why.to_string().contains("seal"));
    unsealed.store.close();
    bench.change("update plan_texts set body = 'x'");
    let none = start();
    assert_eq!(none.plan().label(), "2014", "where none is whole the compiled-in plan routes");
    none.store.close();
}

#[test]
fn another_key_file_that_is_accepted_seals_what_was_published_anew() {
    let bench = administrators();
    smuggle(&bench, str::to_owned);
    let config = (*bench.site.app.config).clone();
    let key = config.data.key_path();
    std::fs::remove_file(&key).unwrap();
    DeploymentKey::from_bytes([9; 32]).create(&key, &OsEntropy).unwrap();

    assert!(App::accept_key(&config, bench.site.clock.as_ref()).unwrap());

    let (started, _) = App::open(config, bench.site.clock.clone(), Arc::new(OsEntropy)).unwrap();
    assert_eq!((started.plan().label(), started.plans.refused()), ("2014-2", None));
    started.store.close();
}

#[test]
fn the_live_check_speaks_of_the_version_that_routes_and_of_the_one_that_cannot() {
    if pg::is_wanted() {
        // The command reads the same rows by the same code; only where they lie would have to be told.
        return;
    }
    let bench = administrators();
    smuggle(&bench, str::to_owned);
    smuggle(&bench, |rules| rules.replacen("\tpsb\t", "\tpbs\t", 1));
    let folder = bench.site.folder.path();
    let officers = folder.join("officers.json");
    let officer = serde_json::json!([{ "agency": "psb", "name": "psb", "password": PASSWORD, "branch": null,
        "role": "agency_lead", "title": "psb", "totp_secret": null }]);
    std::fs::write(&officers, officer.to_string()).unwrap();

    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_homeward"))
        .args(["plan", "check", "--live", "--json", "--officers"])
        .arg(&officers)
        .arg("--data")
        .arg(folder.join("data"))
        .output()
        .unwrap();

    let live: serde_json::Value = serde_json::from_slice(&ran.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&ran.stderr)));
    assert_eq!((live["plan_version"].as_str(), ran.status.code()), (Some("2014-2"), Some(1)));
    let gaps = live["gaps"].to_string();
    assert!(gaps.contains("plan 2014-3: rules.tsv:2: lead: no body `pbs`"), "{gaps}");
}

#[test]
fn what_was_changed_after_it_was_seen_is_not_agreed_to() {
    let bench = administrators();
    let (system, security) = (bench.officer("system"), bench.officer("security"));
    let draft = begin(&system, "强迫劳动改由人社牵头");
    labour_leads(&system, &draft);
    prove(&system, &draft);
    assert_eq!(propose(&system, &draft).status, 303);
    let seen = page(&security, &draft);
    assert_eq!(system.fill(&page(&system, &draft), "withdraw", &[]).status, 303);
    let changed = change(&system, &format!("{draft}/rules"), "强迫劳动", &[("first_action_minutes", "90")]);
    assert_eq!(changed.status, 303, "{}", changed.text("main"));
    prove(&system, &draft);
    assert_eq!(propose(&system, &draft).status, 303);

    let stale = security.fill(&seen, "grant", &[]);

    assert_eq!((stale.status, bench.audited("plan.published")), (409, 0), "{}", stale.text("main"));
    assert_eq!(security.fill(&page(&security, &draft), "grant", &[]).status, 303);
}
