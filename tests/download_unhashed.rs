//! Files of which no signed answer gave a hash: what their own headers and first bytes say, and which paths are theirs.
#![cfg(all(feature = "mock", feature = "sync"))]

mod support;

use std::fs;
use std::io::Write as _;

use support::raw_server;
use wechatpay_chain::mock::{Reply, Server};
use wechatpay_chain::{Client, ErrorKind, Method, Result};

const IMAGE: &str = "v3/merchant-service/images/x";
const INVOICE: &str = "v3/new-tax-control-fapiao/download?token=x";

/// A client whose host answers everything like this.
fn answering(headers: &str, body: impl Into<Vec<u8>>) -> (Server, Client, String) {
    let (headers, body) = (headers.to_owned(), body.into());
    let address = raw_server(move |mut stream, _| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
        stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
    });
    let gateway = Server::start().unwrap();
    let base = format!("http://{address}/");
    let wxpay = gateway.builder().base_uri(&base).build().unwrap();
    (gateway, wxpay, base)
}

/// Downloads to a file in a folder of its own; after an error nothing is left there.
fn download(wxpay: &Client, url: String) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let result = wxpay.download_url(url)?.to_path(&path);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), usize::from(result.is_ok()));
    let length = result?;
    let file = fs::read(path).unwrap();
    assert_eq!(length, file.len() as u64);
    Ok(file)
}

#[test]
fn an_error_under_the_status_of_a_file_is_no_file() {
    let json = r#"{"code":"PARAM_ERROR","message":"token 已失效","detail":{"value":"13800000000"}}"#;
    let html = "<!DOCTYPE html><html><body>login</body></html>";
    let no = "PARAM_ERROR: token 已失效";
    for (path, content_type, body, expected) in [
        (INVOICE, "application/json", json, format!("the answer is application/json, expected a file: {no}")),
        (INVOICE, "application/pdf", json, format!("the answer is JSON, expected a file: {no}")),
        (
            INVOICE,
            "application/octet-stream",
            &format!("\u{feff} \r\n{json}"),
            format!("the answer is JSON, expected a file: {no}"),
        ),
        (
            INVOICE,
            "application/json; charset=utf-8",
            "{}",
            "the answer is application/json; charset=utf-8, expected a file".into(),
        ),
        (INVOICE, "text/html", html, "the answer is text/html, expected a file".into()),
        (INVOICE, "application/pdf", html, "the answer is HTML or XML, expected a file".into()),
        (
            IMAGE,
            "image/jpeg",
            "<xml><return_code>FAIL</return_code></xml>",
            "the answer is HTML or XML, expected a file".into(),
        ),
        (IMAGE, "text/plain", "no such image", "the answer is text/plain, expected a file".into()),
        (IMAGE, "image/jpeg", "", "the answer has no body, expected a file".into()),
        (IMAGE, "image/jpeg", r#"{"errcode":40001}"#, "the answer is JSON, expected a file".into()),
        (
            "v3/transferdownload/signfile?token=x",
            "application/json",
            json,
            format!("the answer is application/json, expected a file: {no}"),
        ),
        ("v3/billdownload/file?token=x", "text/plain", json, format!("the answer is JSON, expected a file: {no}")),
    ] {
        let (_gateway, wxpay, base) = answering(&format!("content-type: {content_type}\r\n"), body);
        let error = download(&wxpay, format!("{base}{path}")).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Decode, expected), "{path} {content_type}");
        assert!(!format!("{error:?}").contains("13800000000") && !error.is_retryable(), "{error:?}");
    }
}

#[test]
fn a_file_that_only_begins_like_an_error_is_one() {
    for (path, content_type, body) in [
        (IMAGE, "image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        (INVOICE, "application/xml", "<?xml version=\"1.0\"?><EInvoice/>"),
        (INVOICE, "application/octet-stream", "{not json"),
        (INVOICE, "application/octet-stream", "[1, 2]"),
        (IMAGE, "image/jpeg", "<"),
        (IMAGE, "image/jpeg", " "),
        ("v3/billdownload/file?token=x", "text/plain", "交易时间,金额\r\n"),
    ] {
        let (_gateway, wxpay, base) = answering(&format!("content-type: {content_type}\r\n"), body);
        assert_eq!(download(&wxpay, format!("{base}{path}")).unwrap(), body.as_bytes(), "{path} {body}");
    }
    // Longer than any error, and in many pieces.
    let long = format!("<x>{}", "y".repeat(300_000));
    let (_gateway, wxpay, base) = answering("", long.as_str());
    assert_eq!(download(&wxpay, format!("{base}{IMAGE}")).unwrap(), long.as_bytes());
}

#[test]
fn a_digest_in_a_header_is_compared() {
    // Of `abc`.
    for (header, right) in [
        ("Digest: SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", true),
        ("Digest: sha-256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true),
        ("Repr-Digest: sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:", true),
        ("Content-MD5: kAFQmDzST7DWlj99KOF/cg==", true),
        ("Digest: sha-512=AAAA", true),
        ("Digest: SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa1=", false),
        ("Digest: SHA=0000000000000000000000000000000000000000", false),
        ("Digest: SHA-256=x", false),
        ("Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==", false),
    ] {
        let (_gateway, wxpay, base) = answering(&format!("{header}\r\n"), "abc");
        let result = download(&wxpay, format!("{base}{IMAGE}"));
        assert_eq!(
            result.as_ref().map_err(wechatpay_chain::Error::kind).err(),
            (!right).then_some(ErrorKind::Verify),
            "{header}"
        );
    }
    // Of a gzip file it may be about the bytes that came, or those of the file.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"abc").unwrap();
    let (_gateway, wxpay, base) =
        answering("Digest: SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\r\n", gzip.finish().unwrap());
    assert_eq!(download(&wxpay, format!("{base}{IMAGE}")).unwrap(), b"abc");
}

#[cfg(feature = "sm3")]
#[test]
fn an_invoices_sm3_is_compared() {
    for (value, right) in
        [("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", true), (&"0".repeat(64)[..], false)]
    {
        let (_gateway, wxpay, base) = answering(&format!("Digest: SM3={value}\r\n"), "abc");
        assert_eq!(download(&wxpay, format!("{base}{INVOICE}")).is_ok(), right);
    }
}

#[test]
fn endpoints_are_known_by_the_whole_path_that_is_signed() {
    // Paths that are none are asked for too.
    let gateway = Server::builder().lenient().start().unwrap();
    gateway.on(Method::GET, "v3/billdownload/file").reply(Reply::file("text/plain", "a bill"));
    gateway.on(Method::GET, "v3/merchant-service/images/{id}").reply(Reply::file("image/jpeg", "an image"));
    let ask = |base: &str, path: &str| {
        let wxpay = gateway.builder().base_uri(format!("{}{base}", gateway.url())).build().unwrap();
        let mut out = Vec::new();
        wxpay.chain(path).download(Method::GET, ()).and_then(|file| file.to_writer(&mut out)).map(|_| out)
    };
    for (base, path) in [
        ("", "v3/billdownload/file?token=x"),
        ("v3/", "billdownload/file?token=x"),
        ("v3/billdownload/", "file?token=x"),
        ("v3/x/", "/v3/billdownload/file?token=x"),
    ] {
        assert_eq!(ask(base, path).unwrap(), b"a bill", "{base} {path}");
    }
    assert_eq!(ask("v3/merchant-service/", "images/abc").unwrap(), b"an image");
    for (base, path) in [("", "v3/billdownload/file/"), ("v3/", "certificates"), ("", "v3/billdownload%2Ffile")] {
        assert_eq!(ask(base, path).unwrap_err().kind(), ErrorKind::Request, "{base} {path}");
    }
    // A verb's answer is exempt by the same path.
    let wxpay = gateway.builder().base_uri(format!("{}v3/merchant-service/", gateway.url())).build().unwrap();
    assert_eq!(wxpay.chain("images/abc").get().unwrap().bytes(), "an image");
}
