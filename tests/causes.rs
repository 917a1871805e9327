//! An error of a failed check names the likeliest cause and the remedy: of notifications by each way in, and of answers.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use std::fmt::Write as _;
use std::io::Write as _;

use support::{HOOK, SECRET, answering, block_on, full, hook, order, raw_server};
use wechatpay_chain::http::{HeaderMap, HeaderName, HeaderValue};
use wechatpay_chain::mock::{Server, Validity};
use wechatpay_chain::{Client, Error, ErrorKind, Notice, Value, json};

/// A customer's, that no error may show.
const OPENID: &str = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";

/// Base64, which no test may take from the crate.
fn b64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0, |number, at| number << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let letter = char::from(ALPHABET[number >> (18 - 6 * at) & 63]);
            text.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn notice(gateway: &Server) -> (HeaderMap, Vec<u8>) {
    let resource = json!({"out_trade_no": "1217752501", "payer": {"openid": OPENID}});
    let (headers, body) = gateway.notice("TRANSACTION.SUCCESS", "transaction", resource).parts().unwrap();
    // The stand-in's summary is not Chinese, as WeChat Pay's are.
    (headers, body.to_vec())
}

/// The errors of a notification, by each way in; they are the same.
fn refused(wxpay: &Client, headers: &HeaderMap, body: &[u8]) -> Error {
    let by_name = |name: &str| headers.get(name)?.to_str().ok();
    let error = wxpay.notice(headers, body).unwrap_err();
    for other in
        [block_on(wxpay.notice_async(headers, body)).unwrap_err(), wxpay.notice_with(by_name, body).unwrap_err()]
    {
        assert_eq!((other.kind(), other.to_string()), (error.kind(), error.to_string()));
    }
    let text = full(&error);
    assert!(!text.contains(OPENID) && !text.contains("1217752501") && text.len() < 700, "{text}");
    error
}

fn says(error: &Error, cause: &str) {
    assert_eq!(error.kind(), ErrorKind::Verify, "{}", full(error));
    assert_eq!(Notice::refuse(error).status(), 401);
    assert!(error.to_string().contains(cause), "expected {cause:?}: {error}");
}

#[test]
fn the_body_of_a_notification_tells_what_became_of_it() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let (headers, body) = notice(&gateway);
    let text = String::from_utf8(body.clone()).unwrap();
    let value: Value = serde_json::from_slice(&body).unwrap();
    let with = |body: &[u8], what: &[u8]| [body, what].concat();
    let resource = json!({"out_trade_no": "1217752501", "payer": {"openid": OPENID}}).to_string();
    let event = json!({"isBase64Encoded": true, "body": b64(&body), "headers": {}}).to_string();
    let mut decrypted = value.clone();
    decrypted["resource"] = serde_json::from_str(&resource).unwrap();
    let escaped = text.replace("stand-in", "\\u652f\\u4ed8");
    let python = text.replace('"', "'");
    let gateway_v2 = gateway.notice_v2(json!({"out_trade_no": "1217752501", "openid": OPENID}));
    let latin: String = text.replace("stand-in", "支付").bytes().map(char::from).collect();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "its body is empty; likely a framework or middleware read it before"),
        (b64(&body).into(), "its body is base64; API gateways and serverless platforms"),
        (b64(&body).trim_end_matches('=').replace('+', "-").replace('/', "_").into(), "its body is base64"),
        (b64(&gzip(&body)).into(), "its body is base64"),
        (gzip(&body), "its body is compressed (gzip)"),
        (zlib(&body), "its body is compressed (deflate)"),
        (
            serde_json::to_vec_pretty(&value).unwrap(),
            "has blanks between its members; likely it was parsed and written again",
        ),
        (text.replace("\":", "\": ").into(), "likely it was parsed and written again"),
        (escaped.into(), "characters escaped with `\\`; likely"),
        (text.replace("stand-in", "a\\/b").into(), "characters escaped with `\\`; likely"),
        (with(b"\xef\xbb\xbf", &body), "byte order mark"),
        (with(&body, b"\r\n"), "a blank or line break before or after the JSON, likely added on the way"),
        (with(&body, b"\n"), "a blank or line break before or after"),
        (text.replace("stand-in", "支\u{fffd}").into(), "replacement characters (U+FFFD)"),
        (
            with(&body[..body.len() - 2], b"\xd6\xa7\xb8\xb6\"}"),
            "not UTF-8; likely it was decoded or written in another charset",
        ),
        (latin.into(), "decoded as Latin-1"),
        (text.encode_utf16().flat_map(u16::to_le_bytes).collect(), "its body is UTF-16"),
        (gateway_v2.into(), "likely it is a notification of APIv2: read it with notice_v2"),
        (b"<!DOCTYPE html><html><body>login</body></html>".to_vec(), "its body is an HTML page"),
        (format!("payload={}", text.replace('"', "%22")).into(), "its body is a form"),
        (text.replace('{', "%7B").replace('"', "%22").into(), "its body is a form"),
        (
            serde_json::to_vec(&Value::from(text.clone())).unwrap(),
            "its body is a JSON string; likely it was encoded a second time",
        ),
        (event.into(), "the whole event of an API gateway"),
        (resource.into(), "likely the decrypted resource"),
        (value["resource"].to_string().into(), "only the `resource` of a notification"),
        (decrypted.to_string().into(), "its resource is decrypted already"),
        (json!({"return_code": "SUCCESS", "openid": OPENID}).to_string().into(), "APIv2 turned into JSON"),
        (body[..body.len() / 2].to_vec(), "its body ends early; likely it was cut off"),
        (python.into(), "the print of a parsed object"),
        (b"[object Object]".to_vec(), "the print of a parsed object"),
        (text.replace("stand-in", "stand-out").into(), "hand over the raw bytes instead"),
    ];
    for (body, cause) in cases {
        let error = refused(&wxpay, &headers, &body);
        says(&error, "its signature does not match the key PUB_KEY_ID_");
        says(&error, cause);
    }
}

#[test]
fn the_headers_of_a_notification_tell_what_became_of_them() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let (headers, body) = notice(&gateway);
    let own = gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_SERIAL").unwrap().1;
    let value = |name: &str| headers[name].to_str().unwrap().to_owned();
    let id = value("wechatpay-serial");
    let signature = value("wechatpay-signature");
    let spoilt = signature.replacen(['+', '/', 'A'], " ", 1);
    for (name, text, cause) in [
        ("wechatpay-serial", format!("\"{id}\""), "its Wechatpay-Serial is in quotes"),
        ("wechatpay-serial", format!(" {id}"), "its Wechatpay-Serial has blanks around it"),
        ("wechatpay-serial", format!("{id}, {id}"), "its Wechatpay-Serial is there more than once, joined by a comma"),
        ("wechatpay-serial", format!("[{id}]"), "its Wechatpay-Serial is printed as a list"),
        ("wechatpay-serial", own.clone(), "that is the merchant's own certificate"),
        ("wechatpay-serial", own.to_ascii_lowercase(), "that is the merchant's own certificate"),
        ("wechatpay-serial", id.replace("PUB_KEY_ID_", ""), "its `PUB_KEY_ID_` was cut off"),
        ("wechatpay-serial", "PUB_KEY_ID_09".into(), "likely it is meant for another merchant or brand"),
        ("wechatpay-serial", "7132D72A03E93CDDF8C03BBD1F37EEDF4ACEC9A1".into(), "configure auto_certificates or"),
        (
            "wechatpay-timestamp",
            format!("{}000", value("wechatpay-timestamp")),
            "it seems to be in milliseconds, expected seconds; hand over the header's text as it came",
        ),
        (
            "wechatpay-timestamp",
            format!("{} ", value("wechatpay-timestamp")),
            "its Wechatpay-Timestamp has blanks around it",
        ),
        ("wechatpay-timestamp", "2026-11-26T18:00:00+08:00".into(), "expected Unix seconds"),
        ("wechatpay-timestamp", "1".into(), "is the local clock right?"),
        ("wechatpay-nonce", format!("'{}'", value("wechatpay-nonce")), "its Wechatpay-Nonce is in quotes"),
        ("wechatpay-signature", spoilt, "it has blanks where base64 has `+`"),
        ("wechatpay-signature", format!(" {}", &signature[1..]), "it has blanks where base64 has `+`"),
        ("wechatpay-signature", format!(" {signature}"), "its Wechatpay-Signature has blanks around it"),
        ("wechatpay-signature", signature.replace('=', "%3D"), "its Wechatpay-Signature is percent-encoded"),
        ("wechatpay-signature", signature.replacen(['+', '/', 'A'], "-", 1), "the URL alphabet of base64"),
        ("wechatpay-signature", signature[..340].into(), "it has 255 bytes, expected 256; likely it was cut off"),
        ("wechatpay-signature", format!("{signature},{signature}"), "is there more than once"),
        (
            "wechatpay-signature-type",
            "\"WECHATPAY2-SHA256-RSA2048\"".into(),
            "its Wechatpay-Signature-Type is in quotes",
        ),
    ] {
        let mut other = headers.clone();
        other.insert(HeaderName::from_static(name), HeaderValue::from_str(&text).unwrap());
        says(&refused(&wxpay, &other, &body), cause);
    }
    let changed = String::from_utf8(body.clone()).unwrap().replace("stand-in", "stand-out");
    for (name, text, cause) in [
        (
            "content-encoding",
            "br",
            "it has Content-Encoding br; likely something on the way compressed or rewrote its body",
        ),
        ("content-encoding", "identity", "hand over the raw bytes instead"),
        ("content-length", "7", "its Content-Length is 7 and its body has"),
    ] {
        let mut other = headers.clone();
        other.insert(HeaderName::from_static(name), HeaderValue::from_static(text));
        says(&refused(&wxpay, &other, changed.as_bytes()), cause);
    }
    let mut twice = headers.clone();
    let first = twice.insert("wechatpay-nonce", "another".parse().unwrap()).unwrap();
    twice.append("wechatpay-nonce", first);
    says(&wxpay.notice(&twice, &body).unwrap_err(), "its Wechatpay-Nonce is there more than once; hand over");
}

#[test]
fn headers_that_are_missing_are_found_under_other_names() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let (headers, body) = notice(&gateway);
    let renamed = |name: &dyn Fn(&str) -> String| -> HeaderMap {
        let each =
            headers.iter().map(|(old, value)| (name(old.as_str()).parse::<HeaderName>().unwrap(), value.clone()));
        each.collect()
    };
    for (other, cause) in [
        (
            renamed(&|name| name.replace('-', "_")),
            "Wechatpay-Serial is there as \"wechatpay_serial\", likely renamed by CGI",
        ),
        (renamed(&|name| format!("http_{}", name.replace('-', "_"))), "is there as \"http_wechatpay_serial\""),
        (HeaderMap::new(), "no header at all was handed over"),
    ] {
        let error = refused(&wxpay, &other, &body);
        says(&error, "it lacks Wechatpay-Serial, Wechatpay-Timestamp, Wechatpay-Nonce, Wechatpay-Signature; ");
        says(&error, cause);
    }
    let original = renamed(&|name| format!("x-original-{name}"));
    says(&wxpay.notice(&original, &body).unwrap_err(), "is there as \"x-original-wechatpay-serial\"");
    let mut one = headers.clone();
    one.remove("wechatpay-nonce");
    says(&refused(&wxpay, &one, &body), "it lacks Wechatpay-Nonce; a proxy that strips headers is a frequent cause");
    one.insert("wechatpay-nonce", "".parse().unwrap());
    says(&refused(&wxpay, &one, &body), "Wechatpay-Nonce is there, but is empty");
    let xml = gateway.notice_v2(json!({"out_trade_no": "1217752501"}));
    let mut plain = HeaderMap::new();
    plain.insert("content-type", "text/xml".parse().unwrap());
    says(&refused(&wxpay, &plain, xml.as_bytes()), "likely it is a notification of APIv2: read it with notice_v2");

    // Names that are compared as they are: those in lower case are found, a CGI's are told.
    let lower = |name: &str| (name == name.to_ascii_lowercase()).then(|| headers.get(name)?.to_str().ok()).flatten();
    assert_eq!(wxpay.notice_with(lower, &body).unwrap().resource()["out_trade_no"], "1217752501");
    let cgi = |name: &str| headers.get(name.strip_prefix("HTTP_")?.replace('_', "-"))?.to_str().ok();
    says(&wxpay.notice_with(cgi, &body).unwrap_err(), "is there as \"http_wechatpay_serial\"");
    let nonce = format!("{}\n", headers["wechatpay-nonce"].to_str().unwrap());
    let with_break = |name: &str| match name {
        "Wechatpay-Nonce" => Some(nonce.as_str()),
        name => headers.get(name)?.to_str().ok(),
    };
    says(&wxpay.notice_with(with_break, &body).unwrap_err(), "Wechatpay-Nonce was handed over with a line break");
}

/// A client whose gateway answers with these headers and this body.
fn answers(gateway: &Server, headers: &HeaderMap, more: &str, body: &[u8]) -> Client {
    let mut head = format!("HTTP/1.1 200 OK\r\n{more}");
    for (name, value) in headers {
        write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    if !more.contains("chunked") {
        write!(head, "content-length: {}\r\n", body.len()).unwrap();
    }
    let answer = [head.as_bytes(), b"\r\n", body].concat();
    let address = raw_server(move |mut stream, _| stream.write_all(&answer).unwrap());
    gateway.builder().base_uri(format!("http://{address}/")).build().unwrap()
}

#[test]
fn the_body_of_an_answer_tells_what_became_of_it() {
    let gateway = Server::start().unwrap();
    let (headers, body) = notice(&gateway);
    let text = String::from_utf8(body.clone()).unwrap();
    let wxpay = answers(&gateway, &headers, "", &body);
    wxpay[HOOK].get().unwrap();
    for (more, body, cause) in [
        (
            "content-encoding: gzip\r\n",
            gzip(&body),
            "its body is compressed (gzip), and what is signed are the plain bytes; a proxy or layer",
        ),
        ("content-encoding: br\r\n", b"\x8b\x02\x80\x01\x05\x03\x04".to_vec(), "its body is compressed (br)"),
        (
            "content-encoding: br\r\n",
            text.replace("stand-in", "x").into(),
            "it has Content-Encoding br; likely something on the way",
        ),
        ("", b64(&body).into(), "its body is base64; likely a gateway on the way encoded it"),
        ("", b"<html>login</html>".to_vec(), "its body is an HTML page; likely a proxy, firewall or login portal"),
        ("", Vec::new(), "it was changed on the way, or the key held under that id is not WeChat Pay's"),
        (
            "transfer-encoding: chunked\r\n",
            b"0\r\n\r\n".to_vec(),
            "its body is empty; likely a proxy or layer on the way took it",
        ),
        ("", text.replace("\":", "\": ").into(), "likely it was parsed and written again; a proxy or layer on the way"),
        ("", b"<xml><return_code>SUCCESS</return_code></xml>".to_vec(), "the endpoint is one of APIv2"),
    ] {
        let wxpay = answers(&gateway, &headers, more, &body);
        let error = wxpay[HOOK].post(hook()).unwrap_err();
        assert!(error.outcome_unknown());
        says(&error, cause);
        says(&error, "the answer is not verified: its signature does not match the key PUB_KEY_ID_");
        assert!(!error.to_string().contains("hand over"), "{error}");
    }
    let stripped = answers(&gateway, &HeaderMap::new(), "", b"<!doctype html><p>");
    says(
        &stripped[HOOK].get().unwrap_err(),
        "it lacks Wechatpay-Serial, Wechatpay-Timestamp, Wechatpay-Nonce, Wechatpay-Signature; its body is an HTML page",
    );
    let stripped = answers(&gateway, &HeaderMap::new(), "", b"{}");
    says(&stripped[HOOK].get().unwrap_err(), "a proxy that strips headers is a frequent cause");
}

#[test]
fn what_comes_as_apiv2_tells_it_too() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let (_, json_body) = notice(&gateway);
    let xml = gateway.notice_v2(json!({"out_trade_no": "1217752501", "openid": OPENID, "attach": "支付"}));
    let bytes = xml.as_bytes();
    let hmac = gateway.builder().require_hmac_sha256().build().unwrap();
    let other = Client::builder().mchid("1900000110").secret(SECRET).build().unwrap();
    let latin: String = xml.bytes().map(char::from).collect();
    for (wxpay, body, kind, cause) in [
        (&wxpay, json_body.clone(), ErrorKind::Decode, "likely it is a notification of APIv3: read it with notice"),
        (&wxpay, Vec::new(), ErrorKind::Decode, "its body is empty; likely a framework or middleware read it before"),
        (&wxpay, b64(bytes).into(), ErrorKind::Decode, "its body is base64"),
        (&wxpay, gzip(bytes), ErrorKind::Decode, "its body is compressed (gzip)"),
        (&wxpay, b"<html></html>".to_vec(), ErrorKind::Decode, "its body is an HTML page"),
        (&wxpay, b"xml=%3Cxml%3E".to_vec(), ErrorKind::Decode, "its body is a form"),
        (&wxpay, xml.replace('<', "&lt;").into(), ErrorKind::Decode, "XML whose `<` was escaped"),
        (&wxpay, xml.encode_utf16().flat_map(u16::to_le_bytes).collect(), ErrorKind::Decode, "its body is UTF-16"),
        (&wxpay, xml.replace("支付", "\u{fffd}").into(), ErrorKind::Verify, "replacement characters (U+FFFD)"),
        (&wxpay, latin.into(), ErrorKind::Verify, "decoded as Latin-1"),
        (&wxpay, xml.replace("</sign>", "A</sign>").into(), ErrorKind::Verify, "neither the 32 characters of MD5"),
        (&wxpay, xml.replace("<attach>", "<l><i>1</i></l><attach>").into(), ErrorKind::Verify, "nested elements"),
        (&hmac, bytes.to_vec(), ErrorKind::Verify, "its sign is an MD5, and this client insists on HMAC-SHA256"),
        (
            &other,
            bytes.to_vec(),
            ErrorKind::Verify,
            "its mch_id is not the client's 1900000110: likely it is meant for another",
        ),
    ] {
        let error = wxpay.notice_v2(&body).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(cause), "expected {cause:?}: {error}");
        assert!(!error.to_string().contains(OPENID) && !error.to_string().contains("1217752501"), "{error}");
    }
    for (body, cause) in [
        (r#"{"code":"PARAM_ERROR"}"#.to_owned(), "the endpoint is one of APIv3"),
        (b64(bytes), "its body is base64; likely a gateway on the way encoded it"),
        ("<html><body>login</body></html>".to_owned(), "its body is an HTML page; likely a proxy"),
    ] {
        let wxpay = answering(body);
        let error = wxpay["v2/pay/unifiedorder"].post(order(&wxpay)).unwrap_err();
        assert!(error.kind() == ErrorKind::Decode && error.outcome_unknown(), "{}", full(&error));
        assert!(error.to_string().contains(cause), "expected {cause:?}: {error}");
    }
    let wxpay = answers(&gateway, &HeaderMap::new(), "content-encoding: gzip\r\n", &gzip(bytes));
    let error = wxpay["v2/pay/unifiedorder"].post(order(&wxpay)).unwrap_err();
    assert!(error.to_string().contains("its body is compressed (gzip)"), "{error}");
}

#[test]
fn a_wrong_apiv3_key_is_said_to_be_anothers() {
    let gateway = Server::start().unwrap();
    let (headers, body) = notice(&gateway);
    let wrong = gateway.builder().api_v3_key("x".repeat(32)).build().unwrap();
    let error = refused(&wrong, &headers, &body);
    assert_eq!(error.kind(), ErrorKind::Decrypt);
    let cause = "is api_v3_key the APIv3 key of this merchant? likely it is another merchant's or brand's, or the key was changed";
    assert!(error.to_string().contains(cause), "{error}");
}

#[test]
fn a_refused_download_of_certificates_says_what_was_held_before_it() {
    let gateway = Server::start().unwrap();
    let offered = gateway.issue_certificate(Validity::Now).unwrap();
    // Signed by the WeChat Pay public key, which the client does not hold: the answer is refused, and what it brings with it.
    let bare = gateway.merchant_builder().auto_certificates().build().unwrap();
    let error = bare[HOOK].get().unwrap_err();
    let key = gateway.public_key_id();
    let expected = format!(
        "it is signed with the key {key:?}, and this client holds none; nor is it among the certificates that the answer brings"
    );
    assert!(error.kind() == ErrorKind::Verify && error.to_string().contains(&expected), "{}", full(&error));
    assert!(!full(&error).contains(&offered), "{}", full(&error));
    assert_eq!(bare.certificates().status().serials, Vec::<String>::new());
}

#[test]
fn what_a_search_brought_is_held_although_it_did_not_find_the_key() {
    let gateway = Server::start().unwrap();
    let (held, other) =
        (gateway.issue_certificate(Validity::Now).unwrap(), gateway.issue_certificate(Validity::Now).unwrap());
    gateway.sign_with(&other).unwrap();
    let (headers, body) = notice(&gateway);
    gateway.withdraw_certificate(&other);
    gateway.sign_with(&held).unwrap();
    let wxpay = gateway.merchant_builder().auto_certificates().build().unwrap();
    let error = block_on(wxpay.notice_async(&headers, &body)).unwrap_err();
    let expected = format!(
        "signed with the key {other:?}, and this client holds {held}; it is not among the platform certificates just"
    );
    says(&error, &expected);
}
