//! No secret can be printed, serialised or copied without a word: a line here for every type that holds one.

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use serde::Serialize;

use super::challenge::ChallengeSecret;
use super::cookie::CookieSecret;
use super::deployment::DeploymentKey;
use super::file::{FileOpener, FileSealer};
use super::key::SymKey;
use super::pair::{KeyPair, PrivateKey, PublicKey};
use super::receipt::Receipt;
use super::session::SessionSecret;
use super::submit_key::SubmitKey;
use super::ticket::FollowUpTicket;

/// Answers whether a type has a trait: the inherent constant exists only where the bound holds, and is then
/// preferred to the trait's.
struct Probe<T>(PhantomData<T>);

trait Otherwise {
    const DEBUG: bool = false;
    const DISPLAY: bool = false;
    const SERIALIZE: bool = false;
    const COPY: bool = false;
}

impl<T> Otherwise for Probe<T> {}

macro_rules! probe {
    ($($name:ident: $bound:ident),*) => {
        $(impl<T: $bound> Probe<T> {
            const $name: bool = true;
        })*
    };
}

probe!(DEBUG: Debug, DISPLAY: Display, SERIALIZE: Serialize, COPY: Copy);

macro_rules! assert_secret {
    ($($secret:ty),*) => {
        $(
            assert!(!Probe::<$secret>::DEBUG, "{} can be printed", stringify!($secret));
            assert!(!Probe::<$secret>::DISPLAY, "{} can be shown", stringify!($secret));
            assert!(!Probe::<$secret>::SERIALIZE, "{} can be serialised", stringify!($secret));
            assert!(!Probe::<$secret>::COPY, "{} is copied silently", stringify!($secret));
        )*
    };
}

#[test]
fn no_secret_type_can_be_printed_serialised_or_copied() {
    assert_secret!(
        SymKey,
        PrivateKey,
        KeyPair,
        DeploymentKey,
        CookieSecret,
        SessionSecret,
        ChallengeSecret,
        Receipt,
        SubmitKey,
        FollowUpTicket,
        FileSealer,
        FileOpener<&[u8]>
    );
}

#[test]
fn the_probe_sees_a_type_that_can_be_printed() {
    let seen = [
        Probe::<PublicKey>::DEBUG,
        Probe::<PublicKey>::COPY,
        Probe::<String>::DISPLAY,
        Probe::<super::uid::Uid>::SERIALIZE,
    ];

    assert_eq!(seen, [true; 4]);
}

#[test]
fn every_secret_type_is_wiped_when_dropped() {
    fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}

    is_wiped::<SymKey>();
    is_wiped::<PrivateKey>();
    is_wiped::<DeploymentKey>();
    is_wiped::<SessionSecret>();
    is_wiped::<Receipt>();
    is_wiped::<SubmitKey>();
}
