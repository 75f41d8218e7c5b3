//! Which passwords are taken. Owns length and the list of what everybody guesses first; refuses rules about kinds of
//! characters, and stretching (`vault::password`).
//!
//! One invariant: what is refused is refused for being guessed, never for how it looks.

mod guessed;

use crate::config::SecondFactor;

/// The most characters: a phrase is welcome, a book is work for nothing.
pub const MOST: usize = 256;

/// The fewest characters. NIST SP 800-63B-4 asks for 15 where the password stands alone and 8 beside a second
/// factor; this one also opens keys when somebody has the disk, so 12.
pub const fn least(policy: SecondFactor) -> usize {
    match policy {
        SecondFactor::Required => 12,
        SecondFactor::Optional => 15,
    }
}

/// Whose password it would be: words that whoever guesses knows.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The name typed at sign-in.
    pub login: &'a str,
    /// The name colleagues know.
    pub name: &'a str,
    /// The agency's code.
    pub agency: &'a str,
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too few characters.
    #[error("a password has at least {0} characters")]
    Short(usize),
    /// Too many.
    #[error("a password has at most {MOST} characters")]
    Long,
    /// Once what everybody guesses is taken out of it, too little is left.
    #[error("the password is one that is guessed first")]
    Guessed,
}

/// Refuses a password that is too short, too long, or made of what is guessed first.
pub fn check(password: &str, owner: Owner<'_>, policy: SecondFactor) -> Result<(), PasswordRefused> {
    let (length, least) = (password.chars().count(), least(policy));
    if length < least {
        return Err(PasswordRefused::Short(least));
    }
    if length > MOST {
        return Err(PasswordRefused::Long);
    }
    if guessed::is_guessed(password, &[owner.login, owner.name, owner.agency]) {
        return Err(PasswordRefused::Guessed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Owner<'_> = Owner { login: "wang.li", name: "王丽", agency: "psb-120114" };

    fn tried(password: &str) -> Result<(), PasswordRefused> {
        check(password, OWNER, SecondFactor::Required)
    }

    #[test]
    fn length_is_counted_in_characters_and_hangs_on_the_second_factor() {
        assert_eq!(tried("kxm vbq wjt"), Err(PasswordRefused::Short(12)));
        assert_eq!(tried("kxm vbq wjtz"), Ok(()));
        assert_eq!(check("kxm vbq wjtz", OWNER, SecondFactor::Optional), Err(PasswordRefused::Short(15)));
        assert_eq!(tried("海河边上的风筝飞过老钟楼顶"), Ok(()));
        assert_eq!(tried(&"风筝海河钟楼".repeat(50)), Err(PasswordRefused::Long));
    }

    #[test]
    fn what_is_guessed_first_is_refused_however_it_is_dressed_up() {
        for password in [
            "password1234",
            "P@ssw0rd!!!!2026",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "123456789012345",
            "qwertyuiop[]asdf",
            "1qaz2wsx3edc4rfv",
            "Homeward-2026-11",
            "guitu guitu guitu",
            "归途归途归途归途归途归途",
            "wang.li.wang.li.1990",
            "psb-120114-2026",
            "20261127-19900101",
            "iloveyou-woaini-520",
            "admin888admin888",
            "王丽王丽王丽王丽20260101",
        ] {
            assert_eq!(tried(password), Err(PasswordRefused::Guessed), "{password}");
        }
    }

    #[test]
    fn phrases_and_drawn_passwords_are_taken() {
        for password in [
            "correct horse battery staple",
            "my homeward kite over the river",
            "k7Rw-x2Pq-m9Tz-u4Vb",
            "三只灰鸽子停在电线杆上",
            "the password is a small blue door",
        ] {
            assert_eq!(tried(password), Ok(()), "{password}");
        }
    }
}
