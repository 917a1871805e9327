//! Where no route was given the stand-in answers the catalogue's example: of every endpoint, to the catalogue's example request.
#![cfg(all(feature = "mock", feature = "sync", feature = "v2"))]

use wechatpay_catalog::{Encryption, Field, Kind, Operation, Part, Protocol, Required, encrypted, operations};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Chain, Client, Media, Method, Response, Result, Value, json};

/// What the stand-in answers in a way of its own, or by its platform keys.
const OWN: [&str; 3] = ["v3/certificates", "v3/global/certificates", "v3/security/echo"];

/// Uploads whose part with the file has another name than the one that the SDK's `Media` gives it.
const OTHER_FILE: [&str; 2] = [
    "v3/mch-manage/submission-files/sub-mchid/{sub_mchid}/upload",
    "v3/mch-operation-manage/enhanced-due-diligence/{due_diligence_id}/upload",
];

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The operation's example, with its query, its headers, and what has to be encrypted.
fn chain(wxpay: &Client, operation: Operation) -> Chain {
    let example = operation.example_request();
    let mut chain = wxpay.chain(example.path());
    for (name, value) in example.query().as_object().into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let v2 = operation.protocol() == Protocol::V2;
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
fn meta(wxpay: &Client, media: &Media, field: Field) -> Value {
    let member = |field: Field| match (field.name(), field.kind()) {
        ("sha256", _) => json!(media.sha256()),
        (name, Kind::String) if field.encryption() == Some(Encryption::Platform) => {
            json!(wxpay.encrypt(name).unwrap().ciphertext())
        }
        (name, Kind::String) => json!(field.values().next().unwrap_or(name)),
        (_, Kind::Object) if field.is_list() => json!([meta(wxpay, media, field)]),
        (_, Kind::Object) => meta(wxpay, media, field),
        _ => json!(1),
    };
    field.fields().into_iter().map(|field| (field.name().to_owned(), member(field))).collect()
}

fn send(wxpay: &Client, operation: Operation) -> Result<Response> {
    let (chain, method) = (chain(wxpay, operation), operation.method().parse::<Method>().unwrap());
    if operation.is_upload() {
        let media = Media::new("a.png", "content");
        let meta = operation.field(Part::Form, "/meta").map(|field| meta(wxpay, &media, field));
        return chain.send(method, media.meta(meta.unwrap_or_else(|| json!({"sign_type": "MD5"}))));
    }
    let mut body = operation.example_request().body().clone();
    if let (Protocol::V2, Value::Object(members)) = (operation.protocol(), &mut body) {
        members.retain(|name, _| !matches!(name.as_str(), "sign" | "nonce_str"));
        for name in ["mch_id", "mchid", "combine_mch_id"] {
            members.get_mut(name).into_iter().for_each(|mchid| *mchid = json!(wxpay.mchid()));
        }
    }
    if operation.path() == "v2/applyment/micro/signcontract" {
        // Its page lists no members, and the gateway has to know who asks.
        body = json!({"mch_id": wxpay.mchid()});
    }
    if body.is_null() { chain.send(method, ()) } else { chain.send(method, body) }
}

#[test]
fn every_endpoint_takes_its_example_and_answers_with_one_that_is_verified() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let mut wrong = Vec::new();
    let all = operations().filter(|operation| !operation.is_download() && !OWN.contains(&operation.path()));
    for operation in all.filter(|operation| !OTHER_FILE.contains(&operation.path())) {
        match send(&wxpay, operation) {
            Err(error) => wrong.push(format!("{operation:?}: {error}")),
            Ok(response) => {
                let problems = operation.check_response(&response.value().unwrap());
                let marked = response.headers().get("mock-example").is_some_and(|mark| mark == "1");
                if !problems.is_empty()
                    || !marked
                    || (operation.protocol() == Protocol::V3 && operation.has_answer() == (response.status() == 204))
                {
                    wrong.push(format!("{operation:?}: {} {marked} {problems:?}", response.status()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
