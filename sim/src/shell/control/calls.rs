//! `calls`: the journal.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::controls::{Control, Route, Work};
use super::super::journal::export;
use super::super::journal::record::Record;
use super::super::shared::Shared;
use crate::engine::control::list::page;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::time::Time;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "calls", |shared, request, _| now(list(&shared, &request))),
    ("DELETE", "calls", |shared, _, _| {
        shared.journal.clear();
        now(Ok(Control::Json(Value::Null)))
    }),
    ("POST", "calls/wait", |shared, request, _| Box::pin(wait(shared, request))),
    ("GET", "calls/{id}", |shared, _, variables| {
        now(find(&shared, &variables).map(|record| Control::Json(record.to_json())))
    }),
    ("GET", "calls/{id}/export", |shared, request, variables| now(exported(&shared, &request, &variables))),
];

/// What is done at once.
fn now(done: Result<Control, ControlError>) -> Work {
    Box::pin(std::future::ready(done))
}

/// Which calls are meant; what is not given is any.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Filter {
    mchid: Option<String>,
    /// A template, a path as it was called, or the beginning of one and `*`.
    path: Option<String>,
    status: Option<u16>,
    verdict: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    since: Option<String>,
    /// Of `calls/wait` alone.
    count: Option<usize>,
    timeout_ms: Option<u64>,
}

impl Filter {
    fn of_query(request: &ControlRequest) -> Result<Self, ControlError> {
        let known = ["mchid", "path", "status", "verdict", "ref", "since", "limit", "after"];
        if let Some(name) = request.query.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(ControlError::bad(format!("{name}: no such filter; there are {}", known.join(", "))));
        }
        let text = |name: &str| request.parameter(name).map(str::to_owned);
        let status = text("status").map(|status| status.parse());
        let status = status.transpose().map_err(|_| ControlError::bad("status: expected a number"))?;
        let (mchid, path, verdict) = (text("mchid"), text("path"), text("verdict"));
        Ok(Self { mchid, path, status, verdict, reference: text("ref"), since: text("since"), ..Self::default() })
    }

    fn since(&self) -> Result<Option<Time>, ControlError> {
        let Some(text) = &self.since else { return Ok(None) };
        Time::parse(text).map(Some).ok_or_else(|| ControlError::bad("since: expected RFC 3339 with an offset"))
    }

    fn fits(&self, record: &Record, since: Option<Time>) -> bool {
        let same = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        same(&self.mchid, record.mchid.as_deref().unwrap_or_default())
            && same(&self.verdict, record.verdict())
            && self.status.is_none_or(|status| status == record.answer.status)
            && self.path.as_ref().is_none_or(|path| has_path(record, path.trim_start_matches('/')))
            && self.reference.as_ref().is_none_or(|wanted| record.is_about(wanted))
            && since.is_none_or(|since| since <= record.at)
    }
}

fn has_path(record: &Record, wanted: &str) -> bool {
    let called = record.target.split('?').next().unwrap_or_default().trim_start_matches('/');
    match wanted.strip_suffix('*') {
        Some(start) => called.starts_with(start) || record.template.is_some_and(|known| known.starts_with(start)),
        None => called == wanted || record.template == Some(wanted),
    }
}

fn list(shared: &Shared, request: &ControlRequest) -> Result<Control, ControlError> {
    let filter = Filter::of_query(request)?;
    let since = filter.since()?;
    let all = shared.journal.newest();
    let found = all.iter().map(Arc::as_ref).filter(|record| filter.fits(record, since));
    page(request, found, |record| &record.id, Record::to_json).map(Control::Json)
}

fn find(shared: &Shared, variables: &[String]) -> Result<Arc<Record>, ControlError> {
    let id = variables.first().map_or("", String::as_str);
    shared.journal.by_id(id).ok_or_else(|| ControlError::not_found(format!("there is no call {id}, or no more")))
}

fn exported(shared: &Shared, request: &ControlRequest, variables: &[String]) -> Result<Control, ControlError> {
    let record = find(shared, variables)?;
    match request.parameter("format").unwrap_or("json") {
        "json" => Ok(Control::Json(export::json(&record))),
        "curl" => Ok(Control::Text("text/plain; charset=utf-8", export::curl(&record, &request.base))),
        "rust" => Ok(Control::Text("text/plain; charset=utf-8", export::rust(&record))),
        _ => Err(ControlError::bad("format: expected rust, curl or json")),
    }
}

/// Until so many calls are there that fit.
async fn wait(shared: Arc<Shared>, request: ControlRequest) -> Result<Control, ControlError> {
    const LONGEST: u64 = 600_000;
    let filter: Filter = request.body()?;
    let (since, wanted) = (filter.since()?, filter.count.unwrap_or(1));
    let timeout = Duration::from_millis(filter.timeout_ms.unwrap_or(10_000).min(LONGEST));
    let mut written = shared.journal.watch();
    let enough = async {
        loop {
            let all = shared.journal.newest();
            let found: Vec<_> = all.iter().filter(|record| filter.fits(record, since)).collect();
            if found.len() >= wanted {
                return found.into_iter().map(|record| record.to_json()).collect::<Vec<_>>();
            }
            if written.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    };
    match tokio::time::timeout(timeout, enough).await {
        Ok(items) => Ok(Control::Json(json!({"items": items, "next": null}))),
        Err(_) => {
            Err(ControlError::timeout(format!("there are not {wanted} such calls after {} ms", timeout.as_millis())))
        }
    }
}
