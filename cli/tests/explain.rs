//! `wxpay explain`: ids, codes, saved answers, refused signatures.
#![allow(missing_docs)]

mod support;

use serde_json::{Value, json};
use support::{Run, run};

fn explained(words: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[&["explain", "--json"], words].concat(), &[])
}

/// The ids of what was found.
fn ids(document: &Value) -> Vec<&str> {
    document["findings"].as_array().unwrap().iter().map(|finding| finding["id"].as_str().unwrap()).collect()
}

#[test]
fn every_code_of_the_tables_is_known_in_every_spelling() {
    let internal = [
        "268512771",
        "268447840",
        "268435461",
        "268435464",
        "268449538",
        "268498689",
        "270924358",
        "268443715",
        "268447843",
        "268447845",
        "268447914",
        "268448010",
        "268449641",
        "268443699",
        "268501013",
        "268498688",
        "268445527",
        "268443704",
        "268443705",
        "268443701",
    ];
    for code in internal {
        let run = explained(&[code]);
        assert_eq!((run.code, ids(&run.json())), (Some(0), vec![code]));
        assert_eq!(run.json()["kind"], "internal_code");
        let by_id = explained(&[&format!("08F78BB5AF06-{code}")]).json();
        assert_eq!(
            (ids(&by_id), by_id["kind"].as_str(), by_id["internal_code"].as_str()),
            (vec![code], Some("request_id"), Some(code))
        );
    }
    for (spelled, id, retry, unknown) in [
        ("USERPAYING", "USERPAYING", "query", true),
        ("param_error", "PARAM_ERROR", "no", false),
        ("ORDER_PAID", "ORDERPAID", "query", false),
        ("NOAUTH", "NO_AUTH", "no", false),
        ("RULELIMIT", "RULE_LIMIT", "no", false),
        ("ORDERNOTEXIST", "ORDER_NOT_EXIST", "query", false),
        ("FREQUENCY_LIMIT_EXCEED", "FREQUENCY_LIMITED", "later", false),
        ("SYSTEMERROR", "SYSTEM_ERROR", "same", true),
        ("BANKERROR", "BANK_ERROR", "same", true),
        ("OPENID_MISMATCH", "OPENID_MISMATCH", "no", false),
        ("SERVICE_UNAVAILABLE", "SERVICE_UNAVAILABLE", "same", true),
    ] {
        let document = explained(&[spelled]).json();
        assert_eq!((ids(&document), document["kind"].as_str()), (vec![id], Some("code")), "{spelled}");
        assert_eq!(
            (document["findings"][0]["retry"].as_str(), document["outcome_unknown"].as_bool()),
            (Some(retry), Some(unknown)),
            "{spelled}"
        );
    }
}

#[test]
fn what_nobody_knows_is_exit_1_and_what_is_nothing_is_exit_2() {
    for words in [&["NO_SUCH_CODE"][..], &["1"], &["08F7-0"], &["--status", "418"]] {
        let run = explained(words);
        assert_eq!((run.code, ids(&run.json())), (Some(1), vec![]), "{words:?}");
    }
    for words in [&["no such file.txt"][..], &[], &["--status", "0"], &["{]"]] {
        assert_eq!(explained(words).error()["exit"], 2, "{words:?}");
    }
    assert_eq!(explained(&["SIGN_ERROR", "--sent", "/no/such"]).error()["exit"], 8);
    assert_eq!(ids(&explained(&["--status", "502"]).json()), ["HTTP_502"]);
}

fn saved(content: &str, words: &[&str], sent: Option<&str>) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("answer.txt"), content).unwrap();
    let mut all = vec!["explain", "--json", "answer.txt"];
    all.extend(words);
    if let Some(sent) = sent {
        std::fs::write(folder.path().join("sent.txt"), sent).unwrap();
        all.extend(["--sent", "sent.txt"]);
    }
    let run = run(folder.path(), &all, &[]);
    assert_eq!(run.code, Some(0));
    run.json()
}

#[test]
fn a_saved_answer_is_explained_the_internal_code_first() {
    let answer = "HTTP/1.1 400 Bad Request\r\nRequest-ID: 08F7-268498688\r\n\r\n{\"code\":\"INVALID_REQUEST\",\"message\":\"x\"}";
    let document = saved(answer, &[], None);
    assert_eq!((ids(&document), document["kind"].as_str()), (vec!["268498688", "INVALID_REQUEST"], Some("rejection")));
    assert_eq!(
        (document["status"].as_u64(), document["request_id"].as_str(), document["outcome_unknown"].as_bool()),
        (Some(400), Some("08F7-268498688"), Some(false))
    );
    let html = saved("HTTP/1.1 504 Gateway Timeout\n\n<html></html>", &[], None);
    assert_eq!((ids(&html), html["outcome_unknown"].as_bool()), (vec!["HTTP_504"], Some(true)));
    assert_eq!(ids(&saved("{\"code\":\"NO_AUTH\"}", &["--status", "403"], None)), ["NO_AUTH"]);
    for (content, id, command) in [
        ("{\"event_type\":\"REFUND.SUCCESS\",\"resource\":{}}", "notification", "wxpay notice"),
        ("交易时间,公众账号ID\n`2026-11-25 10:00:00,`wx\n", "bill", "wxpay bill"),
        ("<xml><err_code>SYSTEMERROR</err_code></xml>", "apiv2_xml", "wxpay notice verify"),
    ] {
        let document = saved(content, &[], None);
        assert_eq!(ids(&document)[0], id);
        assert!(document["findings"][0]["remedy"]["zh"].as_str().unwrap().contains(command), "{document}");
    }
    assert_eq!(ids(&saved("<xml><err_code>SYSTEMERROR</err_code></xml>", &[], None)), ["apiv2_xml", "SYSTEM_ERROR"]);
}

const SENT: &str = "GET\n/v3/certificates\n1554208460\nABC\n\n";

fn refusal(message: &str) -> String {
    let url = message.lines().nth(1).unwrap();
    let information = json!({"method": "GET", "url": url, "sign_message_length": message.len(), "truncated_sign_message": &message[..message.len().min(64)]});
    let body = json!({"code": "SIGN_ERROR", "message": "签名错误", "detail": {"detail": {"issue": "sign not match"}, "field": "signature",
        "location": "authorization", "sign_information": information}});
    format!("HTTP/1.1 401 Unauthorized\r\nRequest-ID: 08F7-268443699\r\n\r\n{body}")
}

#[test]
fn a_refused_signature_is_compared_line_by_line() {
    let document = saved(&refusal(&SENT.replace("certificates", "certificates?a=1")), &[], Some(SENT));
    assert_eq!(document["kind"], "sign_error");
    assert_eq!(
        document["sign"]["differs"],
        json!([{"line": 2, "name": "url", "gateway": "/v3/certificates?a=1", "sent": "/v3/certificates", "hint": "query_missing"}])
    );
    assert_eq!(
        (document["sign"]["gateway"]["length"].as_u64(), document["sign"]["sent"]["length"].as_u64()),
        (Some(41), Some(37))
    );
    let same = saved(&refusal(SENT), &[], Some(SENT));
    assert!(ids(&same).contains(&"key_or_serial") && same["sign"]["differs"] == json!([]), "{same}");
    let unsent = saved(&refusal(SENT), &[], None);
    assert!(unsent["sign"]["sent"].is_null() && !ids(&unsent).contains(&"key_or_serial"));
    // Without what the gateway saw: what to look at, in order.
    let short = saved("HTTP/1.1 401 Unauthorized\n\n{\"code\":\"SIGN_ERROR\"}", &[], None);
    assert_eq!(ids(&short)[..3], ["SIGN_ERROR", "scheme", "identity"]);
    assert!(short["sign"].is_null());
}

#[test]
fn people_read_what_it_is_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let english = run(folder.path(), &["explain", "SYSTEM_ERROR"], &[]);
    assert!(
        english.out.starts_with("SYSTEM_ERROR  the gateway failed") && english.out.contains("query before repeating"),
        "{}",
        english.out
    );
    let chinese = run(folder.path(), &["explain", "SYSTEM_ERROR", "--lang", "zh"], &[]);
    assert!(chinese.out.contains("结果未知"), "{}", chinese.out);
    std::fs::write(folder.path().join("answer"), refusal(&SENT.replace("ABC", "\u{1b}[31mX"))).unwrap();
    std::fs::write(folder.path().join("sent"), SENT).unwrap();
    let told = run(folder.path(), &["explain", "answer", "--sent", "sent"], &[]);
    assert!(told.out.contains("line 4 (nonce) differs") && !told.out.contains('\u{1b}'), "{}", told.out);
}

#[test]
fn a_check_of_the_doctors_is_explained_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let listed = run(folder.path(), &["doctor", "--list", "--json"], &[]).json();
    for check in listed["checks"].as_array().unwrap() {
        let id = check["id"].as_str().unwrap();
        let explained = explained(&[id]);
        let document = explained.json();
        assert_eq!((explained.code, document["kind"].as_str()), (Some(0), Some("check")), "{id}");
        assert_eq!((ids(&document), &document["findings"][0]["title"]), (vec![id], &check["looks_at"]));
    }
    let text = run(folder.path(), &["explain", "key.fits_serial", "--lang", "zh"], &[]);
    assert!(text.out.contains("WECHATPAY_SERIAL") && text.out.contains("\n  → "), "{}", text.out);
    let nearly = explained(&["keys.fits_serial"]).error();
    assert!(nearly["exit"] == 2 && nearly["remedy"]["zh"].as_str().unwrap().contains("key.fits_serial"), "{nearly}");
    // A file of that name is still a file.
    std::fs::write(folder.path().join("tcp"), r#"{"code":"PARAM_ERROR"}"#).unwrap();
    let file = run(folder.path(), &["explain", "tcp", "--json"], &[]).json();
    assert_eq!(ids(&file), ["PARAM_ERROR"]);
}
