//! A refusal says which field was refused, where it is, and why; never what stood there.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::{full, native};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Error, Method, Value, json};

const ORDER: &str = "v3/pay/transactions/native";

fn refused(status: u16, body: Value) -> Error {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, ORDER).status(status, body);
    gateway.client().unwrap()[ORDER].post(native()).unwrap_err()
}

fn found(error: &Error) -> [Option<&str>; 3] {
    let no = error.rejection().unwrap();
    [no.field(), no.issue(), no.location()]
}

fn text(error: &Error) -> String {
    // What follows is another at every call.
    error.to_string().split(" (Request-ID ").next().unwrap().to_owned()
}

#[test]
fn a_bad_parameter_is_named_and_its_value_is_not() {
    let value = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";
    let error = refused(
        400,
        json!({"code": "PARAM_ERROR", "message": "参数错误",
            "detail": {"field": "/payer/openid", "value": value, "issue": "openid is invalid", "location": "body"}}),
    );
    assert_eq!(found(&error), [Some("/payer/openid"), Some("openid is invalid"), Some("body")]);
    let expected = "the gateway refused with 400 Bad Request: PARAM_ERROR 参数错误 (field /payer/openid in body: openid is invalid)";
    assert_eq!(text(&error), expected);
    assert!(!error.outcome_unknown());
    assert!(!full(&error).contains(value) && !format!("{error:?}").contains(value), "{error:?}");
    // Nor where the gateway repeats it.
    for (value, issue, expected) in [
        (json!(value), format!("{value} is no openid"), "… is no openid"),
        (json!(34_052_419), "the number 34052419 is too long".into(), "the number … is too long"),
        (json!("a"), "a value is missing".into(), "a value is missing"),
    ] {
        let error =
            refused(400, json!({"code": "PARAM_ERROR", "detail": {"field": "/x", "value": value, "issue": issue}}));
        assert_eq!(error.rejection().unwrap().issue(), Some(issue.as_str()));
        assert_eq!(
            text(&error),
            format!("the gateway refused with 400 Bad Request: PARAM_ERROR (field /x: {expected})")
        );
    }
}

#[test]
fn the_members_are_found_where_endpoints_put_them() {
    let sign = json!({"detail": {"issue": "sign not match"}, "field": "signature", "location": "authorization"});
    for (detail, expected, shown) in [
        (
            sign,
            [Some("signature"), Some("sign not match"), Some("authorization")],
            " (field signature in authorization: sign not match)",
        ),
        (json!([{"field": "/a", "issue": "i"}, {"field": "/b"}]), [Some("/a"), Some("i"), None], " (field /a: i)"),
        (json!({"location": "query"}), [None, None, Some("query")], " (in query)"),
        (json!({"issue": "missing"}), [None, Some("missing"), None], " (missing)"),
        (json!({"field": ""}), [None; 3], ""),
        (json!({"field": null, "issue": 7}), [None; 3], ""),
        (json!("a text"), [None; 3], ""),
        (json!(null), [None; 3], ""),
    ] {
        let error = refused(400, json!({"code": "PARAM_ERROR", "message": "m", "detail": detail}));
        assert_eq!(found(&error), expected, "{detail}");
        assert_eq!(text(&error), format!("the gateway refused with 400 Bad Request: PARAM_ERROR m{shown}"));
    }
    let beside = refused(400, json!({"code": "PARAM_ERROR", "message": "m", "field": "/a", "location": "url"}));
    assert_eq!(found(&beside), [Some("/a"), None, Some("url")]);
}

#[test]
fn what_is_hostile_is_bounded_and_escaped() {
    let hostile = format!("\u{1b}[2J\n\r\u{202e}\0{}", "x".repeat(1_000_000));
    let detail = json!({"field": hostile, "issue": hostile, "location": hostile});
    let error = refused(400, json!({"code": "PARAM_ERROR", "message": "m", "detail": detail}));
    assert_eq!(found(&error), [Some(hostile.as_str()); 3]);
    let text = error.to_string();
    assert!(text.len() < 800 && !text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
    assert!(text.contains("(field \\u{1b}[2J\\n\\r\\u{202e}\\0xxx"), "{text:?}");
    assert!(!format!("{error:?}").contains('\u{1b}'));
    let all: String = std::iter::repeat_n('\u{1b}', 100_000).collect();
    let error = refused(400, json!({"code": "X", "detail": {"field": all, "issue": all, "location": all}}));
    assert!(error.to_string().len() < 5000, "{}", error.to_string().len());
}
