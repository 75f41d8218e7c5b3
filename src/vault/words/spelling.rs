//! The word that was probably meant. Owns counting typing slips between two words (a letter wrong, missing,
//! added, or two swapped); knows no list.

/// The only word within two slips of `typed` that is nearer than all others; of equally near ones the only
/// one with the same first letter, which people seldom get wrong; none for a tie.
pub(super) fn nearest(words: &'static [&'static str], typed: &str) -> Option<&'static str> {
    let typed: Vec<char> = typed.chars().collect();
    let most = if typed.len() < 5 { 1 } else { 2 };
    let mut nearest = None;
    let mut distance = (most + 1, false);
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        if letters.len().abs_diff(typed.len()) > most {
            continue;
        }
        let this = (slips(&typed, &letters), typed.first() != letters.first());
        if this < distance {
            (nearest, distance) = (Some(*word), this);
        } else if this == distance {
            nearest = None;
        }
    }
    nearest
}

/// The optimal string alignment distance.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let plain = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    if swapped { plain.min(rows[i - 2][j - 2] + 1) } else { plain }
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_gives_no_guess() {
        assert_eq!(nearest(&["cat", "car", "dog"], "caq"), None);
        assert_eq!(nearest(&["cat", "dog"], "caq"), Some("cat"));
        assert_eq!(nearest(&["year", "deer"], "yeer"), Some("year"));
        assert_eq!(nearest(&["apple"], "xxxxx"), None);
    }

    #[test]
    fn each_kind_of_slip_counts_once() {
        for typed in ["aple", "appple", "apqle", "aplpe"] {
            assert_eq!(slips(&typed.chars().collect::<Vec<_>>(), &['a', 'p', 'p', 'l', 'e']), 1, "{typed}");
        }
    }
}
