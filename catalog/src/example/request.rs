//! Examples of requests, answers and notifications.

use serde_json::Value;

use crate::field::Fields;
use crate::kinds::Protocol;
use crate::notification::Notification;
use crate::operation::Operation;
use crate::part::Part;

use super::values;

/// A made-up request with every listed member.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleRequest {
    path: String,
    query: Value,
    body: Value,
}

impl ExampleRequest {
    /// The path with its variables filled in, without a leading slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query, an object; `Null` where there is none.
    pub fn query(&self) -> &Value {
        &self.query
    }

    /// The body, an object; `Null` where there is none. Members to be encrypted are in plain text.
    pub fn body(&self) -> &Value {
        &self.body
    }
}

impl Operation {
    /// A made-up request, the same every time, with every listed member: it passes [`check_request`](Self::check_request).
    ///
    /// ```
    /// let close = wechatpay_catalog::operation("POST", "v3/pay/transactions/out-trade-no/{out_trade_no}/close").unwrap();
    /// let example = close.example_request();
    /// assert_eq!(example.body(), &serde_json::json!({ "mchid": "1900000001" }));
    /// assert!(close.check_request(example.query(), example.body()).is_empty());
    /// ```
    pub fn example_request(self) -> ExampleRequest {
        let body = self.body();
        ExampleRequest {
            path: self.example_path(),
            query: object(self.fields(Part::Query), false),
            body: body.map_or(Value::Null, |part| object(self.fields(part), part == Part::Xml)),
        }
    }

    /// A made-up answer, the same every time, with every listed member: it passes [`check_response`](Self::check_response).
    ///
    /// Of APIv2 it is flat, and every value is a text. `Null` where [`has_answer`](Self::has_answer) is false.
    ///
    /// ```
    /// let native = wechatpay_catalog::operation("POST", "v3/pay/transactions/native").unwrap();
    /// assert_eq!(native.example_response(), serde_json::json!({ "code_url": "code_url" }));
    /// ```
    pub fn example_response(self) -> Value {
        let v2 = self.protocol() == Protocol::V2;
        let mut answer = object(self.fields(Part::Answer), v2);
        if let (true, Value::Object(members)) = (v2, &mut answer) {
            for code in ["return_code", "result_code"] {
                let any = self.fields(Part::Answer).get(code).is_some_and(|field| field.values().len() == 0);
                if any {
                    members.insert(code.to_owned(), Value::from("SUCCESS"));
                }
            }
        }
        answer
    }

    fn example_path(self) -> String {
        let variables = self.fields(Part::Path);
        let filled = self.path().split('/').map(|segment| {
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => variables.get(name).map_or_else(|| name.to_owned(), values::as_text),
                None => segment.to_owned(),
            }
        });
        filled.collect::<Vec<_>>().join("/")
    }
}

impl Notification {
    /// What is inside the ciphertext, made up, the same every time, with every listed member.
    ///
    /// Of APIv2 it is flat, and every value is a text. `Null` where [`resource`](Self::resource) is empty.
    ///
    /// ```
    /// use wechatpay_catalog::{Protocol, notification};
    ///
    /// let refunded = notification(Protocol::V3, "REFUND.SUCCESS").unwrap();
    /// assert_eq!(refunded.example_resource()["refund_status"], "SUCCESS");
    /// ```
    pub fn example_resource(self) -> Value {
        object(self.resource(), self.protocol() == Protocol::V2)
    }
}

fn object(fields: Fields, texts: bool) -> Value {
    if fields.is_empty() { Value::Null } else { Value::Object(values::object(fields, texts)) }
}
