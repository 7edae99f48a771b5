//! Which addresses serve what. A store's link domain, and any other name that somebody points here, is for shoppers and for programs that prove who they are;
//! people sign in at the program's own address alone.

use crate::app::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use std::net::{Ipv4Addr, Ipv6Addr};

/// What is served whatever the name: shoppers' links with what their pages are made of, and what is signed or asked for by programs. A webhook must never be lost
/// because a proxy in between names another host.
const FOR_ANY: [&str; 13] = [
    "/r/",
    "/s/",
    "/u/",
    "/assets/",
    "/brand/",
    "/.well-known/comeback",
    "/healthz",
    "/readyz",
    "/metrics",
    "/webhooks/",
    "/callbacks/",
    "/collect",
    "/pixel.js",
];
/// Names that no public zone has: whoever asks by one is on this machine or network (RFC 6761, RFC 6762, RFC 8375, and usage).
const LOCAL: [&str; 6] = [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".test"];

/// The answer to a request that this name doesn't serve; none where it does.
pub fn refusal(app: &App, host: &str, path: &str) -> Option<HttpResponse> {
    if serves(&app.config.public_url, host, path) {
        return None;
    }
    let text = "This address is for links in messages only. The program's pages are at its own address (server.public_url).\n";
    Some(HttpResponse::build(StatusCode::MISDIRECTED_REQUEST).content_type("text/plain; charset=utf-8").body(text))
}

fn serves(public_url: &str, host: &str, path: &str) -> bool {
    let (host, own) = (name(host), name(public_url.split_once("//").map_or(public_url, |(_, rest)| rest)));
    FOR_ANY.iter().any(|begin| path.starts_with(begin))
        || path == "/webhooks"
        || host.eq_ignore_ascii_case(own)
        || is_local(host)
        || is_local(own)
}

/// A host without its port, and without a path.
fn name(host: &str) -> &str {
    let host = host.split('/').next().unwrap_or_default();
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name).trim_end_matches('.'),
    }
}

/// Digits, one word, or a name that no public zone has: nobody else's either.
fn is_local(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !lower.contains('.')
        || lower.parse::<Ipv4Addr>().is_ok()
        || lower.parse::<Ipv6Addr>().is_ok()
        || LOCAL.iter().any(|end| lower.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_serves_links_and_signed_requests_and_no_page() {
        let check =
            |host: &str, path: &str, expected: bool| assert_eq!(serves("https://cb.example", host, path), expected, "{host} {path}");
        for path in
            ["/r/x", "/s/x", "/u/x", "/healthz", "/webhooks/shopify", "/assets/1/app.css", "/brand/1d4ed8.css", "/.well-known/comeback"]
        {
            check("go.shop.example", path, true);
        }
        for path in ["/", "/login", "/carts", "/settings", "/api/v1/shops", "/api/docs", "/rx"] {
            check("go.shop.example", path, false);
            check("cb.example.evil.example:443", path, false);
            check("cb.example", path, true);
            check("CB.example.:8443", path, true);
        }
    }

    #[test]
    fn whoever_is_on_this_machine_or_network_gets_everything() {
        for host in ["127.0.0.1:8080", "[::1]:8080", "localhost", "comeback:8080", "comeback.prod.svc.cluster.local", "cb.internal"] {
            assert!(serves("https://cb.example", host, "/login"), "{host}");
        }
        assert!(serves("http://127.0.0.1:8080", "tunnel.example", "/login"), "an installation that isn't set up yet");
    }
}
