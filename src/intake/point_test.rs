use proptest::prelude::*;

use super::*;

/// Half a kilometre is what a wrong map costs; a tenth of that tells which map was taken.
fn is_near(text: &str, lat: f64, lon: f64) -> bool {
    let Some(Shared { point, .. }) = read(text) else { return false };
    ((point.lat - lat) * 111_200.0).hypot((point.lon - lon) * 86_000.0) < 50.0
}

/// One place in the city, as the earth and as the maps count it.
const TRUE: (f64, f64) = (39.131_6, 117.202_3);
const GCJ: &str = "39.132786";
const GCJ_EAST: &str = "117.208313";

fn shifted() -> (String, String) {
    (GCJ.into(), GCJ_EAST.into())
}

#[test]
fn a_bare_pair_is_read_in_either_order_and_spelling() {
    for text in [
        "39.1316,117.2023",
        " 39.1316, 117.2023 ",
        "117.2023,39.1316",
        "39.1316，117.2023",
        "39.1316 117.2023",
        "39.1316°N 117.2023°E",
        "北纬39.1316°，东经117.2023°",
        "geo:39.1316,117.2023",
    ] {
        assert!(is_near(text, TRUE.0, TRUE.1), "{text}: {:?}", read(text));
    }
    assert!(read("39.1316,117.2023").unwrap().bare && read("geo:39.1316,117.2023").unwrap().bare);
    assert!(!read("在门口 39.1316,117.2023").unwrap().bare, "the words are kept");
}

#[test]
fn links_of_maps_are_read_each_as_it_counts() {
    let (lat, lon) = shifted();
    for text in [
        format!("https://uri.amap.com/marker?position={lon},{lat}&name=x"),
        format!("https://wb.amap.com/?q={lat}%2C{lon}%2C%E5%A4%A9%E6%B4%A5"),
        format!("androidamap://viewMap?sourceApplication=x&poiname=y&lat={lat}&lon={lon}&dev=0"),
        format!("【砖厂】天津市 https://www.amap.com/?lng={lon}&lat={lat}"),
        format!("https://maps.apple.com/?ll={lat},{lon}&q=x"),
        format!("https://www.google.com/maps/@{lat},{lon},17z"),
        format!("https://www.google.com/maps/place/x/data=!3d{lat}!4d{lon}"),
        format!("https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat},{lon};title:x"),
        format!("https://api.map.baidu.com/marker?location={lat},{lon}&coord_type=gcj02"),
    ] {
        assert!(is_near(&text, TRUE.0, TRUE.1), "{text}: {:?}", read(&text));
    }
    for text in [
        "https://www.openstreetmap.org/?mlat=39.1316&mlon=117.2023#map=17/39.1316/117.2023",
        "geo:0,0?q=39.1316,117.2023(x)",
        "amapuri://viewMap?lat=39.1316&lon=117.2023&dev=1",
        "https://api.map.baidu.com/marker?location=39.1316,117.2023&coord_type=wgs84",
    ] {
        assert!(is_near(text, TRUE.0, TRUE.1), "{text}: {:?}", read(text));
    }
    let baidu = "https://api.map.baidu.com/marker?location=39.138583,117.214872&output=html";
    assert!(is_near(baidu, TRUE.0, TRUE.1), "{:?}", read(baidu));
}

#[test]
fn what_holds_no_place_is_none() {
    for text in [
        "",
        "https://surl.amap.com/1a2b3c",
        "我在路口",
        "13912345678",
        "39,117",
        "2026.11.28 10.30",
        "0.0,0.0",
        "lat=&lon=",
        "lat=95.1&lon=400.2",
        "1.2.3.4",
        "https://map.baidu.com/@13046800.1,4714523.2,17z",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_place_far_away_is_one_too() {
    assert!(is_near("16.6890, 98.5080", 16.689, 98.508));
    assert!(is_near("-33.8600, 151.2000", -33.86, 151.2));
}

proptest! {
    #[test]
    fn whatever_is_pasted_is_read_or_not_and_nothing_worse(text in any::<String>()) {
        if let Some(Shared { point, .. }) = read(&text) {
            prop_assert!(Point::on_earth(point.lat, point.lon).is_some());
        }
    }

    #[test]
    fn digits_and_marks_are_read_or_not_and_nothing_worse(text in "[-0-9.,;:/ =latlon&!4d%2C°，]{0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn what_the_page_writes_is_what_is_read(lat in -89_999..89_999_i32, lon in -179_999..179_999_i32) {
        let (lat, lon) = (f64::from(lat) / 1000.0, f64::from(lon) / 1000.0);
        prop_assume!((lat, lon) != (0.0, 0.0));
        let read = read(&format!("{lat:.3},{lon:.3}")).unwrap();
        prop_assert!(read.bare && (read.point.lat - lat).abs() < 1e-6 && (read.point.lon - lon).abs() < 1e-6);
    }
}
