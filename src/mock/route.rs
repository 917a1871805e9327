//! What the stand-in answers: routes, replies and faults.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::journal::Call;

/// A way to misbehave, instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A 200 whose signature is another message's.
    BadSignature,
    /// A 200 whose signature is not base64.
    NotBase64,
    /// A 200 without signature headers, as after a proxy that strips them.
    Unsigned,
    /// A 200 signed ten minutes ago.
    Stale,
    /// A 200 signed ten minutes ahead.
    Future,
    /// A 200 signed with a key that the client does not hold.
    UnknownSerial,
    /// A 200 with a signature that begins `WECHATPAY/SIGNTEST/`, as WeChat Pay sends to see whether a merchant verifies.
    Probe,
    /// The connection is reset after the request was read.
    Reset,
    /// The connection ends in the middle of the body.
    Truncated,
    /// The answer is not HTTP.
    Garbage,
    /// A 200 of 17 MiB.
    Oversized,
    /// A 502 with HTML and no signature, as from a proxy.
    Html,
    /// A 302 to another host.
    Redirect,
    /// A signed 200, this much later.
    Slow(Duration),
}

/// A status with a JSON body, signed; a [`Value`] alone is a 200, `()` a 204.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Option<Value>,
}

impl From<Value> for Reply {
    fn from(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }
}

impl From<(StatusCode, Value)> for Reply {
    fn from((status, body): (StatusCode, Value)) -> Self {
        Self { status, body: Some(body) }
    }
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}

/// A caller's closure.
type Computation = Box<dyn FnMut(&Call) -> Reply + Send>;

/// What a route does with a call.
pub(super) enum Action {
    Reply(Reply),
    Compute(Mutex<Computation>),
    Fault(Fault),
}

/// An endpoint of the stand-in, about to be told what to answer.
#[derive(Debug)]
#[must_use = "say what to answer: `.reply(…)`, `.status(…)`, `.reply_with(…)` or `.fault(…)`"]
pub struct On<'a> {
    pub(super) routes: &'a Routes,
    pub(super) method: Method,
    pub(super) path: String,
}

impl On<'_> {
    /// Answers 200 with this JSON, or whatever else a [`Reply`] is made from.
    pub fn reply(self, reply: impl Into<Reply>) -> Route {
        self.add(Action::Reply(reply.into()))
    }

    /// Answers a status with JSON.
    ///
    /// # Panics
    ///
    /// If `status` is not one of HTTP's, 100 to 999.
    pub fn status(self, status: u16, body: Value) -> Route {
        let status = StatusCode::from_u16(status).expect("a status of HTTP is between 100 and 999");
        self.add(Action::Reply(Reply { status, body: Some(body) }))
    }

    /// Answers what `reply` makes of the call. A panic in it is raised again when the server is dropped.
    pub fn reply_with<R: Into<Reply>>(self, mut reply: impl FnMut(&Call) -> R + Send + 'static) -> Route {
        self.add(Action::Compute(Mutex::new(Box::new(move |call| reply(call).into()))))
    }

    /// Misbehaves.
    pub fn fault(self, fault: Fault) -> Route {
        self.add(Action::Fault(fault))
    }

    fn add(self, action: Action) -> Route {
        let path = self.path.trim_start_matches('/').to_owned();
        let inner = Arc::new(Inner { method: self.method, path, action, left: AtomicUsize::new(usize::MAX) });
        self.routes.lock().push(Arc::clone(&inner));
        Route(inner)
    }
}

/// A route that is in force.
#[derive(Clone, Debug)]
pub struct Route(Arc<Inner>);

impl Route {
    /// Limits it to the next `count` calls; after them the next route for the endpoint, in the order given, is in force.
    pub fn times(self, count: usize) -> Self {
        self.0.left.store(count, Ordering::Relaxed);
        self
    }
}

pub(super) struct Inner {
    method: Method,
    path: String,
    pub(super) action: Action,
    left: AtomicUsize,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Inner {
    /// The values of the path's variables, if the call is for this route.
    fn matches(&self, method: &Method, path: &str) -> Option<Vec<(String, String)>> {
        let (mut expected, mut found) = (self.path.split('/'), path.trim_start_matches('/').split('/'));
        let mut variables = Vec::new();
        if self.method != method {
            return None;
        }
        loop {
            match (expected.next(), found.next()) {
                (None, None) => return Some(variables),
                (Some(expected), Some(found)) => {
                    match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                        Some(name) if !found.is_empty() => variables.push((name.to_owned(), found.to_owned())),
                        None if expected == found => {}
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
    }

    fn take(&self) -> bool {
        let less = |left: usize| if left == usize::MAX { Some(left) } else { left.checked_sub(1) };
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

/// All routes, in the order given.
#[derive(Debug, Default)]
pub(super) struct Routes(Mutex<Vec<Arc<Inner>>>);

impl Routes {
    /// The first route that is in force for the call; fills in the call's variables.
    pub(super) fn find(&self, call: &mut Call) -> Option<Arc<Inner>> {
        let routes = self.lock();
        let (found, variables) = routes.iter().find_map(|route| {
            let variables = route.matches(call.method(), call.path())?;
            route.take().then(|| (Arc::clone(route), variables))
        })?;
        call.variables = variables;
        Some(found)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Inner>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call without a route is told.
pub(super) fn no_route(call: &Call) -> Reply {
    let (method, path) = (call.method(), call.path());
    let message =
        format!("the stand-in has no answer for {method} {path}; give it one with `gateway.on(Method::{method}, …)`");
    Reply { status: StatusCode::NOT_FOUND, body: Some(json!({"code": "NOT_FOUND", "message": message})) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_match_whole_paths_and_run_out() {
        let routes = Routes::default();
        let on = |path: &str| On { routes: &routes, method: Method::GET, path: path.to_owned() };
        on("/v3/x/{id}").reply(json!(1)).times(1);
        on("v3/x/{id}").fault(Fault::Reset);
        let find = |path: &str| {
            let (parts, ()) = http::Request::get(path).body(()).unwrap().into_parts();
            let mut call = Call::new(&parts, bytes::Bytes::new());
            routes
                .find(&mut call)
                .map(|route| (matches!(route.action, Action::Fault(_)), call.variable("id").map(str::to_owned)))
        };
        assert_eq!(find("/v3/x/7?a=1"), Some((false, Some("7".into()))));
        assert_eq!(find("/v3/x/8"), Some((true, Some("8".into()))));
        assert_eq!(find("/v3/x/9"), Some((true, Some("9".into()))));
        assert!(find("/v3/x").is_none() && find("/v3/x/").is_none() && find("/v3/x/1/2").is_none());
    }
}
