//! Comma-separated values that a table program opens as text and never as a formula. Owns quoting; refuses
//! knowing what a row means.

/// The mark of UTF-8 at the beginning: without it table programs take Chinese for something else.
pub(super) const MARK: &str = "\u{feff}";

/// One line.
pub(super) fn line(fields: &[String]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    fields.join(",") + "\r\n"
}

/// A field in quotes. What a table program would reckon with gets an apostrophe before it; control characters,
/// which some programs skip before they look, become spaces.
fn quoted(field: &str) -> String {
    let plain: String = field.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let reckons = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\'');
    let looks = plain.trim_start().starts_with(reckons) || field.starts_with(char::is_control);
    let guard = if looks { "'" } else { "" };
    format!("\"{guard}{}\"", plain.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula() {
        for field in ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\0=1", "＝1", "\u{b}@x", "'=1"] {
            let out = quoted(field);
            assert!(out.starts_with("\"'"), "{field:?} became {out}");
            assert!(!out.contains(['\t', '\r', '\n', '\0']), "{out:?}");
        }
        assert_eq!(quoted("王丽"), "\"王丽\"");
        assert_eq!(quoted("a\"b,c\nd"), "\"a\"\"b,c d\"");
        assert_eq!(line(&["1".into(), "=x".into()]), "\"1\",\"'=x\"\r\n");
    }
}
