//! What an answer means.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use serde_json::json;

use crate::receiver::{Answer, Done, Receiver, findings, frozen, now, send};

const PAID: &str = "TRANSACTION.SUCCESS";

#[test]
fn any_2xx_is_accepted_and_nothing_else() {
    let sim = frozen();
    for (status, verdict, state) in [
        (200, "accepted", "accepted"),
        (204, "accepted", "accepted"),
        (299, "accepted", "accepted"),
        (302, "redirected", "failed"),
        (400, "refused", "failed"),
        (404, "refused", "failed"),
        (500, "refused", "failed"),
    ] {
        let receiver = Receiver::always(status);
        let notice = send(&sim, PAID, &receiver.url());
        let attempt = &notice["attempts"][0];
        assert_eq!((&attempt["status"], &attempt["verdict"]), (&json!(status), &json!(verdict)));
        assert_eq!(notice["state"], state, "{status}");
    }
}

#[test]
fn redirects_are_failures_and_not_followed() {
    let sim = frozen();
    let elsewhere = Receiver::always(204);
    let to = format!("Location: {}", elsewhere.url());
    let receiver = Receiver::new(move |_, _| Answer::new(307).line(&to));
    assert_eq!(send(&sim, PAID, &receiver.url())["state"], "failed");
    assert!(elsewhere.received().is_empty());
    assert_eq!(findings(&sim), ["redirected"]);
}

#[test]
fn the_code_of_a_2xx_counts_only_if_the_rule_says_so() -> Done {
    let sim = frozen();
    let receiver = Receiver::new(|_, _| Answer::new(200).body(r#"{"code":"FAIL","message":"失败"}"#));
    let attempt = &send(&sim, PAID, &receiver.url())["attempts"][0];
    assert_eq!(
        (&attempt["verdict"], &attempt["answer"]),
        (&json!("accepted"), &json!(r#"{"code":"FAIL","message":"失败"}"#))
    );
    assert!(attempt["error"].as_str().unwrap().starts_with("warning: code is \"FAIL\""));
    sim.patch("rules", json!({"notice.code_fail": "refused"}))?;
    let notice = send(&sim, PAID, &receiver.url());
    assert_eq!((&notice["attempts"][0]["verdict"], &notice["state"]), (&json!("wrong_answer"), &json!("failed")));
    Ok(())
}

#[test]
fn an_answer_whose_head_is_late_is_none() -> Done {
    let sim = frozen();
    sim.patch("settings", json!({"notify": {"timeout_ms": 300}}))?;
    let receiver = Receiver::new(|_, _| Answer::new(204).after(Duration::from_secs(2)));
    let notice = send(&sim, PAID, &receiver.url());
    let attempt = &notice["attempts"][0];
    assert_eq!(
        (&attempt["verdict"], &attempt["status"], &notice["state"]),
        (&json!("timed_out"), &json!(null), &json!("failed"))
    );
    let ms = attempt["ms"].as_u64().unwrap();
    assert!((300..2000).contains(&ms), "{ms} ms");
    Ok(())
}

#[test]
fn five_seconds_are_the_limit_and_three_are_a_finding() {
    let sim = frozen();
    let receiver = Receiver::new(|_, _| Answer::new(204).after(Duration::from_millis(3200)));
    assert_eq!(send(&sim, PAID, &receiver.url())["state"], "accepted");
    assert_eq!(findings(&sim), ["slow_answer"]);
}

#[test]
fn a_body_that_does_not_end_does_not_matter() -> Done {
    let sim = frozen();
    sim.patch("settings", json!({"notify": {"timeout_ms": 3_000}}))?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/notify", listener.local_addr()?);
    let receiver = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 100]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc").unwrap();
        // Reads until the other side closes.
        std::io::copy(&mut stream, &mut std::io::sink()).unwrap_or_default()
    });
    let notice = send(&sim, PAID, &url);
    assert_eq!((&notice["state"], &notice["attempts"][0]["answer"]), (&json!("accepted"), &json!("abc")));
    assert!(receiver.join().unwrap() > 0);
    Ok(())
}

#[test]
fn of_a_long_answer_the_first_4_kib_are_kept() {
    let sim = frozen();
    let receiver = Receiver::new(|_, _| Answer::new(200).body("茶".repeat(100_000)));
    let notice = send(&sim, PAID, &receiver.url());
    let answer = notice["attempts"][0]["answer"].as_str().unwrap();
    assert_eq!((answer.len(), answer.chars().all(|c| c == '茶')), (4095, true));
}

#[test]
fn nobody_there_and_no_http_are_failures_that_say_why() -> Done {
    let sim = frozen();
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let notice = send(&sim, PAID, &format!("http://{closed}/notify"));
    assert_eq!((&notice["attempts"][0]["verdict"], &notice["state"]), (&json!("unreachable"), &json!("failed")));
    assert!(notice["attempts"][0]["error"].as_str().unwrap().to_lowercase().contains("refused"));

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/notify", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            stream.write_all(b"hello\r\n\r\n").unwrap_or_default();
        }
    });
    assert_eq!(send(&sim, PAID, &url)["attempts"][0]["verdict"], "unreachable");
    Ok(())
}

#[test]
fn apiv2_is_answered_by_xml() {
    let sim = frozen();
    for (body, state) in [
        ("<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg>OK</return_msg></xml>", "accepted"),
        ("<xml><return_code>FAIL</return_code></xml>", "failed"),
        (r#"{"code":"SUCCESS"}"#, "failed"),
        ("", "failed"),
    ] {
        let receiver = Receiver::new(move |_, _| Answer::new(200).body(body));
        let notice = send(&sim, "transaction-success", &receiver.url());
        assert_eq!((&notice["state"], &notice["version"]), (&json!(state), &json!("v2")), "{body}");
    }
}

const SIGNED: &str =
    r#"Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="2",timestamp="3",serial_no="4",signature="AQ==""#;
const BORDER: &str = r#"{"code":"SUCCESS","acq_tid":"1","mch_id":"2","limit_bank_acc_type":"3","client_ip":"4"}"#;

#[test]
fn some_events_want_data() {
    let sim = frozen();
    for (event, line, body, verdict) in [
        ("PARKING_FEE.QUERY_TRANS_INFO", "X: y", r#"{"code":"SUCCESS","total_amount":1}"#, "accepted"),
        ("PARKING_FEE.QUERY_TRANS_INFO", "X: y", r#"{"code":"FAIL"}"#, "wrong_answer"),
        ("PARKING_FEE.QUERY_TRANS_INFO", "X: y", "{}", "wrong_answer"),
        ("PARKING_FEE.QUERY_TRANS_INFO", "X: y", "", "wrong_answer"),
        ("ENTRUST.TERMINATE_RETENTION", "X: y", r#"{"retention_type":"COUPON"}"#, "accepted"),
        ("CROSS_BORDER_PAY.GET_MCH_INFO", SIGNED, BORDER, "accepted"),
        ("CROSS_BORDER_PAY.GET_MCH_INFO", "X: y", BORDER, "wrong_answer"),
        ("CROSS_BORDER_PAY.GET_MCH_INFO", SIGNED, r#"{"code":"SUCCESS"}"#, "wrong_answer"),
    ] {
        let receiver = Receiver::new(move |_, _| Answer::new(200).line(line).body(body));
        let notice = send(&sim, event, &receiver.url());
        assert_eq!(notice["attempts"][0]["verdict"], verdict, "{event} {body}: {}", notice["attempts"][0]["error"]);
    }
}

#[test]
fn a_secret_in_the_answer_is_a_finding_and_not_kept() -> Done {
    let sim = frozen();
    let secrets = sim.get("merchants/1900000001/secrets")?;
    let secret = secrets["api_v3_key"].as_str().unwrap().to_owned();
    let body = format!("config: {secret}!");
    let receiver = Receiver::new(move |_, _| Answer::new(500).body(body.clone()));
    let notice = send(&sim, PAID, &receiver.url());
    assert_eq!(notice["attempts"][0]["answer"], "config: ***!");
    assert_eq!(findings(&sim), ["secret_echoed"]);
    assert!(!sim.get("state")?.to_string().contains(&secret));
    Ok(())
}

#[test]
fn public_hosts_are_blocked_and_the_map_leads_to_near_ones() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    let url = "https://shop.example.com/pay/notify";
    let blocked = send(&sim, PAID, url);
    assert_eq!(
        (&blocked["state"], &blocked["attempts"], &blocked["next_at"]),
        (&json!("blocked"), &json!([]), &json!(null))
    );
    let base = receiver.url().replace("/notify", "/");
    sim.patch("settings", json!({"notify": {"map": {"https://shop.example.com/": base, "https://shop.example.com/pay/": format!("{base}p/")}}}))?;
    let sent = send(&sim, PAID, url);
    assert_eq!(
        (&sent["state"], &sent["url"], &sent["target"]),
        (&json!("accepted"), &json!(url), &json!(format!("{base}p/notify")))
    );
    assert_eq!(receiver.received()[0].head[0], "POST /p/notify HTTP/1.1");
    let again = sim.post(&format!("notices/{}/resend?wait=notices", blocked["id"].as_str().unwrap()), json!({}))?;
    assert_eq!(again["state"], "accepted");
    assert_eq!(now(&sim, &blocked)["attempts"].as_array().unwrap().len(), 1);
    Ok(())
}
