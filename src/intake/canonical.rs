//! The draft as bytes, the same for the same sending. Owns the order and the borders of the values; refuses
//! keys (they are the vault's). Invariant: two drafts have the same bytes only if every value is the same,
//! and the form's token, language and hidden fields do not count.

use zeroize::Zeroizing;

use super::draft::{Draft, Field};

/// The draft's bytes: for each field its number of values, and each value behind its length.
pub fn bytes(draft: &Draft) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(256));
    out.extend_from_slice(b"homeward/draft/1");
    for field in Field::TYPED.into_iter().filter(|field| !LATER.contains(field)) {
        push_values(&mut out, draft, field);
    }
    for field in LATER.into_iter().filter(|field| draft.all(*field).any(|v| !v.is_empty())) {
        push_length(&mut out, field.name().len());
        out.extend_from_slice(field.name().as_bytes());
        push_values(&mut out, draft, field);
    }
    out
}

/// Fields that came later: they stand at the end, under their names, and only where something was typed. So the same
/// sending has the same bytes before and after the portal was made new.
const LATER: [Field; 1] = [Field::Point];

fn push_values(out: &mut Vec<u8>, draft: &Draft, field: Field) {
    let mut values: Vec<&str> = draft.all(field).filter(|v| !v.is_empty()).collect();
    // The order in which boxes arrive says nothing.
    values.sort_unstable();
    push_length(out, values.len());
    for value in values {
        push_length(out, value.len());
        out.extend_from_slice(value.as_bytes());
    }
}

fn push_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u64).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn draft(values: &[(Field, String)]) -> Draft {
        let mut draft = Draft::default();
        values.iter().for_each(|(f, v)| draft.put(*f, v));
        draft
    }

    fn values() -> impl Strategy<Value = Vec<(Field, String)>> {
        let field = (0..Field::TYPED.len()).prop_map(|i| Field::TYPED[i]);
        prop::collection::vec((field, "[a-z一二 \n]{0,6}"), 0..8)
    }

    /// What a reader would call the same: every field's set of values, empties aside.
    fn meaning(draft: &Draft) -> Vec<Vec<String>> {
        let of = |field| {
            let mut all: Vec<String> =
                draft.all(field).filter(|v| !v.is_empty()).map(str::to_owned).collect();
            all.sort_unstable();
            all
        };
        Field::TYPED.map(of).to_vec()
    }

    proptest! {
        #[test]
        fn the_same_meaning_has_the_same_bytes_and_no_other_has(a in values(), b in values()) {
            let (a, b) = (draft(&a), draft(&b));
            prop_assert_eq!(meaning(&a) == meaning(&b), *bytes(&a) == *bytes(&b));
        }
    }

    #[test]
    fn line_ends_do_not_make_another_report() {
        let unix = draft(&[(Field::Text, "一\n二".into())]);
        let windows = draft(&[(Field::Text, "一\r\n二".into())]);
        assert!(*bytes(&unix) == *bytes(&windows));
    }

    #[test]
    fn a_report_without_a_point_has_the_bytes_it_always_had() {
        let typed = draft(&[(Field::Text, "一".into()), (Field::PlaceWords, "二".into())]);
        let mut old = b"homeward/draft/1".to_vec();
        for value in ["一", "", "二", "", "", "", "", "", "", "", "", "", ""] {
            push_length(&mut old, usize::from(!value.is_empty()));
            if !value.is_empty() {
                push_length(&mut old, value.len());
                old.extend_from_slice(value.as_bytes());
            }
        }
        assert!(*bytes(&typed) == old);
    }

    #[test]
    fn a_value_cannot_move_to_the_next_field() {
        let one = draft(&[(Field::PlaceWords, "ab".into())]);
        let other = draft(&[(Field::PlaceWords, "a".into()), (Field::ExcludeWords, "b".into())]);
        assert!(*bytes(&one) != *bytes(&other));
    }
}
