//! What a request asks for, as its answer must be to it: verb, path and query.

use http::Method;
use http::uri::PathAndQuery;

/// Verb, path and query of a request.
pub(crate) type Target = (Method, Option<PathAndQuery>);

/// What `request` asks for.
pub(crate) fn target<B>(request: &http::Request<B>) -> Target {
    (request.method().clone(), request.uri().path_and_query().cloned())
}
