//! What the catalogue says of a request.

use serde_json::{Map, Value, json};
use wechatpay_catalog::{Location, Operation, nearest_paths, operations_at};

use crate::base::text::{Text, text};

/// Something the catalogue does not agree with.
pub(crate) struct Finding {
    id: String,
    pointer: String,
    text: Text,
}

impl Finding {
    pub(crate) fn json(&self) -> Value {
        json!({"id": self.id, "pointer": self.pointer, "text": self.text.json()})
    }

    pub(crate) fn text(&self) -> &Text {
        &self.text
    }
}

/// The catalogue's entry of a request.
pub(crate) fn operation(method: &str, path: &str) -> Option<Operation> {
    wechatpay_catalog::operation(method, path)
}

/// What the catalogue finds in a request. `is_plain`: its secret members are still to be encrypted.
pub(crate) fn findings(method: &str, path: &str, query: Option<&str>, body: &Value, is_plain: bool) -> Vec<Finding> {
    let Some(operation) = operation(method, path) else { return vec![unknown(method, path)] };
    let query = query_object(query.unwrap_or_default());
    let problems = match is_plain {
        true => operation.check_request(&query, body),
        false => operation.check_sent(&query, body),
    };
    let finding = |problem: &wechatpay_catalog::Problem| Finding {
        id: snake(&format!("{:?}", problem.issue())),
        pointer: match problem.location() {
            Location::Query => format!("?{}", problem.pointer().trim_start_matches('/')),
            _ => problem.pointer().to_owned(),
        },
        text: Text::new(problem.to_string(), problem.zh().to_string()),
    };
    problems.iter().map(finding).collect()
}

fn unknown(method: &str, path: &str) -> Finding {
    let verbs: Vec<_> = operations_at(path).map(Operation::method).collect();
    let (id, text) = if verbs.is_empty() {
        let near = nearest_paths(path, 3).join(", ");
        let text = text!("the catalogue has no {path}; near to it: {near}", "目录中没有 {path}；相近的有：{near}");
        ("unknown_path", text)
    } else {
        let verbs = verbs.join(", ");
        let text =
            text!("the catalogue has no {method} of {path}, only {verbs}", "目录中 {path} 没有 {method}，只有 {verbs}");
        ("unknown_verb", text)
    };
    Finding { id: id.to_owned(), pointer: String::new(), text }
}

/// A query as the catalogue takes it: an object, several values of a name as an array; null for none.
fn query_object(query: &str) -> Value {
    let mut object = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::from(value.into_owned());
        match object.get_mut(name.as_ref()) {
            None => _ = object.insert(name.into_owned(), value),
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = json!([one.take(), value]),
        }
    }
    if object.is_empty() { Value::Null } else { Value::Object(object) }
}

/// `NotInEnum` as `not_in_enum`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_catalogue_finds_has_a_place_and_both_languages() {
        let found = findings("POST", "v3/pay/transactions/out-trade-no/A-1/close", None, &json!({"mchid": 1}), false);
        let document = found[0].json();
        assert_eq!((document["id"].as_str(), document["pointer"].as_str()), (Some("wrong_type"), Some("/mchid")));
        assert!(!document["text"]["zh"].as_str().unwrap().is_ascii());
        let path = "v3/pay/transactions/id/4200001234";
        assert!(findings("GET", path, Some("mchid=1900000109"), &Value::Null, false).is_empty());
        assert_eq!(findings("GET", path, None, &Value::Null, false)[0].json()["pointer"], "?mchid");
        let unknown = findings("GET", "v3/pay/transactions/nativ", None, &Value::Null, false);
        assert!(unknown[0].id == "unknown_path" && unknown[0].text.en().contains("v3/pay/transactions/native"));
        let verb = findings("GET", "v3/pay/transactions/native", None, &Value::Null, false);
        assert!(verb[0].id == "unknown_verb" && verb[0].text.en().ends_with("only POST"));
    }

    #[test]
    fn a_query_with_a_name_twice_has_an_array() {
        assert_eq!(query_object("a=1&b=%E5%BC%A0&a=2&a=3"), json!({"a": ["1", "2", "3"], "b": "张"}));
        assert!(query_object("").is_null());
    }
}
