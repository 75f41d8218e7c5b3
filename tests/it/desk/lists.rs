//! The desk's lists: who sees what in them, in which order, and at what cost.

use super::bench::{Bench, Officer, attribute};
use super::{in_danger, with_contact};
use crate::site::{Answer, Part};

#[test]
fn who_is_told_sees_the_clear_facts_in_a_list_and_who_is_excluded_sees_no_list_at_all() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let told = bench.officer("civil").get("/desk?tab=told&l=zh");
    assert!(told.has(&format!("tr[data-tip='{uid}']")));
    assert!(told.text("#queue").contains("强迫劳动") && !told.body.contains("砖厂"));
    assert!(!told.has("#queue .open"));

    let child = [
        Part::text("text", "女儿不见了"),
        Part::text("place_district", "120117"),
        Part::text("category", "missing_child"),
        Part::text("exclude", "psb_branch"),
    ];
    let uid = bench.tip(&child).0;
    let officer = bench.officer("psb-120117");
    for tab in ["agency", "mine", "told", "ladder"] {
        assert!(!officer.get(&format!("/desk?tab={tab}")).body.contains(&uid), "{tab}");
    }
    assert!(bench.officer("psb").get("/desk").has(&format!("tr[data-tip='{uid}']")));
}

#[test]
fn who_is_given_the_content_opens_it_from_the_list_of_what_they_are_told() {
    let bench = Bench::open();
    let uids = [in_danger(), with_contact()].map(|parts| bench.tip(&parts).0);
    for (uid, relation) in [(&uids[0], "told"), (&uids[1], "content")] {
        bench.change(&format!(
            "delete from tip_agencies where agency = 'women' and tip_id = (select id from tips where uid = '{uid}')"
        ));
        bench.change(&format!(
            "insert into tip_agencies (tip_id, agency, relation, open, lane, due_minute)
             select id, 'women', '{relation}', false, lane, due_minute from tips where uid = '{uid}'"
        ));
    }
    let list = bench.officer("women").get("/desk?tab=told&l=zh");

    assert_eq!(rows(&list), uids, "the pressing one first, as in the queue");
    let row = |uid: &str, rest: &str| format!("tr[data-tip='{uid}'] {rest}");
    assert_eq!(list.text(&row(&uids[1], ".given")), "移送内容");
    assert!(attribute(&list, &row(&uids[1], "a.open"), "href").contains(&uids[1]));
    assert!(!list.has(&row(&uids[0], ".given")) && !list.has(&row(&uids[0], ".open")));
}

#[test]
fn the_police_copy_is_opened_from_the_list_and_stands_there_once() {
    let bench = Bench::open();
    let copied = [
        Part::text("text", "小饭店后厨有个十来岁的孩子在干活"),
        Part::text("place_district", "120114"),
        Part::text("category", "child_labour"),
        Part::text("minor", "yes"),
    ];
    let uid = bench.tip(&copied).0;
    let all = bench.relations(&uid);
    let (police, _) = all.iter().find(|(_, relation)| relation == "content").expect("a police copy");
    assert_eq!(all.iter().filter(|(agency, _)| agency == police).count(), 1, "{all:?}");

    let officer = bench.officer(police);
    let list = officer.get("/desk?tab=told&l=zh");
    assert_eq!(rows(&list), [uid.as_str()]);
    let page = officer.get(&attribute(&list, "#queue a.open", "href"));
    assert!(page.text("#report-text").contains("十来岁的孩子"));
    assert!(!page.has("form.act"), "to read is not to act");
}

#[test]
fn each_list_walks_an_index_in_its_own_order_from_where_the_page_begins() {
    if crate::support::pg::is_wanted() {
        return; // Its planner goes by the sizes of tables; the measure of the queue at size sees that.
    }
    let bench = Bench::open();
    let joined =
        "from tip_agencies a join tips t on t.id = a.tip_id left join officers o on o.id = t.claimed_by";
    let walk = |only: &str, key: &str| {
        bench.plan(&format!(
            "select t.uid {joined} where {only} and ({key}) > (0, 5, 7) order by {key} limit 51"
        ))
    };
    let parts = "a.lane, a.due_minute, a.tip_id";
    for (only, key, walked) in [
        (
            "a.agency = 'psb' and a.open",
            parts,
            "a USING INDEX tip_agencies_queue (agency=? AND (lane,due_minute,tip_id)>",
        ),
        (
            "a.agency = 'psb' and a.relation = 'told'",
            parts,
            "a USING INDEX tip_agencies_by_relation (agency=? AND relation=? AND (lane,due_minute,tip_id)>",
        ),
        (
            "a.agency = 'psb' and a.relation = 'ladder' and not (a.closed) and t.lead <> 'psb'",
            parts,
            "a USING INDEX tip_agencies_overseen (agency=? AND relation=? AND (lane,due_minute,tip_id)>",
        ),
        (
            "a.agency || '' = 'psb' and a.open and t.claimed_by = 1 and t.closed_minute is null",
            "t.lane, t.due_minute, t.id",
            "t USING INDEX tips_held (claimed_by=? AND (lane,due_minute",
        ),
    ] {
        let plan = walk(only, key).replace("COVERING ", "");
        assert!(plan.contains(walked) && !plan.contains("TEMP B-TREE"), "{only}: {plan}");
    }
}

#[test]
fn the_next_tip_is_the_first_step_along_an_index() {
    if crate::support::pg::is_wanted() {
        return; // As above.
    }
    let bench = Bench::open();
    let next =
        "select t.uid from tip_agencies a join tips t on t.id = a.tip_id where a.agency = 'psb' and a.open
                and not (a.taken) and not (a.life_only) order by a.lane, a.due_minute, a.tip_id limit 1";

    let plan = bench.plan(next);

    assert!(plan.contains("tip_agencies_free") && !plan.contains("TEMP B-TREE"), "{plan}");
}

#[test]
fn queue_count_and_page_agree_on_whether_somebody_has_acted() {
    let bench = Bench::open();
    let officer = bench.officer("psb-120114");
    let overdue = || {
        let uid = bench.tip(&in_danger()).0;
        officer.fill(&officer.open(&uid), "note", &[("text", "先看看")]);
        bench.site.clock.advance(20 * 60);
        assert_eq!(runs(&officer, &uid), [true; 4], "to claim and to note is not to act");
        uid
    };
    let acts: [(&str, &[(&str, &str)]); 4] = [
        ("reply", &[("text", "我们正在路上。")]),
        ("reply", &[("text", "院门朝哪边开?"), ("ask", "yes")]),
        ("accept", &[]),
        ("correct", &[("category", "forced_labour"), ("district", "120114"), ("urgency", "urgent")]),
    ];
    for (form, typed) in acts {
        let uid = overdue();
        assert_eq!(officer.fill(&officer.tip(&uid), form, typed).status, 303, "{form}");
        assert_eq!(runs(&officer, &uid), [false; 4], "{form}");
    }
}

#[test]
fn pages_of_the_queue_follow_each_other_without_gap_or_repeat() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let copy = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 119)
         insert into tips (plan_id, uid, category, secondary, district, urgency, status, version, lead,
           first_responder, access, rule, plan_version, clauses, because, has_minor, received_minute, due_minute, lane)
         select plan_id, case substr(uid, 1, 1) when 'f' then 'e' else 'f' end || substr(uid, 2, 27) || cast(1000 + i as text), category, secondary, district, urgency, status,
           version, lead, first_responder, access, rule, plan_version, clauses, because, has_minor, received_minute,
           due_minute + (i % 7), i % 3 from tips, n where uid = '{uid}'"
    );
    bench.change(&copy);
    bench.change(&format!(
        "insert into tip_agencies (tip_id, agency, relation, open, lane, due_minute)
         select id, 'psb-120114', 'lead', true, lane, due_minute from tips where uid <> '{uid}'"
    ));
    bench.change(&format!(
        "update tips set claimed_by = (select id from officers where login = 'psb-120114')
         where uid <> '{uid}' and substr(uid, 32) in ('1', '3', '5', '7', '9')"
    ));
    let officer = bench.officer("psb-120114");
    for (tab, only, on_pages, tips) in [("agency", "true", 3, 120), ("mine", "claimed_by is not null", 2, 60)]
    {
        let (mut seen, mut path, mut pages) = (Vec::new(), format!("/desk?l=zh&tab={tab}"), 0);
        while !path.is_empty() {
            let page = officer.get(&path);
            seen.extend(rows(&page));
            path = attribute(&page, "a.more", "href");
            pages += 1;
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((pages, seen.len(), distinct.len()), (on_pages, tips, tips), "{tab}");
        let order = bench.text(&format!(
            "select string_agg(uid, ',') as v from (select uid from tip_agencies a join tips t on t.id = a.tip_id
             where a.agency = 'psb-120114' and a.open and {only} order by a.lane, a.due_minute, a.tip_id) as queue"
        ));
        assert_eq!(seen.join(","), order, "{tab}");
    }
}

fn rows(page: &Answer) -> Vec<String> {
    let selector = scraper::Selector::parse("#queue tr[data-tip]").unwrap();
    page.html().select(&selector).filter_map(|e| e.value().attr("data-tip")).map(str::to_owned).collect()
}

/// Whether the deadline runs, by the queue, its count of the overdue, the page's head and its clocks.
fn runs(officer: &Officer<'_>, uid: &str) -> [bool; 4] {
    let (queue, page) = (officer.get("/desk?l=zh"), officer.tip(uid));
    let row = queue.has(&format!("tr[data-tip='{uid}'] .clock"));
    [row, queue.has("#counts .overdue"), page.has(".tip-head .clock"), !page.has("#first-action")]
}
