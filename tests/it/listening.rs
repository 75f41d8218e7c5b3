//! What a running portal has open to whoever shares the machine: three listeners on loopback and nothing else, and on the
//! third only health and numbers. The audit of a like system found an open local service; this is its proof here.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::support::process::Process;
use crate::support::visitor::Visitor;

/// The sockets of a process, by inode.
fn inodes(pid: u32) -> BTreeSet<String> {
    let fds = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
    let links = fds.filter_map(|fd| std::fs::read_link(fd.path()).ok());
    links
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect()
}

/// The lines of a table of sockets that belong to the process: local address, state, and the whole line.
fn own(pid: u32, table: &str) -> Vec<(String, String)> {
    let own = inodes(pid);
    let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
    let lines = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ours = lines.filter(|cells| cells.get(9).is_some_and(|inode| own.contains(*inode)));
    ours.map(|cells| (cells[1].to_owned(), cells[3].to_owned())).collect()
}

/// `0100007F:1F90` as an address; the kernel writes four bytes as the machine has them.
fn address(text: &str) -> SocketAddr {
    let (host, port) = text.split_once(':').unwrap();
    let host = u32::from_str_radix(host, 16).unwrap().to_ne_bytes();
    SocketAddr::new(IpAddr::V4(Ipv4Addr::from(host)), u16::from_str_radix(port, 16).unwrap())
}

/// How many unix sockets of a process wait for somebody.
fn unix_listeners(pid: u32) -> usize {
    const WAITING: &str = "00010000";
    let (own, text) = (inodes(pid), std::fs::read_to_string(format!("/proc/{pid}/net/unix")).unwrap());
    let lines = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines
        .filter(|cells| cells[3] == WAITING && cells.get(6).is_some_and(|inode| own.contains(*inode)))
        .count()
}

#[test]
fn a_running_portal_has_three_listeners_on_loopback_and_no_other_way_in() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Process::start(folder.path());
    const LISTEN: &str = "0A";

    let listening: BTreeSet<SocketAddr> = own(portal.id(), "tcp")
        .into_iter()
        .filter(|(_, state)| state == LISTEN)
        .map(|(local, _)| address(&local))
        .collect();
    assert_eq!(listening, BTreeSet::from([portal.public, portal.desk, portal.ops]));
    assert!(listening.iter().all(|at| at.ip().is_loopback()), "{listening:?}");
    assert!(own(portal.id(), "tcp6").iter().all(|(_, state)| state != LISTEN));
    // Nothing waits for datagrams, and no socket lies in a folder.
    assert_eq!(unix_listeners(portal.id()), 0, "no unix socket listens");
    let bound = own(portal.id(), "udp").into_iter().filter(|(local, _)| !local.ends_with(":0000"));
    assert_eq!(bound.count(), 0);
}

#[test]
fn the_third_listener_knows_health_and_numbers_and_nobodys_pages() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Process::start(folder.path());
    let ops = Visitor::new(portal.ops, "198.18.0.7");
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(ops.get(path).status, 200, "{path}");
    }
    for path in [
        "/",
        "/report",
        "/desk",
        "/desk/sign-in",
        "/setup",
        "/api/v1/reports",
        "/debug",
        "/admin",
        "/desk/record",
    ] {
        let answer = ops.get(path);
        assert!(answer.status == 404 && answer.body.len() < 200, "{path}: {} {}", answer.status, answer.body);
    }
    let numbers = ops.get("/metrics").body;
    for word in ["psb", "duty@", "198.18", "session", "login"] {
        assert!(!numbers.contains(word), "{word} in {numbers}");
    }
}

#[test]
fn what_is_open_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let extra = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let _named = std::os::unix::net::UnixListener::bind(folder.path().join("x")).unwrap();
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let pid = std::process::id();
    let seen = |table: &str, at: SocketAddr| own(pid, table).iter().any(|(local, _)| address(local) == at);
    assert!(seen("tcp", extra.local_addr().unwrap()) && seen("udp", udp.local_addr().unwrap()));
    assert!(unix_listeners(pid) > 0);
}
