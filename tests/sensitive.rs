//! Sensitive fields on the wire: encrypted once, with the key the header names, readable for the platform alone.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::HOOK;
use wechatpay_chain::mock::{Server, Validity};
use wechatpay_chain::{ErrorKind, Method, Payload, Value, json};

const PATH: &str = "v3/ecommerce/applyments/";
const RECEIVER: &str = "v3/profitsharing/receivers/add";

fn gateway() -> Server {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PATH).reply(json!({"applyment_id": 1}));
    gateway
}

/// An application with a list of people, of whom not all have an address.
fn applyment(contact: &Value) -> Value {
    let owner = json!({
        "ubo_id_doc_type": "IDENTIFICATION_TYPE_IDCARD", "ubo_id_doc_copy": "media", "ubo_id_doc_name": "李四", "ubo_id_doc_number": "1",
    });
    let mut with_address = owner.clone();
    with_address["ubo_id_doc_address"] = json!("北京");
    json!({
        "out_request_no": "1217752501", "organization_type": "2", "account_info": {}, "contact_info": contact,
        "sales_scene_info": {"store_name": "店"}, "merchant_shortname": "店", "ubo_info_list": [with_address, owner],
    })
}

fn receiver(name: &str) -> Value {
    json!({
        "appid": "wx8888888888888888", "type": "MERCHANT_ID", "account": "86693852", "name": name, "relation_type": "STORE",
    })
}

#[test]
fn fields_leave_encrypted_and_arrive_as_they_were() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    let mut order = applyment(&json!({"contact_name": "张三", "mobile_phone": "13800138000", "contact_email": ""}));
    order["id_card_info"] = json!(null);
    // Nothing is no ciphertext, which the gateway may well refuse.
    gateway.allow("/contact_info/contact_email");
    let chain = wxpay
        .chain(PATH)
        .encrypt_all(["/contact_info/contact_name", "/contact_info/mobile_phone"])
        .encrypt_all(["/ubo_info_list/*/ubo_id_doc_name", "/ubo_info_list/*/ubo_id_doc_number"])
        .encrypt_if_present("/ubo_info_list/*/ubo_id_doc_address")
        .encrypt_if_present("/contact_info/contact_email")
        .encrypt_if_present("/id_card_info");
    let request = chain.to_request(Method::POST, &order).unwrap();
    let text = std::str::from_utf8(request.body()).unwrap();
    assert!(!text.contains("张三") && !text.contains("13800138000"), "{text}");
    assert_eq!(request.headers()["wechatpay-serial"], gateway.public_key_id());
    chain.post(&order).unwrap();
    chain.post(Payload::json(&order).unwrap()).unwrap();
    let mut expected = order;
    expected.as_object_mut().unwrap().remove("id_card_info");
    for call in gateway.calls() {
        assert_eq!(*call.json(), expected);
        assert!(!String::from_utf8_lossy(call.body()).contains("张三"));
    }
    let sealed = wxpay.encrypt("张三").unwrap();
    assert_eq!((sealed.ciphertext().len(), sealed.serial()), (344, gateway.public_key_id()));
}

#[test]
fn query_parameters_are_encrypted_too() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    let chain = wxpay
        .chain("v3/capital/banks")
        .query("page", 1)
        .query("bank_card_code", "6225880137")
        .encrypt_query("bank_card_code");
    let request = chain.to_request(Method::GET, ()).unwrap();
    let query = request.uri().query().unwrap();
    assert!(
        query.starts_with("page=1&bank_card_code=") && !query.contains("6225880137") && query.len() > 340,
        "{query}"
    );
    let error = wxpay.chain(HOOK).encrypt_query("name").get().unwrap_err();
    assert!(error.to_string().contains("no query parameter \"name\""), "{error}");
}

#[test]
fn the_callers_header_chooses_the_key_and_must_be_held() {
    let gateway = gateway();
    let first = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&first).unwrap();
    let wxpay = gateway.builder().auto_certificates().build().unwrap();
    wxpay.certificates().refresh().unwrap();
    gateway.sign_with(gateway.public_key_id()).unwrap();
    let order = receiver("张三");
    wxpay.chain(RECEIVER).encrypt("/name").post(&order).unwrap();
    wxpay.chain(RECEIVER).header("Wechatpay-Serial", &first).encrypt("/name").post(&order).unwrap();
    let calls: Vec<_> = gateway.calls().into_iter().filter(|call| call.method() == Method::POST).collect();
    assert_eq!(calls[0].headers()["wechatpay-serial"], gateway.public_key_id());
    assert_eq!(calls[1].headers()["wechatpay-serial"], first);
    assert!(calls.iter().all(|call| *call.json() == order));
    let error =
        wxpay.chain(RECEIVER).header("Wechatpay-Serial", "PUB_KEY_ID_9").encrypt("/name").post(&order).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("\"PUB_KEY_ID_9\"") && error.to_string().contains(&first), "{error}");
}

#[test]
fn what_cannot_be_encrypted_is_named_before_anything_is_sent() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    for (chain, expected) in [
        (wxpay.chain(PATH).encrypt("/gone"), "the payload has no /gone"),
        (wxpay.chain(PATH).encrypt_if_present("/gone").encrypt("/gone"), "the payload has no /gone"),
        (wxpay.chain(PATH).encrypt("name"), "does not begin with `/`"),
        (wxpay.chain(PATH).encrypt("/long"), "/long: the text has 216 bytes, at most 214"),
    ] {
        let error = chain.post(json!({"name": "x", "long": "张".repeat(72)})).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().contains(expected) && !error.to_string().contains('张'), "{error}");
    }
    let error = wxpay.chain(PATH).encrypt("/a").post(Payload::raw("a=1", "text/plain")).unwrap_err();
    assert!(error.to_string().contains("not JSON"), "{error}");
    assert!(gateway.calls().is_empty());
}

#[test]
fn ciphertext_for_another_key_is_refused_by_the_gateway() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    let other = gateway.issue_certificate(Validity::Now).unwrap();
    let sealed = wxpay.encrypt("张三").unwrap();
    let mut applyment = applyment(&json!({"contact_name": sealed.ciphertext()}));
    applyment.as_object_mut().unwrap().remove("ubo_info_list");
    let error = wxpay.chain(PATH).header("Wechatpay-Serial", other).post(applyment).unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!(
        (rejection.code(), &rejection.detail().unwrap()["field"]),
        ("PARAM_ERROR", &json!("/contact_info/contact_name"))
    );
}

#[test]
fn fields_of_answers_are_decrypted_with_the_merchants_key() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    let echo = wxpay.chain("v3/security/echo").encrypt("/encrypted_echo_message");
    let response = echo.post(json!({"echo_message": "hello", "encrypted_echo_message": "张三"})).unwrap();
    assert_eq!(response.get::<String>("/echo_message").unwrap(), "hello");
    assert_eq!(response.decrypt("/encrypted_echo_message").unwrap(), "张三");
    assert_eq!(wxpay.decrypt(&response.get::<String>("/encrypted_echo_message").unwrap()).unwrap(), "张三");
    assert_eq!(response.decrypt("/echo_message").unwrap_err().kind(), ErrorKind::Decrypt);
    assert!(response.decrypt("/gone").unwrap_err().to_string().contains("/gone"));
}
