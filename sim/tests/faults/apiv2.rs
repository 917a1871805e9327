//! The same of APIv2, whose answers have their sign in them and no statuses.

use wechatpay_chain::ErrorKind::{self, Decode, Rejected, Transport, Verify};
use wechatpay_chain::{Rejection, Value, json};

use super::shop::{Answered, Done, Shop, block_on, kind, once};

const REFUND: &str = "v2/secapi/pay/refund";

/// The fault; the kind of error, if it is one; whether the outcome is unknown; whether the refund was made.
type Row = (&'static str, Option<ErrorKind>, bool, bool);

const TABLE: &[Row] = &[
    ("SYSTEM_ERROR", Some(Rejected), true, false),
    ("BANK_ERROR", Some(Rejected), true, false),
    ("SYSTEM_ERROR_AFTER", Some(Rejected), true, true),
    ("TIMEOUT_BEFORE(1)", Some(Transport), true, false),
    ("TIMEOUT_AFTER(1)", Some(Transport), true, true),
    ("RESET_BEFORE", Some(Transport), true, false),
    ("RESET_AFTER", Some(Transport), true, true),
    ("SLOW(1)", None, false, true),
    ("TRUNCATED", Some(Transport), true, true),
    ("GARBAGE", Some(Transport), true, true),
    ("OVERSIZED", Some(Transport), true, true),
    ("EMPTY_200", Some(Decode), true, true),
    ("BAD_SIGNATURE", Some(Verify), true, true),
    ("NOT_BASE64", Some(Verify), true, true),
    ("UNSIGNED", Some(Verify), true, true),
    ("TAMPERED", Some(Verify), true, true),
    ("RATE_LIMIT", Some(Rejected), false, false),
    ("BAD_GATEWAY", Some(Rejected), true, false),
    ("BAD_GATEWAY_AFTER", Some(Rejected), true, true),
    ("SERVICE_UNAVAILABLE", Some(Rejected), true, false),
    ("SERVICE_UNAVAILABLE_AFTER", Some(Rejected), true, true),
    ("GATEWAY_TIMEOUT", Some(Rejected), true, false),
    ("GATEWAY_TIMEOUT_AFTER", Some(Rejected), true, true),
    ("REDIRECT", Some(Rejected), true, false),
    ("NEW_MEMBERS", None, false, true),
    ("REORDERED", None, false, true),
    ("UNICODE_ESCAPED", None, false, true),
    ("GZIPPED", Some(Decode), true, true),
    ("ACCEPTED_202", Some(Rejected), true, false),
    ("NOTENOUGH", Some(Rejected), false, false),
    ("NOT_ENOUGH", Some(Rejected), false, false),
    // Nothing was done; the SDK asks for the same number again, to be sure.
    ("BIZERR_NEED_RETRY", Some(Rejected), true, false),
];

fn refund(order: &str, number: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mch_id": "1900000001", "out_trade_no": order, "out_refund_no": number,
        "total_fee": 100, "refund_fee": 10,
    })
}

#[test]
fn each_fault_is_what_it_is_to_the_sdk_and_to_the_money() {
    let shop = Shop::open();
    for (index, (fault, expected, unknown, executed)) in TABLE.iter().enumerate() {
        let (order, sync, later) = (format!("A-{index:05}"), format!("S{index}"), format!("L{index}"));
        shop.paid(&order);
        [&sync, &later].into_iter().for_each(|number| shop.fault(fault, number));
        let answers: [Answered; 2] = [
            once(&shop.wxpay, REFUND).post(refund(&order, &sync)),
            block_on(once(&shop.wxpay, REFUND).post_async(refund(&order, &later))),
        ];
        for answer in answers {
            let what = format!("{fault}: {answer:?}");
            assert_eq!(kind(&answer), *expected, "{what}");
            if let Err(error) = &answer {
                assert_eq!(error.outcome_unknown(), *unknown, "{what}");
            }
        }
        for number in [&sync, &later] {
            assert_eq!(shop.refunds(number), usize::from(*executed), "{fault} {number}");
        }
    }
    shop.is_in_order();
}

#[test]
fn what_apiv2_does_not_sign_waits_for_a_call_that_does() -> Done {
    let shop = Shop::open();
    shop.paid("A-00001");
    // Its notice is of APIv3: it is not to be the one that a fault fires on.
    shop.sim.post("notices/wait", json!({"state": "paused", "timeout_ms": 60_000}))?;
    for fault in ["STALE", "FUTURE", "UNKNOWN_SERIAL", "OTHER_KEY", "PROBE"] {
        let refused = shop.sim.post("faults", json!({"fault": fault, "match": {"path": REFUND}})).unwrap_err();
        assert!(refused.to_string().contains("has no meaning for this path"), "{refused}");
        let rule = shop.sim.post("faults", json!({"fault": fault, "match": {"number": "A-00001"}}))?;
        shop.wxpay.chain(REFUND).post(refund("A-00001", "R1"))?;
        let fired = |rule: &Value| {
            let faults = shop.sim.get("faults").unwrap();
            let found = faults["items"].as_array().unwrap().iter().find(|fault| fault["id"] == rule["id"]).cloned();
            found.unwrap()["fired"].clone()
        };
        assert_eq!(fired(&rule), 0, "{fault}");
        assert!(shop.wxpay.chain("v3/refund/domestic/refunds/R1").get().is_ok(), "it names another number");
        let query = once(&shop.wxpay, "v3/pay/transactions/out-trade-no/A-00001").query("mchid", "1900000001");
        assert_eq!(kind(&query.get()), Some(Verify), "{fault}");
        assert_eq!(fired(&rule), 1, "{fault}");
    }
    Ok(())
}

#[test]
fn a_bill_that_is_being_made_is_told_in_the_words_of_its_endpoint() -> Done {
    let shop = Shop::open();
    shop.paid("A-00001");
    shop.sim.advance(std::time::Duration::from_secs(86_400))?;
    for (path, code, more) in [
        ("v2/pay/downloadbill", "20002", json!({"bill_type": "ALL"})),
        ("v2/pay/downloadfundflow", "BILL_CREATING", json!({"account_type": "Basic", "sign_type": "HMAC-SHA256"})),
    ] {
        shop.sim.post("faults", json!({"fault": "STATEMENT_CREATING", "match": {"path": path}}))?;
        let mut body = json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "bill_date": "20261125"});
        body.as_object_mut().ok_or("an object")?.extend(more.as_object().ok_or("an object")?.clone());
        let asked = |out: &mut Vec<u8>| {
            shop.wxpay.chain(path).download(wechatpay_chain::Method::POST, body.clone())?.to_writer(out)
        };
        let error = asked(&mut Vec::new()).unwrap_err();
        assert_eq!((error.kind(), error.rejection().map(Rejection::code)), (Rejected, Some(code)), "{path}: {error}");
        let mut file = Vec::new();
        asked(&mut file)?;
        assert!(file.starts_with("\u{feff}".as_bytes()), "{path}");
    }
    Ok(())
}
