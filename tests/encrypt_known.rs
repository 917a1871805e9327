//! `encrypt_known`: what the catalogue says goes over the wire encrypted does so, and nothing else.
#![cfg(all(feature = "async", feature = "catalog", feature = "mock", feature = "sync", feature = "tls"))]

#[path = "support/known.rs"]
mod known;
mod support;

use known::{PLATFORM_ID, body, keyless, opened, own_platform, platform_key, query};
use wechatpay_chain::catalog::{DATE, operation};
use wechatpay_chain::mock::{Server, Validity};
use wechatpay_chain::{
    Chain, Error, ErrorKind, IntoPayload, Media, Method, Payload, Value, bytes::Bytes, http, json, path,
};

const APPLYMENT: &str = path!("v3/applyment4sub/applyment/");
const RECEIVER: &str = path!("v3/profitsharing/receivers/add");
const GUIDES: &str = path!("v3/smartguide/guides");

fn post(chain: &Chain, body: &Value) -> http::Request<Bytes> {
    chain.to_request(Method::POST, body).unwrap()
}

/// A text that a key of so many bytes could have made.
fn sealed(bytes: usize) -> String {
    let digits = bytes * 8 / 6;
    match bytes % 3 {
        0 => "A".repeat(digits),
        1 => "A".repeat(digits) + "A==",
        _ => "A".repeat(digits) + "A=",
    }
}

#[track_caller]
fn refused(chain: &Chain, method: Method, payload: impl IntoPayload) -> Error {
    let error = chain.to_request(method, payload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request, "{error}");
    assert!(!error.outcome_unknown());
    error
}

#[test]
fn members_go_out_encrypted_item_by_item_and_the_rest_as_it_is() {
    let chain = own_platform().chain(APPLYMENT).encrypt_known();
    let plain = json!({
        "business_code": "1900013511_10000",
        "contact_info": {"contact_name": "张三", "contact_id_number": "", "mobile_phone": null, "contact_type": "SUPER"},
        "subject_info": {"ubo_info_list": [
            {"ubo_id_doc_name": "李四"}, {"ubo_id_doc_number": "1", "ubo_id_doc_name": "王五"}, {},
        ]},
    });
    let request = post(&chain, &plain);
    let text = String::from_utf8_lossy(request.body()).into_owned();
    assert!(!["张三", "李四", "王五"].iter().any(|name| text.contains(name)), "{text}");
    assert_eq!(request.headers()["wechatpay-serial"], PLATFORM_ID);
    let (mut sent, mut expected) = (body(&request), plain);
    let names = [
        "/contact_info/contact_name",
        "/subject_info/ubo_info_list/*/ubo_id_doc_name",
        "/subject_info/ubo_info_list/*/ubo_id_doc_number",
    ];
    let found: usize = names.iter().map(|pointer| opened(&mut sent, pointer)).sum();
    assert_eq!(found, 4);
    expected["contact_info"].as_object_mut().unwrap().remove("mobile_phone");
    assert_eq!(sent, expected);
    // Lists of texts, item by item.
    let policies = own_platform().chain("v3/inspolicymgr/deduct/policies").encrypt_known();
    let mut sent = body(&post(&policies, &json!({"insured_name_list": ["张三", "", "李四"]})));
    assert_eq!(opened(&mut sent, "/insured_name_list/*"), 2);
    assert_eq!(sent, json!({"insured_name_list": ["张三", "", "李四"]}));
}

#[test]
fn the_gateway_reads_what_a_terminal_encrypted() {
    let gateway = Server::start().unwrap();
    let add = operation("POST", RECEIVER).unwrap();
    gateway.on(Method::POST, RECEIVER).reply(add.example_response());
    let example = add.example_request();
    let chain = gateway.client().unwrap().chain(RECEIVER).encrypt_known();
    chain.post(example.body()).unwrap();
    support::block_on(chain.post_async(Payload::json(example.body()).unwrap())).unwrap();
    let calls = gateway.calls();
    assert_eq!(calls.len(), 2);
    for call in calls {
        let sent: Value = serde_json::from_slice(call.body()).unwrap();
        assert_ne!(sent["name"], example.body()["name"]);
        assert_eq!(call.json(), example.body());
        assert_eq!(call.headers()["wechatpay-serial"], gateway.public_key_id());
    }
}

#[test]
fn parameters_are_encrypted_however_they_came_into_the_query() {
    let wxpay = own_platform();
    for chain in [
        wxpay.chain(GUIDES).query("store_id", 1).query("mobile", "+86 138,&"),
        wxpay.chain("v3/smartguide/guides{?store_id,mobile}").var("store_id", 1).var("mobile", "+86 138,&"),
        wxpay.chain("v3/smartguide/guides{?list*}").var("list", json!({"store_id": 1, "mobile": "+86 138,&"})),
        wxpay.chain("v3/smartguide/guides?store_id=1&mobile=%2B86%20138%2C%26"),
        wxpay.chain("v3/smartguide/guides?store_id=1").query("mobile", "+86 138,&").encrypt_query("mobile"),
    ] {
        let request = chain.encrypt_known().to_request(Method::GET, ()).unwrap();
        assert_eq!(request.headers()["wechatpay-serial"], PLATFORM_ID);
        let mut pairs = query(&request);
        // A map that is expanded has its own order.
        pairs.sort_by_key(|(name, _)| name.len() == "mobile".len());
        assert_eq!(pairs[0], ("store_id".to_owned(), "1".to_owned()));
        assert_eq!((pairs.len(), pairs[1].0.as_str(), pairs[1].1.len()), (2, "mobile", 344), "{chain:?}");
        assert_eq!(platform_key().decrypt(&pairs[1].1).unwrap(), "+86 138,&");
    }
    let empty = wxpay.chain(GUIDES).query("store_id", 1).query("mobile", "").encrypt_known();
    let request = empty.to_request(Method::GET, ()).unwrap();
    assert_eq!(request.uri().query(), Some("store_id=1&mobile="));
    let list = wxpay.chain("v3/smartguide/guides{?mobile}").var("mobile", ["1", "2"]).encrypt_known();
    assert!(refused(&list, Method::GET, ()).to_string().contains("\"mobile\" is a list"));
}

#[test]
fn every_page_of_a_list_asks_with_ciphertext() {
    let gateway = Server::start().unwrap();
    let page = |offset: u64| {
        let mut page = operation("GET", GUIDES).unwrap().example_response();
        (page["total_count"], page["offset"], page["limit"]) = (json!(2), json!(offset), json!(1));
        page
    };
    gateway.on(Method::GET, GUIDES).reply_with(move |call| page(u64::from(call.query().unwrap().contains("offset=1"))));
    let chain = gateway.client().unwrap().chain(GUIDES).query("store_id", 1).query("mobile", "13800138000");
    assert_eq!(chain.encrypt_known().pages(1).flatten().count(), 2);
    let calls = gateway.calls();
    assert_eq!(calls.len(), 2);
    for call in calls {
        let query = call.query().unwrap();
        assert!(query.contains("store_id=1&mobile=") && !query.contains("13800138000") && query.len() > 344, "{query}");
    }
}

#[test]
fn another_type_is_refused_by_its_pointer_before_a_key_is_needed() {
    let keyless = keyless();
    for (path, value, expected) in [
        (APPLYMENT, json!({"contact_info": {"contact_name": 7}}), "/contact_info/contact_name is a number"),
        (
            APPLYMENT,
            json!({"contact_info": "张三"}),
            "/contact_info is a string, so it has no /contact_info/contact_name",
        ),
        (APPLYMENT, json!({"contact_info": {"contact_name": {}}}), "/contact_info/contact_name is an object"),
        (
            APPLYMENT,
            json!({"contact_info": [{"contact_name": "张三"}]}),
            "/contact_info is an array, which has no member",
        ),
        (
            APPLYMENT,
            json!({"subject_info": {"ubo_info_list": {"ubo_id_doc_name": "张三"}}}),
            "/subject_info/ubo_info_list is an object, expected an array",
        ),
        (
            APPLYMENT,
            json!({"subject_info": {"ubo_info_list": [{}, {"ubo_id_doc_name": ["张三"]}]}}),
            "/subject_info/ubo_info_list/1/ubo_id_doc_name is an array, expected a string",
        ),
        ("v3/inspolicymgr/deduct/policies", json!({"insured_name_list": "张三"}), "/insured_name_list is a string"),
        ("v3/inspolicymgr/deduct/policies", json!({"insured_name_list": ["a", 1]}), "/insured_name_list/1 is a number"),
    ] {
        let text = refused(&keyless.chain(path).encrypt_known(), Method::POST, &value).to_string();
        assert!(
            text.contains("encrypt_known: ") && text.contains(expected) && !text.contains("张三"),
            "{expected}: {text}"
        );
    }
    let add = keyless.chain(RECEIVER).encrypt_known();
    let text = refused(&add, Method::POST, Payload::raw(r#"{"name":"张三"}"#, "application/json")).to_string();
    assert!(text.contains("encrypt_known: the payload is not JSON"), "{text}");
    let long = own_platform().chain(RECEIVER).encrypt_known();
    let text = refused(&long, Method::POST, json!({"name": "张".repeat(72)})).to_string();
    assert!(
        text.contains("encrypt_known: /name: the text has 216 bytes, at most 214") && !text.contains('张'),
        "{text}"
    );
}

#[test]
fn no_key_is_needed_where_nothing_is_encrypted() {
    let keyless = keyless();
    let native = keyless.chain("v3/pay/transactions/native").encrypt_known();
    let plain = json!({"description": "x", "payer": {"name": "张三"}});
    assert_eq!(body(&post(&native, &plain)), plain);
    let add = keyless.chain(RECEIVER).encrypt_known();
    for nothing in [json!({"account": "1"}), json!({"account": "1", "name": ""}), json!({"name": sealed(256)})] {
        let request = post(&add, &nothing);
        assert_eq!((body(&request), request.headers().get("wechatpay-serial")), (nothing, None));
    }
    assert!(add.to_request(Method::POST, ()).unwrap().body().is_empty());
    let error = add.to_request(Method::POST, json!({"name": "张三"})).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("needs a platform key"), "{error}");
}

#[test]
fn a_member_that_is_named_twice_is_encrypted_once() {
    let wxpay = own_platform();
    let plain = json!({"contact_info": {"contact_name": "张三", "contact_type": "李四"}, "subject_info": {"ubo_info_list": [{"ubo_id_doc_name": "1"}, {"ubo_id_doc_name": "2"}]}});
    let both = ["/contact_info/contact_name", "/subject_info/ubo_info_list/*/ubo_id_doc_name"];
    for named in [
        &["/contact_info/contact_name"][..],
        &["/subject_info/ubo_info_list/1/ubo_id_doc_name", "/subject_info/ubo_info_list/*/ubo_id_doc_name"],
        &["/contact_info/contact_type"],
    ] {
        for chain in [
            wxpay.chain(APPLYMENT).encrypt_all(named.to_vec()).encrypt_known(),
            named.iter().fold(wxpay.chain(APPLYMENT).encrypt_known(), |chain, name| chain.encrypt_if_present(*name)),
        ] {
            let mut sent = body(&post(&chain, &plain));
            assert_eq!(both.iter().map(|pointer| opened(&mut sent, pointer)).sum::<usize>(), 3, "{named:?}");
            let more = named.contains(&"/contact_info/contact_type");
            assert_eq!(opened(&mut sent, "/contact_info/contact_type"), usize::from(more));
            assert_eq!(sent, plain);
        }
    }
    let missing = wxpay.chain(APPLYMENT).encrypt("/contact_info/mobile_phone").encrypt_known();
    assert!(refused(&missing, Method::POST, &plain).to_string().contains("has no /contact_info/mobile_phone"));
}

#[test]
fn ciphertext_is_left_as_it_is_for_the_key_that_the_header_names() {
    let gateway = Server::start().unwrap();
    let other = gateway.issue_certificate(Validity::Now).unwrap();
    let wxpay = own_platform();
    for bytes in [256, 384, 512] {
        let ciphertext = json!({"name": sealed(bytes)});
        let chain = wxpay.chain(RECEIVER).encrypt_known();
        let request = post(&chain, &ciphertext);
        assert_eq!(request.headers()["wechatpay-serial"], PLATFORM_ID);
        assert_eq!(body(&request), ciphertext);
        // The key need not be held: it encrypts nothing here.
        let request = post(&chain.header("Wechatpay-Serial", &other), &ciphertext);
        assert_eq!(request.headers()["wechatpay-serial"], other);
        assert_eq!(body(&request), ciphertext);
    }
    let near = json!({"name": sealed(255)});
    let text = refused(&wxpay.chain(RECEIVER).encrypt_known(), Method::POST, &near).to_string();
    assert!(text.contains("/name: the text has 340 bytes"), "{text}");
    // What is still plain is encrypted with the key of the header, which must be held then.
    let list = json!({"insured_name_list": [sealed(256), "张三"]});
    let policies = wxpay.chain("v3/inspolicymgr/deduct/policies").encrypt_known();
    let sent = body(&post(&policies.header("Wechatpay-Serial", PLATFORM_ID), &list));
    assert_eq!(sent["insured_name_list"][0], list["insured_name_list"][0]);
    assert_eq!(platform_key().decrypt(sent["insured_name_list"][1].as_str().unwrap()).unwrap(), "张三");
    let text = refused(&policies.header("Wechatpay-Serial", &other), Method::POST, &list).to_string();
    assert!(text.contains(&other) && text.contains(PLATFORM_ID) && !text.contains("张三"), "{text}");
}

#[test]
fn ciphertext_in_a_member_that_is_named_too_is_refused() {
    let wxpay = own_platform();
    let list = json!({"insured_name_list": ["张三", sealed(384)]});
    let policies = wxpay.chain("v3/inspolicymgr/deduct/policies").encrypt_known();
    for named in ["/insured_name_list/1", "/insured_name_list/*"] {
        let text = refused(&policies.encrypt(named), Method::POST, &list).to_string();
        assert!(text.contains("/insured_name_list/1 is ciphertext already") && !text.contains("AAAA"), "{text}");
    }
    let guides = wxpay.chain(GUIDES).query("mobile", sealed(256));
    assert!(guides.encrypt_known().to_request(Method::GET, ()).is_ok());
    let text = refused(&guides.encrypt_query("mobile").encrypt_known(), Method::GET, ()).to_string();
    assert!(text.contains("\"mobile\" is ciphertext already") && !text.contains("AAAA"), "{text}");
}

#[test]
fn who_asks_for_what_the_catalogue_does_not_know_hears_what_is_near() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    for (chain, method, expected) in [
        (
            wxpay.chain("v3/profitsharing/receivers/ad"),
            Method::POST,
            ["POST `v3/profitsharing/receivers/ad`", "`v3/profitsharing/receivers/add`"],
        ),
        (wxpay.chain(RECEIVER), Method::PUT, ["PUT `v3/profitsharing/receivers/add`", "nearest path with PUT is `v3/"]),
        (
            wxpay.chain("v3/smartguide/guide{?mobile}").var("mobile", "1"),
            Method::GET,
            ["GET `v3/smartguide/guide`", "`v3/smartguide/guides`"],
        ),
        (
            wxpay.chain("v3/smartguide/guidez").arg("张三"),
            Method::PATCH,
            ["PATCH `v3/smartguide/guidez/{}`", "`v3/smartguide/guides/{guide_id}`"],
        ),
    ] {
        let text = refused(&chain.encrypt_known(), method.clone(), ()).to_string();
        assert!(
            expected.iter().all(|part| text.contains(part)) && text.contains(DATE) && !text.contains("张"),
            "{text}"
        );
        let error = chain.encrypt_known().send(method, ()).unwrap_err();
        assert_eq!((error.to_string(), error.kind()), (text, ErrorKind::Request));
    }
    assert!(gateway.calls().is_empty());
}

#[test]
fn an_endpoint_is_known_behind_a_proxy_too() {
    let wxpay = own_platform();
    for (base, path) in [
        ("https://proxy.example/wx/", RECEIVER),
        ("https://proxy.example/wx/v3/", "profitsharing/receivers/add"),
        ("https://proxy.example/wx/", "/v3/profitsharing/receivers/add"),
        ("https://api.mch.weixin.qq.com/hk/", RECEIVER),
    ] {
        let chain = wxpay.chain(path).base_uri(base).encrypt_known();
        let mut sent = body(&post(&chain, &json!({"name": "张三"})));
        assert_eq!(opened(&mut sent, "/name"), 1, "{base} {path}");
    }
    let text = refused(&wxpay.chain("wx/v3/profitsharing/receivers/add").encrypt_known(), Method::POST, ()).to_string();
    assert!(text.contains("does not know POST `wx/v3/"), "{text}");
}

#[test]
fn uploads_are_refused() {
    let wxpay = own_platform();
    let upload = wxpay.chain("v3/merchant/media/upload").encrypt_known();
    let file = Media::new("a.png", vec![1, 2, 3]);
    for payload in [
        upload.to_request(Method::POST, file),
        upload.to_request(Method::POST, Payload::raw("x", "Multipart/form-data; boundary=x")),
    ] {
        let error = payload.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().contains("encrypt_known: the payload is an upload"), "{error}");
    }
}

#[cfg(feature = "v2")]
#[test]
fn calls_of_apiv2_are_refused() {
    let gateway = Server::start().unwrap();
    let chain = gateway.client().unwrap().chain("v2/mmpaysptrans/pay_bank").encrypt_known();
    let text = refused(&chain, Method::POST, json!({"enc_true_name": "张三"})).to_string();
    assert!(text.contains("encrypt_known is of APIv3") && text.contains("PublicKey::encrypt"), "{text}");
    assert_eq!(chain.post(json!({})).unwrap_err().kind(), ErrorKind::Request);
    assert!(gateway.calls().is_empty());
}
