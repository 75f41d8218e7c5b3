//! The form as it was typed. Owns the fields' names and the raw values, so that a page that must ask again
//! can give every word back; refuses judging them (that is `parse`). Invariant: a value is kept as typed,
//! except for line ends and characters that no keyboard makes.

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What happened.
    Text,
    /// The district.
    District,
    /// The place in words.
    PlaceWords,
    /// The place as coordinates, or as a map shared it.
    Point,
    /// What it is about.
    Category,
    /// Danger now.
    Danger,
    /// Under eighteen.
    Minor,
    /// Who must not see it.
    Exclude,
    /// Who must not see it, in words.
    ExcludeWords,
    /// Whether the police may read it.
    Consent,
    /// How much of themselves they give.
    Identity,
    /// What they call themselves.
    ContactName,
    /// Telephone, or another way.
    ContactPhone,
    /// When and how it is safe.
    ContactNote,
    /// The picture.
    Photo,
}

impl Field {
    /// The fields that are typed or chosen, in the order of the form.
    pub const TYPED: [Self; 14] = [
        Self::Text,
        Self::District,
        Self::PlaceWords,
        Self::Point,
        Self::Category,
        Self::Danger,
        Self::Minor,
        Self::Exclude,
        Self::ExcludeWords,
        Self::Consent,
        Self::Identity,
        Self::ContactName,
        Self::ContactPhone,
        Self::ContactNote,
    ];

    /// The name in the form, which is also the id of its control.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::District => "place_district",
            Self::PlaceWords => "place_words",
            Self::Point => "place_point",
            Self::Category => "category",
            Self::Danger => "danger",
            Self::Minor => "minor",
            Self::Exclude => "exclude",
            Self::ExcludeWords => "exclude_words",
            Self::Consent => "consent_police",
            Self::Identity => "identity",
            Self::ContactName => "contact_name",
            Self::ContactPhone => "contact_phone",
            Self::ContactNote => "contact_note",
            Self::Photo => "photo",
        }
    }

    /// The field with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::TYPED.into_iter().chain([Self::Photo]).find(|f| f.name() == name)
    }
}

/// Everything that was typed. No `Debug`: it may be somebody's life.
#[derive(Clone, Default, PartialEq)]
pub struct Draft {
    values: Vec<(Field, String)>,
    /// Whether the field that people do not see was filled in.
    pub suspicious: bool,
}

/// How many boxes of one question are taken.
pub const MOST_CHOICES: usize = 32;

impl Draft {
    /// Takes one value. A field that comes twice keeps the last, except where several may be ticked: there
    /// each counts once, and one more than may be taken is kept, so that `parse` can say so.
    pub fn put(&mut self, field: Field, value: &str) {
        let value = clean(value);
        if field != Field::Exclude {
            self.values.retain(|(f, _)| *f != field);
        } else if self.has(field, &value) || self.all(field).count() > MOST_CHOICES {
            return;
        }
        self.values.push((field, value));
    }

    /// The value of a field; empty where nothing was given.
    pub fn get(&self, field: Field) -> &str {
        self.values.iter().find(|(f, _)| *f == field).map_or("", |(_, v)| v.as_str())
    }

    /// All values of a field.
    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(f, _)| *f == field).map(|(_, v)| v.as_str())
    }

    /// Whether this choice of a question was taken.
    pub fn has(&self, field: Field, value: &str) -> bool {
        self.all(field).any(|v| v == value)
    }
}

/// Line ends as one character, and none of the control characters that only programs send.
fn clean(value: &str) -> String {
    let unified = value.replace("\r\n", "\n").replace('\r', "\n");
    unified.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_field_is_found_by_its_name() {
        for field in Field::TYPED {
            assert_eq!(Field::named(field.name()), Some(field));
        }
        assert_eq!(Field::named("photo"), Some(Field::Photo));
        assert_eq!(Field::named("website"), None);
    }

    #[test]
    fn the_last_value_counts_and_boxes_gather() {
        let mut draft = Draft::default();
        draft.put(Field::Text, "一");
        draft.put(Field::Text, "二");
        draft.put(Field::Exclude, "psb");
        draft.put(Field::Exclude, "psb_branch");

        assert_eq!(draft.get(Field::Text), "二");
        assert!(draft.has(Field::Exclude, "psb") && draft.has(Field::Exclude, "psb_branch"));
        assert_eq!(draft.get(Field::PlaceWords), "");
    }

    #[test]
    fn a_flood_of_boxes_is_cut() {
        let mut draft = Draft::default();
        (0..100_000).for_each(|_| draft.put(Field::Exclude, "psb"));
        assert_eq!(draft.all(Field::Exclude).count(), 1);
        (0..100_000).for_each(|n| draft.put(Field::Exclude, &n.to_string()));
        assert_eq!(draft.all(Field::Exclude).count(), MOST_CHOICES + 1);
    }

    proptest! {
        #[test]
        fn words_come_back_as_typed(text in "[^\\p{Cc}]{0,200}") {
            let mut draft = Draft::default();
            draft.put(Field::Text, &text);
            prop_assert_eq!(draft.get(Field::Text), text);
        }

        #[test]
        fn no_control_character_survives(text in any::<String>()) {
            let mut draft = Draft::default();
            draft.put(Field::Text, &text);
            prop_assert!(draft.get(Field::Text).chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
        }
    }
}
