//! Styles and scripts, inside the binary; their address holds a hash of them, so that browsers may keep them for good.

use actix_web::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const HASH_LENGTH: usize = 12; // hexadecimal digits: enough to tell versions apart

const FILES: [(&str, &str, &[u8]); 7] = [
    ("pico.css", CSS, include_bytes!("../../../../templates/vendor/pico/pico.min.css")),
    ("uplot.css", CSS, include_bytes!("../../../../templates/vendor/uplot/uPlot.min.css")),
    ("uplot.js", JS, include_bytes!("../../../../templates/vendor/uplot/uPlot.iife.min.js")),
    ("app.css", CSS, include_bytes!("../../../../templates/pages/shell/app.css")),
    ("print.css", CSS, include_bytes!("../../../../templates/pages/reports/print.css")),
    ("app.js", JS, include_bytes!("../../../../templates/pages/shell/app.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../../../../templates/pages/shell/icon.svg")),
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (name, _, bytes) in FILES {
        hash.update(name.as_bytes());
        hash.update(bytes);
    }
    hex::encode(hash.finalize()).chars().take(HASH_LENGTH).collect()
});

/// The part of the address that changes with the files.
pub fn version() -> &'static str {
    &VERSION
}

/// Gives a file. One of another version is given too, but not kept: the page that asked is older or newer than this program.
pub async fn serve(path: web::Path<(String, String)>) -> HttpResponse {
    let (asked, name) = path.into_inner();
    let Some((_, kind, bytes)) = FILES.iter().find(|f| f.0 == name) else {
        return HttpResponse::NotFound().finish();
    };
    let keep = if asked == version() { "public, max-age=31536000, immutable" } else { "no-store" };
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, keep))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type(*kind)
        .body(*bytes)
}
