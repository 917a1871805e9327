//! What is fuzzed: each function takes any bytes, and must neither panic nor break the rule it asserts. Shared by the fuzz
//! targets and by the test that replays their corpus.
#![allow(dead_code, unreachable_pub, reason = "each program uses its part")]

use std::sync::OnceLock;

use wechatpay_chain::gateway::{Authorization, Failure, Form, v2};
use wechatpay_chain::{Bill, Certificate, Client, Method, PrivateKey, PublicKey, Value, http};

const KEY: &str = include_str!("../fixtures/merchant_key.pem");
const PUBLIC: &str = include_str!("../fixtures/wechatpay_public.pem");

fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        Client::builder()
            .mchid("1900009191")
            .serial("5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17")
            .private_key(PrivateKey::from_pem(KEY).unwrap())
            .platform_key("PUB_KEY_ID_0", PublicKey::from_pem(PUBLIC).unwrap())
            .api_v3_key("0123456789abcdefGHIJKLMNOPQRSTUV")
            .secret("192006250b4c09247ec02edce69f6a2d")
            .base_uri("http://127.0.0.1:1/")
            .build()
            .unwrap()
    })
}

/// A path with its variables: what comes out is below the base URI, and parses as what it is.
pub fn template(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (path, value) = text.split_once('\0').unwrap_or((&text, "x"));
    let chain =
        client().chain(path).var("a", value).var("b", vec![value, "y"]).var("c", 7).arg(value).query("q", value);
    if let Ok(request) = chain.to_request(Method::GET, ()) {
        assert_eq!(request.uri().host().zip(request.uri().port_u16()), Some(("127.0.0.1", 1)));
        assert!(!request.uri().path().split('/').any(|segment| matches!(segment, "." | "..")));
    }
}

/// Headers and body of an answer: nothing that was not signed is verified.
pub fn headers(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let names = [
        "wechatpay-serial",
        "wechatpay-timestamp",
        "wechatpay-nonce",
        "wechatpay-signature",
        "wechatpay-signature-type",
        "request-id",
    ];
    let mut headers = http::HeaderMap::new();
    for name in names {
        if let Ok(value) = http::HeaderValue::from_bytes(lines.next().unwrap_or_default()) {
            headers.insert(name, value);
        }
    }
    let body = lines.collect::<Vec<_>>().join(&b'\n');
    assert!(client().notice(&headers, &body).is_err());
}

/// Keys and certificates in every form.
pub fn keys(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for text in [text.to_string(), format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")] {
        if let Ok(certificate) = Certificate::from_pem(&text) {
            assert!(!certificate.serial().is_empty());
        }
        for error in [PrivateKey::from_pem(&text).err(), PublicKey::from_pem(&text).err()].into_iter().flatten() {
            assert!(error.to_string().len() < 2000);
        }
    }
    // A `file://` form would read this machine's files.
    if !text.trim().starts_with("file:") {
        let _ = (PrivateKey::load(&text), PublicKey::load(&text));
    }
}

/// XML, as a notification of APIv2: what is read is signed, or a refund's.
pub fn xml(data: &[u8]) {
    if let Ok(notice) = client().notice_v2(data) {
        let has = |name: &str| notice.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        assert!(has("sign") || notice.get("req_info").is_some_and(Value::is_object));
    }
}

/// The envelope of a notification, as if its signature were right: it never is.
pub fn notice(data: &[u8]) {
    let mut headers = http::HeaderMap::new();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    headers.insert("wechatpay-serial", http::HeaderValue::from_static("PUB_KEY_ID_0"));
    headers.insert("wechatpay-timestamp", now.into());
    headers.insert("wechatpay-nonce", http::HeaderValue::from_static("n"));
    headers.insert("wechatpay-signature", http::HeaderValue::from_static("AAAA"));
    assert!(client().notice(&headers, data).is_err());
    // Its ciphertext, as a field of an answer may be.
    let text = String::from_utf8_lossy(data);
    let _ = client().decrypt(&text);
}

/// The rows of a bill: as many cells as columns, and a summary at the end or an error.
pub fn bill(data: &[u8]) {
    let Ok(bill) = Bill::from_bytes(data.to_vec()) else { return };
    let mut rows = bill.rows();
    let mut failed = false;
    for row in rows.by_ref() {
        match row {
            Ok(row) => {
                assert_eq!(row.iter().count(), bill.columns().len());
                for column in bill.columns() {
                    if let Ok(fen) = row.fen(column) {
                        let text = row.get(column).unwrap();
                        let yuan = text.split('.').next().unwrap().trim_start_matches('-');
                        assert_eq!(
                            (fen.unsigned_abs() / 100).to_string(),
                            {
                                let bare = yuan.trim_start_matches('0');
                                if bare.is_empty() { "0" } else { bare }
                            },
                            "{text}"
                        );
                    }
                }
            }
            Err(_) => failed = true,
        }
    }
    // A bill without its summary is never one without an error.
    assert!(failed || rows.summary().is_some());
    assert_eq!(bill.summary().is_ok(), rows.summary().is_some());
    assert!(rows.summary().is_none() || bill.raw_line(rows.line()).is_some());
}

/// The `Authorization` of a request: what is read is what was sent, and nothing passes unless it is signed.
pub fn authorization(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(header) = Authorization::parse(&text) else { return };
    for item in [header.mchid(), header.nonce(), header.timestamp_text(), header.serial(), header.signature()] {
        assert!(text.contains(&format!("\"{item}\"")));
    }
    let key = PublicKey::from_pem(PUBLIC).unwrap();
    let now = header.timestamp().unwrap_or_default();
    let found = header.verify("GET", "/v3/certificates", b"", now, |_, _| Some(&key));
    assert!(matches!(found, Err(Failure::Timestamp | Failure::Nonce | Failure::NotBase64 | Failure::Mismatch)));
}

/// A form, after the line of its `Content-Type`: its parts are pieces of the body, one after the other.
pub fn form(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (content_type, body) = (String::from_utf8_lossy(&data[..end]), data.get(end + 1..).unwrap_or_default());
    let Some(form) = Form::parse(content_type.trim_end(), body) else { return };
    assert!(form.parts().count() <= 64);
    let mut rest = body;
    for part in form.parts() {
        let content = &part.bytes()[..];
        if !content.is_empty() {
            let at = rest.windows(content.len()).position(|window| window == content);
            rest = &rest[at.unwrap() + content.len()..];
        }
    }
    assert_eq!(form.meta(), form.part("meta").map(|part| &part.bytes()[..]));
}

/// A document of APIv2: what is read can be written and read again, and signed and verified.
pub fn document(data: &[u8]) {
    // What is written may be longer than what was read.
    let Ok(mut fields) = v2::parse(&data[..data.len().min(100_000)]) else { return };
    assert_eq!(v2::parse(v2::write(&fields).as_bytes()).unwrap(), fields);
    let Some(kind) = v2::sign_type(&fields) else { return };
    let sign = v2::sign(&fields, kind, "192006250b4c09247ec02edce69f6a2d").unwrap();
    fields.insert("sign".to_owned(), sign);
    assert_eq!(v2::verify(&fields, "192006250b4c09247ec02edce69f6a2d"), Ok(kind));
}
