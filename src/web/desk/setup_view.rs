//! How the first run looks: one form, and one page with three codes.

use maud::{Markup, html};

use super::session::Fields;
use super::setup::ADMINISTRATORS;
use super::words;
use crate::i18n::Locale;
use crate::people::roles::Role;
use crate::plan::Plan;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// An invitation as it is handed over.
pub(super) struct Handed {
    /// As what.
    pub(super) role: Role,
    /// To whom.
    pub(super) name: String,
    /// The name to sign in with.
    pub(super) login: String,
    /// The code.
    pub(super) code: String,
}

/// The form.
pub(super) fn form(ctx: &PageContext, plan: &Plan, draft: &Fields, refused: Option<&str>) -> Markup {
    let t = ctx.texts;
    let field = |name: &str, label: &str, kind: &str| {
        html! {
            label for=(name) { (t.get(label)) }
            input id=(name) type=(kind) name=(name) value=(draft.typed(name)) autocomplete="off" required;
        }
    };
    let body = html! {
        (shell::languages(ctx))
        p { (t.get("setup-intro")) }
        @if let Some(id) = refused { div #errors .errors role="alert" { p { (t.get(id)) } } }
        form #setup .card method="post" action=(ctx.href("/setup")) autocomplete="off" {
            (field("code", "setup-code", "text"))
            h2 { (t.get("setup-portal")) }
            (field("portal-name", "setup-portal-name", "text"))
            label for="language" { (t.get("setup-language")) }
            select #language name="language" {
                @for locale in Locale::ALL {
                    option value=(locale.code()) selected[draft.typed("language") == locale.code()] { (locale.own_name()) }
                }
            }
            p .hint { (t.with("setup-plan", &[("bodies", &plan.agencies().count().to_string())])) }
            h2 { (t.get("setup-administrators")) }
            p .hint { (t.get("setup-administrators-hint")) }
            label for="agency" { (t.get("setup-agency")) }
            @let chosen = if draft.typed("agency").is_empty() { "jointconf" } else { draft.typed("agency") };
            select #agency name="agency" {
                @for agency in plan.agencies() {
                    option value=(agency.code) selected[agency.code.to_string() == chosen] { (words::agency(t, plan, &agency.code)) }
                }
            }
            @for (role, stem) in ADMINISTRATORS {
                fieldset {
                    legend { (t.get(&role_text(role))) }
                    p .hint { (t.get(&format!("setup-does-{stem}"))) }
                    (field(&format!("{stem}-name"), "people-col-name", "text"))
                    (field(&format!("{stem}-login"), "people-col-login", "text"))
                }
            }
            h2 { (t.get("setup-mail")) }
            p .hint { (t.get("setup-mail-hint")) }
            (field("mailbox", "setup-mailbox", "text"))
            h2 { (t.get("setup-recovery")) }
            p .hint { (t.get("setup-recovery-hint")) }
            p .check {
                input #recovery type="checkbox" name="recovery" value="yes" checked[draft.typed("recovery") == "yes"] required;
                label for="recovery" { (t.get("setup-recovery-printed")) }
            }
            p { button type="submit" { (t.get("setup-button")) } }
        }
    };
    shell::page(ctx, &t.get("setup-title"), &body)
}

fn role_text(role: Role) -> String {
    format!("people-role-{}", role.as_str().replace('_', "-"))
}

/// The three codes, once.
pub(super) fn done(ctx: &PageContext, handed: &[Handed], link: &str, mailbox: &str) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("setup-done")) }
        p .warn { (t.get("setup-codes-once")) }
        p { (t.get("people-code-address")) " " strong .number { (link) } }
        @for it in handed {
            dl .card.handed data-role=(it.role) {
                dt { (t.get(&role_text(it.role))) } dd { (it.name) }
                dt { (t.get("people-col-login")) } dd .number { (it.login) }
                dt { (t.get("people-code-code")) } dd .number.code { (it.code) }
            }
        }
        p { (t.get("setup-next")) }
        p .hint { (t.with("setup-mail-sent", &[("mailbox", mailbox)])) }
    };
    shell::page(ctx, &t.get("setup-done-title"), &body)
}
