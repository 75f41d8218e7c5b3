//! The reporter's words into the thread, once per form. Owns preparing anew when an officer's act came in
//! between; refuses pages.

use std::sync::Arc;

use subtle::ConstantTimeEq as _;

use crate::app::{App, PLAN_ID};
use crate::dialogue::add::{Tools, add};
use crate::intake::accept::Sending;
use crate::intake::parse::{Problem, check_addition};
use crate::store::follow_up::{add as write, thread};
use crate::store::{Lane, ReadError, WriteError};
use crate::vault::submit_key::SubmitKey;
use crate::vault::ticket::FollowUpTicket;

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum AddingError {
    /// The words must be changed.
    #[error(transparent)]
    Words(#[from] Problem),
    /// Other words were added under this form before.
    #[error("other words were added under this form")]
    Changed,
    /// The tip is gone.
    #[error("the tip is gone")]
    Unknown,
    /// Too much at once; nothing was tried.
    #[error("too much at once")]
    Busy,
    /// It was not confirmed; sending again is safe.
    #[error("not confirmed")]
    Down,
}

impl From<ReadError> for AddingError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Busy => Self::Busy,
            ReadError::Failed(_) => Self::Down,
        }
    }
}

/// Adds `text` to the ticket's tip.
pub async fn add_words(
    app: &Arc<App>,
    ticket: &FollowUpTicket,
    key: &SubmitKey,
    text: &str,
) -> Result<(), AddingError> {
    check_addition(text)?;
    let body_mac = key.body_mac(text.as_bytes());
    for _ in 0..5 {
        let uid = ticket.tip.to_string();
        let rows = app.store.read(move |db| thread(db, &uid)).await?.ok_or(AddingError::Unknown)?;
        let tools = Tools {
            plan: &app.plan(),
            deployment: &app.deployment,
            entropy: app.entropy.as_ref(),
            now: app.clock.now(),
        };
        let sending = Sending { key, body_mac };
        let addition = add(&tools, rows.standing, &ticket.report_key, text.trim().to_owned(), &sending);
        let written = app.store.write("tip.add", Lane::Tips, move |db| write(db, PLAN_ID, &addition)).await;
        match written {
            Ok(None) => {
                app.bell.ring();
                return Ok(());
            }
            Ok(Some(before)) if bool::from(before.body_mac.ct_eq(&body_mac)) => return Ok(()),
            Ok(Some(_)) => return Err(AddingError::Changed),
            Err(WriteError::Refused(_)) => {}
            Err(WriteError::Busy) => return Err(AddingError::Busy),
            Err(WriteError::NotConfirmed | WriteError::Broken) => return Err(AddingError::Down),
        }
    }
    Err(AddingError::Busy)
}
