//! Every endpoint of the catalogue: its example request is taken, its answer is valid and verified by the SDK.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wechatpay_catalog::{Encryption, Field, Kind, Operation, Part, Protocol, Required, encrypted, operations};
use wechatpay_chain::{Chain, Client, Media, Method, Response, Result};
use wechatpay_sim::Simulator;

use super::by_hand::{Ask, Done, hex};

/// Members whose examples are no values here: the simulator knows which apps and addresses there are.
const KNOWN: &[(&str, &str)] = &[
    ("appid", "wx0000000000000001"),
    ("sp_appid", "wx0000000000000001"),
    ("combine_appid", "wx0000000000000001"),
    ("notify_url", "http://127.0.0.1/notices"),
    ("time_expire", "2036-11-25T10:00:00+08:00"),
    ("payer_client_ip", "1.2.3.4"),
    ("currency", "CNY"),
];

pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A member's value that the simulator knows, or with those that it knows in it.
pub(super) fn known(name: &str, value: &Value) -> Value {
    match value {
        // The catalogue does not say what it may be.
        Value::Object(members) if name == "h5_info" && members["type"] == "type" => json!({"type": "Wap"}),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), known(name, value))).collect(),
        Value::Array(items) => items.iter().map(|item| known("", item)).collect(),
        _ => KNOWN.iter().find(|(known, _)| *known == name).map_or_else(|| value.clone(), |(_, value)| json!(value)),
    }
}

/// The operation's example, with its query, its headers, and what has to be encrypted.
fn chain(wxpay: &Client, operation: Operation) -> Chain {
    let example = operation.example_request();
    let mut chain = wxpay.chain(example.path());
    let v2 = operation.protocol() == Protocol::V2;
    for (name, value) in example.query().as_object().into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![known(name, value)]);
        for value in values.iter().filter(|_| !v2 || !matches!(name.as_str(), "sign" | "nonce_str")) {
            let mine = v2 && name == "mch_id";
            chain = chain.query(name.clone(), if mine { wxpay.mchid().to_owned() } else { text(value) });
        }
    }
    for header in operation.fields(Part::Header).into_iter().filter(|field| field.required() == Required::Yes) {
        chain = chain.header(header.name(), "1");
    }
    for member in encrypted(operation.method(), operation.path()) {
        chain = match member.part() {
            Part::Query => chain.encrypt_query(member.pointer().trim_start_matches('/')),
            _ => chain.encrypt_if_present(member.pointer()),
        };
    }
    chain
}

/// The meta that an upload's page describes.
fn meta(wxpay: &Client, content: &[u8], fields: impl IntoIterator<Item = Field>, sm3: bool) -> Value {
    let member = |field: Field| match (field.name(), field.kind()) {
        ("digest", _) if sm3 => json!(hex(&sm3::Sm3::digest(content))),
        ("sha256" | "digest" | "file_digest", _) => json!(hex(&Sha256::digest(content))),
        ("filename" | "file_name", _) => json!("a.mp4"),
        (name, Kind::String) if field.encryption() == Some(Encryption::Platform) => {
            json!(wxpay.encrypt(name).unwrap().ciphertext())
        }
        (name, Kind::String) => json!(field.values().next().unwrap_or(name)),
        (_, Kind::Object) => meta(wxpay, content, field.fields(), sm3),
        _ => json!(1),
    };
    fields.into_iter().map(|field| (field.name().to_owned(), member(field))).collect()
}

fn upload(wxpay: &Client, operation: Operation) -> Result<Response> {
    let content = b"content";
    let fields = operation.field(Part::Form, "/meta").map(Field::fields);
    let sm3 = operation.path().contains("fapiao") || operation.path().contains("taxi");
    let mut meta = fields.map_or_else(|| json!({"sign_type": "MD5"}), |fields| meta(wxpay, content, fields, sm3));
    let ending = if operation.path().contains("fapiao") { "pdf" } else { "png" };
    let name = if operation.path().contains("video") { "a.mp4".to_owned() } else { format!("a.{ending}") };
    for member in ["filename", "file_name"] {
        meta.get_mut(member).into_iter().for_each(|member| *member = json!(name));
    }
    chain(wxpay, operation).send(Method::POST, Media::new(name, &content[..]).meta(meta))
}

fn send(wxpay: &Client, operation: Operation) -> Result<Response> {
    if operation.is_upload() {
        return upload(wxpay, operation);
    }
    let (chain, method) = (chain(wxpay, operation), operation.method().parse::<Method>().unwrap());
    let mut body = operation.example_request().body().clone();
    if let Value::Object(members) = &mut body {
        for (name, value) in members.iter_mut() {
            *value = known(name, value);
        }
        if operation.protocol() == Protocol::V2 {
            members.retain(|name, _| !matches!(name.as_str(), "sign" | "nonce_str"));
            for name in ["mch_id", "mchid", "combine_mch_id"] {
                members.get_mut(name).into_iter().for_each(|mchid| *mchid = json!(wxpay.mchid()));
            }
        }
    }
    if operation.protocol() == Protocol::V2 && body.is_null() && operation.method() == "POST" {
        // Its page lists no members, and the gateway has to know who asks.
        body = json!({"mch_id": wxpay.mchid()});
    }
    if body.is_null() { chain.send(method, ()) } else { chain.send(method, body) }
}

/// Uploads whose part with the file has another name than the one that the SDK's `Media` gives it.
fn has_other_file(operation: Operation) -> bool {
    let parts = operation.fields(Part::Form);
    operation.is_upload() && operation.protocol() == Protocol::V3 && parts.get("file").is_none()
}

#[test]
fn every_endpoint_without_behaviour_takes_its_example_and_answers_with_one_that_is_verified() -> Done {
    let sim = Simulator::builder().start()?;
    let wxpay = sim.client()?;
    let (mut wrong, mut examples) = (Vec::new(), 0);
    for operation in operations().filter(|operation| !operation.is_download() && !has_other_file(*operation)) {
        match send(&wxpay, operation) {
            // What has behaviour may well refuse a made-up number, but never for its form, and never unsigned.
            Err(error) => {
                let call = super::by_hand::last(&sim);
                let step = call["refused"]["step"].as_str().unwrap_or_default();
                if step != "14" && step != "13" {
                    wrong.push(format!("{operation:?}: {error} {}", call["refused"]));
                }
            }
            Ok(response) => {
                let is_example = response.headers().get("sim-example").is_some_and(|mark| mark == "1");
                examples += usize::from(is_example);
                let problems = operation.check_response(&response.value().unwrap());
                let is_empty = response.status() == 204;
                if !problems.is_empty() || operation.protocol() == Protocol::V3 && operation.has_answer() == is_empty {
                    wrong.push(format!("{operation:?}: {} {problems:?}", response.status()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    assert!(examples > 900, "{examples}");
    Ok(())
}

#[test]
fn files_come_unsigned_or_by_their_hash() -> Done {
    let sim = Simulator::builder().start()?;
    for operation in operations().filter(|operation| operation.is_download() && operation.protocol() == Protocol::V3) {
        let example = operation.example_request();
        let query: Vec<String> = example
            .query()
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("{name}={}", text(value)))
            .collect();
        let target = format!("/{}?{}", example.path(), query.join("&").replace('+', "%2B"));
        let answer = Ask::new(&sim, "GET", &target, "").send(&sim);
        if answer.status != 200 {
            assert!(
                operation.path().contains("billdownload"),
                "{operation:?}: {:?}",
                super::by_hand::last(&sim)["refused"]
            );
            continue;
        }
        match operation.verification() {
            wechatpay_catalog::Verification::Digest => {
                let sha1 = answer.header("Wechatpay-Statement-Sha1").unwrap();
                let expected = hex(&sha1::Sha1::digest(&answer.body));
                assert_eq!(sha1, expected);
                assert!(answer.header("Wechatpay-Signature").is_some());
            }
            _ => assert!(!answer.is_signed(), "{operation:?}"),
        }
        assert_eq!(answer.header("Sim-Example"), Some("1"));
    }
    Ok(())
}

#[test]
fn what_is_encrypted_in_an_example_is_encrypted_for_the_merchant() -> Done {
    let sim = Simulator::builder().start()?;
    let wxpay = sim.client()?;
    let receiver = json!({
        "appid": "wx0000000000000001", "sub_mchid": "1900000011", "type": "MERCHANT_ID", "account": "86693852", "name": "张三",
        "relation_type": "STORE",
    });
    let answer = wxpay.chain("v3/profitsharing/receivers/add").encrypt("/name").post(receiver)?;
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
