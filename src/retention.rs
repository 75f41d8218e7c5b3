//! How long a tip is kept, who has stopped that, and what is left of it (保存期限、依法保留、销毁). Owns the classes,
//! what is due, the brake of a round, holds, and the facts of an erasure; refuses rows and files (`store`), and
//! the hour at which a round runs (`app`).
//!
//! | file | noun |
//! |---|---|
//! | [`class`] | as what a closed tip is kept |
//! | [`terms`] | the minutes before which things are due |
//! | [`brake`] | what keeps a round from beginning |
//! | [`hold`] | a legal hold, set by one officer and lifted by another |
//! | [`erasure`] | why and when a tip was erased, and when that is complete |
//!
//! One invariant: an open tip and a held one are never due.

pub mod brake;
pub mod class;
pub mod erasure;
pub mod hold;
pub mod terms;
