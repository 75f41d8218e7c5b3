//! A deadline for request bodies. actix-web times the head, never the body: one byte a second holds a
//! connection for ever. Owns the clock around the payload; a body that is late or too slow ends in an error
//! that the forms turn into a page.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _};
use futures_util::Stream;
use tokio::time::{Instant, Sleep};

/// What a body may take: a start, a pace, and an end.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Every body has this long, whatever its size.
    pub grace: Duration,
    /// Beyond the grace, each second must have brought this many bytes.
    pub bytes_per_second: u64,
    /// No body takes longer than this.
    pub longest: Duration,
}

impl Default for Pace {
    /// 30 s for any text; a photo on a bad line may take longer while it keeps 1 KiB/s; ten minutes at most.
    fn default() -> Self {
        Self { grace: Duration::from_secs(30), bytes_per_second: 1024, longest: Duration::from_secs(600) }
    }
}

struct Timed {
    inner: Payload,
    pace: Pace,
    started: Instant,
    received: u64,
    alarm: Pin<Box<Sleep>>,
}

impl Timed {
    fn due(&self) -> Instant {
        let earned =
            Duration::from_millis(self.received.saturating_mul(1000) / self.pace.bytes_per_second.max(1));
        self.started + (self.pace.grace + earned).min(self.pace.longest)
    }
}

/// The error a late body ends in.
fn late() -> PayloadError {
    PayloadError::Io(std::io::Error::from(std::io::ErrorKind::TimedOut))
}

impl Stream for Timed {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.inner).poll_next(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                self.received += chunk.len() as u64;
                let due = self.due();
                self.alarm.as_mut().reset(due);
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(other) => Poll::Ready(other),
            Poll::Pending => self.alarm.as_mut().poll(cx).map(|()| Some(Err(late()))),
        }
    }
}

/// Middleware: puts the clock around every body.
pub async fn timed<B: MessageBody>(
    pace: Pace,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let inner = req.take_payload();
    if !matches!(inner, Payload::None) {
        let alarm = Box::pin(tokio::time::sleep(pace.grace));
        let timed = Timed { inner, pace, started: Instant::now(), received: 0, alarm };
        req.set_payload(Payload::Stream { payload: Box::pin(timed) });
    }
    next.call(req).await
}
