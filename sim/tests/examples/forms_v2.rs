//! Every endpoint of APIv2 with a document: a required member that is missing is refused, and the journal names it.

use std::collections::BTreeMap;

use wechatpay_catalog::{Operation, Part, Protocol, Required, operations};
use wechatpay_chain::SignType;
use wechatpay_chain::gateway::v2;
use wechatpay_sim::Simulator;

use super::by_hand::{last, plain};
use super::requests::{Sample, Sender, text};

/// Members that are the signature's, or name who signs: without these nobody looks at the form.
const APART: [&str; 6] = ["sign", "sign_type", "nonce_str", "mch_id", "mchid", "combine_mch_id"];

const SENDER: Sender = Sender { is_partner: false, number: 1 };

type Fields = BTreeMap<String, String>;

fn document(operation: Operation) -> Fields {
    let sample = Sample::of(operation, SENDER);
    let members = sample.body.as_object().into_iter().flatten();
    let mut fields: Fields = members.map(|(name, value)| (name.clone(), text(value))).collect();
    fields.retain(|name, _| name != "sign" && name != "sign_type");
    for name in ["mch_id", "mchid", "combine_mch_id"] {
        fields.get_mut(name).into_iter().for_each(|mchid| "1900000001".clone_into(mchid));
    }
    fields
}

/// Sends a document; whether it got past its form, and else what the journal says of that.
fn send(sim: &Simulator, operation: Operation, secret: &str, mut fields: Fields) -> Result<(), String> {
    let listed = operation.fields(Part::Xml).get("sign_type");
    let hmac = listed.is_some_and(|field| field.values().len() > 0 && field.values().all(|value| value != "MD5"));
    let kind = if hmac || operation.path() == "v2/pay/downloadfundflow" { SignType::HmacSha256 } else { SignType::Md5 };
    if !operation.is_nonceless() {
        fields.insert("nonce_str".to_owned(), "n1".to_owned());
    }
    if listed.is_some() || kind == SignType::HmacSha256 {
        let name = if kind == SignType::Md5 { "MD5" } else { "HMAC-SHA256" };
        fields.insert("sign_type".to_owned(), name.to_owned());
    }
    fields.insert("sign".to_owned(), v2::sign(&fields, kind, secret).unwrap());
    let query = Sample::of(operation, SENDER).query;
    let query: Vec<_> =
        query.as_object().into_iter().flatten().map(|(name, value)| format!("{name}={}", text(value))).collect();
    let target = format!("/{}?{}", operation.path().trim_start_matches("v2/"), query.join("&"));
    plain(sim, "POST", target.trim_end_matches('?'), "Content-Type: text/xml\r\n", &v2::write(&fields));
    let refused = last(sim)["refused"].clone();
    match refused["step"] == "v2" {
        true => Err(format!("{} {}", refused["message"], refused["hint"])),
        false => Ok(()),
    }
}

#[test]
fn a_required_member_that_is_missing_is_named() {
    let sim = Simulator::builder().start().unwrap();
    let secrets = sim.get("merchants/1900000001/secrets").unwrap();
    let secret = secrets["secret"].as_str().unwrap();
    let (mut wrong, mut cases) = (Vec::new(), 0);
    let with_document = |operation: &Operation| {
        operation.protocol() == Protocol::V2 && operation.method() == "POST" && !operation.fields(Part::Xml).is_empty()
    };
    for operation in operations().filter(with_document) {
        let whole = document(operation);
        if !["mch_id", "mchid", "combine_mch_id"].iter().any(|name| whole.contains_key(*name)) {
            continue;
        }
        if let Err(why) = send(&sim, operation, secret, whole.clone()) {
            wrong.push(format!("{operation:?} is refused as it is: {why}"));
            continue;
        }
        let required = operation.fields(Part::Xml).into_iter().filter(|field| field.required() == Required::Yes);
        let names: Vec<_> = required.map(wechatpay_catalog::Field::name).filter(|name| !APART.contains(name)).collect();
        for name in names.iter().filter(|name| whole.contains_key(**name)) {
            let mut fields = whole.clone();
            fields.remove(*name);
            cases += 1;
            match send(&sim, operation, secret, fields) {
                Err(why) if why.contains("缺少参数") && why.contains(*name) => {}
                other => wrong.push(format!("{operation:?} without {name}: {other:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    assert!(cases > 300, "{cases}");
}
