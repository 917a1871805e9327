//! Paths that ask for the merchant's certificate, and what is made of the one that is shown.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wechatpay_chain::SignType;
use wechatpay_chain::gateway::v2;
use wechatpay_sim::Simulator;

use super::by_hand::{Done, FIRST, Hand, ask, by_proxy, by_tls, last, start};

const REFUND: &str = "/secapi/pay/refund";

/// An order of one yuan that is paid.
fn paid(sim: &Simulator, number: &str) -> Done {
    sim.client()?.chain("v3/pay/transactions/native").post(json!({
        "appid": "wx0000000000000001", "mchid": FIRST, "description": "tea", "out_trade_no": number,
        "notify_url": "https://shop.example.com/notify", "amount": {"total": 100},
    }))?;
    sim.pay(number).send()?;
    Ok(())
}

fn refund(number: &str, refund: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mch_id": FIRST, "out_trade_no": number, "out_refund_no": refund,
        "total_fee": "100", "refund_fee": "10",
    })
}

fn identity(sim: &Simulator, mchid: &str) -> Option<(String, String)> {
    let secrets = sim.get(&format!("merchants/{mchid}/secrets")).unwrap();
    let text = |name: &str| secrets[name].as_str().unwrap().to_owned();
    Some((text("certificate"), text("private_key")))
}

/// The refund by hand; its answer's document.
fn by_hand(sim: &Simulator, hand: &Hand, number: &str) -> std::io::Result<String> {
    let mut fields = BTreeMap::new();
    for (name, value) in refund("A00001", number).as_object().unwrap() {
        fields.insert(name.clone(), value.as_str().unwrap().to_owned());
    }
    fields.insert("nonce_str".to_owned(), number.to_owned());
    let secret = sim.get(&format!("merchants/{FIRST}/secrets")).unwrap()["secret"].as_str().unwrap().to_owned();
    let sign = v2::sign(&fields, SignType::Md5, &secret).unwrap();
    fields.insert("sign".to_owned(), sign);
    let head = format!("POST {REFUND} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n");
    let (status, answer) = ask(&mut hand.to(sim, "localhost"), &head, &v2::write(&fields))?;
    assert_eq!(status, 200);
    Ok(answer)
}

fn warnings(sim: &Simulator) -> Vec<String> {
    let warnings = last(sim)["warnings"].as_array().unwrap().clone();
    warnings.iter().map(|warning| warning["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_sdk_refunds_with_its_certificate() -> Done {
    let sim = start();
    paid(&sim, "A00001")?;
    for (index, wxpay) in [by_tls(&sim).build()?, by_proxy(&sim).build()?].into_iter().enumerate() {
        let done = wxpay.chain("v2/secapi/pay/refund").post(refund("A00001", &format!("R{index}")))?;
        assert_eq!(done["result_code"], "SUCCESS");
        assert!(!warnings(&sim).contains(&"v2.certificate".to_owned()));
        assert_eq!(last(&sim)["listener"], "tls");
    }
    assert_eq!(sim.refunds()?.len(), 2);
    Ok(())
}

#[test]
fn without_a_certificate_it_is_refused_over_tls_and_warned_of_over_http() -> Done {
    let sim = start();
    paid(&sim, "A00001")?;
    let answer = by_hand(&sim, &Hand::default(), "R1")?;
    assert!(answer.contains("FAIL") && answer.contains("证书校验错误") && !answer.contains("result_code"), "{answer}");
    assert_eq!(last(&sim)["refused"]["why"], "certificate");
    assert!(sim.refunds()?.is_empty());
    sim.client()?.chain("v2/secapi/pay/refund").post(refund("A00001", "R1"))?;
    assert!(warnings(&sim).contains(&"v2.certificate".to_owned()));
    Ok(())
}

#[test]
fn a_certificate_of_the_merchants_is_all_right_and_anothers_is_warned_of() -> Done {
    let sim = start();
    paid(&sim, "A00001")?;
    let hand = |identity| Hand { identity, ..Hand::default() };
    let answer = by_hand(&sim, &hand(identity(&sim, FIRST)), "R1")?;
    let warned = || warnings(&sim).contains(&"v2.certificate".to_owned());
    assert!(answer.contains("SUCCESS") && !warned(), "{answer}");
    let answer = by_hand(&sim, &hand(identity(&sim, "1900000002")), "R2")?;
    assert!(answer.contains("SUCCESS") && warned(), "{answer}");
    let old = identity(&sim, FIRST);
    let serial = sim.get(&format!("merchants/{FIRST}"))?["serial"].as_str().unwrap().to_owned();
    sim.post(&format!("merchants/{FIRST}/certificates"), json!({}))?;
    sim.delete(&format!("merchants/{FIRST}/certificates/{serial}"))?;
    let answer = by_hand(&sim, &hand(old), "R3")?;
    assert!(answer.contains("SUCCESS") && warned(), "{answer}");
    Ok(())
}

#[test]
fn a_certificate_of_another_authority_ends_the_handshake() -> Done {
    let sim = start();
    paid(&sim, "A00001")?;
    let stranger = rcgen::generate_simple_self_signed(vec![FIRST.to_owned()])?;
    let identity = Some((stranger.cert.pem(), stranger.signing_key.serialize_pem()));
    assert!(by_hand(&sim, &Hand { identity, ..Hand::default() }, "R1").is_err());
    assert!(sim.refunds()?.is_empty());
    Ok(())
}
