//! Answers of endpoints without behaviour: every member that the page lists, the same each time.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use wechatpay_catalog::{Field, Fields, Kind, Operation, Part, Protocol, Required, Text};

use crate::engine::time::Time;

/// What an example is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: Operation,
    /// All that the request says: body, then path, then query.
    pub(crate) members: &'a Value,
    pub(crate) mchid: &'a str,
    /// Of an upload: the id of the file.
    pub(crate) media: Option<&'a str>,
    pub(crate) now: Time,
    pub(crate) seed: u64,
}

/// All that a request says: the body's members, then the path's, then the query's.
pub(crate) fn members(body: &Value, path: &BTreeMap<String, String>, query: &BTreeMap<String, String>) -> Value {
    let mut all = body.as_object().cloned().unwrap_or_default();
    for (name, value) in path.iter().chain(query) {
        all.entry(name.clone()).or_insert_with(|| value.as_str().into());
    }
    Value::Object(all)
}

/// The answer; null if the page lists none.
pub(crate) fn answer(asked: Asked<'_>) -> Value {
    let fields = asked.operation.fields(Part::Answer);
    if fields.is_empty() {
        return Value::Null;
    }
    let v2 = asked.operation.protocol() == Protocol::V2;
    let make = |copies: bool| Value::Object(Maker { asked, copies, v2, count: 0 }.object(fields, Some(asked.members)));
    // What the request says may not be what the answer may say.
    let with_copies = make(true);
    let mut answer = match asked.operation.check_response(&with_copies).is_empty() {
        true => with_copies,
        false => make(false),
    };
    if let (true, Value::Object(members)) = (v2, &mut answer) {
        succeed(fields, members);
    }
    answer
}

/// The bytes that stand for a file.
pub(crate) fn file(operation: Operation) -> (Vec<u8>, &'static str) {
    match operation.path().contains("/images/") {
        // The shortest image that programs accept: one pixel, GIF.
        true => (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;".to_vec(), "image/gif"),
        false => (format!("{}\r\n", operation.title()).into_bytes(), "text/plain"),
    }
}

/// Members of an answer of APIv2 that whoever signs it adds.
const ADDED: [&str; 6] = ["sign", "nonce_str", "return_code", "return_msg", "result_code", "mch_id"];

/// An answer of APIv2 is that of a success: without what only errors have, unless the page says that it is always there.
fn succeed(fields: Fields, answer: &mut Map<String, Value>) {
    let due = |name: &str| fields.get(name).is_some_and(|field| field.required() == Required::Yes);
    let is_error = |name: &str| matches!(name, "err_code" | "err_code_des" | "error_code");
    answer.retain(|name, _| !ADDED.contains(&name.as_str()) && (!is_error(name) || due(name)));
}

struct Maker<'a> {
    asked: Asked<'a>,
    /// Whether values of the request are taken over.
    copies: bool,
    /// Every value is a text.
    v2: bool,
    count: u64,
}

impl Maker<'_> {
    fn object(&mut self, fields: Fields, asked: Option<&Value>) -> Map<String, Value> {
        let mut members = Map::new();
        for field in fields {
            let name = field.name().replace("$n", "0").replace("$m", "0");
            if members.contains_key(&name) {
                continue;
            }
            let there = asked.and_then(|asked| asked.get(&name)).filter(|_| self.copies);
            let value = there.and_then(|value| taken(field, value)).unwrap_or_else(|| self.value(field, there));
            let value = if self.v2 { text_of(value) } else { value };
            members.insert(name, value);
        }
        members
    }

    fn value(&mut self, field: Field, asked: Option<&Value>) -> Value {
        let asked = match asked {
            Some(Value::Array(items)) => items.first(),
            other => other,
        };
        let one = match field.kind() {
            Kind::String => Value::String(self.text(field)),
            Kind::Integer | Kind::Number => self.number(field),
            Kind::Boolean => Value::Bool(false),
            _ => Value::Object(self.members(field.fields(), asked)),
        };
        if field.is_list() { Value::Array(vec![one]) } else { one }
    }

    /// The members of an object within: JSON again, in APIv2 too.
    fn members(&mut self, fields: Fields, asked: Option<&Value>) -> Map<String, Value> {
        let outside = std::mem::replace(&mut self.v2, false);
        let members = self.object(fields, asked);
        self.v2 = outside;
        members
    }

    fn number(&self, field: Field) -> Value {
        let first = field.values().find_map(|value| value.parse::<i64>().ok());
        let is_time = ["_time", "_at", "timestamp"].iter().any(|ending| field.name().ends_with(ending));
        first.unwrap_or(if is_time { self.asked.now.seconds() } else { 1 }).into()
    }

    fn text(&mut self, field: Field) -> String {
        if let Some(value) = field.values().next() {
            return value.to_owned();
        }
        let inner = |maker: &mut Self| Value::Object(maker.members(field.fields(), None));
        match field.text() {
            Some(Text::Object | Text::AnyJson) => inner(self).to_string(),
            Some(Text::Objects) => json!([inner(self)]).to_string(),
            Some(Text::Strings) => json!([field.name()]).to_string(),
            Some(Text::Pairs) => {
                let pairs = inner(self);
                let pairs = pairs.as_object().into_iter().flatten();
                pairs.map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join("&")
            }
            _ => self.plain(field),
        }
    }

    fn plain(&mut self, field: Field) -> String {
        let name = field.name();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let most = field.max_len().unwrap_or(usize::MAX);
        let (text, filler) = if ends(&["media_id", "media_url", "file_id"]) && self.asked.media.is_some() {
            (self.asked.media.unwrap_or_default().to_owned(), '0')
        } else if ends(&["_time", "_at"]) || name == "time_end" {
            (self.time(most), '0')
        } else if ends(&["_date"]) {
            (self.date(most), '0')
        } else if ends(&["mchid", "mch_id"]) {
            (self.asked.mchid.to_owned(), '0')
        } else if name == "id" || ends(&["_id", "_no", "_ids", "_nos"]) {
            (self.digits(), '0')
        } else {
            (name.to_owned(), '_')
        };
        let mut letters: Vec<char> = text.chars().take(most).collect();
        letters.resize(letters.len().max(field.min_len().unwrap_or(0)), filler);
        letters.into_iter().collect()
    }

    fn time(&self, most: usize) -> String {
        let now = self.asked.now;
        match (self.v2, most) {
            (true, 14..) | (false, 14..25) => now.compact(),
            (false, 25..) => now.to_string(),
            (_, 10..14) => now.day().to_string(),
            _ => self.date(most),
        }
    }

    fn date(&self, most: usize) -> String {
        let day = self.asked.now.day().to_string();
        if self.v2 || most < day.len() { day.replace('-', "") } else { day }
    }

    /// The digits of an id: from the seed and the operation, another one for each id of an answer.
    fn digits(&mut self) -> String {
        self.count += 1;
        let (method, path) = (self.asked.operation.method(), self.asked.operation.path());
        let bytes = method.bytes().chain(path.bytes());
        let start = bytes
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut ids = crate::engine::ids::Ids::new(self.asked.seed ^ start ^ self.count << 48);
        format!("42000{}", ids.digits(23))
    }
}

/// A value of the request, if it is one that the answer's member may have.
fn taken(field: Field, value: &Value) -> Option<Value> {
    let fits = match (field.kind(), value) {
        _ if field.is_list() => false,
        (Kind::String, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) | (Kind::Number, Value::Number(_)) => true,
        (Kind::Integer, Value::Number(number)) => number.is_i64() || number.is_u64(),
        (Kind::Integer, Value::String(text)) => return text.parse::<i64>().ok().map(Value::from),
        _ => false,
    };
    fits.then(|| value.clone())
}

fn text_of(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text),
        other => Value::String(other.to_string()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use wechatpay_catalog::{operation, operations};

    use super::*;

    fn asked(operation: Operation, members: &Value) -> Asked<'_> {
        let now = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        Asked { operation, members, mchid: "1900000001", media: None, now, seed: 7 }
    }

    #[test]
    fn every_example_is_valid_and_the_same_each_time() {
        for operation in operations() {
            let made = answer(asked(operation, &Value::Null));
            if operation.protocol() == Protocol::V3 {
                assert_eq!(operation.check_response(&made), [], "{operation:?}");
            }
            assert_eq!(made, answer(asked(operation, &Value::Null)), "{operation:?}");
            assert_eq!(made.is_null(), !operation.has_answer(), "{operation:?}");
        }
    }

    #[test]
    fn what_the_request_says_comes_back() {
        let build = operation("POST", "v3/marketing/favor/coupon-stocks").unwrap();
        let members = json!({"stock_id": "S1", "create_time": "x"});
        let made = answer(asked(build, &members));
        assert_eq!((&made["stock_id"], &made["create_time"]), (&json!("S1"), &json!("x")));
        let other = answer(asked(build, &Value::Null));
        assert_eq!(other["create_time"], "2026-11-25T10:00:00+08:00");
        assert!(other["stock_id"].as_str().unwrap().starts_with("42000"));
        let again = answer(Asked { seed: 8, ..asked(build, &Value::Null) });
        assert_ne!(other["stock_id"], again["stock_id"]);
    }
}
