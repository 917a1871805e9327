//! The Rust face.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use wechatpay_sim::{Fault, Simulator};

use crate::receiver::{Done, frozen};

#[test]
fn everything_of_the_example_works() -> Done {
    let sim = Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start()?;
    let wxpay = sim.client()?;
    let partner = sim.merchant("1900000010")?.client()?;
    assert_eq!((wxpay.mchid(), partner.mchid()), ("1900000001", "1900000010"));
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": "20261125001",
        "notify_url": "https://shop.example.com/notify", "amount": {"total": 100},
    });
    wxpay.chain("v3/pay/transactions/native").post(order)?;
    sim.pay("20261125001").payer("alice").send()?;
    sim.advance(Duration::from_secs(90))?;
    sim.fault(Fault::SystemErrorAfter).on("POST", "v3/refund/domestic/refunds").times(1);
    let refund = json!({"out_trade_no": "20261125001", "out_refund_no": "R1", "amount": {"refund": 1, "total": 100, "currency": "CNY"}});
    let error = wxpay.chain("v3/refund/domestic/refunds").post(refund).unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!((sim.orders()?.len(), sim.refunds()?.len(), sim.notices()?.len()), (1, 1, 1));
    assert!(sim.calls()?.len() >= 2);
    assert_eq!(sim.post("orders/20261125001/close", json!({})).unwrap_err().code(), "STATE");
    Ok(())
}

#[test]
fn a_fault_that_cannot_be_is_told_at_once_or_by_the_next_call() -> Done {
    let sim = frozen();
    assert_eq!(sim.fault(Fault::code("NO SUCH")).set().unwrap_err().code(), "BAD_REQUEST");
    sim.fault(Fault::code("NO SUCH")).times(1);
    assert_eq!(sim.get("clock").unwrap_err().code(), "BAD_REQUEST");
    assert!(sim.get("clock").is_ok());
    let set = sim
        .fault(Fault::Slow.of(2))
        .on("GET", "v3/*")
        .merchant("1900000001")
        .attempt(2)
        .skip(1)
        .rate(0.5)
        .always()
        .set()?;
    assert_eq!((&set["fault"], &set["times"], &set["match"]["attempt"]), (&json!("SLOW(2)"), &json!(null), &json!(2)));
    Ok(())
}

#[test]
fn rules_are_given_at_the_start_and_a_reset_comes_back_to_them() -> Done {
    let sim = Simulator::builder().rule("notice.schedule", json!([1])).start()?;
    let value = |sim: &Simulator| -> Result<_, wechatpay_sim::Error> {
        let rules = sim.get("rules")?;
        let list = rules.as_array().or(rules["items"].as_array()).unwrap().clone();
        Ok(list.into_iter().find(|rule| rule["id"] == "notice.schedule").unwrap()["value"].clone())
    };
    assert_eq!(value(&sim)?, json!([1]));
    sim.patch("rules", json!({"notice.schedule": [2]}))?;
    sim.post("reset", json!({}))?;
    assert_eq!(value(&sim)?, json!([1]));
    for (id, with) in [("no.such", json!(1)), ("notice.schedule", json!("x"))] {
        let error = Simulator::builder().rule(id, with).start().unwrap_err();
        assert!(error.to_string().contains(id), "{error}");
    }
    assert_eq!(Simulator::builder().frozen("today").start().unwrap_err().code(), "BAD_REQUEST");
    Ok(())
}

#[test]
fn it_can_be_used_within_runtimes() -> Done {
    for mut builder in [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()] {
        builder.enable_all().build()?.block_on(async {
            let sim = Simulator::builder().start()?;
            sim.advance(Duration::from_secs(1))?;
            sim.client()?;
            drop(sim);
            Ok::<_, wechatpay_sim::Error>(())
        })?;
    }
    Ok(())
}

#[test]
fn it_stops_when_it_is_dropped() -> Done {
    let sim = Simulator::builder().start()?;
    let address = sim.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    TcpStream::connect(&address)?;
    drop(sim);
    // The listener goes with its threads, which are not waited for.
    let closed = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        TcpStream::connect(&address).is_err()
    });
    assert!(closed);
    Ok(())
}

#[test]
fn only_whole_seconds_can_be_advanced_by() {
    let sim = frozen();
    assert_eq!(sim.advance(Duration::from_millis(1500)).unwrap_err().code(), "BAD_REQUEST");
    assert_eq!(sim.merchant("1").unwrap_err().code(), "NOT_FOUND");
}

#[test]
fn lists_are_whole() -> Done {
    let sim = frozen();
    let body = json!({"event_type": "TRANSACTION.SUCCESS", "mchid": "1900000001", "url": "https://shop.example.com/n"});
    for _ in 0..1001 {
        sim.post("notices", body.clone())?;
    }
    let notices = sim.notices()?;
    assert_eq!((notices.len(), &notices[0]["state"]), (1001, &json!("blocked")));
    Ok(())
}

#[test]
fn the_same_seed_gives_the_same_twice() -> Done {
    let run = || -> Result<_, Box<dyn std::error::Error>> {
        let sim = frozen();
        let wxpay = sim.client()?;
        let mut answers = Vec::new();
        for number in 0..5 {
            let order = json!({
                "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": format!("2026112500{number}"),
                "notify_url": "http://127.0.0.1:1/notify", "amount": {"total": 100},
            });
            answers.push(wxpay.chain("v3/pay/transactions/native").post(order)?["code_url"].to_string());
            answers.push(sim.pay(&format!("2026112500{number}")).send()?["transaction_id"].to_string());
        }
        sim.advance(Duration::from_secs(100))?;
        let notices = sim.notices()?;
        answers.extend(notices.iter().map(|notice| {
            format!("{} {} {}", notice["notice_id"], notice["resource"], notice["headers"]["Request-ID"])
        }));
        Ok(answers)
    };
    assert_eq!(run()?, run()?);
    Ok(())
}
