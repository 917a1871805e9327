//! Controls that go over several subjects: a script, what calls are about, where a notice by hand may go.
#![allow(missing_docs)]

use wechatpay_chain::{Value, json};
use wechatpay_sim::Simulator;

type Done = Result<(), Box<dyn std::error::Error>>;

fn ordered(sim: &Simulator, number: &str) -> Done {
    sim.client()?.chain("v3/pay/transactions/native").post(json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": number,
        "notify_url": "https://shop.example.com/notify", "amount": {"total": 100},
    }))?;
    Ok(())
}

fn step(method: &str, path: &str, body: Value) -> Value {
    json!({"method": method, "path": path, "body": body})
}

#[test]
fn a_script_runs_its_steps_and_stops_at_the_first_that_fails() -> Done {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start()?;
    ordered(&sim, "SCRIPT-001")?;
    let steps = [
        step("POST", "orders/SCRIPT%2D001/pay?mchid=1900000001", json!({"payer": "bob"})),
        step("POST", "clock/advance", json!({"by": 90})),
        json!({"method": "GET", "path": "clock"}),
        json!({"method": "DELETE", "path": "faults"}),
        json!({"method": "GET", "path": "bills/1900000001/2026-11-25/trade.csv"}),
    ];
    let results = sim.post("script", json!({"steps": steps}))?["results"].clone();
    assert_eq!((&results[0]["state"], &results[0]["payer"]["name"]), (&json!("SUCCESS"), &json!("bob")));
    assert_eq!((&results[2]["now"], &results[3]), (&json!("2026-11-25T10:01:30+08:00"), &Value::Null));
    assert!(results[4].as_str().is_some_and(|file| file.contains("`SCRIPT-001")), "{results}");

    let steps = [
        step("PATCH", "settings", json!({"lang": "en"})),
        step("POST", "orders/nobody/pay", json!({})),
        step("POST", "reset", json!({})),
    ];
    let error = sim.post("script", json!({"steps": steps})).unwrap_err();
    assert!(error.code() == "NOT_FOUND" && error.to_string().contains("steps[1]: there is no order nobody"), "{error}");
    assert_eq!((sim.get("settings")?["lang"].clone(), sim.orders()?.len()), (json!("en"), 1));
    Ok(())
}

#[test]
fn a_script_that_cannot_be_read_does_nothing() -> Done {
    let sim = Simulator::builder().start()?;
    let first = step("PATCH", "settings", json!({"lang": "en"}));
    for (second, code, why) in [
        (step("POST", "script", json!({"steps": []})), "BAD_REQUEST", "within"),
        (step("GET", "merchants/1900000001/secret%73", json!({})), "FORBIDDEN", "keys"),
        (step("GET", "env?format=dotenv", json!({})), "FORBIDDEN", "keys"),
        (step("POST", "reset", json!([])), "BAD_REQUEST", "expected an object"),
        (step("POST", "%ff", json!({})), "BAD_REQUEST", "UTF-8"),
        (step("BREW", "tea", json!({})), "BAD_REQUEST", "BREW"),
        (json!({"method": "GET", "path": "clock", "when": "later"}), "BAD_REQUEST", "when"),
    ] {
        let error = sim.post("script", json!({"steps": [first, second]})).unwrap_err();
        assert!(error.code() == code && error.to_string().contains(why), "{second}: {error}");
        assert_eq!(sim.get("settings")?["lang"], "zh", "{second}");
    }
    let error = sim.post("script", json!({"steps": [step("GET", "events", json!({}))]})).unwrap_err();
    assert!(error.code() == "BAD_REQUEST" && error.to_string().contains("steps[0]"), "{error}");
    assert_eq!(sim.post("script", json!({})).unwrap_err().code(), "BAD_REQUEST");
    Ok(())
}

#[test]
fn calls_are_found_by_any_number_of_what_they_are_about() -> Done {
    let sim = Simulator::builder().start()?;
    ordered(&sim, "ABOUT-001")?;
    ordered(&sim, "ABOUT-002")?;
    let order = sim.pay("ABOUT-001").send()?;
    let transaction = order["transaction_id"].as_str().unwrap();
    let wxpay = sim.client()?;
    wxpay.chain("v3/pay/transactions/id").arg(transaction).query("mchid", "1900000001").get()?;
    let unknown = wxpay.chain("v3/pay/transactions/out-trade-no").arg("ABOUT-009").query("mchid", "1900000001");
    assert!(unknown.get().is_err());
    let refund = json!({"transaction_id": transaction, "out_refund_no": "ABOUT-R@1", "amount": {"refund": 10, "total": 100, "currency": "CNY"}});
    let refund = wxpay.chain("v3/refund/domestic/refunds").post(refund)?;
    let refund_id: String = refund.get("/refund_id")?;
    wxpay.chain("v3/refund/domestic/refunds").arg("ABOUT-R@1").get()?;
    for (wanted, count) in [
        ("ABOUT-001", 4),
        ("ABOUT-002", 1),
        ("ABOUT-009", 1),
        ("ABOUT-0", 0),
        (transaction, 3),
        ("ABOUT-R%401", 2),
        (&refund_id, 2),
    ] {
        assert_eq!(sim.get(&format!("calls?ref={wanted}"))?["items"].as_array().map(Vec::len), Some(count), "{wanted}");
    }
    let found = sim.post("calls/wait", json!({"ref": "ABOUT-002", "timeout_ms": 1}))?;
    assert_eq!(found["items"][0]["plain"]["out_trade_no"], "ABOUT-002");
    Ok(())
}

#[test]
fn a_notice_by_hand_goes_to_an_address() -> Done {
    let sim = Simulator::builder().start()?;
    let notice =
        |url: &str| sim.post("notices", json!({"event_type": "REFUND.SUCCESS", "mchid": "1900000001", "url": url}));
    for wrong in ["", "nowhere", "/notify", "ftp://127.0.0.1/", "http://", "http://user@127.0.0.1/"] {
        let error = notice(wrong).unwrap_err();
        assert!(error.code() == "BAD_REQUEST" && error.to_string().contains("url"), "{wrong}: {error}");
    }
    assert_eq!(notice("https://shop.example.com/notify")?["state"], "blocked");
    Ok(())
}
