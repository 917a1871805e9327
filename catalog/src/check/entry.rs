//! Where the checks begin: which part is checked, and how.

use serde_json::{Map, Value};

use crate::field::Field;
use crate::kinds::{Kind, Protocol};
use crate::operation::Operation;
use crate::part::Part;

use super::problem::{Issue, Location, Problem};
use super::scalar;
use super::walk::{Rules, Walk, is_added};
use super::wording::Expectation;

impl Operation {
    /// What is wrong with a request as the caller writes it: members to be encrypted in plain text.
    ///
    /// `query` is an object (several values of a name: an array), or `Null` for none; `body` an object, or `Null` for none. The body of an
    /// upload is not looked at; see [`check_meta`](Self::check_meta). Query and XML are texts: `"1"` is an integer there, and it is not in JSON.
    ///
    /// Problems of the query come before those of the body, those of an object before those of what lies in it. Not checked are one of several
    /// members, ranges, patterns and dates: the catalogue does not have them.
    ///
    /// ```
    /// use serde_json::{Value, json};
    ///
    /// let native = wechatpay_catalog::operation("POST", "v3/pay/transactions/native").unwrap();
    /// let order = json!({
    ///     "appid": "wxd678efh567hg6787", "mchid": "1900000001", "description": "a book", "out_trade_no": "A-1001",
    ///     "notify_url": "https://shop.example/paid", "amount": { "total": 1, "currency": "CNY" },
    /// });
    /// assert!(native.check_request(&Value::Null, &order).is_empty());
    /// ```
    pub fn check_request(self, query: &Value, body: &Value) -> Vec<Problem> {
        self.check_both(query, body, false)
    }

    /// What is wrong with a request as it goes over the wire: members to be encrypted must be ciphertext.
    ///
    /// Otherwise as [`check_request`](Self::check_request).
    ///
    /// ```
    /// use serde_json::{Value, json};
    /// use wechatpay_catalog::Issue;
    ///
    /// let add = wechatpay_catalog::operation("POST", "v3/profitsharing/receivers/add").unwrap();
    /// let body = json!({
    ///     "appid": "wxd678efh567hg6787", "type": "MERCHANT_ID", "account": "1900000002", "name": "a shop", "relation_type": "STORE",
    /// });
    /// assert!(add.check_request(&Value::Null, &body).is_empty());
    /// assert_eq!(add.check_sent(&Value::Null, &body)[0].issue(), Issue::NotEncrypted);
    /// ```
    pub fn check_sent(self, query: &Value, body: &Value) -> Vec<Problem> {
        self.check_both(query, body, true)
    }

    /// What is wrong with the meta of an upload, as it goes over the wire; nothing where a page describes none.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let upload = wechatpay_catalog::operation("POST", "v3/merchant/media/upload").unwrap();
    /// assert!(upload.check_meta(&json!({ "filename": "a.png", "sha256": "e3b0" })).is_empty());
    /// let problems = upload.check_meta(&json!({ "filename": "a.png" }));
    /// assert_eq!(problems[0].to_string(), "body /sha256: string missing");
    /// ```
    pub fn check_meta(self, meta: &Value) -> Vec<Problem> {
        let described = self.fields(Part::Form).get("meta").map(Field::fields);
        let root = described.filter(|fields| !fields.is_empty());
        let rules =
            |root| Rules { location: Location::Body, root, as_text: false, sent: true, v2: false, partial: false };
        root.map_or_else(Vec::new, |root| check(rules(root), meta))
    }

    /// What is wrong with an answer: of APIv3 the JSON, of APIv2 a flat object of texts.
    ///
    /// Members that the page does not list are no fault: answers may gain some at any time. Of an answer of APIv2 whose `return_code` or
    /// `result_code` is not `SUCCESS` only the members that are there are checked.
    ///
    /// ```
    /// use serde_json::json;
    ///
    /// let native = wechatpay_catalog::operation("POST", "v3/pay/transactions/native").unwrap();
    /// assert!(native.check_response(&json!({ "code_url": "weixin://wxpay/bizpayurl?pr=x", "new": 1 })).is_empty());
    /// assert_eq!(native.check_response(&json!({}))[0].to_string(), "answer /code_url: string missing");
    /// ```
    pub fn check_response(self, answer: &Value) -> Vec<Problem> {
        let v2 = self.protocol() == Protocol::V2;
        let fails = |name| answer.get(name).is_some_and(|code| code.as_str() != Some("SUCCESS"));
        let root = self.fields(Part::Answer);
        let partial = v2 && (fails("return_code") || fails("result_code"));
        match root.is_empty() {
            true => Vec::new(),
            false => check(Rules { location: Location::Answer, root, as_text: v2, sent: false, v2, partial }, answer),
        }
    }

    fn check_both(self, query: &Value, body: &Value, sent: bool) -> Vec<Problem> {
        let v2 = self.protocol() == Protocol::V2;
        let rules = |location, root, as_text| Rules { location, root, as_text, sent, v2, partial: false };
        let mut problems = check(rules(Location::Query, self.fields(Part::Query), true), query);
        match self.body() {
            Some(Part::Form) => {}
            Some(part) => problems.extend(check(rules(Location::Body, self.fields(part), part == Part::Xml), body)),
            None => problems.extend(check(rules(Location::Body, self.fields(Part::Json), false), body)),
        }
        problems
    }
}

fn check(rules: Rules, value: &Value) -> Vec<Problem> {
    let nothing = Map::new();
    let members = match value {
        Value::Null => &nothing,
        Value::Object(members) => members,
        other if rules.root.is_empty() => return unexpected(rules, other),
        other => return vec![whole(rules, Issue::WrongType, other, Expectation::Type(Kind::Object, false))],
    };
    if rules.root.is_empty() {
        return unexpected(rules, value);
    }
    let mut walk = Walk::new(rules);
    walk.object(rules.root, members);
    walk.found.sort_by_key(|(level, _)| *level);
    walk.found.into_iter().map(|(_, problem)| problem).collect()
}

/// A part that is not empty where none is known.
fn unexpected(rules: Rules, value: &Value) -> Vec<Problem> {
    let empty = match value {
        Value::Null => true,
        Value::Object(members) => members.keys().all(|name| rules.v2 && is_added(name)),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if empty { Vec::new() } else { vec![whole(rules, Issue::Unexpected, value, Expectation::Nothing)] }
}

fn whole(rules: Rules, issue: Issue, value: &Value, expected: Expectation) -> Problem {
    Problem::new(rules.location, "", issue, scalar::name(value), expected)
}
