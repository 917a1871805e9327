//! What an answer of APIv3 says when it is a refusal: `code`, `message` and `detail` of its JSON.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error::rejection::{Reason, Rejection};

/// The refusal of an answer that is not 2xx, whatever its body is; `verified` if its signature is right.
pub(crate) fn rejection(status: StatusCode, headers: &HeaderMap, body: Bytes, verified: bool) -> Rejection {
    let json = serde_json::from_slice::<Value>(&body).ok();
    let text = |name| json.as_ref().and_then(|json| json.get(name)?.as_str()).unwrap_or_default().to_owned();
    let detail = json.as_ref().and_then(|json| json.get("detail")).filter(|detail| !detail.is_null()).cloned();
    let reason = Reason { code: text("code"), message: text("message"), detail };
    Rejection::new(status, headers, body, verified, reason)
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
        assert_eq!(r.sentence(), "the gateway refused with 400 Bad Request: ORDERPAID 订单已支付 [unverified]");
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
