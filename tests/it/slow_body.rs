//! A body that comes too slowly ends in a page that says so; one that keeps its pace is received. The clock
//! around the body is the portal's own, with a shorter patience.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use homeward::web::body::{Pace, timed};
use homeward::web::public;

use crate::site::{MULTIPART, Part, Site, multipart};
use crate::support::page::Page;

const PACE: Pace =
    Pace { grace: Duration::from_millis(400), bytes_per_second: 4096, longest: Duration::from_millis(1500) };

/// The public pages with little patience.
struct Impatient {
    site: Site,
    at: SocketAddr,
    server: ServerHandle,
}

impl Impatient {
    fn open() -> Self {
        let site = Site::open();
        let data = web::Data::from(std::sync::Arc::clone(&site.app));
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let make = move || {
                    let app = App::new().app_data(data.clone());
                    app.wrap(from_fn(|req, next| timed(PACE, req, next))).configure(public::routes)
                };
                let server =
                    HttpServer::new(make).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
                let at = server.addrs()[0];
                let server = server.run();
                tell.send((at, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (at, server) = told.recv().unwrap();
        Self { site, at, server }
    }

    /// Sends the beginning of a form of `length` bytes in pieces of `size` with a pause between them, until
    /// the other side answers.
    fn drip(&self, body: &[u8], length: usize, size: usize, pause: Duration) -> (Page, Duration) {
        let mut stream = TcpStream::connect(self.at).unwrap();
        let head = format!(
            "POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: {MULTIPART}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        let started = Instant::now();
        stream.write_all(head.as_bytes()).unwrap();
        for piece in body.chunks(size) {
            stream.set_nonblocking(true).unwrap();
            if stream.peek(&mut [0; 1]).is_ok() || stream.write_all(piece).is_err() {
                break;
            }
            std::thread::sleep(pause);
        }
        stream.set_nonblocking(false).unwrap();
        let _ = stream.peek(&mut [0; 1]);
        let took = started.elapsed();
        let mut raw = Vec::new();
        let _ = stream.read_to_end(&mut raw);
        (Page::parse(&raw), took)
    }

    fn form(&self, filling: usize) -> Vec<u8> {
        let token = self.site.token();
        let text = format!("慢慢写来{}", "x".repeat(filling));
        multipart(&[Part::text("form", &token), Part::text("l", "zh"), Part::text("text", &text)])
    }
}

impl Drop for Impatient {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

#[test]
fn a_body_of_one_byte_now_and_then_is_ended_with_a_page() {
    let portal = Impatient::open();
    let body = portal.form(4000);
    let (page, took) = portal.drip(&body, body.len(), 8, Duration::from_millis(20));

    assert_eq!(page.status, 408, "{}", page.body);
    assert!(page.text("#errors").contains("没有保存") && page.has("#emergency"), "{}", page.body);
    assert!(took >= PACE.grace && took < PACE.longest, "{took:?}");
    assert_eq!(portal.site.tips(), 0);
}

#[test]
fn a_body_that_stops_in_the_middle_is_ended_as_well() {
    let portal = Impatient::open();
    let body = portal.form(4000);
    let (page, took) = portal.drip(&body[..2000], body.len(), 2000, Duration::ZERO);

    assert_eq!(page.status, 408);
    assert!(page.text("#text").contains("慢慢写来"), "what came is kept");
    // The bytes that came had earned their own half second.
    let earned = Duration::from_millis(2000 * 1000 / PACE.bytes_per_second);
    assert!(took >= PACE.grace + earned && took < PACE.longest, "{took:?}");
}

#[test]
fn nobody_earns_more_than_the_longest_time() {
    let portal = Impatient::open();
    let body = portal.form(19_000);
    let (page, took) = portal.drip(&body, body.len(), 200, Duration::from_millis(20));

    assert_eq!(page.status, 408);
    assert!(took >= PACE.longest && took < PACE.longest * 2, "{took:?}");
}

#[test]
fn a_slow_line_that_keeps_its_pace_is_received() {
    let portal = Impatient::open();
    let body = portal.form(4000);
    let (page, took) = portal.drip(&body, body.len(), 128, Duration::from_millis(18));

    assert_eq!((page.status, page.words().len()), (200, 12), "{}", page.body);
    assert!(took > PACE.grace, "slower than the grace alone: {took:?}");
}
