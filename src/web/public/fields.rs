//! The form's controls, each with its label, hint and error beside it. Owns how a question looks; refuses
//! which questions there are.

use maud::{Markup, html};

use crate::i18n::Texts;
use crate::intake::draft::{Draft, Field};
use crate::intake::parse::{FieldError, Problem};

/// What the controls are drawn from.
pub(super) struct Fields<'a> {
    pub(super) t: Texts,
    pub(super) draft: &'a Draft,
    pub(super) errors: &'a [FieldError],
}

/// The sentence about one problem.
pub(super) fn problem_text(t: Texts, problem: Problem) -> String {
    match problem {
        Problem::TooLong { found, most } => {
            t.with(problem.text_id(), &[("found", &found.to_string()), ("most", &most.to_string())])
        }
        Problem::TooMany { most } => t.with(problem.text_id(), &[("most", &most.to_string())]),
        _ => t.get(problem.text_id()),
    }
}

impl Fields<'_> {
    fn error(&self, field: Field) -> Option<Problem> {
        self.errors.iter().find(|e| e.field == field).map(|e| e.problem)
    }

    /// The ids that describe a control: its hint, and its error where there is one.
    fn described(&self, field: Field) -> String {
        let name = field.name();
        match self.error(field) {
            Some(_) => format!("{name}-error {name}-hint"),
            None => format!("{name}-hint"),
        }
    }

    fn notes(&self, field: Field, hint: &str) -> Markup {
        let name = field.name();
        html! {
            @if !hint.is_empty() { p .hint id=(format!("{name}-hint")) { (hint) } }
            @if let Some(problem) = self.error(field) {
                p .problem id=(format!("{name}-error")) { (problem_text(self.t, problem)) }
            }
        }
    }

    fn label(&self, field: Field) -> String {
        self.t.get(&format!("field-{}", field.name().replace('_', "-")))
    }

    fn hint(&self, field: Field) -> String {
        let id = format!("hint-{}", field.name().replace('_', "-"));
        if self.t.has(&id) { self.t.get(&id) } else { String::new() }
    }

    fn optional(&self, field: Field) -> Markup {
        html! { @if field != Field::Text { " " span .optional { (self.t.get("optional")) } } }
    }

    /// A box for many words.
    pub(super) fn area(&self, field: Field, rows: u8, most: usize) -> Markup {
        let name = field.name();
        html! {
            div .question .wrong[self.error(field).is_some()] {
                label .ask for=(name) { (self.label(field)) (self.optional(field)) }
                (self.notes(field, &self.hint(field)))
                textarea id=(name) name=(name) rows=(rows) maxlength=(most) dir="auto" spellcheck="false"
                    aria-describedby=(self.described(field))
                    aria-invalid=[self.error(field).map(|_| "true")] { "\n" (self.draft.get(field)) }
            }
        }
    }

    /// A line of words.
    pub(super) fn line(&self, field: Field, most: usize, kind: &str) -> Markup {
        let name = field.name();
        html! {
            div .line {
                label .ask for=(name) { (self.label(field)) (self.optional(field)) }
                (self.notes(field, &self.hint(field)))
                input id=(name) name=(name) type=(kind) maxlength=(most) dir="auto" autocomplete="off"
                    spellcheck="false" value=(self.draft.get(field))
                    aria-describedby=(self.described(field))
                    aria-invalid=[self.error(field).map(|_| "true")];
            }
        }
    }

    /// A list to choose one from; `options` are drawn by the caller.
    pub(super) fn select(&self, field: Field, options: &Markup) -> Markup {
        let name = field.name();
        html! {
            div .line {
                label .ask for=(name) { (self.label(field)) (self.optional(field)) }
                (self.notes(field, &self.hint(field)))
                select id=(name) name=(name) autocomplete="off" aria-describedby=(self.described(field))
                    aria-invalid=[self.error(field).map(|_| "true")] { (options) }
            }
        }
    }

    /// An entry of a list.
    pub(super) fn option(&self, field: Field, value: &str, words: &str) -> Markup {
        let chosen = self.draft.get(field) == value;
        html! { option value=(value) selected[chosen] { (words) } }
    }

    /// A question with its answers side by side; `default` is ticked where nothing was chosen.
    pub(super) fn radios(&self, field: Field, answers: &[&str], default: &str) -> Markup {
        let name = field.name();
        let chosen = Some(self.draft.get(field)).filter(|v| answers.contains(v)).unwrap_or(default);
        html! {
            fieldset .question .wrong[self.error(field).is_some()] id=(name) tabindex="-1"
                aria-describedby=(self.described(field)) {
                legend .ask { (self.label(field)) (self.optional(field)) }
                (self.notes(field, &self.hint(field)))
                div .answers {
                    @for value in answers {
                        label .answer {
                            input type="radio" name=(name) value=(value) checked[*value == chosen] autocomplete="off";
                            span { (self.t.get(&format!("answer-{}-{value}", name.replace('_', "-")))) }
                        }
                    }
                }
            }
        }
    }

    /// One box to tick.
    pub(super) fn tick(&self, field: Field, value: &str) -> Markup {
        let words = format!("answer-{}-{}", field.name(), value.replace('_', "-"));
        html! {
            label .answer {
                input type="checkbox" name=(field.name()) value=(value) checked[self.draft.has(field, value)]
                    autocomplete="off";
                span { (self.t.get(&words)) }
            }
        }
    }

    /// The error of a question whose controls are drawn by the caller.
    pub(super) fn notes_of(&self, field: Field) -> Markup {
        self.notes(field, &self.hint(field))
    }
}
