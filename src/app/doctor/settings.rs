//! The settings: what a portal is told, and whether the mail relay answers. Owns these findings.

use super::Finding;
use crate::config::Config;
use crate::notify::mail::{Carrier, Trial};

pub(super) fn look(config: &Config, mail_test: Option<&str>) -> Vec<Finding> {
    let mut found = vec![match config.check() {
        Ok(()) => Finding::ok("config"),
        Err(why) => Finding::wrong("config-refused").with("why", &why),
    }];
    let listen = &config.listen;
    let is_https = |origin: &Option<String>| origin.as_deref().is_some_and(|o| o.starts_with("https://"));
    found.push(if is_https(&listen.origin) {
        Finding::ok("origin")
    } else {
        Finding::attention("origin-plain")
    });
    found.push(if is_https(&listen.desk_origin) {
        Finding::ok("desk-origin")
    } else {
        Finding::attention("desk-origin-plain")
    });
    found.push(if listen.trusted_proxies.is_empty() {
        Finding::attention("proxies-none")
    } else {
        Finding::ok("proxies")
    });
    found.push(if config.mail.from.is_some() {
        Finding::ok("mail-from")
    } else {
        Finding::attention("mail-from-none")
    });
    found.extend(mail(config, mail_test));
    found
}

fn mail(config: &Config, mail_test: Option<&str>) -> Vec<Finding> {
    if let Some(folder) = &config.mail.folder {
        return vec![Finding::attention("mail-folder").with("folder", &folder.display())];
    }
    let carrier = match Carrier::of(&config.mail) {
        Ok(Carrier::None) => return vec![Finding::wrong("mail-none")],
        Ok(carrier) => carrier,
        Err(why) => return vec![Finding::wrong("mail-unreachable").with("why", &why)],
    };
    let mut found = vec![match carrier.greet() {
        Ok(()) => Finding::ok("mail"),
        Err(why) => Finding::wrong("mail-unreachable").with("why", &why),
    }];
    if let Some(to) = mail_test {
        let from = config.mail.from.as_deref().unwrap_or("duty@homeward.invalid");
        found.push(match carrier.try_out(from, to) {
            Trial::Taken => Finding::ok("mail-test").with("to", to),
            Trial::Address => Finding::wrong("mail-test-address").with("to", to),
            Trial::Refused(why) => Finding::wrong("mail-test-refused").with("to", to).with("why", &why),
        });
    }
    found
}
