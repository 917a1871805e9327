//! What comes in as APIv2: hostile and forged answers, refusals in odd places, notifications.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use support::{SECRET, answering, full, order, raw_server};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, ErrorKind, Method, Notice, Payload, json};

const ORDER: &str = "v2/pay/unifiedorder";

#[test]
fn hostile_xml_is_an_error_in_time_and_bounded_memory() {
    let deep = format!("<xml>{}</xml>", "<a>".repeat(1_000_000));
    let many = format!("<xml>{}</xml>", "<a/>".repeat(1_000_000));
    for (body, text) in [
        ("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><return_code>&e;</return_code></xml>", "a DTD"),
        ("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><xml><a>&b;</a></xml>", "a DTD"),
        ("<xml><return_code>SUCCESS</return_code><return_code>FAIL</return_code></xml>", "stands twice"),
        ("<xml><return_code>SUCCESS</return_code>", "ends too early"),
        ("<?xml version=\"1.0\" encoding=\"GB18030\"?><xml/>", "another encoding"),
        ("<xml><return_code>\u{8}</return_code></xml>", "a control character"),
        ("", "no XML"),
        ("null", "no XML"),
        (&deep, "levels"),
        (&many, "stands twice"),
    ] {
        let wxpay = answering(body);
        let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
        assert!(error.kind() == ErrorKind::Decode && error.to_string().contains(text), "{}", full(&error));
        assert!(error.outcome_unknown());
    }
    let huge = raw_server(|mut stream, _| {
        use std::io::Write as _;
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n<xml><a>").unwrap();
        let block = vec![b'x'; 1 << 20];
        while stream.write_all(&block).is_ok() {}
    });
    let wxpay =
        Client::builder().mchid("1900000109").secret(SECRET).base_uri(format!("http://{huge}/")).build().unwrap();
    let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Transport && error.to_string().contains("longer than 16777216 bytes"),
        "{error}"
    );
}

#[test]
fn notifications_are_checked_and_refunds_decrypted() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let paid = gateway.notice_v2(json!({"out_trade_no": "1217752501", "total_fee": "100"}));
    assert_eq!(wxpay.notice_v2(paid.as_bytes()).unwrap()["total_fee"], "100");
    let refund = gateway.notice_v2(json!({"req_info": {"refund_status": "SUCCESS", "refund_fee": 100}}));
    assert_eq!(
        wxpay.notice_v2(refund.as_bytes()).unwrap()["req_info"],
        json!({"refund_status": "SUCCESS", "refund_fee": "100"})
    );
    let other = gateway.builder().secret(SECRET).build().unwrap();
    for (wxpay, body, kind, text) in [
        (&wxpay, paid.replace(">100<", ">1<"), ErrorKind::Verify, "its sign is not the one"),
        (&wxpay, paid.replace("sign>", "seal>"), ErrorKind::Verify, "it has no sign"),
        (&wxpay, paid.replace("1900000109", "1900000110"), ErrorKind::Verify, "its sign is not"),
        (&wxpay, refund.replace("1900000109", "1900000110"), ErrorKind::Verify, "its mch_id is not the client's"),
        (&wxpay, refund.replace("<req_info>", "<req_info>A"), ErrorKind::Decrypt, "the req_info"),
        (&wxpay, "<xml><return_code>FAIL</return_code></xml>".into(), ErrorKind::Decode, "return_code is FAIL"),
        (&wxpay, "{}".into(), ErrorKind::Decode, "no XML"),
        (&wxpay, "<".repeat(2 << 20), ErrorKind::Decode, "at most 1048576"),
        (&other, paid.clone(), ErrorKind::Verify, "its sign is not"),
        (&other, refund.clone(), ErrorKind::Decrypt, "the req_info"),
    ] {
        let error = wxpay.notice_v2(body.as_bytes()).unwrap_err();
        assert!(error.kind() == kind && error.to_string().contains(text), "{}: {error}", &body[..body.len().min(100)]);
    }
    assert!(Notice::accept_v2().body().contains("SUCCESS") && Notice::refuse_v2().body().contains("FAIL"));
    assert_eq!((Notice::accept_v2().status().as_u16(), Notice::refuse_v2().status().as_u16()), (200, 200));
}

/// An answer signed with MD5 and the fixture's key, whatever it says.
fn signed(fields: &[(&str, &str)]) -> String {
    let wxpay = Client::builder().mchid("1900000109").secret(SECRET).build().unwrap();
    let mut payload = json!({"mch_id": "1900000109"});
    for (name, value) in fields {
        payload[*name] = (*value).into();
    }
    let request = wxpay[ORDER].nonceless().to_request(Method::POST, payload).unwrap();
    String::from_utf8(request.body().to_vec()).unwrap()
}

#[test]
fn a_yes_has_a_result_code_and_cannot_be_made_of_a_no() {
    let yes = signed(&[("result_code", "SUCCESS"), ("return_code", "SUCCESS"), ("zzz", "1")]);
    let wxpay = answering(yes);
    wxpay[ORDER].post(order(&wxpay)).unwrap();
    // What stands between the elements is not signed, only their text: here `result_code` becomes a part of the nonce.
    let no = signed(&[("nonce_str", "n"), ("result_code", "FAIL"), ("return_code", "SUCCESS")]);
    let forged = no.replace(
        "<nonce_str>n</nonce_str><result_code>FAIL</result_code>",
        "<nonce_str>n&amp;result_code=FAIL</nonce_str>",
    );
    assert_ne!(no, forged);
    let without = signed(&[("return_code", "SUCCESS"), ("nonce_str", "n")]);
    let named = no.replace("<nonce_str>n</nonce_str><result_code>FAIL</result_code>", "<a&b>n</a&b>");
    for body in [forged, without, named] {
        let wxpay = answering(body.clone());
        let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
        assert!(error.kind() == ErrorKind::Decode && error.outcome_unknown(), "{body}: {}", full(&error));
    }
}

#[test]
fn a_notice_around_anothers_req_info_is_refused() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let refund = gateway.notice_v2(json!({"req_info": {"refund_status": "SUCCESS"}}));
    let refund = refund.replace("<result_code>SUCCESS</result_code>", "");
    wxpay.notice_v2(refund.as_bytes()).unwrap();
    for (from, to, text) in [
        ("<xml>", "<xml><out_trade_no>VICTIM</out_trade_no>", "out_trade_no is not among"),
        ("<xml>", "<xml><result_code>SUCCESS</result_code>", "result_code is not among"),
        ("<mch_id>1900000109</mch_id>", "", "neither sign nor mch_id"),
    ] {
        let error = wxpay.notice_v2(refund.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert!(error.kind() == ErrorKind::Verify && error.to_string().contains(text), "{error}");
    }
}

#[test]
fn a_refusal_in_the_place_of_a_bill_is_told_however_it_begins() {
    use std::io::Write as _;
    let document = "<xml><return_code>FAIL</return_code><return_msg>No Bill Exist</return_msg></xml>";
    for pieces in [
        vec!["\u{feff}", document],
        vec!["\n", document],
        vec!["\n \u{feff}\n", document],
        vec![&document[..1], &document[1..]],
        vec![""],
    ] {
        let sent: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
        let address = raw_server(move |mut stream, _| {
            let length: usize = sent.iter().map(String::len).sum();
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").unwrap();
            stream.set_nodelay(true).unwrap();
            for piece in &sent {
                stream.write_all(piece.as_bytes()).unwrap();
                std::thread::yield_now();
            }
        });
        let wxpay = Client::builder()
            .mchid("1900000109")
            .secret(SECRET)
            .base_uri(format!("http://{address}/"))
            .build()
            .unwrap();
        let download = wxpay["v2/pay/downloadbill"].download(Method::POST, order(&wxpay)).unwrap();
        let error = download.to_writer(&mut Vec::new()).unwrap_err();
        assert!([ErrorKind::Rejected, ErrorKind::Decode].contains(&error.kind()), "{pieces:?}: {}", full(&error));
    }
}

#[test]
fn a_refusal_shows_nothing_of_the_customer() {
    let wxpay = answering("<xml><return_code>FAIL</return_code><openid>oUpF8uMuAJO_M2pxb1Q9zNjWeS6o</openid></xml>");
    let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
    assert!(error.kind() == ErrorKind::Rejected && !format!("{error} {error:?}").contains("oUpF8"), "{error:?}");
    let long = format!("<xml><{0}>1</{0}><{0}>1</{0}></xml>", "a".repeat(3_000_000));
    let wxpay = answering(long);
    let error = wxpay[ORDER].post(order(&wxpay)).unwrap_err();
    assert!(error.to_string().len() < 500);
    let bare = Client::builder().mchid("1900000109").secret(SECRET).base_uri("http://127.0.0.1:1/").build().unwrap();
    assert_eq!(bare["v2/x"].post(Payload::raw("<xml/>", "text/xml")).unwrap_err().kind(), ErrorKind::Connect);
}
