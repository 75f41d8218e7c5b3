//! How texts released to bodies that are told look: the form that starts from the report, with what looks like a number
//! or a name marked; what was released; the body's list and page. Refuses deciding who may get one.

use maud::{Markup, html};

use super::excerpts::TO;
use super::forms::Frame;
use super::tip_view::View;
use super::words;
use crate::clock::Minute;
use crate::insight::entities;
use crate::insight::fold::Folded;
use crate::insight::names;
use crate::plan::Plan;
use crate::store::excerpts::{Line, PAGE};
use crate::triage::acts::{ExcerptBody, LONGEST_TEXT, offered};
use crate::triage::tip::short_number;
use crate::vault::uid::Uid;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What looks like a number, an address or a name in a text: from, and the place after the last character, in order and
/// apart.
pub(super) fn marks(text: &str) -> Vec<(usize, usize)> {
    let folded = Folded::of(text);
    let found = entities::find(&folded);
    // A number is found once; it may stand there twice.
    let again = found.iter().flat_map(|one| everywhere(&folded.chars, one.from, one.to));
    let mut all: Vec<(usize, usize)> = again.chain(names::find(&folded)).collect();
    all.sort_unstable();
    let mut end = 0;
    all.retain(|(from, to)| {
        let apart = *from >= end && from < to;
        end = if apart { *to } else { end };
        apart
    });
    all
}

/// Every place where the stretch's characters stand.
fn everywhere(chars: &[char], from: usize, to: usize) -> Vec<(usize, usize)> {
    let Some(stretch) = chars.get(from..to).filter(|stretch| !stretch.is_empty()) else { return Vec::new() };
    let same = chars.windows(stretch.len()).enumerate().filter(|(_, window)| *window == stretch);
    same.map(|(at, _)| (at, at + stretch.len())).collect()
}

/// A text with what to look at marked.
fn marked(text: &str) -> Markup {
    let chars: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut out = Vec::new();
    let mut at = 0;
    for (from, to) in marks(text) {
        out.push((part(at, from), part(from, to)));
        at = to;
    }
    let rest = part(at, chars.len());
    html! { @for (plain, mark) in out { (plain) mark { (mark) } } (rest) }
}

impl Frame<'_> {
    /// The form; `report` is what to cut, where nothing was typed yet.
    pub(super) fn excerpt(&self, report: &str) -> Markup {
        let t = self.ctx.texts;
        let bodies = offered(self.tip, self.plan, self.coverage);
        if bodies.is_empty() {
            return html! { p .hint #excerpt-nobody { (t.get("desk-excerpt-nobody")) } };
        }
        let typed = self.draft.typed("text");
        let text = if typed.is_empty() { report } else { typed };
        self.form(
            "excerpt",
            &html! {
                p .hint { (t.get("desk-excerpt-hint")) }
                @if !marks(text).is_empty() {
                    p .hint { (t.get("desk-excerpt-marked")) }
                    div #excerpt-marked .verbatim { (marked(text)) }
                }
                label for="excerpt-text" { (t.get("desk-excerpt-text")) }
                textarea #excerpt-text name="text" rows="6" required maxlength=(LONGEST_TEXT) dir="auto" { "\n" (text) }
                fieldset #excerpt-to {
                    legend { (t.get("desk-excerpt-to")) }
                    @for body in &bodies {
                        @let name = format!("{TO}{body}");
                        p .check {
                            input id=(name) type="checkbox" name=(name) value="yes" checked[self.draft.typed(&name) == "yes"];
                            label for=(name) { (words::agency(t, self.plan, body)) }
                        }
                    }
                }
                p .check {
                    input #excerpt-checked type="checkbox" name="checked" value="yes";
                    label for="excerpt-checked" { (t.get("desk-excerpt-checked")) }
                }
                (self.button("desk-excerpt-button", None))
            },
        )
    }
}

/// What was released of a tip, for those who hold the case key; with the way to take it back.
pub(super) fn released(view: &View<'_>) -> Markup {
    let (t, plan) = (view.frame.ctx.texts, view.frame.plan);
    let sent = &view.sheet.excerpts;
    if view.opened.excerpts.is_empty() && sent.is_empty() {
        return html! {};
    }
    html! {
        section #released aria-labelledby="released-title" {
            h2 #released-title { (t.get("desk-excerpts-title")) }
            ol { @for (note, minute) in &view.opened.excerpts {
                @let names: Vec<String> = note.to.iter().map(|body| words::agency(t, plan, body)).collect();
                li { p .by { (names.join(words::comma(t))) " · " (view.time(*minute)) } p .verbatim { (note.text) } }
            } }
            @if !sent.is_empty() { (view.frame.form("excerpt/withdraw", &html! {
                label for="withdraw-agency" { (t.get("desk-excerpt-standing")) }
                select #withdraw-agency name="agency" required {
                    @for (body, _) in sent { option value=(body) { (words::agency(t, plan, body)) } }
                }
                (view.frame.button("desk-excerpt-withdraw-button", None))
            })) }
        }
    }
}

/// The body's list.
pub(super) fn list(ctx: &PageContext, plan: &Plan, lines: &[(i64, Line)], gone: bool, now: Minute) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p { a .back href=(ctx.href("/desk")) { "← " (t.get("desk-queue-title")) } }
        @if gone { p #gone .warn role="status" { (t.get("desk-excerpt-gone")) } }
        p .hint { (t.get("desk-excerpts-hint")) }
        @if lines.is_empty() { p #empty .empty { (t.get("desk-excerpts-empty")) } }
        @else { table #excerpts {
            thead { tr {
                th scope="col" { (t.get("desk-col-number")) }
                th scope="col" { (t.get("desk-excerpt-from")) }
                th scope="col" { (t.get("desk-excerpt-when")) }
            } }
            tbody { @for (_, line) in lines {
                tr data-excerpt=(line.uid) {
                    td .number data-label=(t.get("desk-col-number")) {
                        a href=(ctx.href(&format!("/desk/excerpts/{}", line.uid))) { (short_number(&line.tip)) }
                    }
                    td data-label=(t.get("desk-excerpt-from")) { (words::agency(t, plan, &line.from)) }
                    td data-label=(t.get("desk-excerpt-when")) { (words::time(t, now, line.minute)) }
                }
            } }
        } }
        @if let Some((last, _)) = lines.last().filter(|_| i64::try_from(lines.len()).is_ok_and(|n| n == PAGE)) {
            p { a .more rel="next" href=(format!("{}&before={last}", ctx.href("/desk/excerpts"))) { (t.get("desk-more")) } }
        }
    };
    shell::page(ctx, &t.get("desk-excerpts-link"), &body)
}

/// One text, and nothing else of its tip.
pub(super) fn one(
    ctx: &PageContext,
    plan: &Plan,
    tip: &Uid,
    body: Option<&ExcerptBody>,
    now: Minute,
) -> Markup {
    let t = ctx.texts;
    let heading = t.with("desk-tip-title", &[("number", &short_number(tip))]);
    let body = html! {
        p { a .back href=(ctx.href("/desk/excerpts")) { "← " (t.get("desk-excerpts-link")) } }
        @match body {
            None => p .errors role="alert" { (t.get("desk-damaged")) },
            Some(body) => {
                p .by { (words::agency(t, plan, &body.from)) " · " (words::time(t, now, body.at.minute())) }
                div #excerpt .verbatim dir="auto" { (body.text) }
                p .hint { (t.get("desk-excerpt-only")) }
            }
        }
    };
    shell::page(ctx, &heading, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_and_names_are_marked_wherever_they_stand() {
        let page = marked("老赵的电话13912345678，再打13912345678；<b>车津C0T7Q2").into_string();
        assert_eq!(page.matches("<mark>13912345678</mark>").count(), 2, "{page}");
        assert!(page.contains("<mark>老赵</mark>") && page.contains("津C0T7Q2</mark>"), "{page}");
        assert!(page.contains("&lt;b&gt;"));
    }

    proptest! {
        #[test]
        fn marking_changes_no_word(text in "[^<>&\"]{0,60}", number in "1[3-9][0-9]{9}") {
            let text = format!("{text}{number} 刘某 {number}");
            let page = marked(&text).into_string().replace("<mark>", "").replace("</mark>", "");
            prop_assert_eq!(page, text);
        }
    }
}
