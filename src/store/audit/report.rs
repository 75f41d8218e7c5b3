//! Readings that somebody should be able to explain: counted by officer, and row by row. Owns their SQL;
//! refuses judging anybody: it says what was read and what was not done.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::{Value, json};

use super::list::{Line, Who};
use crate::audit::reading::{DAY, DOINGS, Question, READINGS, Span};
use crate::clock::Timestamp;
use crate::store::connection::Db;

/// Rows that are shown for a question at most; the counts are of all.
pub const MOST: i64 = 500;

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    login: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    agency: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    tips: i64,
}

#[derive(QueryableByName)]
struct Read {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    login: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    agency: String,
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = Nullable<Text>)]
    tip: Option<String>,
    #[diesel(sql_type = Text)]
    detail: String,
}

/// An officer, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Who.
    pub who: Who,
    /// How many readings.
    pub readings: i64,
    /// Of how many tips.
    pub tips: i64,
}

/// One question answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// By officer, the most first.
    pub counts: Vec<Count>,
    /// The newest rows.
    pub lines: Vec<Line>,
}

impl Answer {
    /// How many readings in all.
    pub fn readings(&self) -> i64 {
        self.counts.iter().map(|count| count.readings).sum()
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let counts: Vec<Value> = self
            .counts
            .iter()
            .map(|c| {
                json!({ "officer": c.who.login, "agency": c.who.agency, "readings": c.readings, "tips": c.tips })
            })
            .collect();
        let rows: Vec<Value> = self
            .lines
            .iter()
            .map(|l| {
                let officer = l.who.as_ref().map(|who| who.login.as_str());
                json!({ "place": l.seq, "at": l.at, "officer": officer, "act": l.act, "tip": l.tip })
            })
            .collect();
        json!({ "readings": self.readings(), "by_officer": counts, "rows": rows })
    }
}

/// Answers every question over a span of the record.
pub fn report(db: &mut Db, span: Span) -> QueryResult<Vec<Answer>> {
    Question::ALL.into_iter().map(|question| answer(db, question, span)).collect()
}

/// Answers one question.
pub fn answer(db: &mut Db, question: Question, span: Span) -> QueryResult<Answer> {
    let which = which(question, span);
    let counted = diesel::sql_query(format!(
        "select o.id, o.login, o.display_name as name, o.agency, count(*) as n, \
         count(distinct r.tip_id) as tips {which} \
         group by o.id, o.login, o.display_name, o.agency order by n desc, o.id"
    ));
    let rows = diesel::sql_query(format!(
        "select r.id as place, r.seq, r.at, o.id, o.login, o.display_name as name, o.agency, r.act, \
         (select uid from tips where tips.id = r.tip_id) as tip, r.detail {which} \
         order by r.id desc limit {MOST}"
    ));
    let counts: Vec<Counted> = counted.load(db)?;
    let lines: Vec<Read> = rows.load(db)?;
    Ok(Answer {
        question,
        counts: counts.into_iter().map(count).collect(),
        lines: lines.into_iter().map(line).collect(),
    })
}

/// Which rows. Only numbers and words of our own stand in it. The actor is said because the index says it.
fn which(question: Question, Span { from, to, days }: Span) -> String {
    let ripe = (Span { from, to, days }).ripe();
    let until = if question == Question::WithoutAct { ripe } else { to };
    let acts = match question {
        Question::WithoutAct => words(&READINGS),
        Question::Refused => words(&["tip.refused"]),
        Question::Contact => words(&["tip.contact_read", "tip.glass_broken"]),
        Question::Elsewhere => words(&["tip.read", "tip.file_read"]),
    };
    let besides = match question {
        Question::WithoutAct => format!(
            "and not exists (select 1 from audit a join officers p on p.id = a.officer_id \
             where a.tip_id = r.tip_id and a.act in ({}) and p.agency = o.agency \
             and a.at between r.at - {window} and r.at + {window})",
            words(&DOINGS),
            window = days.saturating_mul(DAY),
        ),
        Question::Elsewhere => {
            "and (r.detail like '%\"as\":\"ladder\"%' or r.detail like '%\"as\":\"content\"%')".to_owned()
        }
        Question::Refused | Question::Contact => String::new(),
    };
    format!(
        "from audit r join officers o on o.id = r.officer_id \
         where r.act in ({acts}) and r.actor <> 'reporter' and r.at >= {from} and r.at < {until} {besides}"
    )
}

fn words(words: &[&str]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

fn count(row: Counted) -> Count {
    let who = Who { id: row.id, login: row.login, name: row.name, agency: row.agency };
    Count { who, readings: row.n, tips: row.tips }
}

fn line(row: Read) -> Line {
    Line {
        id: row.place,
        seq: row.seq,
        at: Timestamp(row.at),
        actor: "officer".into(),
        who: Some(Who { id: row.id, login: row.login, name: row.name, agency: row.agency }),
        act: row.act,
        of_tip: true,
        tip: row.tip,
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
    }
}
