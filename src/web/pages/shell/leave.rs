//! What every answer of the pages gets on its way: the language of who asks, and on its way out the session's new secret, and gzip for those who can read it.

use super::signed::Renewed;
use crate::words;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, SET_COOKIE, VARY};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// What is shorter gains nothing: it fits into one packet anyway.
const PACK_MIN: usize = 1_000; // bytes

/// Wraps a route.
pub async fn leave(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let gzip = takes_gzip(request.headers());
    let wanted = request.headers().get(ACCEPT_LANGUAGE).and_then(|h| h.to_str().ok()).unwrap_or_default().to_owned();
    let mut answer = words::within(&wanted, next.call(request)).await?.map_into_boxed_body();
    let renewed = answer.request().extensions_mut().remove::<Renewed>();
    // Who signs out or in gets the cookie of that.
    if let Some(Renewed(cookie)) = renewed
        && !answer.headers().contains_key(SET_COOKIE)
        && let Ok(cookie) = HeaderValue::try_from(cookie)
    {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    if !is_page(answer.headers()) {
        return Ok(answer);
    }
    answer.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    Ok(if gzip { packed(answer) } else { answer })
}

/// Pages only: never a file to keep, and never a stream, which must not be held back.
fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn packed(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let (request, response) = answer.into_parts();
    let (mut head, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(plain) => match gzip(&plain) {
            Some(packed) => {
                head.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                BoxBody::new(packed)
            }
            None => BoxBody::new(plain),
        },
        Err(stream) => stream,
    };
    ServiceResponse::new(request, head.set_body(body))
}

fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    if plain.len() < PACK_MIN {
        return None;
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(plain).ok()?;
    packer.finish().ok()
}

/// Does the client name gzip, and not as what it doesn't want (RFC 9110, section 12.5.3)?
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut named = headers.get_all(ACCEPT_ENCODING).filter_map(|h| h.to_str().ok()).flat_map(|h| h.split(','));
    named.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_none_or(|q| q > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_name_it() {
        let check = |accept: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accept).expect("a header"));
            assert_eq!(takes_gzip(&headers), expected, "{accept:?}");
        };
        check("gzip, deflate, br, zstd", true);
        check("br;q=1.0, GZIP;q=0.5", true);
        check("gzip; q=0.2", true);
        check("gzip;q=0", false);
        check("gzip;q=0.000, identity", false);
        check("br", false);
        check("*", false);
        check("", false);
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
