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

#[test]
fn an_example_repeats_what_was_asked_for() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let refund = json!({
        "out_trade_no": "1217752501", "out_refund_no": "R1", "amount": {"refund": 7, "total": 100, "currency": "CNY"},
    });
    let answer = wxpay["v3/refund/domestic/refunds"].post(refund).unwrap();
    assert_eq!(
        (&answer["out_refund_no"], &answer["amount"]["refund"], &answer["amount"]["total"]),
        (&json!("R1"), &json!(7), &json!(100))
    );
    // From the path, decoded, and from the query, where a text is a number.
    let asked = wxpay.chain("v3/refund/domestic/refunds").arg("R/2").get().unwrap();
    assert_eq!(asked["out_refund_no"], "R/2");
    let stocks =
        wxpay.chain("v3/marketing/favor/stocks?stock_creator_mchid=1900000109&limit=7&offset=2").get().unwrap();
    assert_eq!((&stocks["limit"], &stocks["offset"]), (&json!(7), &json!(2)));
    // It is the same every time.
    let again = || {
        wxpay["v3/marketing/favor/stocks?stock_creator_mchid=1900000109&limit=7&offset=2"]
            .get()
            .unwrap()
            .value()
            .unwrap()
    };
    assert_eq!(again(), again());
}

#[test]
fn what_is_encrypted_in_an_answer_is_encrypted_for_the_merchant() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let complaint = wxpay["v3/merchant-service/complaints-v2/200201820200101080076610000"].get().unwrap();
    assert_eq!(complaint.decrypt("/payer_phone").unwrap(), "payer_phone");
    let list = wxpay["v3/merchant-service/complaints-v2?begin_date=2026-11-01&end_date=2026-11-21"].get().unwrap();
    assert_eq!(list.decrypt("/data/0/payer_phone").unwrap(), "payer_phone");
    // One that was sent comes back, encrypted anew; of a request that is answered without it nothing is left in plain text.
    let receiver = json!({
        "appid": "wx8888888888888888", "type": "MERCHANT_ID", "account": "86693852", "name": "张三", "relation_type": "STORE",
    });
    let answer = wxpay.chain("v3/profitsharing/receivers/add").encrypt("/name").post(receiver).unwrap();
    assert_eq!((answer["account"].as_str(), answer.decrypt("/name").unwrap().as_str()), (Some("86693852"), "张三"));
    assert!(!answer.text().unwrap().contains("张三"));
}

#[test]
fn what_is_too_long_to_be_encrypted_is_not_repeated() {
    let gateway = Server::start().unwrap();
    // Plain text that is longer than a key can encrypt, which only a lenient one takes.
    gateway.allow("/name");
    let wxpay = gateway.client().unwrap();
    let receiver = json!({
        "appid": "wx8888888888888888", "type": "MERCHANT_ID", "account": "86693852", "name": "张".repeat(100), "relation_type": "STORE",
    });
    let answer = wxpay.chain("v3/profitsharing/receivers/add").post(receiver).unwrap();
    assert_eq!(answer.decrypt("/name").unwrap(), "name");
}

#[test]
fn files_bills_and_certificates_are_answered_as_before() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    for path in ["v3/billdownload/file?token=x", "v3/statements?date=20261121&mchid=1900000109"] {
        let error = wxpay[path].get().unwrap_err();
        assert!(error.to_string().contains("the stand-in has no answer for GET"), "{error}");
    }
    assert_eq!(wxpay["v3/certificates"].get().unwrap_err().rejection().unwrap().code(), "RESOURCE_NOT_EXISTS");
    let echo = wxpay["v3/security/echo"].post(json!({"echo_message": "hello"})).unwrap();
    assert_eq!((&echo["echo_message"], echo.headers().contains_key("mock-example")), (&json!("hello"), false));
    let bill = || wxpay["v3/bill/tradebill?bill_date=2026-11-21"].get().unwrap();
    assert!(bill().headers().contains_key("mock-example"));
    gateway.bills(3);
    assert!(!bill().headers().contains_key("mock-example"));
}

#[test]
fn an_answer_of_apiv2_is_signed_as_the_request_was() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().require_hmac_sha256().build().unwrap();
    let query = json!({
        "appid": "wx8888888888888888", "mch_id": wxpay.mchid(), "out_trade_no": "A-1", "sign_type": "HMAC-SHA256",
    });
    let answer = wxpay["v2/pay/orderquery"].post(query).unwrap();
    assert_eq!((&answer["result_code"], &answer["out_trade_no"]), (&json!("SUCCESS"), &json!("A-1")));
    assert_eq!((&answer["err_code"], answer.headers()["mock-example"].to_str().unwrap()), (&Value::Null, "1"));
}

#[test]
fn uploads_with_a_part_of_another_name_are_refused_by_that_name() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    for operation in operations().filter(|operation| OTHER_FILE.contains(&operation.path())) {
        let error = send(&wxpay, operation).unwrap_err();
        let file = operation.fields(Part::Form).into_iter().next().unwrap().name();
        assert_eq!(error.rejection().unwrap().field(), Some(&*format!("/{file}")), "{error}");
    }
}
