//! The control interface over HTTP: how it is asked, how it answers, and merchants' keys.

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask, Done, ECHO, host, plain};

fn start() -> Simulator {
    Simulator::builder().start().unwrap()
}

const JSON: &str = "Content-Type: application/json\r\n";

fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap().to_owned())
}

#[test]
fn requests_are_json_and_so_are_answers() {
    let sim = start();
    let get = plain(&sim, "GET", "/_/api/merchants/1900000001", "", "");
    assert_eq!((get.status, get.header("Content-Type")), (200, Some("application/json; charset=utf-8")));
    assert_eq!(get.json()["mchid"], "1900000001");
    let patch = plain(&sim, "PATCH", "/_/api/merchants/1900000001", JSON, r#"{"fee_bp":38}"#);
    assert_eq!((patch.status, &patch.json()["fee_bp"]), (200, &json!(38)));
    let empty = plain(&sim, "POST", "/_/api/merchants/1900000001/secret", JSON, "");
    assert_eq!(empty.status, 200);
    let nothing = plain(&sim, "DELETE", "/_/api/calls", JSON, "");
    assert_eq!((nothing.status, nothing.body.len()), (204, 0));
    for (answer, expected) in [
        (plain(&sim, "POST", "/_/api/merchants", JSON, "{"), (400, "BAD_REQUEST")),
        (plain(&sim, "POST", "/_/api/merchants", JSON, "[]"), (400, "BAD_REQUEST")),
        (plain(&sim, "PATCH", "/_/api/merchants/1900000001", JSON, r#"{"tea":1}"#), (400, "BAD_REQUEST")),
        (plain(&sim, "POST", "/_/api/merchants/1900000001/secret", JSON, r#"{"secret":"mine"}"#), (400, "BAD_REQUEST")),
        (plain(&sim, "GET", "/_/api/merchants/1", "", ""), (404, "NOT_FOUND")),
        (plain(&sim, "GET", "/_/api/nothing", "", ""), (404, "NOT_FOUND")),
        (plain(&sim, "PUT", "/_/api/merchants", JSON, ""), (404, "NOT_FOUND")),
        (plain(&sim, "TRACE", "/_/api/merchants", "", ""), (404, "NOT_FOUND")),
    ] {
        assert_eq!(error(&answer), (expected.0, expected.1.to_owned()));
        assert!(answer.json()["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    let long = plain(&sim, "POST", "/_/api/merchants", JSON, &" ".repeat(1024 * 1024 + 1));
    assert_eq!(error(&long), (400, "BAD_REQUEST".to_owned()));
}

#[test]
fn a_new_merchant_has_keys_at_once() -> Done {
    let sim = start();
    let made = sim.post(
        "merchants",
        json!({"mchid": "1900000077", "kind": "merchant", "appids": [{"appid": "wx0000000000000077", "kind": "mini"}]}),
    )?;
    assert_eq!((made["serial"].as_str().unwrap().len(), &made["appids"][0]["kind"]), (40, &json!("mini")));
    let wxpay = sim.merchant("1900000077")?.client()?;
    assert_eq!(wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    assert_eq!(sim.get("merchants")?["items"].as_array().unwrap().len(), 6);
    sim.delete("merchants/1900000077")?;
    assert_eq!(sim.merchant("1900000077").unwrap_err().code(), "NOT_FOUND");
    let error = wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"})).unwrap_err();
    assert_eq!(error.rejection().unwrap().code(), "SIGN_ERROR");
    Ok(())
}

#[test]
fn secrets_are_nowhere_but_where_they_are_asked_for() -> Done {
    let sim = start();
    let secrets = sim.get("merchants/1900000001/secrets")?;
    let texts: Vec<&str> = ["api_v3_key", "secret"].iter().map(|name| secrets[name].as_str().unwrap()).collect();
    let key = &secrets["private_key"].as_str().unwrap()[100..140];
    for path in ["merchants", "merchants/1900000001", "calls", "platform", "state"] {
        let shown = sim.get(path)?.to_string();
        assert!(texts.iter().all(|text| !shown.contains(text)) && !shown.contains(key), "{path}");
    }
    let shown = format!("{sim:?}");
    assert!(texts.iter().all(|text| !shown.contains(text)), "{shown}");
    Ok(())
}

#[test]
fn the_apiv3_key_is_renewed_and_unset() -> Done {
    let sim = start();
    let key = || sim.get("merchants/1900000001/secrets").unwrap()["api_v3_key"].clone();
    let old = key();
    sim.post("merchants/1900000001/api_v3_key", json!({}))?;
    assert_ne!(key(), old);
    sim.delete("merchants/1900000001/api_v3_key")?;
    assert_eq!((key(), &sim.get("merchants/1900000001")?["has_api_v3_key"]), (Value::Null, &json!(false)));
    sim.post("merchants/1900000001/api_v3_key", json!({}))?;
    assert_eq!(key().as_str().unwrap().len(), 32);
    Ok(())
}

#[test]
fn the_way_to_a_client_is_told_in_every_format() {
    let sim = start();
    for format in ["dotenv", "rust", "php", "node", "go", "java", "python", "postman"] {
        let answer = plain(&sim, "GET", &format!("/_/api/env?format={format}&mchid=1900000002"), "", "");
        let text = String::from_utf8(answer.body).unwrap();
        assert!(answer.status == 200 && text.contains("1900000002"), "{format}: {text}");
    }
    let env = plain(&sim, "GET", "/_/api/env", "Host: localhost:1\r\n", "");
    assert_eq!(env.status, 200);
    assert_eq!(error(&plain(&sim, "GET", "/_/api/env?format=perl", "", "")), (400, "BAD_REQUEST".to_owned()));
    assert_eq!(error(&plain(&sim, "GET", "/_/api/env?mchid=1", "", "")), (404, "NOT_FOUND".to_owned()));
}

#[test]
fn urls_have_the_host_that_the_request_came_by() {
    let sim = start();
    let port = host(&sim).rsplit_once(':').unwrap().1.to_owned();
    let request = format!("GET /_/api/env HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let env = super::by_hand::exchange(&sim, request.as_bytes()).json();
    assert_eq!(env["WECHATPAY_BASE_URI"], format!("http://localhost:{port}/"));
}

#[test]
fn calls_are_counted_once_however_many_come() {
    let sim = start();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(Ask::new(&sim, "POST", ECHO, r#"{"echo_message":"x"}"#).send(&sim).status, 200);
                }
            });
        }
    });
    assert_eq!(sim.get("calls?limit=1000").unwrap()["items"].as_array().unwrap().len(), 20);
}
