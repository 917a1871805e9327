//! Each fault of APIv3 by the SDK: its kind, whether the outcome is then unknown, and whether the call was carried out.

use std::thread;
use std::time::Duration;

use wechatpay_chain::ErrorKind::{self, Rejected, Timeout, Transport, Verify};
use wechatpay_chain::{Value, json};

use super::shop::{Answered, Done, REFUNDS, Shop, block_on, kind, once, refund};

/// The fault; the kind of error, if it is one; whether a write's outcome is unknown; whether a write was carried out.
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
    ("EMPTY_200", None, false, true),
    ("BAD_SIGNATURE", Some(Verify), true, true),
    ("NOT_BASE64", Some(Verify), true, true),
    ("UNSIGNED", Some(Verify), true, true),
    ("TAMPERED", Some(Verify), true, true),
    ("STALE", Some(Verify), true, true),
    ("FUTURE(600)", Some(Verify), true, true),
    ("UNKNOWN_SERIAL", Some(Verify), true, true),
    ("OTHER_KEY", Some(Verify), true, true),
    ("PROBE", Some(Verify), true, true),
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
    // The SDK does not ask for it: what it gets is not what was signed.
    ("GZIPPED", Some(Verify), true, true),
    ("ACCEPTED_202", None, false, false),
    ("NOT_ENOUGH", Some(Rejected), false, false),
    ("FREQUENCY_LIMITED", Some(Rejected), false, false),
];

/// Faults that only other endpoints have, notices, or TLS.
const ELSEWHERE: &[&str] = &[
    "WRONG_HASH",
    "BILL_TRUNCATED",
    "BILL_EXPIRED",
    "STATEMENT_CREATING",
    "MICROPAY_USERPAYING",
    "MICROPAY_TIMEOUT",
    "MICROPAY_PAYERROR",
    "MICROPAY_PAY_QUERY_TIMEOUT",
    "TLS_RESET",
    "SLOW_HANDSHAKE",
    "FORGED",
    "WRONG_KEY",
    "EMPTY_AAD",
    "NO_AAD",
    "NO_TYPE_HEADER",
    "DUPLICATE",
    "LATE",
    "LOST",
    "V2_XML",
];

fn query(number: &str) -> String {
    format!("{REFUNDS}/{number}")
}

/// One fault: a read and a write, blocking and asynchronous.
fn row(shop: &Shop, index: usize, row: Row) {
    let (fault, expected, unknown, executed) = row;
    let (order, known, sync, later) =
        (format!("A-{index:05}"), format!("K{index}"), format!("S{index}"), format!("L{index}"));
    shop.paid(&order);
    shop.wxpay.chain(REFUNDS).post(refund(&order, &known)).unwrap();
    [&known, &sync, &later].into_iter().for_each(|number| shop.fault(fault, number));
    let wxpay = &shop.wxpay;
    let answers: [(&str, Answered); 4] = [
        ("GET", once(wxpay, query(&known)).get()),
        ("GET async", block_on(once(wxpay, query(&known)).get_async())),
        ("POST", once(wxpay, REFUNDS).post(refund(&order, &sync))),
        ("POST async", block_on(once(wxpay, REFUNDS).post_async(refund(&order, &later)))),
    ];
    for (verb, answer) in answers {
        let what = format!("{fault} {verb}: {answer:?}");
        assert_eq!(kind(&answer), expected, "{what}");
        let is_write = verb.starts_with("POST");
        if let Err(error) = &answer {
            assert_eq!(error.outcome_unknown(), unknown && is_write, "{what}");
            assert_eq!(error.attempts().len(), 1, "{what}");
        }
    }
    for number in [&sync, &later] {
        assert_eq!(shop.refunds(number), usize::from(executed), "{fault} {number}");
    }
    assert_eq!(shop.refunds(&known), 1);
}

fn all(shop: &Shop) {
    // Those that take a second go at once.
    thread::scope(|scope| {
        for (lane, rows) in TABLE.chunks(TABLE.len().div_ceil(6)).enumerate() {
            scope.spawn(move || {
                for (index, fault) in rows.iter().enumerate() {
                    row(shop, lane * 100 + index, *fault);
                }
            });
        }
    });
    shop.is_in_order();
}

#[test]
fn each_fault_is_what_it_is_to_the_sdk_and_to_the_money() {
    all(&Shop::open());
}

#[test]
fn each_fault_is_the_same_over_tls() {
    let shop = Shop::open_by_tls();
    all(&shop);
    assert_eq!(shop.sim.get("calls?limit=1").unwrap()["items"][0]["listener"], "tls");
}

#[test]
fn every_fault_there_is_stands_in_a_table() -> Done {
    let source = include_str!("../../src/engine/faults/known.rs");
    let (_, list) = source.split_once("pub(crate) const ALL").ok_or("the list of all faults")?;
    let names: Vec<_> = list
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.chars().all(|c| c.is_ascii_uppercase() || "_0123456789".contains(c)))
        .collect();
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        let here = TABLE.iter().any(|row| row.0.split('(').next() == Some(name));
        assert!(here || ELSEWHERE.contains(&name), "{name}");
    }
    Ok(())
}

#[test]
fn who_does_not_wait_gives_up_and_does_not_know() {
    let shop = Shop::open();
    shop.paid("A-00001");
    thread::scope(|scope| {
        for (fault, executed) in [("TIMEOUT_BEFORE", false), ("TIMEOUT_AFTER", true), ("SLOW(60)", true)] {
            let shop = &shop;
            scope.spawn(move || {
                let numbers =
                    [format!("{fault}S").replace(['(', ')'], "-"), format!("{fault}L").replace(['(', ')'], "-")];
                numbers.iter().for_each(|number| shop.fault(fault, number));
                let call = once(&shop.wxpay, REFUNDS).timeout(Duration::from_secs(5));
                let later = call.post_async(refund("A-00001", &numbers[1]));
                for answer in [call.post(refund("A-00001", &numbers[0])), block_on(later)] {
                    let error = answer.unwrap_err();
                    assert_eq!((error.kind(), error.outcome_unknown()), (Timeout, true), "{fault}: {error}");
                }
                for number in &numbers {
                    assert_eq!(shop.refunds(number), usize::from(executed), "{fault}");
                }
            });
        }
    });
}

#[test]
fn what_is_written_otherwise_says_the_same() -> Done {
    let shop = Shop::open();
    shop.paid("A-00001");
    let first = shop.wxpay.chain(REFUNDS).post(refund("A-00001", "R1"))?.value()?;
    for fault in ["REORDERED", "UNICODE_ESCAPED", "NEW_MEMBERS", "SLOW(1)"] {
        let rule = json!({"fault": fault, "match": {"number": "R1"}});
        shop.sim.post("faults", rule)?;
        let answer = once(&shop.wxpay, REFUNDS).post(refund("A-00001", "R1"))?;
        assert_eq!(answer.headers()["sim-fault"], fault);
        assert_eq!(answer["refund_id"], first["refund_id"], "{fault}");
        assert_eq!(answer.value()? == first, fault != "NEW_MEMBERS", "{fault}");
    }
    let empty = json!({"fault": "EMPTY_200", "match": {"number": "R1"}});
    shop.sim.post("faults", empty)?;
    let answer = once(&shop.wxpay, REFUNDS).post(refund("A-00001", "R1"))?;
    assert_eq!((answer.status().as_u16(), answer.text()?, answer.value()?), (200, "", Value::Null));
    Ok(())
}
