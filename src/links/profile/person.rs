//! The person a text is about: sex, and in which years they may have been born. Owns that; refuses faces, and where
//! somebody or their family comes from.

use jiff::civil::Date;

use super::Figure;
use super::lexicon::{Class, Found, Sign};
use super::measures::Meaning;
use crate::insight::fold::Folded;

/// Sex, as a text says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// A boy or man.
    Male,
    /// A girl or woman.
    Female,
}

/// What is known of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Where the text speaks of children of one sex only, or of no children and adults of one.
    pub sex: Option<Sex>,
    /// Whether children's words said so, not adults'.
    pub child: bool,
    /// First and last years of birth that an age or a year gives.
    pub born: Vec<(i16, i16)>,
    /// Years that the text names, as of a loss.
    pub years: Vec<i16>,
}

impl Person {
    pub(super) fn of(signs: &[Found<Sign>], figures: &[Figure], text: &Folded, told: Date) -> Self {
        let has = |class: Class| signs.iter().any(|sign| sign.what.class == class);
        let one = |male: bool, female: bool| match (male, female) {
            (true, false) => Some(Sex::Male),
            (false, true) => Some(Sex::Female),
            _ => None,
        };
        let child = has(Class::Boy) || has(Class::Girl);
        let sex = if child {
            one(has(Class::Boy), has(Class::Girl))
        } else {
            one(has(Class::Man), has(Class::Woman))
        };
        let years: Vec<i16> = figures
            .iter()
            .filter(|figure| figure.meaning == Meaning::Year)
            .filter_map(|figure| i16::try_from(figure.low).ok())
            .collect();
        let mut born = births(figures, text, told, &years);
        if signs.iter().any(|sign| sign.what.class == Class::Newborn) {
            born.push((told.year() - 1, told.year()));
        }
        Self { sex, child, born, years }
    }
}

/// Words that turn a year into a birth.
const BORN: [&str; 9] =
    ["年生", "年出生", "born in", "sinh năm", "년생", "года рождения", "г.р", "родил", "生于"];

/// Words that turn an age into the age in that year.
const THEN: [&str; 10] =
    ["那年", "当年", "时候", "was then", "when ", "at the time", "lúc đó", "당시", "тогда", "было"];

fn births(figures: &[Figure], text: &Folded, told: Date, years: &[i16]) -> Vec<(i16, i16)> {
    let plain: String = text.chars.iter().collect();
    let says = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let mut born: Vec<(i16, i16)> = Vec::new();
    if says(&BORN) {
        born.extend(years.first().map(|year| (*year, *year)));
    }
    let then = years.iter().copied().min().filter(|year| says(&THEN) && *year < told.year());
    for figure in figures.iter().filter(|figure| figure.meaning == Meaning::Age) {
        let years_old = |months: u64| i16::try_from(months / 12).unwrap_or(0);
        // An age is said in full years, by the nominal count, or by the look of somebody.
        let range = |year: i16| (year - years_old(figure.high) - 1, year - years_old(figure.low) + 1);
        born.push(range(told.year()));
        born.extend(then.map(range));
    }
    born
}
