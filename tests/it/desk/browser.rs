//! Somebody before a browser at the desk: keeps cookies, fills in what a page offers, and reads codes off an
//! authenticator app.

use std::cell::RefCell;
use std::collections::BTreeMap;

use homeward::people::second_factor::app_code::shown;

use super::bench::{Bench, PASSWORD, attribute};
use crate::site::{Answer, urlencoded};

pub struct Browser<'a> {
    pub bench: &'a Bench,
    jar: RefCell<BTreeMap<String, String>>,
}

/// An authenticator app.
pub struct Phone(pub [u8; 20]);

impl Phone {
    /// What it shows when the portal's clock stands where it does.
    pub fn code(&self, bench: &Bench) -> String {
        shown(&self.0, bench.site.app.clock.now())
    }

    fn read(base32: &str) -> Self {
        let mut bits = String::new();
        for c in base32.chars() {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap();
            bits.push_str(&format!("{value:05b}"));
        }
        let bytes: Vec<u8> =
            (0..20).map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap()).collect();
        Self(bytes.try_into().unwrap())
    }
}

impl<'a> Browser<'a> {
    pub fn new(bench: &'a Bench) -> Self {
        Self { bench, jar: RefCell::default() }
    }

    pub fn cookies(&self) -> String {
        let pair = |(name, value): (&String, &String)| format!("{name}={value}");
        self.jar.borrow().iter().map(pair).collect::<Vec<_>>().join("; ")
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    fn keep(&self, answer: &Answer) {
        for line in answer.header("set-cookie") {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.jar.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        let answer = self.bench.send("GET", path, b"", &self.cookies(), "");
        self.keep(&answer);
        answer
    }

    pub fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let body = urlencoded(pairs);
        let answer = self.bench.send("POST", path, &body, &self.cookies(), "Sec-Fetch-Site: same-origin\r\n");
        self.keep(&answer);
        answer
    }

    /// Signs in; gives the answer to the form.
    pub fn sign_in(&self, login: &str, password: &str, more: &[(&str, &str)]) -> Answer {
        self.post("/desk/sign-in?l=zh", &[&[("name", login), ("password", password)], more].concat())
    }

    /// Signs in with the password everybody has, which must be enough.
    pub fn signed_in(bench: &'a Bench, login: &str) -> Self {
        let browser = Self::new(bench);
        let answer = browser.sign_in(login, PASSWORD, &[]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    pub fn csrf(&self) -> String {
        self.get("/desk/account?l=zh").value("#sign-out input[name=csrf]")
    }

    /// Fills in a form of a page and sends it with everything hidden in it.
    pub fn fill(&self, page: &Answer, form: &str, typed: &[(&str, &str)]) -> Answer {
        let action = attribute(page, &format!("form#{form}"), "action");
        assert!(!action.is_empty(), "there is no form {form} on the page: {}", page.body);
        let hidden: Vec<(String, String)> = ["csrf", "nonce", "which", "session"]
            .into_iter()
            .map(|name| (name.to_owned(), page.value(&format!("form#{form} input[name={name}]"))))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let mut pairs: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(typed);
        self.post(&action, &pairs)
    }

    /// Enrols an authenticator app; gives it, and the page that answered.
    pub fn enrol_app(&self) -> (Phone, Answer) {
        let page = self.get("/desk/account/app?l=zh");
        assert!(page.has("svg.qr path"), "{}", page.body);
        let phone = Phone::read(&page.text("#secret"));
        let answer = self.fill(&page, "enrol", &[("code", &phone.code(self.bench)), ("password", PASSWORD)]);
        (phone, answer)
    }
}
