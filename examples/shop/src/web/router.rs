//! All routes, and what every answer says to browsers.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;

use super::{admin, customer, notify};
use crate::shop::Shop;

/// Forms and calls are small.
const MOST: usize = 16 * 1024;

/// Nothing from elsewhere, nobody's frame, and no address of an order to anybody else.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
];

/// The routes.
pub fn router(shop: Shop) -> Router {
    let own = customer::router(shop.clone()).merge(admin::router(shop.clone()));
    own.layer(DefaultBodyLimit::max(MOST)).merge(notify::router(shop)).layer(map_response(with_headers))
}

async fn with_headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
