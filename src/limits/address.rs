//! Addresses, for the limiter alone. Owns blocks of trusted proxies and the choice of the address that
//! counts; it leaves here only as a [`Prefix`], and from there only as a keyed digest.

use std::net::IpAddr;
use std::str::FromStr;

/// A block of addresses, such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    base: IpAddr,
    bits: u8,
}

/// The block was not written as `address/bits`.
#[derive(Debug, thiserror::Error)]
#[error("not an address block: write it as 10.0.0.0/8 or ::1/128")]
pub struct NotABlock;

impl FromStr for Block {
    type Err = NotABlock;

    fn from_str(text: &str) -> Result<Self, NotABlock> {
        let (base, bits) = text.split_once('/').ok_or(NotABlock)?;
        let base: IpAddr = base.parse().map_err(|_| NotABlock)?;
        let bits: u8 = bits.parse().map_err(|_| NotABlock)?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        if bits > most { Err(NotABlock) } else { Ok(Self { base, bits }) }
    }
}

impl Block {
    /// Whether `address` lies in this block.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.base, unmapped(address)) {
            (IpAddr::V4(base), IpAddr::V4(a)) => {
                top(u128::from(base.to_bits()) << 96, self.bits)
                    == top(u128::from(a.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(a)) => {
                top(base.to_bits(), self.bits) == top(a.to_bits(), self.bits)
            }
            _ => false,
        }
    }
}

const fn top(value: u128, bits: u8) -> u128 {
    if bits == 0 { 0 } else { value >> (128 - bits as u32) }
}

fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(a) => a.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// What the limiter tells visitors apart by: a whole IPv4 address, or the /64 of an IPv6 one (one household
/// or device). No Debug, no Display: it is digested and forgotten.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Prefix([u8; 9]);

impl Prefix {
    /// The prefix of an address.
    pub fn of(address: IpAddr) -> Self {
        let mut bytes = [0; 9];
        match unmapped(address) {
            IpAddr::V4(a) => {
                bytes[0] = 4;
                bytes[1..5].copy_from_slice(&a.octets());
            }
            IpAddr::V6(a) => {
                bytes[0] = 6;
                bytes[1..9].copy_from_slice(&a.octets()[..8]);
            }
        }
        Self(bytes)
    }

    /// The bytes, for a keyed digest.
    pub const fn bytes(&self) -> &[u8; 9] {
        &self.0
    }
}

/// The address that counts: the connection's own, or, where that is a trusted proxy, the nearest hop of
/// `X-Forwarded-For` that is not one. What a stranger writes into that header counts for nothing.
pub fn nearest(peer: IpAddr, hops: Vec<IpAddr>, trusted: &[Block]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|block| block.holds(address));
    let mut seen = peer;
    for hop in hops.into_iter().rev() {
        if !is_trusted(seen) {
            break;
        }
        seen = hop;
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        let trusted = ["127.0.0.0/8".parse().unwrap()];
        assert_eq!(nearest(ip("203.0.113.9"), vec![ip("198.51.100.7")], &trusted), ip("203.0.113.9"));
    }

    #[test]
    fn behind_a_trusted_proxy_the_nearest_stranger_counts() {
        let trusted = ["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let hops = vec![ip("1.2.3.4"), ip("198.51.100.7"), ip("10.0.0.3")];
        assert_eq!(nearest(ip("127.0.0.1"), hops, &trusted), ip("198.51.100.7"));
    }

    #[test]
    fn one_household_is_one_prefix() {
        assert!(Prefix::of(ip("2001:db8:1:2::5")) == Prefix::of(ip("2001:db8:1:2:ffff::1")));
        assert!(Prefix::of(ip("2001:db8:1:3::5")) != Prefix::of(ip("2001:db8:1:2::5")));
        assert!(Prefix::of(ip("::ffff:192.0.2.1")) == Prefix::of(ip("192.0.2.1")));
    }

    #[test]
    fn blocks_hold_their_own_and_nothing_else() {
        let block: Block = "10.0.0.0/8".parse().unwrap();
        assert!(block.holds(ip("10.255.0.1")) && !block.holds(ip("11.0.0.1")) && !block.holds(ip("::1")));
        assert!("10.0.0.0/33".parse::<Block>().is_err() && "10.0.0.0".parse::<Block>().is_err());
    }
}
