//! The gateway's side of the protocol, as simulators use it: what the client makes it reads, and the other way round.
#![cfg(feature = "gateway")]

use std::sync::{OnceLock, mpsc};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tower::{Layer as _, ServiceExt as _, service_fn};
use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::gateway::{
    Authorization, Failure, Form, PlatformKey, answer_message, is_ciphertext, request_message, seal, seal_field,
};
use wechatpay_chain::http::header::{AUTHORIZATION, CONTENT_TYPE};
use wechatpay_chain::{
    BoxError, Chain, Client, Error, ErrorKind, Event, IntoPayload, Media, Method, PrivateKey, PublicKey, Result, Value,
    http, json,
};

const MCHID: &str = "1900009191";
const SERIAL: &str = "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17";
const ID: &str = "PUB_KEY_ID_0119000091912026112200388900000001";
const API_V3_KEY: &str = "0123456789abcdefGHIJKLMNOPQRSTUV";
const SECRET: &str = "192006250b4c09247ec02edce69f6a2d";
const NATIVE: &str = "v3/pay/transactions/native";
const NONCE: &str = "593BEC0C930BF1AFEB40B4A08C8FB242";

fn merchant() -> PrivateKey {
    PrivateKey::from_pem(include_str!("fixtures/merchant_key.pem")).unwrap()
}

/// A key of this process alone.
fn platform() -> &'static PlatformKey {
    static KEY: OnceLock<PlatformKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        PlatformKey::new(ID, PrivateKey::from_pem(STANDARD.encode(der.as_ref())).unwrap())
    })
}

fn client() -> Client {
    let builder = Client::builder().mchid(MCHID).serial(SERIAL).private_key(merchant());
    let builder = builder.platform_key(ID, platform().public_key().unwrap());
    builder.api_v3_key(API_V3_KEY).secret(SECRET).build().unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn order() -> Value {
    json!({"description": "茶", "out_trade_no": "1217752501", "amount": {"total": 100}})
}

/// A request as it goes out, signed.
fn outgoing(chain: &Chain, method: Method, payload: impl IntoPayload) -> http::Request<Bytes> {
    let (wire, arrived) = mpsc::channel();
    let gateway = service_fn(move |request: http::Request<Bytes>| {
        wire.send(request).unwrap();
        std::future::ready(Ok::<_, BoxError>(http::Response::new(Bytes::new())))
    });
    let request = chain.to_request(method, payload).unwrap();
    block_on(client().sign_layer().unwrap().layer(gateway).oneshot(request)).unwrap();
    arrived.recv().unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Header and target of a request.
fn sent(request: &http::Request<Bytes>) -> (Authorization, &str) {
    let header = Authorization::parse(request.headers()[AUTHORIZATION].to_str().unwrap()).unwrap();
    (header, request.uri().path_and_query().unwrap().as_str())
}

/// What the gateway says to a request whose signature covers `signed`.
fn judged(request: &http::Request<Bytes>, signed: &[u8], key: &PublicKey) -> Result<(), Failure> {
    let (header, target) = sent(request);
    let find = |mchid: &str, serial: &str| (mchid == MCHID && serial == SERIAL).then_some(key);
    header.verify(request.method().as_str(), target, signed, now(), find)
}

#[test]
fn what_the_client_signs_the_gateway_verifies() {
    let (wxpay, key) = (client(), merchant().public_key().unwrap());
    let query = wxpay["v3/pay/transactions/out-trade-no/{n}"].clone().var("n", "1217|*@").query("mchid", MCHID);
    let searched = wxpay.chain("v3/merchant-service/complaints-v2").query("begin_date", "张 三&?");
    for (chain, method, payload) in [
        (wxpay[NATIVE].clone(), Method::POST, Some(order())),
        (query, Method::GET, None),
        (searched, Method::GET, None),
        (wxpay["v3/merchant-service/complaint-notifications"].clone(), Method::DELETE, None),
    ] {
        let request = match payload {
            Some(payload) => outgoing(&chain, method, payload),
            None => outgoing(&chain, method, ()),
        };
        assert_eq!(judged(&request, request.body(), &key), Ok(()), "{}", request.uri());
        let changed = [request.body(), &b" "[..]].concat();
        assert_eq!(judged(&request, &changed, &key), Err(Failure::Mismatch));
        assert_eq!(judged(&request, request.body(), &platform().public_key().unwrap()), Err(Failure::Mismatch));
    }
}

#[test]
fn every_failure_is_told() {
    let key = merchant().public_key().unwrap();
    let request = outgoing(&client()[NATIVE], Method::POST, order());
    let right = request.headers()[AUTHORIZATION].to_str().unwrap();
    let header = Authorization::parse(right).unwrap();
    let (time, signature) = (header.timestamp().unwrap(), header.signature());
    let verify = |text: &str, now: u64| {
        let find = |mchid: &str, serial: &str| (mchid == MCHID && serial == SERIAL).then_some(&key);
        Authorization::parse(text)?.verify("POST", "/v3/pay/transactions/native", request.body(), now, find)
    };
    assert_eq!([time - 300, time, time + 300].map(|now| verify(right, now)), [Ok(()); 3]);
    let with = |from: &str, to: &str| right.replace(from, to);
    for (text, now, failure, sentence) in [
        (String::new(), time, Failure::Missing, "the header Authorization is missing"),
        (with("RSA2048", "RSA4096"), time, Failure::Scheme, "the scheme is not WECHATPAY2-SHA256-RSA2048"),
        (
            with("\"", "'"),
            time,
            Failure::Malformed,
            "Authorization has not the five items mchid, nonce_str, timestamp, serial_no, signature, each in quotes",
        ),
        (format!("{right},mchid=\"1\""), time, Failure::Repeated, "an item of Authorization stands twice"),
        (with("timestamp=\"", "timestamp=\"-"), time, Failure::Timestamp, "timestamp is not a number of seconds"),
        (right.to_owned(), time + 301, Failure::Window, "timestamp is more than 5 minutes off"),
        (right.to_owned(), time - 301, Failure::Window, "timestamp is more than 5 minutes off"),
        (with(SERIAL, "5F3A"), time, Failure::UnknownKey, "serial_no is not the serial of a certificate of this mchid"),
        (with(header.nonce(), ""), time, Failure::Nonce, "nonce_str must have 1 to 32 characters"),
        (with(signature, "***"), time, Failure::NotBase64, "signature is not base64"),
        (with(signature, "QUJD"), time, Failure::Mismatch, "sign not match"),
    ] {
        let found = verify(&text, now).unwrap_err();
        assert_eq!((found, found.to_string().as_str()), (failure, sentence));
    }
    assert!(!format!("{header:?}").contains(signature));
}

#[test]
fn what_was_signed_instead_can_be_found_out() {
    let (wxpay, key) = (client(), merchant().public_key().unwrap());
    let request = outgoing(&wxpay[NATIVE], Method::POST, order());
    let (header, target) = sent(&request);
    let message =
        |target: &str, body: &[u8]| request_message("POST", target, header.timestamp_text(), header.nonce(), body);
    assert!(header.signs(&message(target, request.body()), &key));
    let spaced = serde_json::to_vec_pretty(&order()).unwrap();
    let host = format!("https://api.mch.weixin.qq.com{target}");
    for other in [message(target, &spaced), message(&host, request.body()), message(target, b"")] {
        assert!(!header.signs(&other, &key));
    }
}

#[test]
fn an_upload_is_signed_by_its_meta() {
    let (wxpay, key) = (client(), merchant().public_key().unwrap());
    let content = b"--\r\n--x\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n".as_slice();
    let media = Media::new("营业\"执照.png", content.to_vec());
    let sha256 = media.sha256();
    let request = outgoing(&wxpay["v3/merchant/media/upload"], Method::POST, media);
    let form = Form::parse(request.headers()[CONTENT_TYPE].to_str().unwrap(), request.body()).unwrap();
    let meta = form.meta().unwrap();
    assert_eq!(judged(&request, meta, &key), Ok(()));
    assert_eq!(judged(&request, request.body(), &key), Err(Failure::Mismatch));
    let meta: Value = serde_json::from_slice(meta).unwrap();
    assert_eq!(meta, json!({"filename": "营业\"执照.png", "sha256": sha256}));
    let names: Vec<_> = form.parts().map(wechatpay_chain::gateway::Part::name).collect();
    let file = form.part("file").unwrap();
    assert_eq!((&names[..], file.bytes().as_ref()), (&["meta", "file"][..], content));
    assert_eq!(file.content_type(), Some("image/png"));
    assert!(form.part("other").is_none() && Form::parse("application/json", request.body()).is_none());
}

/// The headers that `key` makes for a body.
fn signed(key: &PlatformKey, time: u64, body: &[u8]) -> http::HeaderMap {
    let headers = key.sign(time, NONCE, body).unwrap().headers();
    headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

/// What the client's verifying layer makes of an answer.
fn received(headers: http::HeaderMap, status: u16, body: &'static [u8]) -> Result<(), ErrorKind> {
    let mut answer = http::Response::new(Bytes::from_static(body));
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
    *answer.headers_mut() = headers;
    let wxpay = client();
    let request = wxpay[NATIVE].to_request(Method::POST, order()).unwrap();
    let gateway = service_fn(move |_: http::Request<Bytes>| std::future::ready(Ok::<_, BoxError>(answer.clone())));
    let answered = block_on(wxpay.verify_layer().unwrap().layer(gateway).oneshot(request));
    answered.map(drop).map_err(|error| error.downcast::<Error>().unwrap().kind())
}

#[test]
fn what_the_gateway_signs_the_client_verifies() {
    const BODY: &[u8] = br#"{"code_url":"weixin://wxpay/x"}"#;
    let headers = platform().sign(now(), NONCE, BODY).unwrap().headers();
    let names = ["Timestamp", "Nonce", "Signature", "Serial", "Signature-Type"].map(|name| format!("Wechatpay-{name}"));
    assert_eq!(headers.each_ref().map(|(name, _)| (*name).to_owned()), names);
    let message = answer_message(&headers[0].1, NONCE, BODY);
    assert!(platform().public_key().unwrap().verify(&message, &STANDARD.decode(&headers[2].1).unwrap()));

    assert_eq!(received(signed(platform(), now(), BODY), 200, BODY), Ok(()));
    assert_eq!(received(signed(platform(), now(), b""), 204, b""), Ok(()));
    assert_eq!(received(signed(platform(), now(), BODY), 200, b"{}"), Err(ErrorKind::Verify));
    assert_eq!(received(signed(platform(), now() - 400, BODY), 200, BODY), Err(ErrorKind::Verify));
    assert_eq!(received(http::HeaderMap::new(), 200, BODY), Err(ErrorKind::Verify));
    let forged = PlatformKey::new(ID, merchant());
    assert_eq!(received(signed(&forged, now(), BODY), 200, BODY), Err(ErrorKind::Verify));
}

/// A notice whose resource is sealed with `key`.
fn notice(key: &str, plain: &Value) -> (http::HeaderMap, Vec<u8>) {
    let sealed = seal(key, "61f9c719728a", "transaction", plain.to_string().as_bytes()).unwrap();
    let mut resource = serde_json::to_value(sealed).unwrap();
    resource["original_type"] = json!("transaction");
    let body = json!({
        "id": "EV-2018022511223320873",
        "create_time": "2026-11-22T16:20:04+08:00",
        "resource_type": "encrypt-resource",
        "event_type": "TRANSACTION.SUCCESS",
        "summary": "支付成功",
        "resource": resource,
    });
    let body = body.to_string().into_bytes();
    (signed(platform(), now(), &body), body)
}

#[test]
fn a_sealed_notice_is_opened() {
    let plain = json!({"mchid": MCHID, "out_trade_no": "1217752501", "trade_state": "SUCCESS"});
    let (headers, body) = notice(API_V3_KEY, &plain);
    let read = client().notice(&headers, &body).unwrap();
    assert_eq!((read.event(), read.resource()), (Event::Payment, &plain));
    let (headers, body) = notice(&API_V3_KEY.to_ascii_lowercase(), &plain);
    assert_eq!(client().notice(&headers, &body).unwrap_err().kind(), ErrorKind::Decrypt);
    let (headers, mut body) = notice(API_V3_KEY, &plain);
    body.push(b' ');
    assert_eq!(client().notice(&headers, &body).unwrap_err().kind(), ErrorKind::Verify);
}

#[test]
fn sensitive_members_go_both_ways() {
    let wxpay = client();
    let payload = json!({"id_card_name": "张三", "business_name": "店"});
    let chain = wxpay.chain("v3/apply4sub/sub_merchants/1/modify-settlement").encrypt("/id_card_name");
    let request = chain.to_request(Method::POST, payload).unwrap();
    assert_eq!(request.headers()["wechatpay-serial"], platform().id());
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let text = body["id_card_name"].as_str().unwrap();
    assert!(is_ciphertext(text) && !is_ciphertext(body["business_name"].as_str().unwrap()));
    assert_eq!(platform().open(text).unwrap(), "张三");
    assert_eq!(PlatformKey::new(ID, merchant()).open(text).unwrap_err().kind(), ErrorKind::Decrypt);

    let key = merchant().public_key().unwrap();
    let sealed = seal_field("李四", &key).unwrap();
    assert_eq!((is_ciphertext(&sealed), wxpay.decrypt(&sealed).unwrap().as_str()), (true, "李四"));
    assert_eq!(platform().open(&sealed).unwrap_err().kind(), ErrorKind::Decrypt);
    assert_eq!(seal_field(&"x".repeat(215), &key).unwrap_err().kind(), ErrorKind::Request);
}

#[cfg(feature = "v2")]
mod v2 {
    use std::collections::BTreeMap;

    use wechatpay_chain::SignType;
    use wechatpay_chain::gateway::v2::{self, Failure};

    use super::*;

    fn fields(value: Value) -> BTreeMap<String, String> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_the_client_signs_the_gateway_verifies() {
        let wxpay = client();
        for (kind, name) in [(SignType::Md5, None), (SignType::HmacSha256, Some("HMAC-SHA256"))] {
            let mut payload =
                json!({"appid": "wx1", "mch_id": MCHID, "body": "<茶>&]]>", "total_fee": 1, "attach": ""});
            if let Some(name) = name {
                payload["sign_type"] = json!(name);
            }
            let request = wxpay["v2/pay/unifiedorder"].to_request(Method::POST, payload).unwrap();
            let mut read = v2::parse(request.body()).unwrap();
            assert_eq!((read["body"].as_str(), v2::sign_type(&read)), ("<茶>&]]>", Some(kind)));
            assert_eq!(v2::verify(&read, SECRET), Ok(kind));
            assert_eq!(v2::verify(&read, "another"), Err(Failure::Mismatch));
            read.insert("total_fee".into(), "2".into());
            assert_eq!(v2::verify(&read, SECRET), Err(Failure::Mismatch));
        }
    }

    #[test]
    fn every_failure_is_told() {
        let sign = "9A0A8659F005D6984697E2CA0A9CF3B7";
        for (document, failure, sentence) in [
            (json!({"a": "1"}), Failure::Missing, "the document has no sign"),
            (json!({"sign": sign, "sign_type": "RSA"}), Failure::SignType, "sign_type is neither MD5 nor HMAC-SHA256"),
            (
                json!({"sign": &sign[1..]}),
                Failure::Length,
                "sign has not the 32 characters of MD5 or the 64 of HMAC-SHA256, as its sign_type says",
            ),
            (json!({"sign": sign}), Failure::Mismatch, "sign is not the one that the APIv2 key makes"),
        ] {
            let found = v2::verify(&fields(document), SECRET).unwrap_err();
            assert_eq!((found, found.to_string().as_str()), (failure, sentence));
        }
        for (document, told) in [
            (&b"<xml><!DOCTYPE x></xml>"[..], "the document cannot be read: "),
            (b"<xml><a><b/></a></xml>", "has elements, expected a text"),
            (&vec![b' '; (1 << 20) + 1], "at most 1048576 are read"),
        ] {
            let error = v2::parse(document).unwrap_err();
            assert_eq!((error.kind(), error.to_string().contains(told)), (ErrorKind::Decode, true), "{error}");
        }
        let error = v2::sign(&fields(json!({"a b": "1"})), SignType::Md5, SECRET).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
    }

    #[test]
    fn what_the_gateway_signs_the_client_takes() {
        let wxpay = client();
        for kind in [SignType::Md5, SignType::HmacSha256] {
            let mut paid = fields(json!({
                "return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": MCHID, "nonce_str": NONCE,
                "out_trade_no": "1217752501", "total_fee": "100", "attach": "\u{1F375} <&>",
            }));
            paid.insert("sign".into(), v2::sign(&paid, kind, SECRET).unwrap());
            let read = wxpay.notice_v2(v2::write(&paid).as_bytes()).unwrap();
            assert_eq!(fields(read), paid);
            paid.insert("total_fee".into(), "1".into());
            assert_eq!(wxpay.notice_v2(v2::write(&paid).as_bytes()).unwrap_err().kind(), ErrorKind::Verify);
        }
    }

    #[test]
    fn a_refund_is_opened() {
        let wxpay = client();
        let refund = fields(json!({"out_refund_no": "1217752501", "refund_status": "SUCCESS", "note": "</root>"}));
        let notice = |secret: &str| {
            let info = v2::seal_req_info(&v2::write_req_info(&refund), secret).unwrap();
            let outer = json!({"return_code": "SUCCESS", "mch_id": MCHID, "nonce_str": NONCE, "req_info": info});
            wxpay.notice_v2(v2::write(&fields(outer)).as_bytes())
        };
        let read = notice(SECRET).unwrap();
        assert_eq!(read["req_info"], json!(refund));
        assert_eq!(notice("another").unwrap_err().kind(), ErrorKind::Decrypt);
    }
}
