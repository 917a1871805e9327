//! The journal and its controls.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use super::by_hand::{Ask, ECHO, last, plain};

const HELLO: &str = r#"{"echo_message":"hello"}"#;

fn start() -> Simulator {
    Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start().unwrap()
}

fn targets(sim: &Simulator, path: &str) -> Vec<String> {
    let calls = sim.get(path).unwrap();
    calls["items"].as_array().unwrap().iter().map(|call| call["target"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_call_is_written_down_whole() {
    let sim = start();
    let ask = Ask::new(&sim, "POST", ECHO, HELLO);
    let (message, serial) = (String::from_utf8(ask.right()).unwrap(), ask.serial.clone());
    let answer = ask.send(&sim);
    let call = last(&sim);
    for (name, expected) in [
        ("at", json!("2026-11-25T10:00:00+08:00")),
        ("listener", json!("http")),
        ("method", json!("POST")),
        ("target", json!(ECHO)),
        ("path_template", json!("v3/security/echo")),
        ("mchid", json!("1900000001")),
        ("serial", json!(serial)),
        ("body", json!(HELLO)),
        ("plain", json!({"echo_message": "hello"})),
        ("message", json!(message)),
        ("verdict", json!("accepted")),
        ("refused", Value::Null),
        ("warnings", json!([])),
        ("fault", Value::Null),
        ("refs", json!([])),
    ] {
        assert_eq!(call[name], expected, "{name}");
    }
    assert_eq!(call["headers"]["user-agent"], "by hand");
    assert_eq!(
        (&call["answer"]["status"], &call["answer"]["body"]),
        (&json!(200), &json!(String::from_utf8(answer.body.clone()).unwrap()))
    );
    assert_eq!(call["answer"]["headers"]["Request-ID"], answer.header("Request-ID").unwrap());
    assert_eq!(call["host"], super::by_hand::host(&sim));
    let id = call["id"].as_str().unwrap();
    assert_eq!(sim.get(&format!("calls/{id}")).unwrap(), call);
    assert_eq!(sim.get("calls/call_99").unwrap_err().code(), "NOT_FOUND");
}

#[test]
fn calls_are_listed_newest_first_by_what_is_asked() {
    let sim = start();
    Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
    Ask::of(&sim, "1900000002", "GET", "/v3/certificates", "").send(&sim);
    Ask::new(&sim, "POST", ECHO, "{}").send(&sim);
    plain(&sim, "GET", "/nowhere", "", "");
    let all = ["/nowhere", ECHO, "/v3/certificates", ECHO];
    assert_eq!(targets(&sim, "calls"), all);
    assert_eq!(targets(&sim, "calls?limit=2"), all[..2]);
    let after = sim.get("calls?limit=2").unwrap()["next"].as_str().unwrap().to_owned();
    assert_eq!(targets(&sim, &format!("calls?after={after}")), all[2..]);
    for (query, expected) in [
        ("mchid=1900000002", &["/v3/certificates"][..]),
        ("path=v3/security/echo", &[ECHO, ECHO]),
        ("path=/v3/*", &[ECHO, "/v3/certificates", ECHO]),
        ("status=400", &[ECHO]),
        ("verdict=unknown_path", &["/nowhere"]),
        ("verdict=accepted", &["/v3/certificates", ECHO]),
        ("ref=ord_1", &[]),
        ("since=2026-11-25T10:00:00%2B08:00", &all),
        ("since=2026-11-25T10:00:01%2B08:00", &[]),
    ] {
        assert_eq!(targets(&sim, &format!("calls?{query}")), expected, "{query}");
    }
    for wrong in ["calls?status=x", "calls?since=today", "calls?limit=0", "calls?color=red"] {
        assert_eq!(sim.get(wrong).unwrap_err().code(), "BAD_REQUEST", "{wrong}");
    }
    sim.delete("calls").unwrap();
    assert!(targets(&sim, "calls").is_empty());
}

#[test]
fn whoever_waits_is_told_when_the_call_comes() {
    let sim = start();
    std::thread::scope(|scope| {
        let waiting = scope
            .spawn(|| sim.post("calls/wait", json!({"path": "v3/security/echo", "count": 2, "timeout_ms": 60_000})));
        Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
        Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
        assert_eq!(waiting.join().unwrap().unwrap()["items"].as_array().unwrap().len(), 2);
    });
    let begun = std::time::Instant::now();
    let error = sim.post("calls/wait", json!({"verdict": "faulted", "timeout_ms": 50})).unwrap_err();
    assert_eq!(error.code(), "TIMEOUT");
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert_eq!(sim.post("calls/wait", json!({"color": "red"})).unwrap_err().code(), "BAD_REQUEST");
}

#[test]
fn a_call_is_exported() {
    let sim = start();
    Ask::new(&sim, "POST", ECHO, r#"{"echo_message":"it's"}"#).send(&sim);
    let id = last(&sim)["id"].as_str().unwrap().to_owned();
    let json = sim.get(&format!("calls/{id}/export")).unwrap();
    assert_eq!((&json["expect"]["status"], &json["plain"]["echo_message"]), (&json!(200), &json!("it's")));
    let curl = sim.get(&format!("calls/{id}/export?format=curl")).unwrap();
    let curl = curl.as_str().unwrap();
    assert!(curl.starts_with(&format!("curl -i -X POST '{}v3/security/echo'", sim.url())), "{curl}");
    assert!(curl.contains(r#"--data-binary '{"echo_message":"it'\''s"}'"#), "{curl}");
    let rust = sim.get(&format!("calls/{id}/export?format=rust")).unwrap();
    let rust = rust.as_str().unwrap();
    for expected in [
        "sim.merchant(\"1900000001\")?",
        ".chain(\"v3/security/echo\")",
        ".post(wechatpay_chain::json!({",
        "as_u16(), 200)",
    ] {
        assert!(rust.contains(expected), "{rust}");
    }
    assert_eq!(sim.get(&format!("calls/{id}/export?format=perl")).unwrap_err().code(), "BAD_REQUEST");
}

#[test]
fn long_bodies_are_kept_as_far_as_they_go() {
    let sim = start();
    let body = json!({"echo_message": "x".repeat(100_000)}).to_string();
    let answer = Ask::new(&sim, "POST", ECHO, &body).send(&sim);
    let call = last(&sim);
    assert_eq!(call["body"].as_str().unwrap().len(), 65_536);
    assert_eq!(call["answer"]["status"], answer.status);
}
