//! How a table of a draft looks: its rows, and the form of the one that is being changed.

use maud::{Markup, html};

use super::PATH;
use super::tables::{Column, Kind, Table};
use super::words::{BODIES, DAYS, Words};
use crate::plan::sheet::Sheet;
use crate::plan::{Plan, PlanError};
use crate::store::plans::Version;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// The row that is being changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// One that is there.
    Row(usize),
    /// One that is to be added; its place in the table.
    New(usize),
}

impl Chosen {
    pub(super) const fn row(self) -> usize {
        match self {
            Self::Row(row) | Self::New(row) => row,
        }
    }
}

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) plan: &'a Plan,
    pub(super) csrf: &'a str,
    pub(super) version: &'a Version,
    pub(super) table: &'a Table,
    pub(super) sheet: &'a Sheet,
    pub(super) chosen: Option<Chosen>,
    /// Whether the reader may change it.
    pub(super) changes: bool,
    pub(super) error: Option<&'a PlanError>,
    pub(super) done: bool,
}

impl View<'_> {
    fn path(&self) -> String {
        format!("{PATH}/{}/{}", self.version.number, self.table.name)
    }

    fn is_wrong(&self, column: &str) -> bool {
        matches!(self.error, Some(PlanError::Cell { column: it, .. }) if it == column)
    }
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let words = Words { t, plan: view.plan };
    let title = format!("{} · {}", t.get(&format!("plan-table-{}", view.table.name)), view.version.label);
    let body = html! {
        p { a href=(ctx.href(&format!("{PATH}/{}", view.version.number))) { (t.get("plan-to-version")) } }
        @if view.done { p #done .done role="status" { (t.get("plan-done")) } }
        @if let Some(error) = view.error {
            div #errors .errors role="alert" { p { (t.get("plan-not-saved")) (words.error(error)) } }
        }
        @if let Some(chosen) = view.chosen { (form(ctx, view, chosen)) }
        @if view.changes && view.table.grows && view.table.name != "rules" {
            p { a #add .more href=(format!("{}&row=new", ctx.href(&view.path()))) { (t.get("plan-add")) } }
        }
        (rows(ctx, view, words))
    };
    shell::page(ctx, &title, &body)
}

fn rows(ctx: &PageContext, view: &View<'_>, words: Words<'_>) -> Markup {
    let t = ctx.texts;
    let listed = || view.table.columns.iter().filter(|column| column.listed);
    let added = view.chosen.and_then(|it| if let Chosen::New(row) = it { Some(row) } else { None });
    html! {
        table #rows .folded {
            thead { tr {
                @for column in listed() { th scope="col" { (words.column(column.name)) } }
                @if view.changes { td {} }
            } }
            tbody { @for row in (0..view.sheet.len()).filter(|row| Some(*row) != added) { tr {
                @for column in listed() { td .number[DAYS.contains(&column.name)] data-label=(words.column(column.name)) { (words.row_cell(view.sheet, row, column.name)) } }
                @if view.changes { td .do {
                    a .open href=(format!("{}&row={row}", ctx.href(&view.path()))) { (t.get("plan-edit")) }
                } }
            } } }
        }
    }
}

fn form(ctx: &PageContext, view: &View<'_>, chosen: Chosen) -> Markup {
    let t = ctx.texts;
    let words = Words { t, plan: view.plan };
    let (row, typed) = (chosen.row(), matches!(chosen, Chosen::New(_)));
    let title = match chosen {
        Chosen::Row(row) => t.with("plan-editing", &[("line", &Sheet::line(row).to_string())]),
        Chosen::New(_) => t.get("plan-adding"),
    };
    let rules = view.table.name == "rules";
    html! {
        form #edit .card method="post" action=(ctx.href(&view.path())) autocomplete="off" {
            h2 { (title) }
            input type="hidden" name="csrf" value=(view.csrf);
            input type="hidden" name="seen" value=(view.version.digest);
            @if typed { input type="hidden" name="row" value="new"; } @else { input type="hidden" name="row" value=(row); }
            @for column in view.table.columns { (field(view, words, row, column)) }
            @if rules {
                (told(view, words, row))
                p .check { input #fit type="checkbox" name="fit" value="y" checked; label for="fit" { (t.get("plan-fit")) } }
            }
            div .buttons {
                button type="submit" name="act" value="save" { (t.get("plan-save")) }
                @if view.table.grows && !typed {
                    @if rules { button .quiet type="submit" name="act" value="double" { (t.get("plan-double")) } }
                    button .quiet type="submit" name="act" value="remove" { (t.get("plan-remove")) }
                }
            }
        }
    }
}

fn field(view: &View<'_>, words: Words<'_>, row: usize, column: &Column) -> Markup {
    let (name, said) = (column.name, view.sheet.said(row, column.name));
    let wrong = view.is_wrong(name).then_some("true");
    let label = html! { label for=(name) { (words.column(name)) } };
    match column.kind {
        Kind::Bodies => html! {},
        Kind::Fixed => {
            html! { p { (words.column(name)) " · " strong { (words.value(name, said)) } } }
        }
        Kind::Text => {
            html! { (label) input id=(name) type="text" name=(name) maxlength="400" value=(said) aria-invalid=[wrong]; }
        }
        Kind::Choice(choices) => html! {
            (label)
            select id=(name) name=(name) aria-invalid=[wrong] { @for choice in choices {
                option value=(choice) selected[said == *choice] { (words.value(name, choice)) }
            } }
        },
        Kind::Body => html! {
            (label)
            select id=(name) name=(name) aria-invalid=[wrong] { @for body in view.plan.bodies().iter().filter(|body| body.merged_into.is_none()) {
                option value=(body.code) selected[said == body.code.as_str()] { (words.body(body.code.as_str())) }
            } }
        },
    }
}

/// Who is told, may be told and is given the content: a line for each body.
fn told(view: &View<'_>, words: Words<'_>, row: usize) -> Markup {
    html! {
        table #told {
            thead { tr { th scope="col" { (words.column("code")) } @for column in BODIES { th scope="col" { (words.column(column)) } } } }
            tbody { @for body in view.plan.bodies().iter().filter(|body| body.merged_into.is_none()) { tr {
                th scope="row" { (words.body(body.code.as_str())) }
                @for column in BODIES {
                    @let ticked = view.sheet.said(row, column).split(',').any(|code| code == body.code.as_str());
                    td { input type="checkbox" name=(format!("{column}.{}", body.code)) value="y" checked[ticked]
                        aria-label=(format!("{} {}", words.column(column), words.body(body.code.as_str()))); }
                }
            } } }
        }
    }
}
