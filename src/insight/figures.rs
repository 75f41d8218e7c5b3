//! Numbers with a meaning (数字): how old, how much, how long ago. Owns reading them in every language of the portal; refuses
//! whose they are.

use super::fold::Folded;

mod age;
mod ago;
mod korean;
mod money;
mod numbers;
mod words;

/// What the numbers of a text say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Ages in years, in the order in which they stand; a baby's is zero.
    pub ages: Vec<u32>,
    /// Sums of money; dollars roughly in yuan, the money of neighbours as it stands.
    pub sums: Vec<u64>,
    /// Whole years that something is past.
    pub years_ago: Option<u32>,
}

/// The figures of a text. `this_year` is the year it is read in.
pub fn read(text: &Folded, this_year: u32) -> Figures {
    let mut figures = Figures::default();
    let mut ages = korean::korean_ages(text);
    for number in numbers::numbers(text) {
        let after = next(text, number.to);
        let before = last(text, number.from);
        if let Some(age) = age::age(&number, &before, &after, this_year) {
            ages.push((number.from, age));
        }
        figures.sums.extend(money::sum(&number, &before, &after));
        let ago = ago::years_ago(&number, &before, &after, this_year);
        figures.years_ago = figures.years_ago.max(ago);
    }
    ages.sort_unstable();
    figures.ages = ages.into_iter().map(|(_, age)| age).collect();
    figures.sums.extend(money::run_on(text));
    figures
}

fn next(text: &Folded, to: usize) -> String {
    text.chars.iter().skip(to).take(14).collect::<String>()
}

fn last(text: &Folded, from: usize) -> String {
    text.chars[from.saturating_sub(18)..from].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Figures {
        read(&Folded::of(text), 2026)
    }

    #[test]
    fn ages_are_read_however_they_are_said() {
        for (text, ages) in [
            ("男孩 六岁", vec![6]),
            ("我闺女13，前天", vec![13]),
            ("我16 被骗来", vec![16]),
            ("看着也就十四五", vec![14]),
            ("约5岁女童", vec![5]),
            ("虚岁15", vec![15]),
            ("a girl of about 6 years old", vec![6]),
            ("다섯 살, 12살", vec![5, 12]),
            ("네다섯 살쯤, 열여섯이에요", vec![4, 16]),
            ("스물일곱 살", vec![27]),
            ("уже 5 лет работаю, 3 года не платят", vec![]),
            ("အသက် ၁၆ နှစ်", vec![16]),
            ("ອາຍຸ 16 ປີ", vec![16]),
            ("девочка 9 лет", vec![9]),
            ("两个月大的男孩", vec![0]),
            ("3个月宝宝", vec![0]),
            ("给了我3000块，住了15天", vec![]),
            ("十年前丢的", vec![]),
        ] {
            assert_eq!(of(text).ages, ages, "{text}");
        }
    }

    #[test]
    fn sums_and_years_are_read() {
        assert_eq!(of("收了人家18万彩礼").sums, [180_000]);
        assert_eq!(of("要我5000元").sums, [5_000]);
        assert_eq!(of("说的18万8").sums, [188_000]);
        assert_eq!(of("900 долларов").sums, [6_300], "in yuan");
        assert_eq!(of("90 nghìn tệ").sums, [90_000]);
        assert_eq!(of("2003年在塘沽丢的").years_ago, Some(23));
        assert_eq!(of("二十年前").years_ago, Some(20));
        assert_eq!(of("sinh năm 1999").years_ago, Some(27));
        assert_eq!(of("今天丢的").years_ago, None);
    }
}
