//! What a database is bound to: the deployment's key and the recovery key, each by something that gives
//! neither away. Owns keeping and comparing; refuses the keys themselves.
//!
//! Without it a node with another key file would serve beside the others and nobody would notice: the same
//! sending would be two tips, and every link of the audit record a wrong one.

use diesel::prelude::*;

use super::connection::Db;
use super::{dialect, meta};
use crate::vault::hex;

const KEY: &str = "bound_key";
const RECOVERY: &str = "bound_recovery";
const SPARE: &str = "key_spare";

/// What a database is bound to, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bond {
    /// A fingerprint of the deployment's key.
    pub key: String,
    /// The recovery key's public half.
    pub recovery: String,
}

/// The bond, where there is one yet.
pub fn known(db: &mut Db) -> QueryResult<Option<Bond>> {
    let (key, recovery) = (meta::get(db, KEY)?, meta::get(db, RECOVERY)?);
    Ok(key.zip(recovery).map(|(key, recovery)| Bond { key, recovery }))
}

/// Binds a database that is bound already to another key; false where it was this one, or is not bound yet.
pub fn change_key(db: &mut Db, key: &str) -> QueryResult<bool> {
    dialect::own_directory(db)?;
    let changes = known(db)?.is_some_and(|bond| bond.key != key);
    if changes {
        meta::put(db, KEY, key)?;
    }
    Ok(changes)
}

/// Binds the database, if nobody has before; gives what it is bound to.
pub fn bind(db: &mut Db, bond: &Bond) -> QueryResult<Bond> {
    dialect::own_directory(db)?;
    if let Some(before) = known(db)? {
        return Ok(before);
    }
    meta::put(db, KEY, &bond.key)?;
    meta::put(db, RECOVERY, &bond.recovery)?;
    Ok(bond.clone())
}

/// The deployment's key sealed to the recovery key, for backups to carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spare {
    /// The fingerprint of the key inside.
    pub key: String,
    /// The sealed key.
    pub sealed: Vec<u8>,
}

/// The spare of the key file, where there is one.
pub fn spare(db: &mut Db) -> QueryResult<Option<Spare>> {
    let kept = meta::get(db, SPARE)?;
    Ok(kept
        .as_deref()
        .and_then(|text| text.split_once(' '))
        .and_then(|(key, sealed)| Some(Spare { key: key.to_owned(), sealed: hex::decode_all(sealed)? })))
}

/// Keeps a spare in place of the one before.
pub fn put_spare(db: &mut Db, spare: &Spare) -> QueryResult<()> {
    meta::put(db, SPARE, &format!("{} {}", spare.key, hex::encode(&spare.sealed)))
}
