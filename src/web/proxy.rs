//! Which prefix a request counts against. The address lives for the length of this function.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;

use crate::limits::address::{nearest, Block, Prefix};

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
        .map(|part| part.trim().parse().unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
        .collect()
}
