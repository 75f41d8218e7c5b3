//! DHKEM(X25519, HKDF-SHA256) of RFC 9180, its sending half, to a recipient of whom something is known: that
//! more will be sealed to them, or their private half, because the pair was made here a moment ago. Owns the
//! one step where that helps, the product of two keys; every other step is the HPKE crate's. One invariant: of
//! the same randomness every way gives the same bytes, so whoever opens them needs nothing but the RFC.
//!
//! X25519 is most of the work of taking a report in. A point that is known beforehand is multiplied with a
//! table of its multiples, in constant time, as the base point is when a pair is made; and the ephemeral key's
//! public half, which the crate reckons twice, is reckoned once.

use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

use curve25519_dalek::edwards::{EdwardsBasepointTable, EdwardsPoint};
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use curve25519_dalek::traits::BasepointTable as _;
use hpke::kdf::{HkdfSha256, Kdf as _};
use hpke::kem::{Kem, SharedSecret, X25519HkdfSha256};
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable, HpkeError, Serializable};
use zeroize::{Zeroize as _, Zeroizing};

/// The name of the KEM in its own derivations: RFC 9180, sections 4.1 and 7.1.
const SUITE: &[u8] = b"KEM\x00\x20";

/// Multiples of a public key, reckoned when they are first wanted: 30 KiB. Nothing secret.
#[derive(Default)]
pub struct Multiples(OnceLock<Option<Box<EdwardsBasepointTable>>>);

impl Multiples {
    /// The table of `public`; nothing for a point that only the curve's twist has: no pair that was made has
    /// one, and sealing to it goes the long way.
    fn of(&self, public: &[u8; 32]) -> Option<&EdwardsBasepointTable> {
        let table = || {
            let point = MontgomeryPoint(*public).to_edwards(0)?;
            Some(Box::new(EdwardsBasepointTable::create(&point)))
        };
        self.0.get_or_init(table).as_deref()
    }
}

impl fmt::Debug for Multiples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Multiples")
    }
}

type PublicOf<K> = <K as Kem>::PublicKey;
type PrivateOf<K> = <K as Kem>::PrivateKey;

/// What is known of a public key before something is sealed to it.
#[derive(Clone, Copy)]
pub enum Beforehand<'a> {
    /// Nothing.
    Nothing,
    /// That more will be sealed to it.
    Multiples(&'a Multiples),
    /// Its private half: the pair was made here a moment ago.
    Private(&'a [u8; 32]),
}

/// The KEM, as the HPKE crate takes one.
pub(super) struct Known<'a>(PhantomData<&'a ()>);

/// A public key and the quickest way to multiply it.
#[derive(Clone)]
pub(super) struct To<'a> {
    public: [u8; 32],
    way: Way<'a>,
}

#[derive(Clone)]
enum Way<'a> {
    Ladder,
    Table(&'a EdwardsBasepointTable),
    Private(&'a [u8; 32]),
}

impl<'a> To<'a> {
    pub(super) fn new(public: &[u8; 32], beforehand: Beforehand<'a>) -> Self {
        let way = match beforehand {
            Beforehand::Nothing => Way::Ladder,
            Beforehand::Multiples(multiples) => multiples.of(public).map_or(Way::Ladder, Way::Table),
            Beforehand::Private(private) => Way::Private(private),
        };
        Self { public: *public, way }
    }

    const fn plain(public: [u8; 32]) -> Self {
        Self { public, way: Way::Ladder }
    }

    /// The product of the key and a private one, in constant time whichever way.
    fn times(&self, private: &Zeroizing<[u8; 32]>) -> Zeroizing<[u8; 32]> {
        let mut point = match self.way {
            Way::Ladder => {
                return Zeroizing::new(MontgomeryPoint(self.public).mul_clamped(**private).to_bytes());
            }
            Way::Table(table) => table.mul_base_clamped(**private),
            Way::Private(own) => EdwardsPoint::mul_base(&both(own, private)),
        };
        let product = Zeroizing::new(point.to_montgomery().to_bytes());
        point.zeroize();
        product
    }
}

/// The product of two private keys. The base point has prime order, so its multiples do not mind that the
/// product is cut down to it.
fn both(one: &[u8; 32], other: &[u8; 32]) -> Zeroizing<Scalar> {
    let scalar = |key: &[u8; 32]| Zeroizing::new(Scalar::from_bytes_mod_order(clamp_integer(*key)));
    Zeroizing::new(*scalar(one) * *scalar(other))
}

impl fmt::Debug for To<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("To")
    }
}

impl PartialEq for To<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.public == other.public
    }
}

impl Eq for To<'_> {}

impl Serializable for To<'_> {
    type OutputSize = <PublicOf<X25519HkdfSha256> as Serializable>::OutputSize;

    fn write_exact(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.public);
    }
}

impl Deserializable for To<'_> {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let public = PublicOf::<X25519HkdfSha256>::from_bytes(bytes)?;
        Ok(Self::plain(public.to_bytes().into()))
    }
}

impl<'a> Kem for Known<'a> {
    type PublicKey = To<'a>;
    type PrivateKey = PrivateOf<X25519HkdfSha256>;
    type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;
    type NSecret = <X25519HkdfSha256 as Kem>::NSecret;

    const KEM_ID: u16 = X25519HkdfSha256::KEM_ID;

    fn sk_to_pk(private: &Self::PrivateKey) -> To<'a> {
        To::plain(X25519HkdfSha256::sk_to_pk(private).to_bytes().into())
    }

    fn derive_keypair(seed: &[u8]) -> (Self::PrivateKey, To<'a>) {
        let (private, public) = X25519HkdfSha256::derive_keypair(seed);
        (private, To::plain(public.to_bytes().into()))
    }

    fn decap(
        private: &Self::PrivateKey,
        sender: Option<&To<'a>>,
        encapsulated: &Self::EncappedKey,
    ) -> Result<SharedSecret<Self>, HpkeError> {
        // Nothing here is sealed in a mode that names its sender.
        let None = sender else { return Err(HpkeError::DecapError) };
        Ok(SharedSecret(X25519HkdfSha256::decap(private, None, encapsulated)?.0))
    }

    fn encap_with_rng(
        to: &To<'a>,
        sender: Option<(&Self::PrivateKey, &To<'a>)>,
        random: &mut impl CryptoRng,
    ) -> Result<(SharedSecret<Self>, Self::EncappedKey), HpkeError> {
        let None = sender else { return Err(HpkeError::EncapError) };
        let (private, public) = X25519HkdfSha256::gen_keypair_with_rng(random);
        let product = to.times(&Zeroizing::new(private.to_bytes().into()));
        if *product == [0; 32] {
            return Err(HpkeError::EncapError);
        }
        let encapsulated: [u8; 32] = public.to_bytes().into();
        let context = [encapsulated, to.public].concat();
        let mut secret = SharedSecret::<Self>::default();
        HkdfSha256::extract_and_expand(product.as_slice(), SUITE, &context, &mut secret.0)?;
        Ok((secret, Self::EncappedKey::from_bytes(&encapsulated)?))
    }
}
