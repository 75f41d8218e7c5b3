//! Which prefix a request counts against. The address lives for the length of this function.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;

use crate::limits::address::{Block, Prefix, nearest};

/// The visitor's prefix.
pub fn visitor(req: &HttpRequest, trusted: &[Block]) -> Prefix {
    let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.ip());
    Prefix::of(nearest(peer, forwarded(req), trusted))
}

fn forwarded(req: &HttpRequest) -> Vec<IpAddr> {
    req.headers()
        .get_all("x-forwarded-for")
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(|part| hop(part.trim()).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
        .collect()
}

/// One hop as proxies write it: an address alone, in brackets, or with a port.
fn hop(text: &str) -> Option<IpAddr> {
    let bare = || text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    text.parse::<SocketAddr>().map(|with_port| with_port.ip()).ok().or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hop_may_carry_its_port() {
        let v4: IpAddr = "203.0.113.7".parse().unwrap();
        let v6: IpAddr = "2001:db8::7".parse().unwrap();
        assert_eq!((hop("203.0.113.7"), hop("203.0.113.7:4711")), (Some(v4), Some(v4)));
        assert_eq!(
            (hop("2001:db8::7"), hop("[2001:db8::7]:4711"), hop("[2001:db8::7]")),
            (Some(v6), Some(v6), Some(v6))
        );
        assert_eq!((hop("unknown"), hop("203.0.113.7:x")), (None, None));
    }
}
