//! The report: one page, one column, everything but the words optional. Owns the order of the questions and
//! what the page says when it must ask again; refuses judging (intake) and headers (handlers).

use maud::{Markup, html};

use super::choices::GROUPS;
use super::fields::{Fields, problem_text};
use super::forms::{TOKEN, TRAP};
use super::submit::SubmitError;
use crate::i18n::{Locale, Texts};
use crate::intake::draft::{Draft, Field};
use crate::intake::form_token::TokenRefused;
use crate::intake::parse::{FieldError, MOST_SHARED, MOST_TEXT};
use crate::plan::{Lang, Plan};
use crate::web::context::PageContext;
use crate::web::ui::{emergency, shell};
use crate::web::upload::UploadProblem;

/// Why the page asks again.
#[derive(Debug)]
pub enum Trouble {
    /// On its way in.
    Upload(UploadProblem),
    /// The form itself.
    Token(TokenRefused),
    /// What was in it, or what became of it.
    Submit(SubmitError),
}

/// What the page is drawn from.
pub struct ReportPage<'a> {
    /// What was typed so far.
    pub draft: &'a Draft,
    /// The form's token.
    pub token: &'a str,
    /// The form's mark, for the script.
    pub mark: &'a str,
    /// The plan, for its districts.
    pub plan: &'a Plan,
    /// Why the page asks again, if it does.
    pub trouble: Option<&'a Trouble>,
    /// Whether a picture came and has to be chosen again.
    pub photo_lost: bool,
}

impl Trouble {
    /// The title and text of what happened; whether the emergency numbers stand beside it.
    fn words(&self) -> (&'static str, &'static str, bool) {
        match self {
            Self::Upload(UploadProblem::Encoding(_)) => ("again-title", "problem-encoding", false),
            Self::Upload(UploadProblem::PhotoTooLarge) => ("again-title", "photo-too-large", false),
            Self::Upload(UploadProblem::TooMuchText) => ("error-size-title", "error-size-text", true),
            Self::Upload(UploadProblem::Slow) => ("error-slow-title", "error-slow-text", true),
            Self::Upload(UploadProblem::NoRoom) => ("error-busy-title", "photo-no-room", true),
            Self::Submit(SubmitError::Busy) => ("error-busy-title", "error-busy-text", true),
            Self::Upload(UploadProblem::Broken | UploadProblem::TooManyFields) => {
                ("again-title", "problem-broken", false)
            }
            Self::Token(_) => ("again-title", "problem-old-form", false),
            Self::Submit(SubmitError::Fields(_)) => ("again-title", "again-fields", false),
            Self::Submit(SubmitError::Photo(photo)) => ("again-title", photo.text_id(), false),
            Self::Submit(SubmitError::Changed) => ("again-title", "problem-changed", false),
            Self::Submit(SubmitError::AllExcluded) => ("all-excluded-title", "all-excluded-text", true),
            Self::Submit(SubmitError::Opened) => ("receipt-title", "opened-before-text", false),
            Self::Submit(SubmitError::Closed(_)) => ("closed-title", "closed-text", true),
            Self::Submit(SubmitError::Down) => ("error-down-title", "error-down-text", true),
        }
    }

    fn fields(&self) -> &[FieldError] {
        if let Self::Submit(SubmitError::Fields(errors)) = self { errors } else { &[] }
    }

    const fn concerns_photo(&self) -> bool {
        matches!(self, Self::Submit(SubmitError::Photo(_)) | Self::Upload(UploadProblem::PhotoTooLarge))
    }
}

/// The page.
pub fn page(ctx: &PageContext, view: &ReportPage<'_>) -> Markup {
    let t = ctx.texts;
    let errors = view.trouble.map_or(&[][..], Trouble::fields);
    let fields = Fields { t, draft: view.draft, errors };
    let body = html! {
        @if let Some(trouble) = view.trouble { (summary(ctx, view, trouble)) }
        @else { p .lead { (t.get("report-lead")) } p { strong #emergency { (t.get("emergency-plain")) } } }
        form #report method="post" action="/report" enctype="multipart/form-data" autocomplete="off"
            accept-charset="utf-8" data-mark=(view.mark) {
            input type="hidden" name=(TOKEN) value=(view.token) autocomplete="off";
            input type="hidden" name="l" value=(t.0.code()) autocomplete="off";
            (fields.area(Field::Text, 8, MOST_TEXT))
            (fields.radios(Field::Danger, &["yes", "no", "unknown"], "unknown"))
            (place(&fields, view.plan))
            (about(&fields))
            (fields.radios(Field::Minor, &["yes", "no", "unknown"], "unknown"))
            (photo(&fields, view.photo_lost))
            (exclude(&fields))
            (fields.radios(Field::Consent, &["yes", "ask", "no"], "ask"))
            (identity(&fields))
            div .trap aria-hidden="true" {
                label for=(TRAP) { (t.get("trap-label")) }
                input id=(TRAP) name=(TRAP) type="text" tabindex="-1" autocomplete="off";
            }
            div .question {
                p { (t.get("send-note")) }
                button #send type="submit" { (t.get("send-button")) }
            }
        }
    };
    // Changing the language is a fresh page: only offered while there is nothing to lose.
    let title = t.get("report-title");
    match view.trouble {
        None => shell::page_in_languages(ctx, &title, &body),
        Some(_) => shell::page(ctx, &title, &body),
    }
}

/// What happened, whether anything was saved, and where to change what.
fn summary(ctx: &PageContext, view: &ReportPage<'_>, trouble: &Trouble) -> Markup {
    let t = ctx.texts;
    let (title, text, numbers) = trouble.words();
    let encoding = if let Trouble::Upload(UploadProblem::Encoding(name)) = trouble { name } else { "" };
    html! {
        section #errors .errors role="alert" aria-labelledby="errors-title" tabindex="-1" {
            h2 #errors-title { (t.get(title)) }
            p { (t.with(text, &[("encoding", encoding)])) }
            @if !trouble.fields().is_empty() {
                ul {
                    @for error in trouble.fields() {
                        li { a href=(format!("#{}", error.field.name())) { (problem_text(t, error.problem)) } }
                    }
                }
            }
            @if matches!(trouble, Trouble::Submit(SubmitError::AllExcluded)) {
                p { a href="#exclude" { (t.get("field-exclude")) } }
            }
            @if trouble.concerns_photo() { p { a href="#photo" { (t.get("photo-change")) } } }
            @if view.photo_lost { p { (t.get("photo-again")) } }
        }
        @if numbers { (emergency::numbers(t)) }
    }
}

fn place(fields: &Fields<'_>, plan: &Plan) -> Markup {
    let lang = if fields.t.0 == Locale::Zh { Lang::Zh } else { Lang::En };
    let options = html! {
        (fields.option(Field::District, "", &fields.t.get("not-sure")))
        @for district in plan.districts() {
            (fields.option(Field::District, district.code.as_str(), district.name(lang)))
        }
    };
    html! {
        div .question {
            (fields.select(Field::District, &options))
            (fields.line(Field::PlaceWords, 300, "text"))
            (fields.line(Field::Point, MOST_SHARED, "text"))
            (here(fields.t))
        }
    }
}

/// Fills in where the device is. Only the script shows it: without one there is nothing it could do.
fn here(t: Texts) -> Markup {
    html! {
        button #here .quiet type="button" hidden data-no=(t.get("here-failed")) aria-describedby="place_point-hint" {
            (t.get("here-button"))
        }
    }
}

fn about(fields: &Fields<'_>) -> Markup {
    let t = fields.t;
    let options = html! {
        (fields.option(Field::Category, "", &t.get("not-sure")))
        @for (stem, codes) in GROUPS {
            optgroup label=(t.get(&format!("group-{stem}"))) {
                @for code in codes {
                    (fields.option(Field::Category, code, &t.get(&format!("cat-{}", code.replace('_', "-")))))
                }
            }
        }
    };
    html! { div .question { (fields.select(Field::Category, &options)) } }
}

fn photo(fields: &Fields<'_>, lost: bool) -> Markup {
    let t = fields.t;
    html! {
        div .question {
            label .ask for="photo" { (t.get("field-photo")) " " span .optional { (t.get("optional")) } }
            p .hint #photo-hint { (t.get("hint-photo")) }
            @if lost { p .problem { (t.get("photo-again")) } }
            input id="photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp" autocomplete="off"
                aria-describedby="photo-hint";
        }
    }
}

fn exclude(fields: &Fields<'_>) -> Markup {
    let t = fields.t;
    html! {
        fieldset .question id="exclude" tabindex="-1" {
            legend .ask { (t.get("field-exclude")) " " span .optional { (t.get("optional")) } }
            (fields.notes_of(Field::Exclude))
            div .answers {
                (fields.tick(Field::Exclude, "psb_branch"))
                (fields.tick(Field::Exclude, "psb"))
            }
            p .hint #exclude-danger { (t.get("exclude-danger")) }
            (fields.line(Field::ExcludeWords, 1000, "text"))
        }
    }
}

fn identity(fields: &Fields<'_>) -> Markup {
    html! {
        (fields.radios(Field::Identity, &["anonymous", "confidential", "named"], "anonymous"))
        fieldset .question .contact {
            legend .ask { (fields.t.get("contact-title")) " " span .optional { (fields.t.get("optional")) } }
            p .hint { (fields.t.get("contact-hint")) }
            (fields.line(Field::ContactName, 100, "text"))
            (fields.line(Field::ContactPhone, 200, "text"))
            (fields.line(Field::ContactNote, 1000, "text"))
        }
    }
}
