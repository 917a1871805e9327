//! What a client that repeats does to the money: at most once, whatever went wrong.

use std::thread;
use std::time::Duration;

use wechatpay_chain::{Client, Retry, json};

use super::shop::{Answered, Done, NATIVE, REFUNDS, Shop, block_on, kind, once, order, refund};

/// All after which the SDK repeats a call that may be repeated: whether each one was carried out.
const REPEATED: &[(&str, bool)] = &[
    ("SYSTEM_ERROR", false),
    ("BANK_ERROR", false),
    ("SYSTEM_ERROR_AFTER", true),
    ("TIMEOUT_BEFORE(1)", false),
    ("TIMEOUT_AFTER(1)", true),
    ("RESET_BEFORE", false),
    ("RESET_AFTER", true),
    ("TRUNCATED", true),
    ("GARBAGE", true),
    ("OVERSIZED", true),
    ("BAD_SIGNATURE", true),
    ("NOT_BASE64", true),
    ("UNSIGNED", true),
    ("TAMPERED", true),
    ("STALE", true),
    ("FUTURE(600)", true),
    ("UNKNOWN_SERIAL", true),
    ("OTHER_KEY", true),
    ("PROBE", true),
    ("GZIPPED", true),
    ("RATE_LIMIT", false),
    ("BAD_GATEWAY", false),
    ("BAD_GATEWAY_AFTER", true),
    ("SERVICE_UNAVAILABLE", false),
    ("SERVICE_UNAVAILABLE_AFTER", true),
    ("GATEWAY_TIMEOUT", false),
    ("GATEWAY_TIMEOUT_AFTER", true),
];

fn repeated(wxpay: &Client, order: &str, number: &str, later: bool) -> Answered {
    let chain = wxpay.chain(REFUNDS).idempotent().retry(Retry::attempts(3).base(Duration::from_millis(1)));
    match later {
        true => block_on(chain.post_async(refund(order, number))),
        false => chain.post(refund(order, number)),
    }
}

/// The first attempt goes wrong, the second is answered.
fn goes_wrong_once(shop: &Shop, index: usize, fault: &str) {
    let order = format!("A-{index:05}");
    shop.paid(&order);
    for later in [false, true] {
        let number = format!("R{index}{later}");
        let rule = json!({"fault": fault, "match": {"number": number}, "times": 1});
        shop.sim.post("faults", rule).unwrap();
        let answer = repeated(&shop.wxpay, &order, &number, later).unwrap();
        assert_eq!(answer["status"], "PROCESSING", "{fault}");
        assert!(answer.headers().get("sim-fault").is_none(), "{fault}");
        assert_eq!(shop.refunds(&number), 1, "{fault}");
    }
    assert_eq!(shop.sim.get(&format!("orders/{order}")).unwrap()["refunded"], 20, "{fault}");
}

#[test]
fn a_call_that_may_be_repeated_moves_the_money_once() {
    let shop = Shop::open();
    thread::scope(|scope| {
        for (lane, rows) in REPEATED.chunks(REPEATED.len().div_ceil(6)).enumerate() {
            let shop = &shop;
            scope.spawn(move || {
                for (index, (fault, _)) in rows.iter().enumerate() {
                    goes_wrong_once(shop, lane * 100 + index, fault);
                }
            });
        }
    });
    shop.is_in_order();
}

#[test]
fn every_attempt_may_go_wrong_and_the_money_moves_as_the_name_says() {
    let shop = Shop::open();
    shop.paid("A-00001");
    for (index, (fault, executed)) in REPEATED.iter().filter(|(fault, _)| !fault.starts_with("TIMEOUT")).enumerate() {
        let number = format!("R{index}");
        // Every fault there is would be more than the order has.
        shop.paid(&format!("B-{index:05}"));
        shop.fault(fault, &number);
        let error = repeated(&shop.wxpay, &format!("B-{index:05}"), &number, index % 2 == 0).unwrap_err();
        assert_eq!(error.attempts().len(), 3, "{fault}: {error}");
        assert_eq!(error.outcome_unknown(), *fault != "RATE_LIMIT", "{fault}: {error}");
        assert_eq!(shop.refunds(&number), usize::from(*executed), "{fault}");
        let refunded = if *executed { 10 } else { 0 };
        assert_eq!(shop.sim.get(&format!("orders/B-{index:05}")).unwrap()["refunded"], refunded, "{fault}");
    }
    shop.is_in_order();
}

#[test]
fn who_queries_after_an_unknown_outcome_learns_what_happened() -> Done {
    let shop = Shop::open();
    shop.paid("A-00001");
    for (fault, happened) in [("RESET_AFTER", true), ("RESET_BEFORE", false)] {
        let number = fault.replace('_', "-");
        shop.sim.post("faults", json!({"fault": fault, "match": {"number": number}}))?;
        let error = once(&shop.wxpay, REFUNDS).post(refund("A-00001", &number)).unwrap_err();
        assert!(error.outcome_unknown());
        let asked = shop.wxpay.chain(format!("{REFUNDS}/{number}")).get();
        assert_eq!(asked.is_ok(), happened, "{fault}");
    }
    Ok(())
}

#[test]
fn a_lost_answer_to_an_order_is_found_again_by_repeating_it() -> Done {
    let shop = Shop::open();
    shop.sim.post("faults", json!({"fault": "RESET_AFTER", "match": {"path": NATIVE}}))?;
    assert!(once(&shop.wxpay, NATIVE).post(order("A-00001")).is_err());
    let again = shop.wxpay.chain(NATIVE).post(order("A-00001"))?;
    assert!(again["code_url"].as_str().is_some());
    assert_eq!(shop.sim.orders()?.len(), 1);
    Ok(())
}

#[test]
fn what_was_accepted_and_not_done_is_done_by_the_repeat() -> Done {
    let shop = Shop::open();
    shop.paid("A-00001");
    let asked =
        || shop.wxpay.chain(REFUNDS).header("Wechatpay-Negative-Test", "ACCEPTED_202").post(refund("A-00001", "R1"));
    assert_eq!((asked()?.status().as_u16(), shop.refunds("R1")), (202, 0));
    assert_eq!((asked()?["status"].clone(), shop.refunds("R1")), (json!("PROCESSING"), 1));
    Ok(())
}

#[test]
fn a_429_of_a_refund_may_be_accepted_by_rule() -> Done {
    let shop = Shop::open();
    shop.paid("A-00001");
    shop.fault("RATE_LIMIT", "R1");
    let asked = || once(&shop.wxpay, REFUNDS).post(refund("A-00001", "R1"));
    for accepted in [false, true] {
        shop.sim.patch("rules", json!({"limits.refund_429_accepted": accepted}))?;
        assert_eq!(asked().unwrap_err().rejection().map(|refused| refused.status().as_u16()), Some(429));
        assert_eq!(shop.refunds("R1"), usize::from(accepted));
    }
    // By the limits themselves too: this second's second call, or that of a later one.
    shop.sim.delete("faults")?;
    shop.sim.patch("settings", json!({"limits": {"on": true, REFUNDS: 1}}))?;
    let limited = (0..1000).find(|number| {
        let body = refund("A-00001", &format!("M{number}"));
        shop.paid(&format!("C-{number:05}"));
        let body = json!({"out_trade_no": format!("C-{number:05}"), "out_refund_no": body["out_refund_no"], "amount": body["amount"]});
        kind(&once(&shop.wxpay, REFUNDS).post(body)).is_some()
    });
    let limited = limited.ok_or("one call of a thousand is one too many")?;
    assert_eq!(shop.refunds(&format!("M{limited}")), 1, "and is carried out all the same");
    shop.is_in_order();
    Ok(())
}
