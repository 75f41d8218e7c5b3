//! A place shared as a point, from outside: which district it makes, who is asked to look where it could be two, and
//! that no coordinates stand anywhere in clear.

use serde_json::{Value, json};

use super::bench::Bench;
use crate::site::Part;

fn tip_at(bench: &Bench, point: &str, more: &[Part<'static>]) -> (String, String, String) {
    let token = bench.site.token();
    let typed = [
        Part::text("form", &token),
        Part::text("l", "zh"),
        Part::text("text", "厂房后面锁着人"),
        Part::text("category", "forced_labour"),
        Part::text("place_point", point),
    ];
    let answer = bench.site.report(&[&typed[..], more].concat());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let uid = bench.text("select uid as v from tips order by id desc limit 1");
    (
        uid,
        bench.text("select coalesce(district, '-') as v from tips order by id desc limit 1"),
        answer.text("#next"),
    )
}

#[test]
fn a_point_makes_the_district_and_only_readers_see_it() {
    let bench = Bench::open();
    let (uid, district, next) = tip_at(&bench, "39.384,117.044", &[]);

    assert_eq!(district, "120114");
    assert!(!next.contains("区界"));
    let page = bench.officer("hrss").open(&uid);
    let page = if page.status == 200 { page } else { bench.officer("psb-120114").open(&uid) };
    let said = page.text("#point");
    assert!(said.contains("39.38400, 117.04400") && said.contains("武清区"), "{said}");
    assert!(!page.has("#point .warn"));
}

#[test]
fn near_a_border_a_city_office_looks_and_both_sides_hear_of_both() {
    let bench = Bench::open();
    let (uid, district, next) = tip_at(&bench, "39.1316,117.2023", &[]);

    assert_eq!(district, "-");
    assert!(next.contains("和平区") && next.contains("河北区"), "{next}");
    let page = bench.officer("psb").open(&uid);
    assert!(
        page.text("#point").contains("和平区") && page.text("#point").contains("河北区"),
        "{}",
        page.body
    );
}

#[test]
fn what_a_person_chose_stands_and_the_officer_sees_that_the_point_is_elsewhere() {
    let bench = Bench::open();
    let (uid, district, _) = tip_at(&bench, "39.384,117.044", &[Part::text("place_district", "120117")]);

    assert_eq!(district, "120117");
    let page = bench.officer("psb-120117").open(&uid);
    assert!(page.has("#point .warn"), "{}", page.body);
}

#[test]
fn outside_the_city_it_is_kept_and_said() {
    let bench = Bench::open();
    let (uid, district, next) = tip_at(&bench, "geo:16.689000,98.508000", &[]);

    assert_eq!(district, "-");
    assert!(next.contains("不在天津"), "{next}");
    assert!(bench.officer("psb").open(&uid).text("#point").contains("不在本市"));
}

#[test]
fn a_link_is_converted_or_kept_and_nothing_of_it_stands_in_clear() {
    let bench = Bench::open();
    let link = "https://uri.amap.com/marker?position=117.050234,39.385234&name=CANARYPLACE";
    let (uid, district, _) = tip_at(&bench, link, &[]);

    assert_eq!(district, "120114");
    let page = bench.officer("psb-120114").open(&uid);
    assert!(page.body.contains("CANARYPLACE") && !page.text("#point").contains("117.05023"), "shifted back");
    let disk = bench.site.everything_on_disk();
    for clear in ["CANARYPLACE", "117.05023", "39.38523", "39.384", "117.044"] {
        assert!(!disk.windows(clear.len()).any(|w| w == clear.as_bytes()), "{clear}");
    }
}

#[test]
fn the_form_can_fill_it_in_only_with_a_script_and_only_when_asked() {
    let bench = Bench::open();
    let page = bench.site.get("/report?l=zh", "");

    assert!(page.has("button#here[type=button][hidden]") && page.has("input#place_point[name=place_point]"));
    assert!(page.body.len() < 40_000, "{}", page.body.len());
}

#[test]
fn a_program_gives_a_point_as_numbers() {
    let bench = Bench::open();
    let send = |n: u8, point: Value| {
        let body = json!({ "text": "砖厂", "point": point }).to_string();
        let head = format!(
            "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: 0123456789abcdef0123456789abcde{n}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        bench.site.send(&[head.as_bytes(), body.as_bytes()].concat())
    };
    let district = || bench.text("select coalesce(district, '-') as v from tips order by id desc limit 1");

    let inside = send(1, json!({ "lat": 39.384, "lon": 117.044 }));
    assert_eq!((inside.status, district().as_str()), (201, "120114"), "{}", inside.body);
    let between: Value =
        serde_json::from_str(&send(2, json!({ "lat": 39.1316, "lon": 117.2023 })).body).unwrap();
    assert!(between["district_may_be"].as_array().unwrap().len() >= 2 && district() == "-", "{between}");
    for wrong in [json!({ "lat": 91.0, "lon": 0.0 }), json!({ "lat": 1.0 }), json!("39.1,117.2")] {
        assert_eq!(send(3, wrong.clone()).status, 422, "{wrong}");
    }
    assert_eq!(bench.site.tips(), 2);
}
