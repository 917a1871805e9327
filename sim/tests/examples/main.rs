//! Every endpoint of the catalogue: its example request is taken, its answer is valid and verified by the SDK.

#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "../gate/by_hand.rs"]
mod by_hand;
mod forms;
mod forms_v2;
mod refused;
mod requests;

use std::collections::BTreeMap;

use by_hand::{Ask, Done, hex, last};
use refused::REFUSED;
use requests::{Sample, Sender, is_partners, other_file, send, send_by_hand, text};
use serde_json::{Value, json};
use sha2::Digest as _;
use wechatpay_catalog::{Operation, Protocol, Verification, operations};
use wechatpay_chain::Client;
use wechatpay_sim::Simulator;

/// What becomes of an endpoint's example.
#[derive(Debug, PartialEq)]
enum Came {
    /// Verified, and as the catalogue has it; whether it is an example.
    Answer(bool),
    /// By the business, signed: the simulator has no such object.
    Refused(String),
    /// Bytes.
    File,
    Wrong(String),
}

/// Sends an endpoint's example.
fn came(sim: &Simulator, wxpay: &Client, operation: Operation, sample: &Sample) -> Came {
    if operation.is_download() {
        return file(sim, wxpay, operation, sample);
    }
    if let Some(name) = other_file(operation) {
        let answer = send_by_hand(sim, wxpay, operation, name);
        let problems = operation.check_response(&answer.json());
        return match answer.status == 200 && answer.is_signed() && problems.is_empty() {
            true => Came::Answer(true),
            false => Came::Wrong(format!("{} {problems:?}", answer.status)),
        };
    }
    match send(wxpay, operation, sample) {
        Err(error) => refused(sim, operation, &error),
        Ok(response) => {
            let problems = operation.check_response(&response.value().unwrap());
            let is_empty = response.status() == 204;
            if !problems.is_empty() || operation.protocol() == Protocol::V3 && operation.has_answer() == is_empty {
                return Came::Wrong(format!("{} {problems:?}", response.status()));
            }
            Came::Answer(response.headers().get("sim-example").is_some_and(|mark| mark == "1"))
        }
    }
}

/// A refusal of the last two steps, signed, is one of the business; its code.
fn refused(sim: &Simulator, operation: Operation, error: &wechatpay_chain::Error) -> Came {
    let is_verified = operation.verification() != Verification::Signed;
    match error.rejection().filter(|rejection| rejection.is_verified() || is_verified) {
        Some(rejection) if is_business(sim) => Came::Refused(rejection.code().to_owned()),
        _ => Came::Wrong(format!("{error} {}", last(sim)["refused"])),
    }
}

fn is_business(sim: &Simulator) -> bool {
    matches!(last(sim)["refused"]["step"].as_str(), Some("13" | "14"))
}

/// Files are signed by nobody, or have a digest; APIv2's come to whoever signs the request.
fn file(sim: &Simulator, wxpay: &Client, operation: Operation, sample: &Sample) -> Came {
    if operation.protocol() == Protocol::V2 {
        return match send(wxpay, operation, sample) {
            Ok(_) => Came::File,
            Err(error) => refused(sim, operation, &error),
        };
    }
    let query = sample.query.as_object().into_iter().flatten();
    let query: Vec<String> = query.map(|(name, value)| format!("{name}={}", text(value))).collect();
    let target = format!("/{}?{}", sample.path, query.join("&").replace('+', "%2B"));
    let answer = Ask::new(sim, "GET", &target, "").send(sim);
    if answer.status != 200 {
        let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
        let is_right = answer.is_signed() && is_business(sim);
        return if is_right { Came::Refused(code) } else { Came::Wrong(code) };
    }
    let is_right = match operation.verification() {
        Verification::Digest => {
            let sha1 = hex(&sha1::Sha1::digest(&answer.body));
            answer.header("Wechatpay-Statement-Sha1") == Some(&sha1) && answer.is_signed()
        }
        _ => !answer.is_signed(),
    };
    match is_right && answer.header("Sim-Example") == Some("1") {
        true => Came::File,
        false => Came::Wrong(format!("{:?}", answer.headers)),
    }
}

/// The number in the path of an example.
fn number_of(method: &str, template: &str) -> String {
    let example = wechatpay_catalog::operation(method, template).expect("an endpoint").example_request();
    example.path().rsplit('/').next().unwrap_or_default().to_owned()
}

/// An order, a refund and a bill of the numbers that examples have.
fn stage() -> Result<Simulator, Box<dyn std::error::Error>> {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start()?;
    let number = number_of("GET", "v3/pay/transactions/out-trade-no/{out_trade_no}");
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "a book", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:1/paid", "amount": {"total": 1, "currency": "CNY"},
    });
    sim.client()?.chain("v3/pay/transactions/native").post(order)?;
    sim.pay(&number).send()?;
    let refund = json!({
        "out_trade_no": number, "out_refund_no": number_of("GET", "v3/refund/domestic/refunds/{out_refund_no}"),
        "amount": {"refund": 1, "total": 1, "currency": "CNY"},
    });
    sim.client()?.chain("v3/refund/domestic/refunds").post(refund)?;
    sim.advance(std::time::Duration::from_secs(86_400))?;
    Ok(sim)
}

#[test]
fn every_endpoint_takes_its_example_and_answers_with_what_is_verified_and_valid() -> Done {
    let sim = stage()?;
    let (wxpay, partner) = (sim.client()?, sim.merchant("1900000010")?.client()?);
    let expected: BTreeMap<(&str, &str), &str> =
        REFUSED.iter().map(|(method, path, code)| ((*method, *path), *code)).collect();
    let (mut all, mut answers, mut files, mut wrong, mut listed) = (0, 0, 0, Vec::new(), 0);
    for operation in operations() {
        all += 1;
        let sender = Sender { is_partner: is_partners(operation), number: all };
        let client = if sender.is_partner { &partner } else { &wxpay };
        let came = came(&sim, client, operation, &Sample::of(operation, sender));
        let (came, code) = (came, expected.get(&(operation.method(), operation.path())));
        match (&came, code) {
            (Came::Answer(_), None) => answers += 1,
            (Came::File, None) => files += 1,
            (Came::Refused(is), Some(code)) if is == code => listed += 1,
            _ => {
                wrong.push(format!(
                    "(\"{}\", \"{}\"): {came:?}, listed {code:?}",
                    operation.method(),
                    operation.path()
                ));
            }
        }
    }
    println!("{all} endpoints: {answers} answers, {files} files, {listed} refused as listed");
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((all, listed), (1144, REFUSED.len()));
    Ok(())
}

#[test]
fn what_is_encrypted_in_an_example_is_encrypted_for_the_merchant() -> Done {
    let sim = Simulator::builder().start()?;
    let wxpay = sim.client()?;
    let receiver = json!({"type": "MERCHANT_ID", "account": "86693852", "name": "张三", "relation_type": "SUPPLIER"});
    let answer = wxpay.chain("v3/global/profit-sharing/receivers").encrypt("/name").post(receiver)?;
    assert_eq!((&answer["account"], answer.decrypt("/name")?.as_str()), (&json!("86693852"), "张三"));
    assert!(!answer.text()?.contains("张三"));
    Ok(())
}

#[test]
fn examples_are_the_same_for_the_same_seed_and_time() -> Done {
    let answer = |seed: u64| -> std::result::Result<Value, Box<dyn std::error::Error>> {
        let sim = Simulator::builder().seed(seed).frozen("2026-11-25T10:00:00+08:00").start()?;
        let path = "v3/marketing/favor/stocks?stock_creator_mchid=1900000001&limit=7&offset=2";
        Ok(sim.client()?.chain(path).get()?.value()?)
    };
    let (one, again, other) = (answer(1)?, answer(1)?, answer(2)?);
    assert_eq!(one, again);
    assert_ne!(one, other);
    assert_eq!((&one["limit"], &one["offset"]), (&json!(7), &json!(2)));
    assert_eq!(one["data"][0]["create_time"], "2026-11-25T10:00:00+08:00");
    Ok(())
}

#[test]
fn an_answer_that_was_set_stands_for_the_example() -> Done {
    let sim = Simulator::builder().start()?;
    let wxpay = sim.client()?;
    let path = "v3/marketing/favor/stocks/S1?stock_creator_mchid=1900000001";
    let reply = json!({
        "method": "GET", "path": "v3/marketing/favor/stocks/{stock_id}", "status": 200, "body": {"stock_id": "mine"}, "times": 1,
        "headers": {"X-Mine": "yes"},
    });
    sim.post("replies", reply)?;
    let answer = wxpay.chain(path).get()?;
    assert_eq!((&answer["stock_id"], answer.headers()["x-mine"].to_str()?), (&json!("mine"), "yes"));
    assert_eq!(wxpay.chain(path).get()?["stock_id"], "S1");
    Ok(())
}
