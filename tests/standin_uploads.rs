//! The stand-in and what other SDKs send: forms as they write them, of both protocols, and bodies that the gateway refuses.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use support::foreign::{Answer, call, post};
use support::{EMPTY, HOOK};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Media, Method, Value, json};

const PATH: &str = "v3/merchant/media/upload";
const CONTENT: &[u8] = b"\x89PNG \r\n--other\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n";

fn gateway() -> Server {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PATH).reply(json!({"media_id": "m"}));
    gateway
}

fn meta() -> String {
    json!({"filename": "a.png", "sha256": Media::new("a.png", CONTENT).sha256()}).to_string()
}

fn part(disposition: &str, content: &[u8]) -> Vec<u8> {
    [format!("--X-1\r\n{disposition}\r\n\r\n").as_bytes(), content, b"\r\n"].concat()
}

fn upload(gateway: &Server, content_type: &str, parts: &[Vec<u8>], signed: &str) -> Answer {
    let body = [&parts.concat()[..], b"--X-1--\r\n"].concat();
    call(gateway, ("POST", &format!("/{PATH}")), &[("Content-Type", content_type)], &body, signed.as_bytes())
}

#[test]
fn forms_are_taken_however_they_are_written() {
    let gateway = gateway();
    let meta = meta();
    let json = part("Content-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json", meta.as_bytes());
    let bare = part("content-disposition: form-data;name=meta", meta.as_bytes());
    let late = part(
        "Content-Type: application/json\r\nContent-Length: 9\r\nCONTENT-DISPOSITION: form-data; name=\"meta\"",
        meta.as_bytes(),
    );
    let file = part(
        "Content-Disposition: form-data; name=\"file\"; filename=\"name=\\\"meta\\\";.png\"\r\nContent-Type: image/png",
        CONTENT,
    );
    let first = part("Content-Disposition: form-data; filename=\"meta\"; name=\"file\"", CONTENT);
    for content_type in [
        "multipart/form-data; boundary=X-1",
        "multipart/form-data;boundary=X-1",
        "multipart/form-data; boundary=\"X-1\"",
        "Multipart/Form-Data; charset=utf-8; Boundary=X-1",
        "multipart/form-data; boundary=X-1; charset=UTF-8",
        "multipart/form-data",
    ] {
        for parts in [[json.clone(), file.clone()], [file.clone(), bare.clone()], [first.clone(), late.clone()]] {
            let answer = upload(&gateway, content_type, &parts, &meta);
            assert_eq!((answer.status, answer.json()), (200, json!({"media_id": "m"})), "{content_type}");
        }
    }
    let expected: Value = serde_json::from_str(&meta).unwrap();
    assert!(gateway.calls().iter().all(|call| *call.json() == expected));
}

#[test]
fn an_upload_that_is_not_whole_is_refused_by_name() {
    let gateway = gateway();
    let (meta, name) =
        (meta(), |name: &str| format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"a.png\""));
    let of_meta = part("Content-Disposition: form-data; name=\"meta\"", meta.as_bytes());
    let broken = part("Content-Disposition: form-data; name=\"meta\"", b"{\"filename\":");
    for (parts, signed, field, issue) in [
        (
            vec![of_meta.clone(), part(&name("file"), b"another")],
            meta.as_str(),
            "/sha256",
            "the SHA-256 of the file is ",
        ),
        (vec![of_meta.clone()], &meta, "file", "no part named file"),
        (vec![of_meta.clone(), part(&name("media"), CONTENT)], &meta, "file", "no part named file"),
        (vec![broken, part(&name("file"), CONTENT)], "{\"filename\":", "", "meta is not JSON"),
    ] {
        let answer = upload(&gateway, "multipart/form-data; boundary=X-1", &parts, signed);
        refused(&answer, field, issue);
    }
    // Signed over the whole body, as is right for everything but an upload.
    let parts = [of_meta, part(&name("file"), CONTENT)];
    let whole = String::from_utf8_lossy(&parts.concat()).into_owned();
    assert_eq!(upload(&gateway, "multipart/form-data; boundary=X-1", &parts, &whole).status, 401);
}

/// A signed 400 that says where and why.
fn refused(answer: &Answer, field: &str, issue: &str) {
    let body = answer.json();
    assert_eq!((answer.status, &body["code"]), (400, &json!("PARAM_ERROR")), "{body}");
    let detail = &body["detail"];
    assert_eq!((&detail["field"], &detail["location"]), (&json!(field), &json!("body")), "{body}");
    assert!(detail["issue"].as_str().unwrap().contains(issue), "{body}");
    assert!(answer.header("Wechatpay-Signature").is_some());
}

#[test]
fn a_body_that_is_no_object_of_json_is_refused() {
    let gateway = Server::start().unwrap();
    for path in [HOOK, EMPTY] {
        gateway.on(Method::POST, path).reply(json!({"taken": true}));
    }
    let (hook, empty) = (&*format!("/{HOOK}"), &*format!("/{EMPTY}"));
    for (body, field, issue) in [
        ("out_trade_no=1", "", "not JSON"),
        ("{\"a\":1,}", "", "not JSON"),
        ("{\"a\":1} x", "", "not JSON"),
        ("<xml/>", "", "not JSON"),
        ("[]", "", "not a JSON object"),
        ("\"text\"", "", "not a JSON object"),
        ("null", "", "not a JSON object"),
        ("{\"a\":null}", "/a", "null"),
        ("{\"a\":[{\"b\":1},{\"c/d\":{\"e~\":null}}]}", "/a/1/c~1d/e~0", "null"),
        ("{\"a\":[1,null]}", "/a/1", "null"),
    ] {
        refused(&post(&gateway, hook, body), field, issue);
    }
    assert_eq!(post(&gateway, hook, "{\"url\":\"null\"}").json(), json!({"taken": true}));
    assert_eq!(call(&gateway, ("POST", empty), &[], b"", b"").json(), json!({"taken": true}));
    let typed = [("Content-Type", "Application/JSON;charset=utf-8")];
    assert_eq!(call(&gateway, ("POST", empty), &typed, b"{}", b"{}").json(), json!({"taken": true}));
    let other = [("Content-Type", "text/plain")];
    let answer = call(&gateway, ("POST", empty), &other, b"{}", b"{}");
    assert_eq!((answer.status, &answer.json()["detail"]["field"]), (400, &json!("Content-Type")));
    // A JSON that is not UTF-8.
    let typed = [("Content-Type", "application/json")];
    refused(&call(&gateway, ("POST", hook), &typed, b"{\"a\":\"\xff\"}", b"{\"a\":\"\xff\"}"), "", "not JSON");
}

#[cfg(feature = "v2")]
mod v2 {
    use super::*;
    use support::foreign::unsigned;
    use support::full;
    use wechatpay_chain::{Client, ErrorKind};

    const UPLOAD: &str = "v2/secapi/mch/uploadmedia";
    /// The MD5 of `CONTENT`, by `md5sum`.
    const HASH: &str = "2d3dc7aebf7c046c195f4d7bb7d88910";

    fn gateway() -> Server {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, UPLOAD).reply(json!({"media_id": "m2"}));
        gateway
    }

    #[test]
    fn a_file_is_uploaded_with_its_hash_signed() {
        let gateway = gateway();
        let wxpay = gateway.client().unwrap();
        let image = Media::new("执照.png", CONTENT);
        let response = wxpay[UPLOAD].post(image.clone()).unwrap();
        assert_eq!(response.get::<String>("/media_id").unwrap(), "m2");
        let response =
            support::block_on(wxpay[UPLOAD].post_async(image.clone().meta(json!({"sign_type": "MD5"})))).unwrap();
        assert_eq!(response.get::<String>("/media_id").unwrap(), "m2");
        let calls = gateway.calls();
        for (call, kind, length) in [(&calls[0], "HMAC-SHA256", 64), (&calls[1], "MD5", 32)] {
            let fields = call.json().as_object().unwrap();
            let names: Vec<_> = fields.keys().map(String::as_str).collect();
            assert_eq!(names, ["mch_id", "media_hash", "sign", "sign_type"]);
            assert_eq!((&fields["mch_id"], &fields["media_hash"]), (&json!(wxpay.mchid()), &json!(HASH)));
            assert_eq!((&fields["sign_type"], fields["sign"].as_str().unwrap().len()), (&json!(kind), length));
            assert_eq!(call.path(), "/secapi/mch/uploadmedia");
            assert!(call.headers()["content-type"].to_str().unwrap().starts_with("multipart/form-data; boundary="));
            assert!(call.body().windows(CONTENT.len()).any(|window| window == CONTENT));
            assert!(!call.headers().contains_key("authorization"));
        }
        let request = wxpay[UPLOAD].to_request(Method::POST, image).unwrap();
        assert!(request.body().windows(HASH.len()).any(|window| window == HASH.as_bytes()));
    }

    #[test]
    fn it_presents_the_certificate_and_leaves_its_outcome_open() {
        let gateway = Server::start_mtls().unwrap();
        gateway.on(Method::POST, UPLOAD).reply(json!({"media_id": "m2"}));
        let wxpay = gateway.client().unwrap();
        assert_eq!(wxpay[UPLOAD].post(Media::new("a.png", CONTENT)).unwrap().get::<String>("/media_id").unwrap(), "m2");
        gateway.on(Method::POST, UPLOAD).fault(wechatpay_chain::mock::Fault::Unsigned);
        assert!(wxpay[UPLOAD].post(Media::new("a.png", CONTENT)).unwrap_err().outcome_unknown());
        let other = Client::builder().mchid(wxpay.mchid()).secret("stand-in.api-v2-key.of.32.bytes.");
        let error =
            other.base_uri(gateway.url()).build().unwrap()[UPLOAD].post(Media::new("a.png", CONTENT)).unwrap_err();
        assert!(
            error.kind() == ErrorKind::Config && error.to_string().contains("merchant_identity"),
            "{}",
            full(&error)
        );
    }

    #[test]
    fn what_is_no_upload_of_apiv2_is_refused_before_anything_is_sent() {
        let gateway = gateway();
        let wxpay = gateway.client().unwrap();
        let image = || Media::new("a.png", CONTENT);
        for (error, text) in [
            (wxpay["v2/pay/unifiedorder"].post(image()).unwrap_err(), "v2/secapi/mch/uploadmedia"),
            (wxpay[UPLOAD].send(Method::GET, image()).unwrap_err(), "POST"),
            (wxpay[UPLOAD].post(image().meta(json!({"sign_type": "SM3"}))).unwrap_err(), "sign_type"),
            (wxpay[UPLOAD].post(image().meta(json!({"filename": "a.png"}))).unwrap_err(), "filename"),
            (wxpay[UPLOAD].post(image().meta(json!([]))).unwrap_err(), "meta"),
            (wxpay[UPLOAD].post(Media::new("a.png", vec![0; 17 << 20])).unwrap_err(), "16777216"),
        ] {
            assert!(error.kind() == ErrorKind::Request && error.to_string().contains(text), "{}", full(&error));
        }
        assert!(gateway.calls().is_empty());
    }

    /// A form as PHP's is; what `fields` leaves out is not there.
    fn form(gateway: &Server, fields: &[(&str, &str)], file: &[u8]) -> String {
        let mut parts =
            vec![part("Content-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Length: 1", file)];
        parts.extend(fields.iter().map(|(name, value)| {
            part(&format!("Content-Disposition: form-data; name=\"{name}\"\r\nContent-Length: 1"), value.as_bytes())
        }));
        let body = [&parts.concat()[..], b"--X-1--\r\n"].concat();
        let kind = [("Content-Type", "multipart/form-data; boundary=\"X-1\"")];
        let answer = unsigned(gateway, ("POST", "/secapi/mch/uploadmedia"), &kind, &body);
        assert_eq!((answer.status, answer.header("Content-Type").is_some()), (200, true));
        answer.text()
    }

    #[test]
    fn the_forms_sign_and_hash_are_checked() {
        let gateway = gateway();
        let wxpay = gateway.client().unwrap();
        wxpay[UPLOAD].post(Media::new("a.png", CONTENT).meta(json!({"sign_type": "MD5"}))).unwrap();
        let sent = gateway.calls()[0].json().clone();
        let text = |name: &str| sent[name].as_str().unwrap();
        let [id, hash, kind, sign] = ["mch_id", "media_hash", "sign_type", "sign"].map(|name| (name, text(name)));
        let answer = form(&gateway, &[id, hash, kind, sign], CONTENT);
        assert!(answer.contains("<media_id>m2</media_id>") && answer.contains("<sign>"), "{answer}");
        // More than is signed is no harm, as is another order.
        let answer = form(&gateway, &[sign, ("extra", "1"), kind, hash, id], CONTENT);
        assert!(answer.contains("<media_id>m2</media_id>"), "{answer}");
        let wrong = "0".repeat(32);
        for (fields, file, text) in [
            (vec![id, hash, kind, ("sign", wrong.as_str())], CONTENT, "签名错误"),
            (vec![id, hash, kind], CONTENT, "签名错误"),
            (vec![id, hash, sign], CONTENT, "签名错误"),
            (vec![id, hash, kind, sign], b"another", "media_hash"),
            (vec![id, kind, sign], CONTENT, "media_hash"),
            (vec![("mch_id", "1900000110"), hash, kind, sign], CONTENT, "mch_id"),
        ] {
            let answer = form(&gateway, &fields, file);
            assert!(answer.contains("<return_code>FAIL</return_code>") && answer.contains(text), "{fields:?} {answer}");
        }
        let none: Value = json!({"mch_id": "1900000109", "nonce_str": "x"});
        assert!(wxpay[UPLOAD].post(none).is_err(), "XML is no form");
    }
}
