//! HTTP: thin handlers over use cases.

mod address;
pub mod api;
pub mod brand;
pub mod callbacks;
pub mod collect;
pub mod events;
pub mod health;
pub mod hooks;
mod hosts;
pub mod inbox;
pub mod links;
pub mod pages;

use crate::app::{App, link_domain};
use crate::telemetry::Stopwatch;
use actix_web::dev::Service as _;
use actix_web::{App as Actix, HttpServer, web};
use futures_util::future::{Either, ready};
use std::sync::Arc;
use std::time::Duration;

/// A client that doesn't send its request's head within this is cut off.
const HEAD_WAIT: Duration = Duration::from_secs(5);
/// Idle connections are kept for the platform's next delivery.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Requests that run get this long to end when the program stops.
const SHUTDOWN_S: u64 = 10;

/// Every route.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::scope("/api/v1").configure(api::routes))
        .configure(api::docs)
        .configure(pages::routes)
        .route("/webhooks/{platform}", web::post().to(hooks::by_header))
        .route("/webhooks/{platform}/{shop_id}", web::post().to(hooks::by_url))
        .route("/callbacks/{provider}/{shop_id}", web::post().to(callbacks::take))
        .route("/callbacks/{provider}/{shop_id}", web::get().to(callbacks::take))
        .route("/pixel.js", web::get().to(collect::script))
        .service(
            web::resource("/collect")
                .app_data(web::PayloadConfig::new(collect::BODY_MAX))
                .route(web::post().to(collect::take))
                .route(web::method(actix_web::http::Method::OPTIONS).to(collect::ask)),
        )
        .route("/r/{token}", web::get().to(links::by_token))
        .route("/r/{token}", web::head().to(links::by_token))
        .route("/s/{code}", web::get().to(links::by_code))
        .route("/s/{code}", web::head().to(links::by_code))
        .route("/u/{token}", web::get().to(links::preferences))
        .route("/u/{token}", web::post().to(links::unsubscribe))
        .route("/c/{token}", web::get().to(links::question))
        .route("/c/{token}", web::post().to(links::confirm))
        .route("/brand/{colour}.css", web::get().to(brand::sheet))
        .route("/brand/{shop}/{version}", web::get().to(brand::logo))
        .route(link_domain::PATH, web::get().to(links::well_known))
        .configure(health_routes);
}

/// The routes for operators: all that a worker has.
pub fn health_routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .route("/metrics", web::get().to(health::metrics));
}

/// Serves until it is told to stop by the returned handle or by a signal that the caller turns into one.
///
/// # Errors
/// When the listener can't be used.
pub fn serve(app: Arc<App>, listener: std::net::TcpListener) -> std::io::Result<actix_web::dev::Server> {
    serve_with(app, listener, routes)
}

/// The same with other routes: a worker's, or the demo's.
///
/// # Errors
/// When the listener can't be used.
pub fn serve_with<F>(app: Arc<App>, listener: std::net::TcpListener, routes: F) -> std::io::Result<actix_web::dev::Server>
where
    F: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
{
    let data = web::Data::from(app);
    let server = HttpServer::new(move || {
        Actix::new().app_data(data.clone()).configure(routes.clone()).default_service(web::route().to(pages::not_found)).wrap_fn(
            |request, service| {
                let watch = Stopwatch::start();
                let refusal = request.app_data::<web::Data<App>>().and_then(|app| {
                    let host = request.connection_info().host().to_owned();
                    hosts::refusal(app, &host, request.path())
                });
                let answering = match refusal {
                    Some(refusal) => Either::Left(ready(Ok(request.into_response(refusal)))),
                    None => Either::Right(service.call(request)),
                };
                async move {
                    let answer = answering.await?;
                    // The pattern, never the path: it could hold a token. A path without one is nobody's route.
                    watch.answered(answer.request().match_pattern().unwrap_or_else(|| "none".to_owned()), answer.status().as_u16());
                    Ok(answer)
                }
            },
        )
    })
    .client_request_timeout(HEAD_WAIT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(SHUTDOWN_S)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}
