//! The order in which a request is dealt with.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::StatusCode;
use http::header::HOST;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::bills::shelf::Shelf;
use super::check::{self, Received};
use super::content::{Refusal, Refused};
use super::example;
use super::journal::{Call, Journal};
use super::known;
#[cfg(feature = "v2")]
use super::known::Wrong;
use super::merchant::{HOSTS, Parties};
use super::platform::{Platform, is_download};
#[cfg(feature = "v2")]
use super::route::Content;
use super::route::{Action, Fault, Reply, Routes, no_route};
use super::socket::Fate;
use super::strictness::Strictness;
#[cfg(feature = "v2")]
use super::v2;
use crate::crypto::clock::unix_seconds;
use crate::error::BoxError;
use crate::protocol::gateway::PlatformKey;

/// The longest request it reads, in bytes.
const REQUEST_LIMIT: usize = 32 * 1024 * 1024;

/// What all connections share.
#[derive(Debug)]
pub(super) struct State {
    pub(super) parties: &'static Parties,
    pub(super) platform: Platform,
    pub(super) strictness: Strictness,
    pub(super) routes: Routes,
    pub(super) bills: Shelf,
    pub(super) url: String,
    pub(super) journal: Mutex<Journal>,
    pub(super) panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// One request: read, check, decrypt, note, route, answer.
pub(super) async fn handle(
    state: Arc<State>,
    fate: Fate,
    request: http::Request<Incoming>,
) -> Result<http::Response<Answer>, BoxError> {
    let (parts, body) = request.into_parts();
    if parts.method == http::Method::HEAD && parts.uri.path() == "/" {
        // A client warms up; it is no call.
        return Ok(answer::response(http::StatusCode::NOT_FOUND, http::HeaderMap::new(), Bytes::new()));
    }
    let body = Limited::new(body, REQUEST_LIMIT).collect().await?.to_bytes();
    let form = check::form(&parts.headers, &body);
    let received = Received { parts: &parts, body: &body, form: form.as_ref() };
    #[cfg(feature = "v2")]
    if v2::is_document(&parts) {
        return handle_v2(&state, &fate, received).await;
    }
    let now = unix_seconds().ok_or("the clock is before 1970")?;
    let (mut call, checked) = state.check(received, now);
    let signatory = state.signatory(&call);
    let route = if checked.is_ok() { state.routes.find(&mut call) } else { None };
    let reply = match (checked, route.as_deref().map(|route| &route.action)) {
        (Err(refusal), _) => Reply::from(refusal),
        (Ok(()), None) => state.by_itself(&call)?,
        (Ok(()), Some(Action::Reply(reply))) => reply.clone(),
        (Ok(()), Some(Action::Compute(compute))) => state.compute(&call, &mut **lock(compute)),
        (Ok(()), Some(Action::Fault(fault))) => return misbehave(&fate, *fault, &signatory).await,
    };
    let is_example = reply.is_example;
    Ok(example::marked(answer::reply(reply, &signatory, now, &parts)?, is_example))
}

/// A request of APIv2: check, note, route, answer.
#[cfg(feature = "v2")]
async fn handle_v2(state: &State, fate: &Fate, received: Received<'_>) -> Result<http::Response<Answer>, BoxError> {
    let (mut call, checked) = state.check_v2(received);
    if let Err(wrong) = checked {
        return Ok(answer::response(wrong.status, http::HeaderMap::new(), v2::refusal(&wrong.message)));
    }
    let (signatory, path) = (state.signatory(&call), received.parts.uri.path());
    let reply = match state.routes.find(&mut call).as_deref().map(|route| &route.action) {
        None => {
            let own = state.bills.answer_v2(&call).or_else(|| example::reply_v2(&call));
            own.unwrap_or_else(|| v2::no_route(path))
        }
        Some(Action::Reply(reply)) => reply.clone(),
        Some(Action::Compute(compute)) => state.compute(&call, &mut **lock(compute)),
        Some(Action::Fault(fault)) => {
            let generic = misbehave(fate, *fault, &signatory).await?;
            let own = v2::fault(*fault, path, call.json())?;
            return Ok(own.map_or(generic, |(headers, body)| answer::response(v2::STATUS, headers, body)));
        }
    };
    if let Content::Json(body) = &reply.body {
        let (headers, body) = v2::answer(path, call.json(), body)?;
        return Ok(example::marked(answer::response(reply.status, headers, body), reply.is_example));
    }
    answer::reply(reply, &signatory, 0, received.parts)
}

async fn misbehave(fate: &Fate, fault: Fault, signatory: &PlatformKey) -> Result<http::Response<Answer>, BoxError> {
    match fault {
        Fault::Slow(delay) => tokio::time::sleep(delay).await,
        Fault::Garbage => fate.garble(),
        Fault::Reset => {
            fate.reset();
            return Err("reset".into());
        }
        _ => {}
    }
    let now = unix_seconds().ok_or("the clock is before 1970")?;
    answer::fault(fault, signatory, now)
}

impl State {
    /// Who signs the answer to a call.
    fn signatory(&self, call: &Call) -> PlatformKey {
        self.platform.signatory_for(call, self.parties)
    }

    /// Signature and headers, then the endpoint, then what is encrypted; the journal gets the call, whatever is found.
    fn check(&self, received: Received<'_>, now: u64) -> (Call, Result<(), Refusal>) {
        let mut journal = lock(&self.journal);
        let checked = check::check(received, self.parties, now, |nonce| journal.is_fresh(nonce));
        let mut call = Call::new(received);
        let decrypt = |serial: &str, value: &mut Value| self.platform.decrypt(self.parties, serial, value);
        let checked = checked
            .map_err(Refused::from)
            .and_then(|()| known::check(&call, received.form, &self.strictness))
            .and_then(|()| call.decrypt(decrypt).map_err(Refused::from));
        checked.as_ref().err().into_iter().for_each(|refused| call.refuse(&refused.why));
        journal.note(call.clone());
        (call, checked.map_err(|refused| refused.answer))
    }

    /// The same of APIv2.
    #[cfg(feature = "v2")]
    fn check_v2(&self, received: Received<'_>) -> (Call, Result<(), Wrong>) {
        let mut call = Call::of_v2(received, v2::fields(received));
        let checked = v2::check(call.path(), call.json(), received.form).map_err(Wrong::from);
        let checked = checked.and_then(|()| known::check_v2(&call, &self.strictness));
        checked.as_ref().err().into_iter().for_each(|wrong| call.refuse(&wrong.why));
        lock(&self.journal).note(call.clone());
        (call, checked)
    }

    /// What is answered without a route: the platform certificates, the self test, bills, and elsewhere an example.
    fn by_itself(&self, call: &Call) -> Result<Reply, BoxError> {
        match (call.method().as_str(), call.path()) {
            _ if is_download(call) => {
                let (status, body) = self.platform.certificates()?;
                Ok(Reply::from((StatusCode::from_u16(status)?, body)))
            }
            ("POST", "/v3/security/echo") => {
                let mut answer = json!({"echo_message": call.json()["echo_message"]});
                if let Some(text) = call.json()["encrypted_echo_message"].as_str() {
                    answer["encrypted_echo_message"] = self.parties.merchant_public.encrypt(text)?.into();
                }
                Ok(Reply::from(answer))
            }
            _ => {
                let own = self.bills.answer(call, self.parties, &self.url_for(call))?;
                let example = || example::reply(call, &self.parties.merchant_public);
                Ok(own.map_or_else(example, |own| Ok(Some(own)))?.unwrap_or_else(|| no_route(call)))
            }
        }
    }

    /// The base URI under which the caller knows the stand-in, if that is one of its names, so that it finds its way back; of a request
    /// that came by a way out, the host that it was meant for.
    fn url_for(&self, call: &Call) -> String {
        let meant = call.headers().get("x-forwarded-host").and_then(|host| host.to_str().ok());
        if let Some(host) = meant.filter(|host| *host != "localhost" && HOSTS.contains(host)) {
            return format!("https://{host}/");
        }
        let host = call.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        let (scheme, _) = self.url.split_once(':').unwrap_or_default();
        // Nobody is WeChat Pay's without TLS.
        match HOSTS.contains(&name) && (scheme == "https" || name == "localhost") {
            true => format!("{scheme}://{host}/"),
            false => self.url.clone(),
        }
    }

    /// Runs a caller's closure; what it panics with is kept for the server's end.
    fn compute(&self, call: &Call, compute: &mut dyn FnMut(&Call) -> Reply) -> Reply {
        panic::catch_unwind(AssertUnwindSafe(|| compute(call))).unwrap_or_else(|payload| {
            *lock(&self.panic) = Some(payload);
            let message = "the closure given to `reply_with` panicked";
            Reply::from((StatusCode::INTERNAL_SERVER_ERROR, json!({"code": "MOCK_PANICKED", "message": message})))
        })
    }
}

pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
