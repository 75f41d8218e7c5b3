//! What a synthetic report says. Owns the sentences; refuses anything that could be taken for a real
//! person's: each text begins by saying that it is made up.

use super::dice::Dice;

/// How every synthetic text begins.
pub(super) const MARK: &str = "【合成线索，仅供演练】";

const WHEN: [&str; 6] = ["昨天晚上", "这两天", "上周末", "今天早上", "从上个月起", "刚才"];
const WHERE: [&str; 8] = [
    "菜市场后面",
    "火车站出站口",
    "河边的出租屋",
    "镇上的砖厂",
    "小区北门",
    "工业园宿舍",
    "长途车站",
    "路口的小饭店",
];
const WHAT: [&str; 8] = [
    "看到一个孩子跟着两个大人，孩子一直哭，说不清家在哪里",
    "有几个外地口音的人被人看着，不让出门，也拿不到工钱",
    "有人在打听哪里能给刚出生的婴儿上户口",
    "一个小姑娘说是被网上认识的人接来的，手机被收走了",
    "有人带着好几个孩子乞讨，晚上挨个收钱",
    "中介收了身份证，说要交钱才能走",
    "邻居家突然多了一个孩子，从来不让出来玩",
    "有个妇女说自己是被骗来的，想回家",
];
const ASKS: [&str; 4] = ["请派人看看。", "我不敢上前问。", "车停了很久才走。", "希望不要说是我说的。"];

/// One report in so many names a telephone.
const NAMING: u64 = 8;

/// How many telephones there are, so that some reports name the same: numbers that nobody is given.
const PHONES: u64 = 4_000;

/// The text of a report, different for each tip.
pub(super) fn report(dice: &Dice, number: i64) -> String {
    let (when, place, what, ask) = (dice.one(&WHEN), dice.one(&WHERE), dice.one(&WHAT), dice.one(&ASKS));
    format!("{MARK}第 {number} 条。{when}，在{place}{what}。{}{ask}", phone(dice))
}

fn phone(dice: &Dice) -> String {
    let (named, which) = (dice.below(NAMING) == 0, dice.below(PHONES));
    if named { format!("对方电话154 0000 {which:04}。") } else { String::new() }
}

/// Why a synthetic tip was closed.
pub(super) const REASON: &str = "演练数据：已核实办理。";

/// What the reporter of a synthetic tip is asked.
pub(super) const QUESTION: &str = "演练数据：请问当时大概是几点？";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_says_first_that_it_is_made_up() {
        let texts: Vec<String> = (0..50).map(|n| report(&Dice::of(1, n), 7)).collect();

        assert!(texts.iter().all(|text| text.starts_with(MARK)));
        let different: std::collections::BTreeSet<&String> = texts.iter().collect();
        assert!(different.len() > 40, "{} of 50 are different", different.len());
    }

    #[test]
    fn some_texts_name_a_telephone_and_some_of_these_the_same() {
        let texts: Vec<String> = (0..4_000).map(|n| report(&Dice::of(1, n), 7)).collect();
        let named: Vec<_> = texts.iter().flat_map(|text| crate::links::found([text.as_str()])).collect();

        assert!((400..600).contains(&named.len()), "{} of 4000", named.len());
        let different: std::collections::BTreeSet<_> = named.iter().collect();
        assert!(different.len() < named.len());
    }
}
