//! Faults of handshakes, and those of calls when the call comes over TLS.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wechatpay_chain::ErrorKind;
use wechatpay_sim::Fault;

use super::by_hand::{Done, by_proxy, by_tls, start};

fn native(number: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": number,
        "notify_url": "https://shop.example.com/notify", "amount": {"total": 100},
    })
}

#[test]
fn a_handshake_that_is_reset_sends_nothing() -> Done {
    let sim = start();
    for wxpay in [by_tls(&sim).build()?, by_proxy(&sim).build()?] {
        // By the proxy the client tries the second host too.
        sim.fault(Fault::TlsReset).times(2);
        let error = wxpay.chain("v3/pay/transactions/native").post(native("A00001")).unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Connect, false), "{error}");
        assert!(sim.orders()?.is_empty() && sim.calls()?.is_empty());
        assert_eq!(sim.get("faults")?["items"][0]["fired"], error.attempts().len());
        sim.delete("faults")?;
    }
    by_tls(&sim).build()?.chain("v3/pay/transactions/native").post(native("A00001"))?;
    assert_eq!(sim.orders()?.len(), 1);
    Ok(())
}

#[test]
fn a_handshake_can_be_slow() -> Done {
    let sim = start();
    sim.post("faults", json!({"fault": "SLOW_HANDSHAKE(1)"}))?;
    let begun = Instant::now();
    by_tls(&sim).build()?.chain("v3/security/echo").post(json!({"echo_message": "x"}))?;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    Ok(())
}

#[test]
fn a_call_asks_for_no_fault_of_handshakes() -> Done {
    let sim = start();
    let mut body = native("A00001");
    body["description"] = "#TLS_RESET".into();
    by_tls(&sim).build()?.chain("v3/pay/transactions/native").post(body)?;
    assert_eq!(sim.get("faults")?["items"], json!([]));
    assert_eq!(
        sim.post("faults", json!({"fault": "TLS_RESET", "match": {"mchid": "1"}})).unwrap_err().code(),
        "BAD_REQUEST"
    );
    Ok(())
}

#[test]
fn calls_go_wrong_over_tls_as_they_do_without() -> Done {
    let sim = start();
    let wxpays = [by_tls(&sim).build()?, by_proxy(&sim).build()?];
    for (index, wxpay) in wxpays.iter().enumerate() {
        for (name, fault) in [
            ("RESET", Fault::ResetAfter),
            ("GARBAGE", Fault::Garbage),
            ("TRUNCATED", Fault::Truncated),
            ("BAD_SIGNATURE", Fault::BadSignature),
        ] {
            let number = format!("{name}{index}");
            sim.fault(fault).on("POST", "v3/pay/transactions/native").times(1);
            let error = wxpay.chain("v3/pay/transactions/native").post(native(&number)).unwrap_err();
            assert!(error.outcome_unknown(), "{number}: {error}");
            assert_eq!(sim.get(&format!("orders/{number}"))?["state"], "NOTPAY");
        }
    }
    Ok(())
}
