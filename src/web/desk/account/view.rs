//! The pages of an officer's own account. Owns their markup; refuses anything of another officer.

use maud::{Markup, html};
use zeroize::Zeroizing;

use super::super::passkeys::Place;
use super::super::session::{ACCOUNT, SignedIn};
use super::super::words;
use super::{Read, qr};
use crate::app::App;
use crate::config::SecondFactor;
use crate::people::password::least;
use crate::people::second_factor::app_code;
use crate::people::second_factor::recovery::COUNT;
use crate::store::sessions::Listed;
use crate::vault::hex;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What the account's page is drawn from.
pub(super) struct Page<'a> {
    pub(super) app: &'a App,
    pub(super) who: &'a SignedIn,
    pub(super) read: &'a Read,
    pub(super) place: &'a Place,
}

/// What may stand in the address after something was done.
const DONE: [&str; 8] = [
    "app-added",
    "app-removed",
    "passkey-added",
    "passkey-removed",
    "codes-renewed",
    "password-changed",
    "sessions-ended",
    "codes-kept",
];

impl Page<'_> {
    /// The page; after something was done or refused it says so.
    pub(super) fn account(&self, done: Option<&str>, refused: Option<&str>) -> Markup {
        let ctx = self.who.frame(self.app, ACCOUNT);
        let t = ctx.texts;
        let done = done.and_then(|done| DONE.into_iter().find(|known| *known == done));
        let body = html! {
            (errors(&ctx, refused))
            @if let Some(done) = done { p #done .done role="status" { (t.get(&format!("account-done-{done}"))) } }
            @if self.who.must_enrol {
                section #must-enrol .card { h2 { (t.get("account-enrol-first-title")) }
                    p { (t.get("account-enrol-first-why")) } (self.ways(&ctx)) }
            } @else {
                (last_time(self.app, self.who, &ctx))
                (self.factors(&ctx)) (self.codes(&ctx)) (self.password(&ctx))
            }
            (self.sessions(&ctx))
        };
        shell::page(&ctx, &t.get("account-title"), &body)
    }

    fn ways(&self, ctx: &PageContext) -> Markup {
        let t = ctx.texts;
        html! {
            p .ways {
                a .more #enrol-app href=(ctx.href(&format!("{ACCOUNT}/app"))) {
                    @if self.read.factors.app.is_some() { (t.get("account-app-replace")) }
                    @else { (t.get("account-app-enrol")) }
                }
                " " a .more #enrol-passkey href=(ctx.href(&format!("{ACCOUNT}/passkey"))) { (t.get("account-passkey-enrol")) }
            }
        }
    }

    fn factors(&self, ctx: &PageContext) -> Markup {
        let t = ctx.texts;
        let (factors, now) = (&self.read.factors, self.app.clock.now().minute());
        let required = self.app.config.session.second_factor == SecondFactor::Required;
        let row = |which: &str, kind: &str, name: &str, added| {
            html! {
                li data-factor=(which) {
                    p { strong { (name) } " · " (t.get(kind)) " · " (t.get("account-added")) " " (words::time(t, now, added)) }
                    (self.guarded(ctx, "remove", &format!("remove-{which}"), "account-remove", &[("which", which)]))
                }
            }
        };
        html! {
            section #factors .card {
                h2 { (t.get("account-factors")) }
                p .hint { (t.get(if required { "account-factors-required" } else { "account-factors-optional" })) }
                @if !factors.summary().is_enrolled() { p .none { (t.get("account-factors-none")) } }
                ul .plain {
                    @if let Some(app) = &factors.app { (row("app", "account-app", &app.name, app.added)) }
                    @for key in &factors.passkeys {
                        (row(&key.id.to_string(), "account-passkey", &key.name, key.added))
                    }
                }
                (self.ways(ctx))
                @if let Place::Elsewhere(address) = self.place {
                    p .hint { (t.with("sign-in-passkey-elsewhere", &[("address", address)])) }
                }
            }
        }
    }

    fn codes(&self, ctx: &PageContext) -> Markup {
        let t = ctx.texts;
        let left = self.read.factors.codes.left();
        let left = i64::try_from(left).unwrap_or(0);
        html! {
            section #codes .card {
                h2 { (t.get("account-codes")) }
                p { (t.count("account-codes-left", left)) }
                p .hint { (t.get("account-codes-hint")) }
                (self.guarded(ctx, "codes", "renew-codes", "account-codes-renew", &[]))
            }
        }
    }

    fn password(&self, ctx: &PageContext) -> Markup {
        let t = ctx.texts;
        html! {
            section #password-section .card {
                h2 { (t.get("account-password")) }
                p { a .more href=(ctx.href(&format!("{ACCOUNT}/password"))) { (t.get("account-password-change")) } }
            }
        }
    }

    fn sessions(&self, ctx: &PageContext) -> Markup {
        let t = ctx.texts;
        let now = self.app.clock.now().minute();
        let csrf = self.who.secret.csrf();
        let mine = |one: &Listed| one.id == self.who.session.id;
        html! {
            section #sessions .card {
                h2 { (t.get("account-sessions")) }
                p .hint { (t.get("account-sessions-hint")) }
                ul .plain { @for one in &self.read.sessions {
                    li data-session=(one.id) {
                        p { (t.get("account-session-opened")) " " (words::time(t, now, one.opened.minute()))
                            " · " (t.get("account-session-seen")) " " (words::time(t, now, one.seen.minute()))
                            " · " (t.get(&format!("account-by-{}", one.factor.as_str())))
                            @if mine(one) { " " strong .this { (t.get("account-session-this")) } } }
                        @if !mine(one) {
                            form method="post" action=(ctx.href(&format!("{ACCOUNT}/sessions/end"))) {
                                input type="hidden" name="csrf" value=(csrf);
                                input type="hidden" name="session" value=(one.id);
                                button .quiet type="submit" { (t.get("account-session-end")) }
                            }
                        }
                    }
                } }
                @if self.read.sessions.len() > 1 {
                    form #end-others method="post" action=(ctx.href(&format!("{ACCOUNT}/sessions/end-others"))) {
                        input type="hidden" name="csrf" value=(csrf);
                        button type="submit" { (t.get("account-sessions-end-others")) }
                    }
                }
            }
        }
    }

    /// A form that takes the password again, folded away until it is wanted.
    fn guarded(
        &self,
        ctx: &PageContext,
        path: &str,
        id: &str,
        label: &str,
        fixed: &[(&str, &str)],
    ) -> Markup {
        let t = ctx.texts;
        html! {
            details { summary { (t.get(label)) }
                form id=(id) method="post" action=(ctx.href(&format!("{ACCOUNT}/{path}"))) {
                    input type="hidden" name="csrf" value=(self.who.secret.csrf());
                    @for (name, value) in fixed { input type="hidden" name=(name) value=(value); }
                    (password_again(ctx, id))
                    p { button type="submit" { (t.get(label)) } }
                }
            }
        }
    }
}

fn errors(ctx: &PageContext, refused: Option<&str>) -> Markup {
    html! {
        @if let Some(why) = refused {
            div #errors .errors role="alert" { p { (ctx.texts.get(why)) } p { (ctx.texts.get("account-nothing-changed")) } }
        }
    }
}

fn password_again(ctx: &PageContext, form: &str) -> Markup {
    let id = format!("{form}-password");
    html! {
        label for=(id) { (ctx.texts.get("account-password-again")) }
        input id=(id) type="password" name="password" autocomplete="current-password" required;
    }
}

/// When the officer had signed in before this session.
fn last_time(app: &App, who: &SignedIn, ctx: &PageContext) -> Markup {
    let (t, now) = (ctx.texts, app.clock.now().minute());
    html! {
        p #last-time { @match who.session.before {
            Some(before) => { (t.get("account-last-time")) " " (words::time(t, now, before)) }
            None => (t.get("account-first-time")),
        } }
    }
}

/// What has changed since the officer signed in before.
pub(super) fn news(app: &App, who: &SignedIn) -> Markup {
    let ctx = who.frame(app, format!("{ACCOUNT}/news"));
    let (t, now) = (ctx.texts, app.clock.now().minute());
    let body = html! {
        (last_time(app, who, &ctx))
        ul #news { @for (change, at) in &who.session.news.0 {
            li { (t.get(&format!("account-news-{}", change.as_str()))) " " (words::time(t, now, *at)) }
        } }
        p { (t.get("account-news-not-you")) }
        p .ways { a .more href=(ctx.href("/desk")) { (t.get("account-news-on")) } " "
            a .more href=(ctx.href(ACCOUNT)) { (t.get("account-to-account")) } }
    };
    shell::page(&ctx, &t.get("account-news-title"), &body)
}

/// The page that enrols an authenticator app.
pub(super) fn app_form(
    app: &App,
    who: &SignedIn,
    nonce: &[u8; 16],
    (label, refused): (&str, Option<&str>),
) -> Markup {
    let path = format!("{ACCOUNT}/app");
    let ctx = who.frame(app, path.clone());
    let t = ctx.texts;
    let secret = who.secret.seed(nonce);
    let address = app_code::address(&secret, &t.get("app-title"), &who.officer.login);
    let body = html! {
        (errors(&ctx, refused))
        ol .steps {
            li { p { (t.get("account-app-step-scan")) } (qr::svg(&address, &t.get("account-app-qr")))
                p { (t.get("account-app-by-hand")) " " code #secret .number { (app_code::spelled(&secret).as_str()) } } }
            li { p { (t.get("account-app-step-code")) } }
        }
        form #enrol .card method="post" action=(ctx.href(&path)) {
            input type="hidden" name="csrf" value=(who.secret.csrf());
            input type="hidden" name="nonce" value=(hex::encode(nonce));
            label for="code" { (t.get("account-app-code")) }
            input #code type="text" name="code" inputmode="numeric" autocomplete="one-time-code" required;
            (label_field(&ctx, label, "account-app-name-default"))
            (password_again(&ctx, "enrol"))
            p { button type="submit" { (t.get("account-app-button")) } }
        }
        (back(&ctx))
    };
    shell::page(&ctx, &t.get("account-app-title"), &body)
}

/// The page that enrols a passkey.
pub(super) fn passkey_form(
    app: &App,
    who: &SignedIn,
    place: &Place,
    (label, refused): (&str, Option<&str>),
) -> Markup {
    let path = format!("{ACCOUNT}/passkey");
    let ctx = who.frame(app, path.clone());
    let t = ctx.texts;
    let body = html! {
        (errors(&ctx, refused))
        p { (t.get("account-passkey-what")) }
        @match place {
            Place::Works(_) => {
                noscript { p .warn { (t.get("account-passkey-script")) } }
                form #enrol .card method="post" action=(ctx.href(&path)) {
                    input type="hidden" name="csrf" value=(who.secret.csrf());
                    input type="hidden" name="passkey" value="";
                    (label_field(&ctx, label, "account-passkey-name-default"))
                    (password_again(&ctx, "enrol"))
                    p #passkey-way hidden data-form="enrol" data-act="create" data-ask=(ctx.href(&format!("{path}/challenge"))) {
                        button type="button" { (t.get("account-passkey-button")) }
                        span .hint role="status" data-failed=(t.get("sign-in-passkey-failed")) {}
                    }
                }
            }
            Place::Elsewhere(address) => p #elsewhere .warn { (t.with("sign-in-passkey-elsewhere", &[("address", address)])) },
            Place::Nowhere => p #elsewhere .warn { (t.get("account-passkey-nowhere")) },
        }
        (back(&ctx))
    };
    shell::page(&ctx, &t.get("account-passkey-title"), &body)
}

fn label_field(ctx: &PageContext, typed: &str, example: &str) -> Markup {
    let t = ctx.texts;
    html! {
        label for="label" { (t.get("account-name")) " " span .optional { (t.get("account-name-optional")) } }
        input #label type="text" name="label" maxlength="40" autocomplete="off" placeholder=(t.get(example)) value=(typed);
    }
}

fn back(ctx: &PageContext) -> Markup {
    html! { p { a href=(ctx.href(ACCOUNT)) { (ctx.texts.get("account-to-account")) } } }
}

/// Ten recovery codes, shown once.
pub(super) fn codes(app: &App, who: &SignedIn, codes: &[Zeroizing<String>]) -> Markup {
    let ctx = who.frame(app, ACCOUNT);
    let t = ctx.texts;
    let body = html! {
        p #done .done role="status" { (t.get("account-codes-done")) }
        p .lead { (t.count("account-codes-once", i64::try_from(COUNT).unwrap_or(0))) }
        ol #recovery-codes .codes { @for code in codes { li .number { (code.as_str()) } } }
        p { (t.get("account-codes-where")) }
        p .ways { a .more href=(ctx.href("/desk")) { (t.get("account-codes-kept")) } " "
            a .more href=(ctx.href(ACCOUNT)) { (t.get("account-to-account")) } }
    };
    shell::page(&ctx, &t.get("account-codes"), &body)
}

/// The page that changes the password.
pub(super) fn password_form(app: &App, who: &SignedIn, refused: Option<&str>) -> Markup {
    let path = format!("{ACCOUNT}/password");
    let ctx = who.frame(app, path.clone());
    let t = ctx.texts;
    let least = i64::try_from(least(app.config.session.second_factor)).unwrap_or(0);
    let field = |name: &str, label: &str| {
        html! {
            label for=(name) { (t.get(label)) }
            input id=(name) type="password" name=(name) autocomplete="new-password" required;
        }
    };
    let body = html! {
        (errors(&ctx, refused))
        form #change-password .card method="post" action=(ctx.href(&path)) {
            input type="hidden" name="csrf" value=(who.secret.csrf());
            // Lets the browser's store of passwords know whose it is.
            input .hidden type="text" name="name" value=(who.officer.login) autocomplete="username" readonly tabindex="-1" aria-hidden="true";
            (password_again(&ctx, "change-password"))
            (field("fresh", "account-password-fresh"))
            p .hint { (t.count("account-password-rule", least)) }
            (field("again", "account-password-repeat"))
            p .hint { (t.get("account-password-effect")) }
            p { button type="submit" { (t.get("account-password-change")) } }
        }
        (back(&ctx))
    };
    shell::page(&ctx, &t.get("account-password-change"), &body)
}
