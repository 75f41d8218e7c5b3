//! Writing versions of the plan and the texts of their files. Owns the statements; who may, and when, is asked in
//! `people::plans`.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::civil::Date;

use super::{Proof, Status, Texts, all, day_number};
use crate::clock::Minute;
use crate::store::connection::{Db, on_each};
use crate::store::schema::{plan_texts, plan_versions};

/// A version before it is a row.
pub(in crate::store) struct Fresh<'a> {
    pub(in crate::store) number: i64,
    pub(in crate::store) label: &'a str,
    pub(in crate::store) name: &'a str,
    pub(in crate::store) status: Status,
    pub(in crate::store) based_on: Option<i64>,
    pub(in crate::store) author: Option<i64>,
    pub(in crate::store) valid_from: Date,
    pub(in crate::store) texts: &'a Texts,
}

/// Enters a version.
pub(in crate::store) fn enter(db: &mut Db, plan: i64, fresh: &Fresh<'_>, now: Minute) -> QueryResult<()> {
    put_bodies(db, fresh.texts)?;
    diesel::insert_into(plan_versions::table)
        .values((
            plan_versions::plan_id.eq(plan),
            plan_versions::number.eq(fresh.number),
            plan_versions::label.eq(fresh.label),
            plan_versions::name.eq(fresh.name),
            plan_versions::status.eq(fresh.status.as_str()),
            plan_versions::based_on.eq(fresh.based_on),
            plan_versions::author.eq(fresh.author),
            plan_versions::created_minute.eq(now.0),
            plan_versions::changed_minute.eq(now.0),
            plan_versions::valid_from_day.eq(day_number(fresh.valid_from)),
            plan_versions::files.eq(fresh.texts.lines()),
            plan_versions::digest.eq(fresh.texts.digest(fresh.valid_from)),
        ))
        .execute(db)?;
    Ok(())
}

/// Writes another content over the one that was seen; false where it is no draft any more, or another's by now.
pub(in crate::store) fn change(
    db: &mut Db,
    plan: i64,
    (number, seen): (i64, &str),
    (name, valid_from, texts): (&str, Date, &Texts),
    now: Minute,
) -> QueryResult<bool> {
    put_bodies(db, texts)?;
    let changed =
        diesel::update(standing(plan, number, Status::Draft).filter(plan_versions::digest.eq(seen)))
            .set((
                plan_versions::name.eq(name),
                plan_versions::valid_from_day.eq(day_number(valid_from)),
                plan_versions::files.eq(texts.lines()),
                plan_versions::digest.eq(texts.digest(valid_from)),
                plan_versions::changed_minute.eq(now.0),
            ))
            .execute(db)?;
    Ok(changed == 1)
}

#[diesel::dsl::auto_type]
pub(in crate::store) fn standing(plan: i64, number: i64, status: Status) -> _ {
    let word: &'static str = status.as_str();
    plan_versions::table.filter(
        plan_versions::plan_id
            .eq(plan)
            .and(plan_versions::number.eq(number))
            .and(plan_versions::status.eq(word)),
    )
}

/// Keeps what the proof found, if the version still has the content that was proved.
pub fn put_proof(db: &mut Db, plan: i64, (number, digest): (i64, &str), proof: &Proof) -> QueryResult<()> {
    let text = serde_json::to_string(proof).unwrap_or_default();
    let proved = plan_versions::table
        .filter(plan_versions::plan_id.eq(plan).and(plan_versions::number.eq(number)))
        .filter(plan_versions::digest.eq(digest));
    diesel::update(proved)
        .set((plan_versions::proof.eq(text), plan_versions::proof_digest.eq(digest)))
        .execute(db)?;
    Ok(())
}

/// Seals anew what was published, for a key file that is another one now.
pub fn reseal(db: &mut Db, plan: i64, seal: impl Fn(&[u8]) -> [u8; 32]) -> QueryResult<()> {
    for version in all(db, plan)?.into_iter().filter(|version| version.status == Status::Published) {
        diesel::update(standing(plan, version.number, Status::Published))
            .set(plan_versions::seal.eq(seal(&version.sealed_text()).to_vec()))
            .execute(db)?;
    }
    Ok(())
}

fn put_bodies(db: &mut Db, texts: &Texts) -> QueryResult<()> {
    for (digest, body) in &texts.bodies {
        let row = (plan_texts::digest.eq(digest), plan_texts::body.eq(body));
        on_each!(db, |c| diesel::insert_into(plan_texts::table)
            .values(row)
            .on_conflict(plan_texts::digest)
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Takes away the texts that no version names any more. Only where nobody else writes versions.
pub(in crate::store) fn clear(db: &mut Db) -> QueryResult<()> {
    let lists: Vec<String> = plan_versions::table.select(plan_versions::files).load(db)?;
    let named: BTreeSet<&str> =
        lists.iter().flat_map(|list| list.lines()).filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    let known: Vec<String> = plan_texts::table.select(plan_texts::digest).load(db)?;
    let gone: Vec<&String> = known.iter().filter(|digest| !named.contains(digest.as_str())).collect();
    diesel::delete(plan_texts::table.filter(plan_texts::digest.eq_any(gone))).execute(db)?;
    Ok(())
}
