//! What an answer of APIv3 says when it is a refusal: `code`, `message` and `detail` of its JSON.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error::rejection::{Place, Reason, Rejection};

/// The refusal of an answer that is not 2xx, whatever its body is; `verified` if its signature is right.
pub(crate) fn rejection(status: StatusCode, headers: &HeaderMap, body: Bytes, verified: bool) -> Rejection {
    let json = serde_json::from_slice::<Value>(&body).ok();
    let text = |name| json.as_ref().and_then(|json| json.get(name)?.as_str()).unwrap_or_default().to_owned();
    let detail = json.as_ref().and_then(|json| json.get("detail")).filter(|detail| !detail.is_null()).cloned();
    let place = json.as_ref().map(place).unwrap_or_default();
    let reason = Reason { code: text("code"), message: text("message"), detail, place };
    Rejection::new(status, headers, body, verified, reason)
}

/// How deep `detail` is looked into: a refused signature has one in another.
const DEPTH: usize = 3;

/// What of the request was refused. `detail` differs from endpoint to endpoint: an object, a list of them, one in another; or its
/// members stand beside `code`.
fn place(json: &Value) -> Place {
    let mut spots = Vec::new();
    json.get("detail").into_iter().for_each(|detail| look(detail, DEPTH, &mut spots));
    spots.push(json);
    let find = |name: &str| spots.iter().find_map(|spot| spot.get(name)).filter(|value| !value.is_null());
    let text = |name: &str| {
        let each = spots.iter().filter_map(|spot| spot.get(name)?.as_str());
        each.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
    };
    let value = find("value").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    Place { field: text("field"), issue: text("issue"), location: text("location"), value }
}

/// The objects that may say where, the outer before the inner; of a list the first that does.
fn look<'a>(detail: &'a Value, depth: usize, spots: &mut Vec<&'a Value>) {
    match detail {
        Value::Object(members) if depth > 0 => {
            spots.push(detail);
            members.get("detail").into_iter().for_each(|inner| look(inner, depth - 1, spots));
        }
        Value::Array(items) if depth > 0 => {
            let says =
                |item: &&Value| ["field", "issue", "location", "detail"].iter().any(|name| item.get(name).is_some());
            items.iter().find(says).into_iter().for_each(|item| look(item, depth - 1, spots));
        }
        _ => {}
    }
}

/// The `code` of a refusal's body; empty if it has none.
pub(crate) fn code(body: &[u8]) -> String {
    let json = serde_json::from_slice::<Value>(body).ok();
    json.as_ref().and_then(|json| json.get("code")?.as_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(status: u16, body: &'static str) -> Rejection {
        let status = StatusCode::from_u16(status).unwrap();
        super::rejection(status, &HeaderMap::new(), Bytes::from_static(body.as_bytes()), false)
    }

    #[test]
    fn reads_the_gateways_json() {
        let r = rejection(400, r#"{"code":"ORDERPAID","message":"订单已支付","detail":{"field":"/x"}}"#);
        assert_eq!((r.code(), r.message()), ("ORDERPAID", "订单已支付"));
        assert_eq!(r.detail().unwrap()["field"], "/x");
        assert!(r.is("order_paid") && r.is("ORDERPAID") && !r.is("ORDER_CLOSED"));
        assert_eq!(
            r.sentence(),
            "the gateway refused with 400 Bad Request: ORDERPAID 订单已支付 (field /x) [unverified]"
        );
    }

    #[test]
    fn what_was_refused_is_found_wherever_it_stands() {
        for (body, [field, issue, location]) in [
            (r#"{"detail":{"field":"/a","value":1,"issue":"i","location":"body"}}"#, ["/a", "i", "body"]),
            (
                r#"{"detail":{"detail":{"issue":"sign not match"},"field":"signature","location":"authorization"}}"#,
                ["signature", "sign not match", "authorization"],
            ),
            (r#"{"detail":[{"field":"/a","issue":"i"},{"field":"/b","location":"url"}]}"#, ["/a", "i", ""]),
            (r#"{"detail":{"detail":[{"x":1},{"field":"/a"}]}}"#, ["/a", "", ""]),
            (r#"{"field":"/a","location":"query","detail":{"issue":"i"}}"#, ["/a", "i", "query"]),
            (r#"{"field":"/a","issue":"i"}"#, ["/a", "i", ""]),
            (r#"{"detail":{"field":["/a"],"issue":7,"location":" "}}"#, ["", "", ""]),
            (r#"{"detail":"the field /a"}"#, ["", "", ""]),
            (r#"{"detail":[[[[{"field":"/a"}]]]]}"#, ["", "", ""]),
            ("[]", ["", "", ""]),
        ] {
            let r = rejection(400, body);
            let found = [r.field(), r.issue(), r.location()].map(Option::unwrap_or_default);
            assert_eq!(found, [field, issue, location], "{body}");
        }
    }

    #[test]
    fn survives_html_empty_and_odd_bodies() {
        let html = rejection(502, "<html>\n<h1>502 Bad\tGateway</h1>");
        assert_eq!((html.code(), html.message(), html.detail()), ("", "", None));
        assert!(html.sentence().contains("\"<html> <h1>502 Bad Gateway</h1>\""), "{}", html.sentence());
        assert!(rejection(504, "").sentence().contains("an empty body"));
        let odd = rejection(400, r#"{"detail":{"value":"34052419800101001X"}}"#);
        assert!(odd.sentence().ends_with("41 bytes without a code [unverified]"), "{}", odd.sentence());
        let long = format!(r#"{{"code":"X","message":"a\n\u001b{}"}}"#, "b".repeat(5000));
        let sentence = rejection(400, Box::leak(long.into_boxed_str())).sentence();
        assert!(sentence.len() < 400 && !sentence.contains(['\n', '\u{1b}']), "{sentence}");
        for odd in ["[1]", "\"x\"", "7", r#"{"code":7,"message":null,"detail":null}"#] {
            let r = rejection(500, odd);
            assert_eq!((r.code(), r.message(), r.detail()), ("", "", None), "{odd}");
        }
    }

    #[test]
    fn debug_keeps_the_body_to_itself() {
        let r = rejection(400, r#"{"code":"PARAM_ERROR","message":"m","detail":{"value":"oUpF8uMuAJO"}}"#);
        assert!(!format!("{r:?}").contains("oUpF8uMuAJO"));
    }
}
