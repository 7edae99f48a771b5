//! From where a request comes.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// Whose request it is, by address. A proxy's word is taken only where the proxy is one of our own network's, and then the last one's.
pub fn of(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let near = match peer {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    let told = request.headers().get_all("x-forwarded-for").last().and_then(|v| v.to_str().ok());
    let before = told.and_then(|t| t.rsplit(',').next()).and_then(|t| t.trim().parse().ok());
    before.filter(|_| near).or(Some(peer))
}
