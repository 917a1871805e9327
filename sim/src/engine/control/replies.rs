//! `replies`: answers that are given instead of the simulator's own.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::effect::Kind;
use super::super::replies::{Replies, SetReply};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "replies", list),
    ("POST", "replies", set),
    ("DELETE", "replies", clear),
    ("DELETE", "replies/{id}", remove),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    method: String,
    path: String,
    status: u16,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    times: Option<u32>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// Headers that say how the answer is sent, or that make it genuine: the simulator's own.
const NOT_YOURS: [&str; 4] = ["connection", "content-length", "transfer-encoding", "request-id"];

fn list(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    page(request, world.replies.0.iter().rev(), |reply| &reply.id, json)
}

fn set(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let wanted: Wanted = request.body()?;
    let path = check(&wanted)?;
    let Wanted { method, status, body, times, headers, .. } = wanted;
    let reply = SetReply { id: world.ids.own("rep"), method, path, status, body, times, headers, given: 0 };
    let answer = json(&reply);
    world.changed(Kind::Settings, &reply.id, format!("reply set for {} {}", reply.method, reply.path));
    world.replies.0.push(reply);
    Ok(answer)
}

fn clear(world: &mut World, _: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    world.replies = Replies::default();
    world.changed(Kind::Settings, "", "replies cleared");
    Ok(Value::Null)
}

fn remove(world: &mut World, _: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let id = variables.first().copied().unwrap_or_default();
    let index = world.replies.0.iter().position(|reply| reply.id == id);
    let index = index.ok_or_else(|| ControlError::not_found(format!("there is no reply {id}")))?;
    world.replies.0.remove(index);
    world.changed(Kind::Settings, id, "reply removed");
    Ok(Value::Null)
}

/// The path it is for: a template as the catalogue writes it, or filled in as it was given.
fn check(wanted: &Wanted) -> Result<String, ControlError> {
    let path = wanted.path.trim_start_matches('/');
    let Some(operation) = wechatpay_catalog::operation(&wanted.method, path) else {
        let error = ControlError::bad("method, path: no such endpoint in the catalogue");
        let near = wechatpay_catalog::nearest_paths(path, 1);
        return Err(match near.first() {
            Some(near) => error.hint(format!("did you mean {near}?")),
            None => error,
        });
    };
    if !(200..=599).contains(&wanted.status) {
        return Err(ControlError::bad("status: expected a number from 200 to 599"));
    }
    if wanted.times == Some(0) {
        return Err(ControlError::bad("times: expected a number from 1 on, or null for ever"));
    }
    if !(wanted.body.is_null() || wanted.body.is_object() || wanted.body.is_array()) {
        return Err(ControlError::bad("body: expected an object, a list or null"));
    }
    if wanted.status == 204 && !wanted.body.is_null() {
        return Err(ControlError::bad("body: a 204 has none"));
    }
    wanted.headers.iter().try_for_each(|(name, value)| check_header(name, value))?;
    let is_filled_in = path != operation.path() && !path.contains('{') && operation.path().contains('{');
    Ok(if is_filled_in { path.to_owned() } else { operation.path().to_owned() })
}

fn check_header(name: &str, value: &str) -> Result<(), ControlError> {
    let lower = name.to_ascii_lowercase();
    if NOT_YOURS.contains(&lower.as_str()) || lower.starts_with("wechatpay-") {
        return Err(ControlError::bad(format!("headers: {name} is made by the simulator; faults change it")));
    }
    let is_header = http::HeaderName::from_bytes(name.as_bytes()).is_ok() && http::HeaderValue::from_str(value).is_ok();
    is_header.then_some(()).ok_or_else(|| ControlError::bad("headers: expected names and values as HTTP has them"))
}

fn json(reply: &SetReply) -> Value {
    let SetReply { id, method, path, status, body, times, headers, given } = reply;
    json!({
        "id": id, "method": method, "path": path, "status": status, "body": body, "times": times, "headers": headers,
        "given": given,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::engine::clock::Clock;
    use crate::engine::control::table::control;

    fn world() -> (World, Time) {
        let now = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        (World::new(7, Clock::Frozen { now }, now), now)
    }

    fn ask(world: &mut World, now: Time, method: &'static str, path: &str, body: Value) -> Result<Value, ControlError> {
        let (path, query, base) = (path.to_owned(), BTreeMap::new(), String::new());
        control(world, now, &ControlRequest { method, path, query, body, base, wall: now })
    }

    const COUPONS: &str = "v3/marketing/favor/stocks/{stock_id}";

    #[test]
    fn a_reply_is_given_as_often_as_it_was_set_for_the_newest_first() {
        let (mut world, now) = world();
        let set = |world: &mut World, path: &str, times: Value| {
            let body = json!({"method": "GET", "path": path, "status": 404, "body": {"code": "A"}, "times": times});
            ask(world, now, "POST", "replies", body).unwrap()
        };
        let all = set(&mut world, COUPONS, Value::Null);
        let one = set(&mut world, "/v3/marketing/favor/stocks/7", json!(1));
        assert_eq!(one["path"], "v3/marketing/favor/stocks/7");
        let given =
            |world: &mut World, path: &str| world.replies.take("GET", COUPONS, path).map(|reply| json!(reply.id));
        assert_eq!(given(&mut world, "/v3/marketing/favor/stocks/7").as_ref(), Some(&one["id"]));
        assert_eq!(given(&mut world, "/v3/marketing/favor/stocks/7").as_ref(), Some(&all["id"]));
        assert_eq!(given(&mut world, "/v3/marketing/favor/stocks/8").as_ref(), Some(&all["id"]));
        assert_eq!(world.replies.take("POST", COUPONS, "/v3/marketing/favor/stocks/8"), None);
        let list = ask(&mut world, now, "GET", "replies", Value::Null).unwrap();
        assert_eq!((&list["items"][0]["given"], &list["items"][1]["given"]), (&json!(1), &json!(2)));
        let path = format!("replies/{}", all["id"].as_str().unwrap());
        ask(&mut world, now, "DELETE", &path, Value::Null).unwrap();
        assert_eq!(ask(&mut world, now, "DELETE", &path, Value::Null).unwrap_err().status, 404);
        assert_eq!(given(&mut world, "/v3/marketing/favor/stocks/8"), None);
        ask(&mut world, now, "DELETE", "replies", Value::Null).unwrap();
        assert!(world.replies.0.is_empty());
    }

    #[test]
    fn a_reply_that_cannot_be_given_is_refused_by_name() {
        let (mut world, now) = world();
        for (change, why) in [
            (json!({"path": "v3/marketing/favor/stock/{stock_id}"}), "method, path:"),
            (json!({"method": "DELETE"}), "method, path:"),
            (json!({"status": 100}), "status:"),
            (json!({"times": 0}), "times:"),
            (json!({"body": "x"}), "body:"),
            (json!({"status": 204, "body": {}}), "body: a 204 has none"),
            (json!({"headers": {"Wechatpay-Serial": "x"}}), "headers: Wechatpay-Serial"),
            (json!({"headers": {"a b": "x"}}), "headers: expected"),
            (json!({"delay": 1}), "unknown field `delay`"),
        ] {
            let mut body = json!({"method": "GET", "path": COUPONS, "status": 200});
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let error = ask(&mut world, now, "POST", "replies", body).unwrap_err();
            assert!(error.status == 400 && error.message.contains(why), "{change}: {}", error.message);
        }
        assert!(world.replies.0.is_empty());
    }
}
