//! Styles and scripts, inside the binary; their address holds a hash of them, so that browsers may keep them for good.

use super::leave::takes_gzip;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, VARY, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::io::Read as _;
use std::sync::LazyLock;

const HASH_LENGTH: usize = 12; // hexadecimal digits: enough to tell versions apart

/// The name in the address, and the file, gzipped: `build.rs` makes the list.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (name, packed) in FILES {
        hash.update(name.as_bytes());
        hash.update(packed);
    }
    hex::encode(hash.finalize()).chars().take(HASH_LENGTH).collect()
});

/// The part of the address that changes with the files.
pub fn version() -> &'static str {
    &VERSION
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "png")) => "image/png",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// Gives a file. One of another version is given too, but not kept: the page that asked is older or newer than this program.
pub async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (asked, name) = path.into_inner();
    let Some((_, packed)) = FILES.iter().find(|f| f.0 == name) else {
        return HttpResponse::NotFound().finish();
    };
    let keep = if asked == version() { "public, max-age=31536000, immutable" } else { "no-store" };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CACHE_CONTROL, keep))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((VARY, "Accept-Encoding"))
        .content_type(kind(&name));
    if takes_gzip(request.headers()) {
        return answer.insert_header((CONTENT_ENCODING, "gzip")).body(*packed);
    }
    let mut plain = Vec::new();
    match GzDecoder::new(*packed).read_to_end(&mut plain) {
        Ok(_) => answer.body(plain),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
