//! What a number counts: years of age, money, hours, floors, rooms, people, years. Owns reading that from the words
//! beside it; refuses numbers that count nothing known, which stay plain.

use super::beside::{colon, is_child_before, is_past, is_person_before, minutes, says_month};
use super::numerals::Number;
use crate::insight::fold::Folded;

const TABLE: &str = include_str!("../../../assets/links/units.tsv");

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Age, in months.
    Age,
    /// Time of day, in minutes of twelve hours: tellers leave out morning and evening.
    Clock,
    /// A floor.
    Floor,
    /// A room.
    Room,
    /// A building or an entrance.
    House,
    /// People.
    People,
    /// Households.
    Household,
    /// Money.
    Money,
    /// A year.
    Year,
    /// A day: month and day, as `712`.
    Day,
    /// A bus, train or gate.
    Line,
    /// Nothing said.
    Plain,
}

/// A number and what it counts, where it stands with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What is counted.
    pub meaning: Meaning,
    /// The least.
    pub low: u64,
    /// The most.
    pub high: u64,
    /// The first character's place.
    pub from: usize,
    /// The place after the last.
    pub to: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Is(Meaning),
    Months,
    Days,
    Month,
    Ignore,
}

/// The words beside numbers.
pub struct Units {
    after: Vec<(Vec<char>, Unit)>,
    before: Vec<(Vec<char>, Unit)>,
}

impl Default for Units {
    fn default() -> Self {
        Self::new()
    }
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "age" => Unit::Is(Meaning::Age),
        "months" => Unit::Months,
        "days" => Unit::Days,
        "clock" => Unit::Is(Meaning::Clock),
        "floor" => Unit::Is(Meaning::Floor),
        "room" => Unit::Is(Meaning::Room),
        "house" => Unit::Is(Meaning::House),
        "people" => Unit::Is(Meaning::People),
        "household" => Unit::Is(Meaning::Household),
        "money" => Unit::Is(Meaning::Money),
        "year" => Unit::Is(Meaning::Year),
        "line" => Unit::Is(Meaning::Line),
        "month" => Unit::Month,
        "ignore" => Unit::Ignore,
        _ => return None,
    })
}

impl Units {
    /// Reads the table built into the program.
    pub fn new() -> Self {
        let (mut after, mut before) = (Vec::new(), Vec::new());
        for line in TABLE.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [meaning, side, forms] = cells[..] else { continue };
            let Some(unit) = unit(meaning) else { continue };
            let forms = forms.split(';').map(|form| (form.trim().chars().collect::<Vec<char>>(), unit));
            if side == "after" { after.extend(forms) } else { before.extend(forms) }
        }
        // The longest first; among equals the earlier row.
        after.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        before.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        Self { after, before }
    }

    /// What each number counts.
    pub fn read(&self, text: &Folded, numbers: &[Number]) -> Vec<Measure> {
        let mut all: Vec<Measure> = Vec::new();
        for (ix, number) in numbers.iter().enumerate() {
            if all.last().is_some_and(|last| number.from < last.to) {
                continue;
            }
            all.extend(self.measure(text, number, numbers.get(ix + 1)));
        }
        all
    }

    fn measure(&self, text: &Folded, number: &Number, next: Option<&Number>) -> Option<Measure> {
        let made = |meaning, low, high, to| Some(Measure { meaning, low, high, from: number.from, to });
        if let Some((minutes, to)) = colon(text, number, next) {
            return made(Meaning::Clock, minutes, minutes, to);
        }
        let after = self.after(text, number.to);
        let (low, high) = (number.low, number.high);
        match after {
            Some((Unit::Ignore, to)) if is_child_before(text, number.from) && says_month(text, to) => {
                return made(Meaning::Age, low, high, to);
            }
            Some((Unit::Ignore, _)) => return None,
            Some((Unit::Months, to)) => return made(Meaning::Age, low, high, to),
            Some((Unit::Days, to)) => return made(Meaning::Age, 0, 1, to),
            Some((Unit::Month, to)) => {
                let day = next.filter(|day| day.from <= to + 1 && (1..=12).contains(&low) && day.low <= 31);
                let day = day.filter(|day| matches!(text.chars.get(day.to), Some('号' | '日' | '일')))?;
                return made(Meaning::Day, low * 100 + day.low, low * 100 + day.low, day.to + 1);
            }
            Some((Unit::Is(meaning), to)) => {
                if let Some(measure) = self.of_unit(text, number, meaning, to, next) {
                    return Some(measure);
                }
            }
            None => {}
        }
        let before = match self.before(text, number.from) {
            Some(Unit::Is(meaning)) => self.of_unit(text, number, meaning, number.to, next),
            _ => None,
        };
        before.or_else(|| self.bare(text, number))
    }

    /// A number with its unit, where the value can be one of it.
    fn of_unit(
        &self,
        text: &Folded,
        number: &Number,
        meaning: Meaning,
        to: usize,
        next: Option<&Number>,
    ) -> Option<Measure> {
        let (low, high) = (number.low, number.high);
        let made = |meaning, low, high, to| Some(Measure { meaning, low, high, from: number.from, to });
        match meaning {
            Meaning::Age if (1900..2100).contains(&low) => made(Meaning::Year, low, high, to),
            Meaning::Age if (1..100).contains(&low) && !is_past(text, to) => {
                let about = if text.plain(number.to, to).starts_with(['来', '多']) { 9 } else { 0 };
                made(Meaning::Age, low * 12, (high + about) * 12, to)
            }
            Meaning::Clock if low <= 24 && !number.scaled => {
                let (minutes, to) = minutes(text, to, next);
                let one_bit = low == 1 && number.figures == 0 && minutes == 0;
                let at = (low * 60 + minutes) % 720;
                if one_bit { None } else { made(Meaning::Clock, at, at, to) }
            }
            Meaning::Year if (1900..2100).contains(&low) => made(Meaning::Year, low, high, to),
            Meaning::Floor if (1..60).contains(&low) => made(Meaning::Floor, low, high, to),
            Meaning::Room if number.figures >= 3 => made(Meaning::Room, low, high, to),
            Meaning::House if (1..1000).contains(&low) => made(Meaning::House, low, high, to),
            Meaning::People if (2..500).contains(&low) => made(Meaning::People, low, high, to),
            Meaning::Household if low >= 2 => made(Meaning::Household, low, high, to),
            Meaning::Money if low >= 10 => made(Meaning::Money, low, high, to),
            Meaning::Line if number.figures > 0 => made(Meaning::Line, low, high, to),
            _ => None,
        }
    }

    /// A number without a unit: an age right behind a person, money in ten thousands, people in `俩`.
    fn bare(&self, text: &Folded, number: &Number) -> Option<Measure> {
        let (low, high) = (number.low, number.high);
        let made =
            |meaning, low, high| Some(Measure { meaning, low, high, from: number.from, to: number.to });
        let next = text.chars.get(number.to).copied();
        if number.scaled {
            return if low >= 1000 { made(Meaning::Money, low, high) } else { None };
        }
        if matches!(text.chars.get(number.from), Some('俩' | '仨')) {
            return made(Meaning::People, low, high);
        }
        let stops =
            next.is_none_or(|c| !c.is_alphanumeric() || matches!(c, '了' | '也' | '吧' | '左' | '出'));
        if stops && (1..100).contains(&low) && is_person_before(text, number.from) {
            return made(Meaning::Age, low * 12, high * 12);
        }
        (number.figures >= 3).then_some(())?;
        // `90,000`: a round number of thousands is mostly money.
        let money = number.figures >= 4 && low.is_multiple_of(100) && !(1900..2100).contains(&low);
        made(if money { Meaning::Money } else { Meaning::Plain }, low, high)
    }

    fn after(&self, text: &Folded, at: usize) -> Option<(Unit, usize)> {
        let skip = usize::from(matches!(text.chars.get(at), Some(' ' | '-' | '多' | '几')));
        [at, at + skip].into_iter().find_map(|at| {
            let stands = |(form, _): &&(Vec<char>, Unit)| {
                let end = at + form.len();
                let latin = form
                    .last()
                    .is_some_and(|c| (*c as u32) < 0x250 || (0x1e00..0x2000).contains(&(*c as u32)));
                text.chars.get(at..end) == Some(form)
                    && !(latin
                        && form[0].is_alphabetic()
                        && text.chars.get(end).is_some_and(|c| c.is_alphabetic()))
            };
            self.after.iter().find(stands).map(|(form, unit)| (*unit, at + form.len()))
        })
    }

    fn before(&self, text: &Folded, from: usize) -> Option<Unit> {
        let mut end = from;
        while end > 0 && matches!(text.chars[end - 1], ' ' | ':' | '约' | '#' | '是') {
            end -= 1;
        }
        let stands = |(form, _): &&(Vec<char>, Unit)| {
            let Some(start) = end.checked_sub(form.len()) else { return false };
            let spelled = form[0].is_alphabetic() && super::lexicon::is_spelled(form[0]);
            text.chars.get(start..end) == Some(form)
                && !(spelled && start > 0 && text.chars[start - 1].is_alphabetic())
        };
        self.before.iter().find(stands).map(|(_, unit)| *unit)
    }
}

#[cfg(test)]
#[path = "measures_test.rs"]
mod tests;
