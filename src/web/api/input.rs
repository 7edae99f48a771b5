//! What a request carries, read into types: bodies, ids, query parameters, cursors. Everything unreadable becomes a problem.

use super::problem::{Kind, Problem, Wrong};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::{LocalBoxFuture, Ready, ready};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use uuid::Uuid;

/// Longer bodies are refused.
pub const BODY_MAX: usize = 1024 * 1024;
/// At most this many items a page.
pub const LIMIT_MAX: i64 = 200;
const LIMIT_DEFAULT: i64 = 50;
const CURSOR_MAX: usize = 200; // characters; ours are far shorter

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(req);
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(Kind::MediaType, "send the body as JSON, with `Content-Type: application/json`"));
            }
            let bytes = bytes.await.map_err(|e| unread(&e))?;
            read_json(&bytes).map(Self)
        })
    }
}

/// A body that may be left out.
pub struct OptionalBody<T>(pub Option<T>);

impl<T: DeserializeOwned + 'static> FromRequest for OptionalBody<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|e| unread(&e))?;
            let empty = bytes.iter().all(u8::is_ascii_whitespace);
            if empty { Ok(Self(None)) } else { read_json(&bytes).map(|body| Self(Some(body))) }
        })
    }
}

/// A body that says nothing: none, or `{}`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

fn is_json(req: &HttpRequest) -> bool {
    let told = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    told.is_none_or(|told| {
        let essence = told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}

/// Why a body couldn't be taken in.
pub fn unread(error: &actix_web::Error) -> Problem {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Problem::new(Kind::TooLarge, "a body has at most 1 MiB"),
        _ => Problem::new(Kind::Malformed, "the body didn't arrive whole"),
    }
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let malformed = |e: &serde_json::Error| Problem::new(Kind::Malformed, format!("the body is not JSON: {e}"));
    // serde would take a list for a structure's fields in their order.
    if bytes.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).map_err(|e| malformed(&e))?;
        return Err(Problem::invalid(vec![Wrong { at: String::new(), problem: "expected a JSON object".to_owned(), line: None }]));
    }
    serde_json::from_slice(bytes).map_err(|e| match e.classify() {
        serde_json::error::Category::Data => {
            Problem::invalid(vec![Wrong { at: String::new(), problem: e.to_string(), line: Some(e.line()).filter(|n| *n > 0) }])
        }
        _ => malformed(&e),
    })
}

/// The `{id}` of the path.
pub struct Id(pub Uuid);

impl FromRequest for Id {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = req.match_info().get("id").unwrap_or_default();
        ready(
            Uuid::parse_str(text).map(Self).map_err(|_| Problem::parameter("id", "an id looks like 01890a5d-ac96-774b-bcce-b302099a8057")),
        )
    }
}

/// Query parameters; unknown ones are refused.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = web::Query::<T>::from_query(req.query_string());
        let problem = |e: actix_web::error::QueryPayloadError| Problem::new(Kind::Parameter, format!("the query can't be used: {e}"));
        ready(read.map(|query| Self(query.into_inner())).map_err(problem))
    }
}

/// A parameter as a type that knows how to be read.
///
/// # Errors
/// 400 naming the parameter.
pub fn parse<T: FromStr<Err: ToString>>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    text.map(|text| text.parse().map_err(|e: T::Err| Problem::parameter(name, e.to_string()))).transpose()
}

/// How many items a page has.
///
/// # Errors
/// 400.
pub fn limit(text: Option<&str>) -> Result<i64, Problem> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let number = text.parse().ok().filter(|n| (1..=LIMIT_MAX).contains(n));
    number.ok_or_else(|| Problem::parameter("limit", format!("expected a whole number from 1 to {LIMIT_MAX}")))
}

/// A place in a list, as the client holds it: opaque, so that lists may change how they are walked.
pub trait Cursor: Sized {
    /// As text, without anything personal.
    fn write(&self) -> String;
    /// From that text.
    fn read(text: &str) -> Option<Self>;
}

impl Cursor for Uuid {
    fn write(&self) -> String {
        self.simple().to_string()
    }
    fn read(text: &str) -> Option<Self> {
        Self::try_parse(text).ok()
    }
}

impl Cursor for i64 {
    fn write(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Cursor for (Timestamp, Uuid) {
    fn write(&self) -> String {
        format!("{}.{}", self.0.as_millisecond(), self.1.write())
    }
    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, Cursor::read(id)?))
    }
}

impl Cursor for (i64, Timestamp, Uuid) {
    fn write(&self) -> String {
        format!("{}@{}", self.0, (self.1, self.2).write())
    }
    fn read(text: &str) -> Option<Self> {
        let (day, rest) = text.split_once('@')?;
        let (at, id) = Cursor::read(rest)?;
        Some((day.parse().ok()?, at, id))
    }
}

impl Cursor for (Timestamp, i64) {
    fn write(&self) -> String {
        format!("{}+{}", self.0.as_millisecond(), self.1)
    }
    fn read(text: &str) -> Option<Self> {
        let (at, skip) = text.split_once('+')?;
        Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, skip.parse().ok().filter(|n| *n >= 0)?))
    }
}

/// A cursor for the answer.
pub fn write_cursor(cursor: &impl Cursor) -> String {
    URL_SAFE_NO_PAD.encode(cursor.write())
}

/// The cursor of a request.
///
/// # Errors
/// 400 for one that this list didn't give.
pub fn read_cursor<C: Cursor>(text: Option<&str>) -> Result<Option<C>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let bytes = (text.len() <= CURSOR_MAX).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten();
    let cursor = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).and_then(|text| C::read(&text));
    cursor
        .map(Some)
        .ok_or_else(|| Problem::new(Kind::Cursor, "send `next` of the page before as it came, or leave the cursor out to begin anew"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_and_foreign_ones_are_refused() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).expect("instant");
        let place = (at, Uuid::from_u128(7));
        let text = write_cursor(&place);
        assert_eq!(read_cursor::<(Timestamp, Uuid)>(Some(&text)).expect("cursor"), Some(place));
        assert!(read_cursor::<Uuid>(Some(&text)).is_err());
        assert!(read_cursor::<(Timestamp, i64)>(Some(&text)).is_err());
        for bad in ["", "!", "AAAA", &"A".repeat(500)] {
            assert!(read_cursor::<Uuid>(Some(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn limits_are_whole_numbers_from_1_to_200() {
        let check = |text: Option<&str>, expected: Option<i64>| assert_eq!(limit(text).ok(), expected, "{text:?}");
        check(None, Some(50));
        check(Some("1"), Some(1));
        check(Some("200"), Some(200));
        for bad in ["0", "201", "-1", "ten", "", "1.5", "99999999999999999999"] {
            check(Some(bad), None);
        }
    }
}
