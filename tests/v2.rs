//! APIv2 behind the same chain: signed XML out, judged XML in.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use std::time::Duration;

use support::{SECRET, answering, block_on, full, order};
use wechatpay_chain::mock::{Fault, Reply, Server};
use wechatpay_chain::{Client, ErrorKind, Method, Payload, Retry, Value, json};

const QUERY: &str = "v2/pay/orderquery";
const ORDER: &str = "v2/pay/unifiedorder";
const REFUND: &str = "v2/secapi/pay/refund";

#[test]
fn a_call_goes_and_comes_in_every_spelling_and_signature() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, ORDER).reply(json!({"prepay_id": "wx2014", "code_url": "weixin://<&>"}));
    let wxpay = gateway.client().unwrap();
    for sign_type in [None, Some("MD5"), Some("HMAC-SHA256")] {
        let mut order = order(&wxpay);
        if let Some(sign_type) = sign_type {
            order["sign_type"] = sign_type.into();
        }
        for response in [
            wxpay[ORDER].post(&order),
            wxpay.seg("v2").seg("pay").seg("unifiedorder").post(&order),
            wxpay.chain("V2/pay/unifiedorder").post(order.clone()),
            block_on(wxpay.chain("/v2/pay").chain("unifiedorder").post_async(&order)),
        ] {
            let response = response.unwrap();
            assert_eq!(response.get::<String>("/prepay_id").unwrap(), "wx2014");
            assert_eq!(response.value().unwrap()["code_url"], "weixin://<&>");
            assert!(response.text().unwrap().starts_with("<xml>"));
        }
    }
    for call in gateway.calls() {
        assert_eq!((call.path(), call.headers().get("authorization")), ("/pay/unifiedorder", None));
        assert_eq!(call.headers()["content-type"], "text/xml; charset=utf-8");
        assert!(!call.headers().contains_key("wechatpay-serial"));
        assert_eq!(call.json()["body"], "<测试>&\"商品\" ]]>");
        assert_eq!(call.json()["total_fee"], "100");
        assert_eq!(call.json()["nonce_str"].as_str().unwrap().len(), 32);
    }
}

#[test]
fn a_client_of_apiv2_alone_needs_no_more_than_mchid_and_secret() {
    let answer = "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><sign>8C3CB05FDE0F7A1BB1BCC4E70C15A0B5</sign></xml>";
    let wxpay = answering(answer);
    let error = wxpay[QUERY].post(order(&wxpay)).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Verify && error.to_string().contains("not the one that the APIv2 key"),
        "{error}"
    );
    assert_eq!(wxpay["v3/certificates"].get().unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_get_signs_its_query() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, "v2/appauth/getaccesstoken").reply(json!({"retcode": "0", "access_token": "张三 +&"}));
    let wxpay = gateway.client().unwrap();
    let chain = wxpay
        .chain("v2/appauth/getaccesstoken")
        .query("mch_id", wxpay.mchid())
        .query("appid", "wx8888888888888888")
        .query("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
        .query("grant_type", "authorization_code")
        .query("sign_type", "HMAC-SHA256")
        .query("scope", "pay_identity")
        .query("code", "a b&c=张")
        .query("empty", "");
    assert_eq!(chain.get().unwrap().get::<String>("/access_token").unwrap(), "张三 +&");
    let call = &gateway.calls()[0];
    assert_eq!((&call.json()["code"], &call.json()["empty"]), (&json!("a b&c=张"), &json!("")));
    gateway.on(Method::GET, "v2/appauth/getaccesstoken").reply(json!({"retcode": "20001", "retmsg": "no"}));
    let request = chain.to_request(Method::GET, json!({"more": "pay_face"})).unwrap();
    let query = request.uri().query().unwrap();
    assert!(query.contains("&more=pay_face&") || query.starts_with("more=pay_face&"), "{query}");
    assert!(query.contains("nonce_str=") && query.contains("&sign="), "{query}");
    let redirect =
        wxpay.chain("v2/papay/h5entrustweb").query("mch_id", wxpay.mchid()).to_request(Method::GET, ()).unwrap();
    assert!(!redirect.uri().query().unwrap().contains("nonce_str"), "the endpoint takes none");
}

#[test]
fn what_is_wrong_with_a_call_is_told_before_anything_is_sent() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let with = |name: &str, value: Value| {
        let mut order = order(&wxpay);
        order[name] = value;
        wxpay[ORDER].post(order).unwrap_err()
    };
    for (error, text) in [
        (with("mch_id", json!("1900000110")), "mch_id is \"1900000110\", but the client's mchid is \"1900000109\""),
        (with("mchid", json!("1")), "the field mchid is \"1\""),
        (with("mch_id", json!("")), "mch_id is \"\""),
        (with("mch_id", json!(null)), "none of mch_id, mchid, combine_mch_id; expected one that is 1900000109"),
        (with("sign_type", json!("SHA256")), "sign_type is \"SHA256\", expected \"MD5\" or \"HMAC-SHA256\""),
        (with("detail", json!({"a": 1})), "\"detail\" is an object, expected a text or a whole number; a list or"),
        (with("fee", json!(1.5)), "\"fee\" is a number, expected a text or a whole"),
        (with("flag", json!(true)), "\"flag\" is a boolean"),
        (with("a b", json!("x")), "\"a b\" cannot be the name"),
        (with("attach", json!("\u{0}")), "\"attach\" has a control character"),
        (wxpay[ORDER].post(json!([])).unwrap_err(), "is an array, expected a JSON object"),
        (wxpay.chain("v2/").post(order(&wxpay)).unwrap_err(), "the path is empty behind `v2`"),
        (wxpay[ORDER].put(order(&wxpay)).unwrap_err(), "APIv2 has no PUT"),
        (wxpay.chain("v2/pay/x?a=b").post(order(&wxpay)).unwrap_err(), "has a query"),
        (wxpay[ORDER].encrypt("/body").post(order(&wxpay)).unwrap_err(), "`PublicKey::encrypt`"),
        (wxpay[QUERY].query("mch_id", "1").query("mch_id", "2").get().unwrap_err(), "\"mch_id\" stands twice"),
        (wxpay[ORDER].download(Method::POST, order(&wxpay)).unwrap_err(), "is not one of the files"),
        (wxpay[ORDER].workwx("s").post(order(&wxpay)).unwrap_err(), "workwx: expected the fields of a red packet"),
    ] {
        assert!(error.kind() == ErrorKind::Request && error.to_string().contains(text), "{}", full(&error));
        assert!(!error.outcome_unknown() && error.attempts().is_empty());
    }
    let without = Client::builder().mchid("1900000109").secret(SECRET).base_uri(gateway.url()).build().unwrap();
    let error = without[REFUND].post(order(&without)).unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("merchant_identity is missing"), "{error}");
    assert!(gateway.calls().is_empty());
}

#[test]
fn given_nonces_are_kept_and_unwanted_ones_left_out() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let body = |chain: &wechatpay_chain::Chain, payload: Value| {
        String::from_utf8(chain.to_request(Method::POST, payload).unwrap().body().to_vec()).unwrap()
    };
    let mut given = order(&wxpay);
    given["nonce_str"] = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS".into();
    given["sign"] = "ignored".into();
    let text = body(&wxpay[ORDER], given.clone());
    assert!(
        text.contains("<nonce_str>5K8264ILTKCH16CQ2502SI8ZNMTM67VS</nonce_str>") && !text.contains("ignored"),
        "{text}"
    );
    assert_eq!(text, body(&wxpay[ORDER], given));
    assert!(!body(&wxpay[ORDER].nonceless(), order(&wxpay)).contains("nonce_str"));
    assert!(!body(&wxpay["v2/papay/querycontract"], order(&wxpay)).contains("nonce_str"));
    let packet =
        json!({"mch_id": wxpay.mchid(), "mch_billno": "1", "total_amount": 100, "wxappid": "wx1", "nonce_str": "n"});
    let text = body(&wxpay["v2/mmpaymkttransfers/sendworkwxredpack"].workwx("agent secret"), packet);
    assert!(text.contains("<workwx_sign>") && text.contains("<sign>"), "{text}");
    let raw = wxpay[ORDER].to_request(Method::POST, Payload::raw("<xml/>", "text/xml")).unwrap();
    assert_eq!(raw.body(), "<xml/>");
}

#[test]
fn a_no_says_what_it_is_and_what_is_known() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let cases = [
        ("NOTENOUGH", "余额不足", false),
        ("ORDERPAID", "订单已支付", true),
        ("SYSTEMERROR", "系统错误", true),
        ("BANKERROR", "银行系统异常", true),
        ("USERPAYING", "用户支付中", true),
    ];
    for (code, message, unknown) in cases {
        gateway
            .on(Method::POST, ORDER)
            .reply(json!({"result_code": "FAIL", "err_code": code, "err_code_des": message}))
            .times(1);
        let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
        let no = error.rejection().unwrap();
        assert_eq!(
            (error.kind(), no.status().as_u16(), no.code(), no.message()),
            (ErrorKind::Rejected, 200, code, message)
        );
        assert!(no.is_verified() && no.detail().unwrap()["err_code"] == code);
        assert_eq!(error.outcome_unknown(), unknown, "{code}");
        assert!(!error.is_retryable(), "{code}");
    }
    // A question leaves nothing open.
    gateway.on(Method::POST, QUERY).reply(json!({"result_code": "FAIL", "err_code": "SYSTEMERROR"})).times(1);
    let error = wxpay[QUERY].retry(Retry::none()).post(order(&wxpay)).unwrap_err();
    assert!(!error.outcome_unknown() && error.is_retryable());
    // The gateway's refusal of the request itself is not signed, so it proves nothing.
    let other = gateway.builder().secret(SECRET).build().unwrap();
    let error = other[ORDER].post(order(&other)).unwrap_err();
    let no = error.rejection().unwrap();
    assert!(no.message() == "签名错误" && !no.is_verified() && error.outcome_unknown(), "{}", full(&error));
}

#[test]
fn a_missing_sign_is_accepted_where_it_is_documented_and_a_wrong_one_nowhere() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let packet = json!({
        "mch_id": wxpay.mchid(), "mch_billno": "1", "wxappid": "wx8888888888888888", "send_name": "店", "re_openid": "oUpF8",
        "total_amount": 100, "total_num": 1, "wishing": "恭喜", "client_ip": "203.0.113.9", "act_name": "活动", "remark": "无",
    });
    gateway.on(Method::POST, "v2/mmpaymkttransfers/sendredpack").reply(json!({"send_listid": "7"})).times(1);
    let sent = wxpay["v2/mmpaymkttransfers/sendredpack"].post(&packet).unwrap();
    assert!(sent.get::<String>("/send_listid").unwrap() == "7" && !sent.text().unwrap().contains("<sign>"));
    gateway
        .on(Method::POST, "v2/mmpaymkttransfers/sendredpack")
        .reply(json!({"result_code": "FAIL", "err_code": "NOTENOUGH"}))
        .times(1);
    let error = wxpay["v2/mmpaymkttransfers/sendredpack"].post(&packet).unwrap_err();
    assert!(!error.outcome_unknown() && !error.rejection().unwrap().is_verified());
    let forged = json!({"sign": "A".repeat(32)});
    gateway.on(Method::POST, "v2/mmpaymkttransfers/sendredpack").reply(forged).times(1);
    let error = wxpay["v2/mmpaymkttransfers/sendredpack"].post(&packet).unwrap_err();
    assert!(error.kind() == ErrorKind::Verify && error.outcome_unknown(), "{}", full(&error));
}

#[test]
fn only_hmac_where_the_client_insists() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, ORDER).reply(json!({}));
    let wxpay = gateway.builder().require_hmac_sha256().build().unwrap();
    let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
    assert!(error.kind() == ErrorKind::Verify && error.to_string().contains("insists on HMAC-SHA256"), "{error}");
    let mut order = order(&wxpay);
    order["sign_type"] = "HMAC-SHA256".into();
    wxpay[ORDER].post(order).unwrap();
}

#[test]
fn each_fault_is_what_it_is() {
    for (fault, kind) in [
        (Fault::BadSignature, ErrorKind::Verify),
        (Fault::Probe, ErrorKind::Verify),
        (Fault::Unsigned, ErrorKind::Verify),
        (Fault::Reset, ErrorKind::Transport),
        (Fault::Truncated, ErrorKind::Transport),
        (Fault::Garbage, ErrorKind::Transport),
        (Fault::Oversized, ErrorKind::Transport),
        (Fault::Html, ErrorKind::Rejected),
        (Fault::Slow(Duration::from_secs(30)), ErrorKind::Timeout),
    ] {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, ORDER).fault(fault);
        gateway.on(Method::POST, QUERY).fault(fault);
        // As short as it may be where it is waited for, and for nobody else.
        let timeout = if let Fault::Slow(_) = fault { 1 } else { 10 };
        let wxpay = gateway.builder().timeout(Duration::from_secs(timeout)).build().unwrap();
        let write = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
        assert_eq!((write.kind(), write.outcome_unknown()), (kind, true), "{fault:?}: {}", full(&write));
        let read = wxpay[QUERY].retry(Retry::none()).post(order(&wxpay)).unwrap_err();
        assert_eq!((read.kind(), read.outcome_unknown()), (kind, false), "{fault:?}: {}", full(&read));
        assert_eq!(gateway.calls().len(), 2, "nothing is sent twice: {fault:?}");
    }
}

#[test]
fn a_bill_is_a_file_or_says_why_not() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let asked = json!({"appid": "wx1", "mch_id": wxpay.mchid(), "bill_date": "20261121"});
    let chain = wxpay.chain("v2/pay/downloadbill");
    let csv = "\u{feff}交易时间\r\n`2026-11-21\r\n总交易单数\r\n`1\r\n";
    gateway.on(Method::POST, "v2/pay/downloadbill").reply(Reply::file("text/plain", csv)).times(2);
    let mut out = Vec::new();
    chain.download(Method::POST, &asked).unwrap().to_writer(&mut out).unwrap();
    assert_eq!(out, csv.as_bytes());
    assert_eq!(chain.post(&asked).unwrap().text().unwrap(), csv);
    gateway
        .on(Method::POST, "v2/pay/downloadbill")
        .reply(json!({"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"}));
    let folder = tempfile::tempdir().unwrap();
    for error in [
        chain.download(Method::POST, &asked).unwrap().to_path(folder.path().join("x.csv")).unwrap_err(),
        chain.post(&asked).unwrap_err(),
    ] {
        let no = error.rejection().unwrap();
        assert_eq!((no.code(), no.message(), error.outcome_unknown()), ("20002", "No Bill Exist", false));
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
