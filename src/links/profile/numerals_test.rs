use super::*;

fn said(text: &str) -> Vec<(u64, u64)> {
    Numerals::new().find(&Folded::of(text)).iter().map(|n| (n.low, n.high)).collect()
}

fn one(value: u64) -> Vec<(u64, u64)> {
    vec![(value, value)]
}

#[test]
fn one_sum_is_one_value_however_it_is_said() {
    for text in ["18万8", "十八万八", "188000元", "18.8万", "188,000 yuan", "十八万八千块", "１８万８"]
    {
        assert_eq!(said(text), one(188_000), "{text}");
    }
    assert_eq!(said("三万八一张")[0], (38_000, 38_000));
    for text in ["二十八万", "28万", "28w", "၂၈ သောင်း", "280 thousand", "280 тысяч", "280 nghìn"]
    {
        assert_eq!(said(text), one(280_000), "{text}");
    }
    for text in ["两万五", "2万5", "25000", "25 000", "2.5万", "25k"] {
        assert_eq!(said(text), one(25_000), "{text}");
    }
}

#[test]
fn two_figures_in_a_row_are_one_or_the_other() {
    for (text, low, high) in [
        ("十四五岁", 14, 15),
        ("五六个人", 5, 6),
        ("二三十户", 20, 30),
        ("15-16岁", 15, 16),
        ("14 or 15", 14, 15),
    ] {
        assert_eq!(said(text), [(low, high)], "{text}");
    }
}

#[test]
fn words_of_other_languages_are_numbers_where_they_stand_alone() {
    for (text, value) in [
        ("a girl of sixteen", 16),
        ("twenty-one", 21),
        ("mười sáu tuổi", 16),
        ("다섯 살", 5),
        ("열여섯 살", 16),
        ("шесть лет", 6),
        ("ស្រី ដប់ប្រាំពីរ ឆ្នាំ", 17),
        ("ສິບຫົກ ປີ", 16),
        ("一二〇三", 1203),
    ] {
        assert_eq!(said(text), one(value), "{text}");
    }
    assert_eq!(said("someone often"), []);
}

#[test]
fn the_table_is_whole() {
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 3, "{line}");
        assert!(matches!(cells[0], "number" | "times") && cells[1].parse::<u64>().is_ok(), "{line}");
    }
}
