//! How the report of readings looks: the questions, who stands how often, and the rows.

use maud::{Markup, html};

use super::list_view::{table, tabs};
use super::say::{self, Words};
use crate::app::App;
use crate::audit::reading::Question;
use crate::clock::Minute;
use crate::i18n::Texts;
use crate::store::audit::list::{Line, Who};
use crate::store::audit::report::{Answer, MOST};
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) app: &'a App,
    pub(super) question: Question,
    pub(super) days: i64,
    pub(super) back: i64,
    pub(super) answers: &'a [Answer],
    pub(super) everybody: &'a [Who],
    pub(super) now: Minute,
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let name = text_of(view.question);
    let shown = view.answers.iter().find(|answer| answer.question == view.question);
    let body = html! {
        (tabs(ctx, "/desk/record/reads"))
        (questions(ctx, view))
        (span(ctx, view))
        h2 { (t.get(&format!("audit-q-{name}"))) }
        p .hint { (t.with(&format!("audit-q-{name}-hint"), &[("days", &view.days.to_string())])) }
        @if let Some(answer) = shown.filter(|answer| !answer.counts.is_empty()) {
            (counts(t, view.app, answer))
            @if answer.readings() > MOST { p .hint { (t.count("audit-q-most", MOST)) } }
            (table(Words { t, plan: &view.app.plan(), people: view.everybody }, &answer.lines, view.now))
        } @else {
            p #empty .empty { (t.get("audit-q-none")) }
        }
    };
    shell::page(ctx, &t.get("audit-reads-title"), &body)
}

fn text_of(question: Question) -> &'static str {
    match question {
        Question::WithoutAct => "without-act",
        Question::Refused => "refused",
        Question::Contact => "contact",
        Question::Elsewhere => "elsewhere",
    }
}

fn questions(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        ul #questions .counts {
            @for answer in view.answers {
                @let href = format!(
                    "{}&q={}&days={}&back={}",
                    ctx.href("/desk/record/reads"), answer.question.as_str(), view.days, view.back
                );
                li { a href=(href) aria-current=[(answer.question == view.question).then_some("true")] {
                    (t.get(&format!("audit-q-{}", text_of(answer.question)))) } " " b { (answer.readings()) } }
            }
        }
    }
}

fn span(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        form #span method="get" action="/desk/record/reads" {
            input type="hidden" name="l" value=(t.0.code());
            input type="hidden" name="q" value=(view.question.as_str());
            label for="days" { (t.get("audit-span-days")) }
            input #days type="text" inputmode="numeric" name="days" maxlength="3" value=(view.days);
            label for="back" { (t.get("audit-span-back")) }
            input #back type="text" inputmode="numeric" name="back" maxlength="4" value=(view.back);
            button type="submit" { (t.get("audit-filter-show")) }
        }
    }
}

fn counts(t: Texts, app: &App, answer: &Answer) -> Markup {
    html! {
        table #by-officer {
            thead { tr { @for id in ["who", "readings", "tips"] { th scope="col" { (t.get(&format!("audit-col-{id}"))) } } } }
            tbody { @for count in &answer.counts { tr {
                td { (say::who(t, &app.plan(), &line_of(count.who.clone()))) }
                td .number { (count.readings) }
                td .number { (count.tips) }
            } } }
        }
    }
}

/// An officer as the rows say them.
fn line_of(who: Who) -> Line {
    Line {
        id: 0,
        seq: None,
        at: crate::clock::Timestamp(0),
        actor: "officer".into(),
        who: Some(who),
        act: String::new(),
        tip: None,
        of_tip: false,
        detail: serde_json::Value::Null,
    }
}
