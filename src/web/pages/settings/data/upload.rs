//! A form with a file, as browsers send it (RFC 7578): read within a limit, and only once it is known who sends it.

use crate::app::files::jobs::UPLOAD_MAX;
use crate::web::pages::shell::fields::Fields;
use crate::web::pages::shell::problem::PageError;
use crate::web::pages::shell::signed::{Signed, is_own};
use crate::words::say;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use memchr::memmem;

/// What stands around the file: the other fields, and the headings of each part.
const AROUND_MAX: usize = 64 << 10; // bytes
/// Parts of a form.
const PARTS_MAX: usize = 20;

/// A file as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// As the browser names it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A form with a file, of a page of this person's session.
pub struct Upload {
    /// Who.
    pub signed: Signed,
    /// What else they said.
    pub fields: Fields,
    /// None where the form has no file.
    pub file: Option<Sent>,
    /// It was too long: what there is of it is not the whole.
    pub is_too_long: bool,
}

impl FromRequest for Upload {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let signed = Signed::extract(&request).await?;
            let mut body = BytesMut::new();
            let mut is_too_long = false;
            while let Some(piece) = payload.next().await {
                let piece = piece.map_err(|_| PageError::Invalid(say("data-broke-off").to_string()))?;
                is_too_long |= body.len() + piece.len() > UPLOAD_MAX + AROUND_MAX;
                // Read to its end all the same: a browser shows no answer that comes before it has sent everything.
                if !is_too_long {
                    body.extend_from_slice(&piece);
                }
            }
            let kind = request.headers().get(CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or_default();
            let (fields, file) = match boundary(kind) {
                Some(boundary) => parts(&body, &boundary),
                None => (Fields::parse(&body), None),
            };
            if is_own(&fields, &signed.app, signed.session) {
                Ok(Self { signed, fields, file, is_too_long })
            } else {
                Err(PageError::Forged)
            }
        })
    }
}

/// What separates the parts of a form; none where it has none.
fn boundary(kind: &str) -> Option<String> {
    let mut parts = kind.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parts.find_map(|p| p.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary")))?.1;
    Some(value.trim().trim_matches('"').to_owned()).filter(|b| !b.is_empty())
}

/// The fields, and the first file that has a name.
fn parts(body: &[u8], boundary: &str) -> (Fields, Option<Sent>) {
    let line = format!("--{boundary}");
    let (mut pairs, mut file) = (Vec::new(), None);
    let mut places = memmem::find_iter(body, line.as_bytes()).take(PARTS_MAX + 1).peekable();
    while let Some(at) = places.next() {
        let to = places.peek().copied().unwrap_or(body.len());
        let part = body.get(at + line.len()..to).unwrap_or_default();
        let Some(part) = part.strip_prefix(b"\r\n") else { continue };
        let Some(end) = memmem::find(part, b"\r\n\r\n") else { continue };
        let (head, rest) = part.split_at(end);
        let content = rest.get(4..).unwrap_or_default();
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let head = String::from_utf8_lossy(head);
        let Some(name) = said(&head, "name") else { continue };
        match said(&head, "filename") {
            Some(named) if file.is_none() && !named.is_empty() => file = Some(Sent { name: named, bytes: content.to_vec() }),
            Some(_) => {}
            None => pairs.push((name, String::from_utf8_lossy(content).into_owned())),
        }
    }
    (Fields::of(pairs), file)
}

/// What a part's disposition says under a name.
fn said(head: &str, name: &str) -> Option<String> {
    let line = head.lines().find(|l| l.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let key = format!("{name}=\"");
    let found = line.match_indices(&key).find(|(at, _)| line[..*at].ends_with([' ', ';']))?;
    let rest = line.get(found.0 + key.len()..)?;
    Some(rest.split('"').next().unwrap_or_default().replace("%22", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_file_is_read_to_the_byte() {
        let body = b"--xyz\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n--xyz\r\nContent-Disposition: form-data; name=\"file\"; \
            filename=\"a b.csv\"\r\nContent-Type: text/csv\r\n\r\nchannel,address\r\nemail,a@b.example\r\n\r\n--xyz--\r\n";
        let (fields, file) = parts(body, &boundary("multipart/form-data; boundary=\"xyz\"").expect("a boundary"));
        assert_eq!(fields.get("csrf"), "token");
        let file = file.expect("a file");
        assert_eq!((file.name.as_str(), file.bytes.as_slice()), ("a b.csv", &b"channel,address\r\nemail,a@b.example\r\n"[..]));
    }

    #[test]
    fn a_form_without_a_file_and_one_that_is_no_form_hold_none() {
        let empty = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--x--\r\n";
        assert_eq!(parts(empty, "x").1, None);
        assert_eq!(parts(b"nonsense", "x").1, None);
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
        assert_eq!(boundary("multipart/form-data"), None);
    }
}
