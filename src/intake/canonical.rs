//! The draft as bytes, the same for the same sending. Owns the order and the borders of the values; refuses
//! keys (they are the vault's). Invariant: two drafts have the same bytes only if every value is the same,
//! and the form's token, language and hidden fields do not count.

use zeroize::Zeroizing;

use super::draft::{Draft, Field};

/// The draft's bytes: for each field its number of values, and each value behind its length.
pub fn bytes(draft: &Draft) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(256));
    out.extend_from_slice(b"homeward/draft/1");
    for field in Field::TYPED {
        let mut values: Vec<&str> = draft.all(field).filter(|v| !v.is_empty()).collect();
        // The order in which boxes arrive says nothing.
        values.sort_unstable();
        push_length(&mut out, values.len());
        for value in values {
            push_length(&mut out, value.len());
            out.extend_from_slice(value.as_bytes());
        }
    }
    out
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
    fn a_value_cannot_move_to_the_next_field() {
        let one = draft(&[(Field::PlaceWords, "ab".into())]);
        let other = draft(&[(Field::PlaceWords, "a".into()), (Field::ExcludeWords, "b".into())]);
        assert!(*bytes(&one) != *bytes(&other));
    }
}
