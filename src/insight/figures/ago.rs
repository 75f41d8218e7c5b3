//! How long ago something is said to be, in whole years.

use super::numbers::Number;
use super::words;

pub(super) fn years_ago(number: &Number, before: &str, after: &str, this_year: u32) -> Option<u32> {
    let next = after.trim_start_matches([' ', '多', '来', '几']);
    let value = u32::try_from(number.value).ok()?;
    if number.signs == 4
        && (2_450..=this_year + 543).contains(&value)
        && (before.contains("พ.ศ") || before.trim_end().ends_with("ปี"))
    {
        return Some(this_year + 543 - value);
    }
    if number.signs == 4 && (1900..=this_year).contains(&value) {
        let year = ["年", "г", "년", ")", ",", " ", ".", "-", "/"].iter().any(|word| after.starts_with(word))
            || after.is_empty();
        let named = [
            "năm ",
            "in ",
            "since ",
            "в ",
            "с ",
            "từ ",
            "sinh ",
            "ឆ្នាំ ",
            "ປີ ",
            "နှစ် ",
            "ឆ្នាំ",
            "ປີ",
            "តាំងពី ",
            "តាំងពី",
            "ແຕ່ ",
            "ปี ",
            "ปี",
            "ตั้งแต่ ",
        ]
        .iter()
        .any(|word| before.ends_with(word));
        if ["sinh năm ", "sinh nam ", "sn ", "born in "].iter().any(|word| before.ends_with(word))
            && this_year - value < 18
        {
            return None;
        }
        return (after.starts_with('年')
            || next.starts_with("ခုနှစ်")
            || after.starts_with('년')
            || after.starts_with(" г")
            || (year && named))
            .then(|| this_year - value);
    }
    let burmese = next.starts_with("နှစ်") && before.contains("လွန်ခဲ့");
    let aged = ["အသက်", "អាយុ", "ອາຍຸ", "อายุ"].iter().any(|word| before.contains(word));
    if aged && !before.contains("лет") && words::of("run_on_years").any(|word| next.starts_with(word)) {
        return None;
    }
    (value <= 80 && (burmese || words::of("ago").any(|word| next.starts_with(word)))).then_some(value)
}
