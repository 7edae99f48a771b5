//! Streams: what an open page is told as it happens, as server-sent events. They are woken by the program, and look once a second for what another process brought.
//! A page is told at most about once a second, however much happens: each time it has to be drawn anew, on a phone too.
//!
//! What is sent is HTML that goes into the page, where htmx puts it. Whoever is signed out, or loses the role, is cut off at the next look. Each stream ends after a
//! while, and the browser comes back with the last id that it saw. A stream is never packed: what packs holds back.

use super::problem::PageError;
use super::respond;
use super::signed::Signed;
use crate::app::access::{self, Role};
use crate::app::live::{Listener, Woken};
use crate::app::{App, AppError};
use crate::domain::ids::ShopId;
use crate::words::{self, Look};
use actix_web::http::header::ACCEPT;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::unfold;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use uuid::Uuid;

/// How often the database is asked, and whether one may still look.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A line that says nothing is sent so often, so that nobody in between takes the connection for dead.
const BREATH_EVERY: u32 = 15; // looks
/// A stream ends after so long; the browser comes back by itself.
const LASTS: u32 = 600; // looks
/// After so long the browser comes back.
const RETRY_MS: u32 = 1_000;
/// The event by which the browser is told not to come back: the page names it in `data-hx-sse:close`.
pub const END: &str = "end";

/// What is put into the page.
#[derive(Debug, Default)]
pub struct News {
    /// HTML; none when there is nothing new.
    pub html: String,
    /// From here on the browser asks when it comes back.
    pub last: Option<Uuid>,
}

/// Where a stream's news come from.
pub trait Feed: 'static {
    /// What is new since the last time. Rendered in the language and zone of who looks.
    fn news(&mut self) -> impl Future<Output = Result<News, AppError>>;
}

/// Who looks, and what they must be.
struct Looking {
    app: Data<App>,
    session: Uuid,
    shop: ShopId,
    needs: Role,
    look: Look,
}

impl Looking {
    /// May they still look?
    async fn may(&self) -> Result<bool, AppError> {
        let person = access::of_session(&self.app, self.session).await?;
        Ok(person.and_then(|p| p.role_in(self.shop)).is_some_and(|role| role >= self.needs))
    }
}

/// Did the browser ask for a stream, and not for a page?
fn is_asked_for(request: &HttpRequest) -> bool {
    request.headers().get(ACCEPT).and_then(|h| h.to_str().ok()).is_some_and(|accept| accept.contains("text/event-stream"))
}

/// The last id that the browser saw, when it comes back.
pub fn last_seen(request: &HttpRequest) -> Option<Uuid> {
    request.headers().get("last-event-id").and_then(|h| h.to_str().ok()).and_then(|id| id.parse().ok())
}

/// Opens a stream, or, for a browser that asks for no stream, leads to the page that has it. `full` says that too many are open, as HTML.
///
/// # Errors
/// Why one may not look.
pub fn open<F: Feed>(
    signed: Result<Signed, PageError>,
    request: &HttpRequest,
    (page, needs): (&str, Role),
    full: &str,
    feed: impl FnOnce(&Signed) -> Result<F, PageError>,
) -> Result<HttpResponse, PageError> {
    let signed = match signed {
        // A browser that comes back after somebody signed out mustn't read the sign-in page as news.
        Err(PageError::SignIn(_)) if is_asked_for(request) => return Ok(respond::events(one(&ended("")))),
        signed => signed?,
    };
    let shop = signed.shop()?.id;
    if !is_asked_for(request) {
        return Ok(respond::see_other(&signed.href(page)));
    }
    let feed = feed(&signed)?;
    let Some(listener) = signed.app.live.listen(signed.person.id) else { return Ok(respond::events(one(&ended(full)))) };
    let looking = Looking { app: signed.app.clone(), session: signed.session, shop, needs, look: words::look() };
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stream = Stream { looking, feed, listener, ticks, looks: 0, told_at: None, over: false };
    Ok(respond::events(unfold(stream, |stream| async { stream.next().await })))
}

/// A stream of one piece.
fn one(text: &str) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> + 'static {
    futures_util::stream::iter([Ok(Bytes::from(text.to_owned()))])
}

/// An unnamed event, which goes into the page.
fn event(html: &str, last: Option<Uuid>) -> String {
    let mut text = String::new();
    // Writing into memory doesn't fail.
    if let Some(id) = last {
        let _ = writeln!(text, "id: {id}");
    }
    for line in html.lines() {
        let _ = writeln!(text, "data: {line}");
    }
    text + "\n"
}

/// The last words of a stream that is not to be opened again.
fn ended(html: &str) -> String {
    let words = if html.is_empty() { String::new() } else { event(html, None) };
    format!("{words}event: {END}\ndata: {END}\n\n")
}

/// One open stream.
struct Stream<F> {
    looking: Looking,
    feed: F,
    listener: Listener,
    ticks: Interval,
    looks: u32,
    /// When something was told last.
    told_at: Option<Instant>,
    over: bool,
}

impl<F: Feed> Stream<F> {
    /// The next piece, once there is one; none at the end.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        while !self.over {
            let ticked = tokio::select! {
                woken = self.listener.woken() => match woken {
                    Woken::Closing => return None,
                    // The next look is due soon enough.
                    Woken::News if self.told_at.is_some_and(|at| at.elapsed() < LOOK_EVERY) => continue,
                    Woken::News => false,
                },
                _ = self.ticks.tick() => true,
            };
            let first = self.looks == 0;
            self.looks += u32::from(ticked);
            if self.looks > LASTS {
                return None;
            }
            match self.piece(ticked).await {
                Ok(text) if first => return Some((Ok(Bytes::from(format!("retry: {RETRY_MS}\n\n{text}"))), self)),
                Ok(text) if text.is_empty() => {}
                Ok(text) => {
                    self.told_at = Some(Instant::now());
                    return Some((Ok(Bytes::from(text)), self));
                }
                Err(error) => {
                    tracing::warn!(%error, "a stream can't be gone on with; the browser comes back by itself");
                    return None;
                }
            }
        }
        None
    }

    async fn piece(&mut self, ticked: bool) -> Result<String, AppError> {
        if ticked && !self.looking.may().await? {
            self.over = true;
            return Ok(ended(""));
        }
        let news = words::looking(self.looking.look.clone(), self.feed.news()).await?;
        Ok(match (news.html.is_empty(), ticked && self.looks.is_multiple_of(BREATH_EVERY)) {
            (false, _) => event(&news.html, news.last),
            (true, true) => ":\n\n".to_owned(),
            (true, false) => String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_a_line_for_each_line_and_its_id() {
        let id = Uuid::from_u128(7);
        assert_eq!(event("<li>\n</li>", Some(id)), format!("id: {id}\ndata: <li>\ndata: </li>\n\n"));
        assert_eq!(ended(""), "event: end\ndata: end\n\n");
        assert_eq!(ended("<p>"), "data: <p>\n\nevent: end\ndata: end\n\n");
    }
}
