//! What the stand-in answers: routes, replies and faults.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::journal::Call;
use super::stream::{BillFault, Pieces};
use crate::uri::percent;

/// A way to misbehave, instead of an answer. To a call of APIv2 those about a signature's headers are a wrong `sign`.
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
    /// The answer is not HTTP, and the connection is closed.
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

/// A status with a JSON body, signed (to a call of APIv2 it becomes XML, as a success unless it says otherwise; with a `return_code` of FAIL it is not signed); a [`Value`] alone is a 200, `()` a 204; or a [`file`](Self::file). `Debug` shows the
/// status.
#[derive(Clone)]
pub struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Content,
    /// Nobody said it: it is the catalogue's example.
    pub(super) is_example: bool,
}

/// What an answer holds.
#[derive(Clone)]
pub(super) enum Content {
    None,
    Json(Value),
    File { content_type: String, bytes: Bytes },
    Stream { content_type: String, pieces: Arc<Mutex<Option<Pieces>>>, fault: Option<BillFault> },
}

impl Reply {
    /// A 200 with a file, unsigned as WeChat Pay's files are; an overseas statement is signed by its digest.
    pub fn file(content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK, Content::File { content_type: content_type.into(), bytes: bytes.into() })
    }

    pub(super) fn stream(content_type: &str, pieces: Pieces, fault: Option<BillFault>) -> Self {
        let (content_type, pieces) = (content_type.to_owned(), Arc::new(Mutex::new(Some(pieces))));
        Self::new(StatusCode::OK, Content::Stream { content_type, pieces, fault })
    }

    /// The same, as an example.
    pub(super) fn into_example(self) -> Self {
        Self { is_example: true, ..self }
    }

    fn new(status: StatusCode, body: Content) -> Self {
        Self { status, body, is_example: false }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

impl From<Value> for Reply {
    fn from(body: Value) -> Self {
        Self::new(StatusCode::OK, Content::Json(body))
    }
}

impl From<(StatusCode, Value)> for Reply {
    fn from((status, body): (StatusCode, Value)) -> Self {
        Self::new(status, Content::Json(body))
    }
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::new(StatusCode::NO_CONTENT, Content::None)
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
        self.add(Action::Reply(Reply::from((status, body))))
    }

    /// Answers what `reply` makes of the call. A panic in it is raised again when the server is dropped.
    ///
    /// It runs on the server's thread: while it blocks, nothing else is answered, its own calls to this server included.
    pub fn reply_with<R: Into<Reply>>(self, mut reply: impl FnMut(&Call) -> R + Send + 'static) -> Route {
        self.add(Action::Compute(Mutex::new(Box::new(move |call| reply(call).into()))))
    }

    /// Misbehaves.
    pub fn fault(self, fault: Fault) -> Route {
        self.add(Action::Fault(fault))
    }

    fn add(self, action: Action) -> Route {
        let inner = Arc::new(Inner {
            method: self.method,
            path: segments(&self.path),
            action,
            left: AtomicUsize::new(FOR_EVER),
        });
        self.routes.lock().push(Arc::clone(&inner));
        Route(inner)
    }
}

/// The path that a chain with the same text would send, without its query and the `v2` of APIv2; `{name}` stays.
fn segments(path: &str) -> Vec<Segment> {
    let end = ["?", "{?", "{&"].iter().filter_map(|query| path.find(query)).min().unwrap_or(path.len());
    let path = path[..end].trim_start_matches('/');
    let v2 = path.split_once('/').filter(|(first, _)| first.eq_ignore_ascii_case("v2"));
    v2.map_or(path, |(_, rest)| rest).split('/').map(Segment::new).collect()
}

/// A segment of a route's path, with at most one variable in it.
#[derive(Debug, PartialEq, Eq)]
struct Segment {
    before: String,
    variable: Option<String>,
    after: String,
}

impl Segment {
    fn new(text: &str) -> Self {
        let encode = |text: &str| {
            let mut out = String::new();
            percent::encode_reserved(text, &mut out);
            out
        };
        let found = text.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
        match found {
            Some((before, (name, after))) => {
                Self { before: encode(before), variable: Some(name.to_owned()), after: encode(after) }
            }
            None => Self { before: encode(text), variable: None, after: String::new() },
        }
    }

    /// Whether the text is this segment; notes the value of its variable.
    fn matches(&self, text: &str, variables: &mut Vec<(String, String)>) -> bool {
        let Some(name) = &self.variable else { return self.before == text };
        let value = text.strip_prefix(self.before.as_str()).and_then(|rest| rest.strip_suffix(self.after.as_str()));
        let value = value.filter(|value| !value.is_empty());
        variables.extend(value.map(|value| (name.clone(), value.to_owned())));
        value.is_some()
    }
}

/// A route that is in force.
#[derive(Clone, Debug)]
pub struct Route(Arc<Inner>);

impl Route {
    /// Limits it to the next `count` calls. Until they have come it goes before the routes without a limit; those with one
    /// take their turns in the order in which they were given.
    pub fn times(self, count: usize) -> Self {
        self.0.left.store(count, Ordering::Relaxed);
        self
    }
}

/// What is left of a route without a limit.
const FOR_EVER: usize = usize::MAX;

pub(super) struct Inner {
    method: Method,
    path: Vec<Segment>,
    pub(super) action: Action,
    left: AtomicUsize,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

impl Inner {
    /// The values of the path's variables, if the call is for this route.
    fn matches(&self, method: &Method, path: &str) -> Option<Vec<(String, String)>> {
        let found: Vec<_> = path.trim_start_matches('/').split('/').collect();
        if self.method != method || self.path.len() != found.len() {
            return None;
        }
        let mut variables = Vec::new();
        let all = self.path.iter().zip(found).all(|(expected, found)| expected.matches(found, &mut variables));
        all.then_some(variables)
    }

    /// Uses up one of its calls; false if none is left.
    fn take(&self) -> bool {
        let less = |left: usize| if left == FOR_EVER { Some(left) } else { left.checked_sub(1) };
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Where it stands among the routes that fit a call, the least first: a path that is written out goes before one with
    /// variables, a route with a limit before one without; then the first with a limit, or the last without, at `index`.
    fn rank(&self, index: usize) -> (usize, bool, usize) {
        let variables = self.path.iter().filter(|segment| segment.variable.is_some()).count();
        match self.left.load(Ordering::Relaxed) {
            FOR_EVER => (variables, true, usize::MAX - index),
            _ => (variables, false, index),
        }
    }
}

/// All routes, in the order given.
#[derive(Debug, Default)]
pub(super) struct Routes(Mutex<Vec<Arc<Inner>>>);

impl Routes {
    /// The route that is in force for the call; fills in the call's variables.
    pub(super) fn find(&self, call: &mut Call) -> Option<Arc<Inner>> {
        let routes = self.lock();
        let fits = |(index, route): (usize, &Arc<Inner>)| {
            Some((route.rank(index), route.matches(call.method(), call.path())?, Arc::clone(route)))
        };
        let mut fitting: Vec<_> = routes.iter().enumerate().filter_map(fits).collect();
        fitting.sort_by_key(|(rank, ..)| *rank);
        let (_, variables, found) = fitting.into_iter().find(|(_, _, route)| route.take())?;
        call.variables = variables;
        Some(found)
    }

    /// As at the start: none.
    pub(super) fn reset(&self) {
        self.lock().clear();
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
    Reply::from((StatusCode::NOT_FOUND, json!({"code": "NOT_FOUND", "message": message})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::check::Received;

    #[test]
    fn routes_match_whole_paths_and_run_out() {
        let routes = Routes::default();
        let on = |path: &str| On { routes: &routes, method: Method::GET, path: path.to_owned() };
        on("/v3/x/{id}").reply(json!(1)).times(1);
        on("v3/x/{id}").fault(Fault::Reset);
        let find = |path: &str| {
            let (parts, ()) = http::Request::get(path).body(()).unwrap().into_parts();
            let mut call = Call::new(Received { parts: &parts, body: &Bytes::new(), form: None });
            routes
                .find(&mut call)
                .map(|route| (matches!(route.action, Action::Fault(_)), call.variable("id").map(str::to_owned)))
        };
        assert_eq!(find("/v3/x/7?a=1"), Some((false, Some("7".into()))));
        assert_eq!(find("/v3/x/8"), Some((true, Some("8".into()))));
        assert_eq!(find("/v3/x/9"), Some((true, Some("9".into()))));
        on("v3/x/10").reply(json!(1));
        on("v3/x/{id}").reply(json!(1));
        assert_eq!(find("/v3/x/9"), Some((false, Some("9".into()))), "the later one");
        assert_eq!(find("/v3/x/10"), Some((false, None)), "the one that is written out");
        on("v3/张|").reply(json!(2));
        assert!(find("/v3/%E5%BC%A0%7C").is_some());
        on("v3/bill{?date}").reply(json!(3));
        on("v3/order-{id}.csv").reply(json!(4));
        assert_eq!(find("/v3/order-9.csv"), Some((false, Some("9".into()))));
        assert!(find("/v3/bill?date=1").is_some() && find("/v3/order-.csv").is_none());
        assert!(find("/v3/x").is_none() && find("/v3/x/").is_none() && find("/v3/x/1/2").is_none());
    }
}
