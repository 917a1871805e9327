//! Downloads that somebody in between would have go wrong: layers, odd framing, odd answers.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use support::{block_on, full, middleware, raw_server, respond};
use tower::ServiceExt as _;
use wechatpay_chain::mock::{Reply, Server};
use wechatpay_chain::{ErrorKind, Method, json};

const STATEMENTS: &str = "v3/global/statements";

#[test]
fn an_end_that_is_the_connections_needs_a_hash() {
    for coding in ["identity", "gzip", "chunked, identity"] {
        let address = raw_server(move |mut stream, _| {
            write!(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: {coding}\r\n\r\nhalf an im").unwrap();
        });
        let gateway = Server::start().unwrap();
        let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
        let image = wxpay.download_url(format!("http://{address}/v3/merchant-service/images/x")).unwrap();
        let error = image.to_writer(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{coding}: {}", full(&error));
        assert!(!error.is_retryable(), "{coding}");
    }
}

#[test]
fn a_chunked_answer_has_an_end_of_its_own() {
    for (body, whole) in [("2\r\nab\r\n0\r\n\r\n", true), ("2\r\nab\r\n", false)] {
        let address = raw_server(move |mut stream, _| {
            write!(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}").unwrap();
        });
        let gateway = Server::start().unwrap();
        let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
        let image = wxpay.download_url(format!("http://{address}/v3/merchant-service/images/x")).unwrap();
        assert_eq!(image.to_writer(&mut Vec::new()).is_ok(), whole);
    }
}

#[test]
fn a_layer_that_asks_for_another_statement_gets_none() {
    let gateway = Server::start().unwrap();
    gateway
        .on(Method::GET, STATEMENTS)
        .reply_with(|call| Reply::file("text/csv", format!("statement of {}", call.query().unwrap_or_default())));
    // Both requests are sent, and the head of the one that was asked for is given back.
    let layer = middleware(|request, stack| async move {
        let mut other = request.clone();
        *other.uri_mut() = request.uri().to_string().replace("20261121", "20261120").parse().unwrap();
        let first = stack.clone().oneshot(request).await?;
        stack.oneshot(other).await?;
        Ok(first)
    });
    let wxpay = gateway.builder().layer(layer).build().unwrap();
    let mut out = Vec::new();
    let statement = wxpay
        .chain(STATEMENTS)
        .query("date", "20261121")
        .query("mchid", "1900000109")
        .download(Method::GET, ())
        .unwrap();
    statement.to_writer(&mut out).unwrap();
    assert_eq!(out, b"statement of date=20261121&mchid=1900000109");
    assert_eq!(gateway.calls().len(), 2);
}

#[test]
fn a_layer_cannot_change_what_the_signature_demands() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, STATEMENTS).reply(Reply::file("text/csv", "a,b"));
    let layer = middleware(|request, stack| async move {
        let mut response = stack.oneshot(request).await?;
        // The SHA-1 of nothing.
        let forged = "da39a3ee5e6b4b0d3255bfef95601890afd80709".parse().unwrap();
        response.headers_mut().insert("wechatpay-statement-sha1", forged);
        Ok(response)
    });
    let wxpay = gateway.builder().layer(layer).build().unwrap();
    let mut out = Vec::new();
    wxpay
        .chain(STATEMENTS)
        .query("date", "20261121")
        .query("mchid", "1900000109")
        .download(Method::GET, ())
        .unwrap()
        .to_writer(&mut out)
        .unwrap();
    assert_eq!(out, b"a,b");
    let named = json!({"download_url": format!("{}{STATEMENTS}", gateway.url()), "hash_type": "SHA1", "hash_value": "0".repeat(40)});
    assert_eq!(wxpay.download(&named).unwrap_err().kind(), ErrorKind::Request);
}

#[test]
fn a_layer_with_a_timer_works_without_a_runtime() {
    let gateway = Server::start().unwrap();
    gateway.bills(3);
    let layer = tower::timeout::TimeoutLayer::new(Duration::from_secs(9));
    let wxpay = gateway.builder().layer(layer).build().unwrap();
    let bill = wxpay.chain("v3/bill/tradebill?bill_date=2026-11-21").get().unwrap();
    let written = block_on(wxpay.download(&bill).unwrap().to_writer_async(&mut Vec::new())).unwrap();
    assert!(written > 100);
}

#[test]
fn a_count_that_is_another_is_refused_whatever_its_type() {
    let gateway = Server::start().unwrap();
    gateway.bills(3);
    let wxpay = gateway.client().unwrap();
    let bill = "v3/bill/sub-merchant-fundflowbill?sub_mchid=1900000110&bill_date=2026-11-21&account_type=BASIC&algorithm=AEAD_AES_256_GCM";
    let mut bill = wxpay.chain(bill).get().unwrap().value().unwrap();
    for count in [json!("2"), json!(2)] {
        bill["download_bill_count"] = count;
        assert!(wxpay.download(&bill).is_ok());
    }
    for count in [json!("3"), json!(2.5), json!(null), json!(-2), json!([])] {
        bill["download_bill_count"] = count;
        assert_eq!(wxpay.download(&bill).unwrap_err().kind(), ErrorKind::Request);
    }
}

#[test]
fn what_can_only_fail_again_is_not_retryable() {
    let gateway = Server::start().unwrap();
    gateway.bills(2000);
    let wxpay = gateway.client().unwrap();
    let bill = wxpay.chain("v3/bill/tradebill?bill_date=2026-11-21").get().unwrap();
    let error = wxpay.download(&bill).unwrap().limit(1000).to_writer(&mut Vec::new()).unwrap_err();
    assert!(error.kind() == ErrorKind::Transport && !error.is_retryable(), "{error}");
    // Parts of gzip that hold nothing, for ever.
    let empty = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()).finish().unwrap();
    let address = raw_server(move |mut stream, _| {
        let length = empty.len() * 1_000_000;
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").unwrap();
        let block = empty.repeat(1000);
        while stream.write_all(&block).is_ok() {}
    });
    let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
    let image = wxpay.download_url(format!("http://{address}/v3/merchant-service/images/x")).unwrap();
    let error = image.limit(10).to_writer(&mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("longer than 10 bytes"), "{error}");
}

#[test]
fn urls_are_refused_that_others_would_read_otherwise() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri("https://proxy.example:443/").build().unwrap();
    assert!(wxpay.download_url("https://proxy.example/v3/billdownload/file").is_ok());
    for path in ["images/..", "images/%2e%2e%2f%2e%2e%2fcertificates", "images/a%2F..%2fb", "images/./x"] {
        let error =
            wxpay.download_url(format!("https://api.mch.weixin.qq.com/v3/merchant-service/{path}")).unwrap_err();
        assert!(error.to_string().contains("segment"), "{path}: {error}");
    }
    let error = wxpay.download_url("https://api.mch.weixin.qq.com:99999/v3/billdownload/file").unwrap_err();
    assert!(error.to_string().contains("neither"), "{error}");
}

#[test]
fn invoices_go_unsigned_by_every_way() {
    let address = raw_server(|stream, request| {
        let body = if request.to_ascii_lowercase().contains("\r\nauthorization:") { "signed" } else { "unsigned" };
        respond(stream, "200 OK", "", body);
    });
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{address}/wx/")).build().unwrap();
    let url = format!("http://{address}/wx/v3/new-tax-control-fapiao/download?token=x");
    let chain = wxpay.chain("v3/new-tax-control-fapiao/download");
    for download in [wxpay.download_url(url).unwrap(), chain.download(Method::GET, ()).unwrap()] {
        let mut out = Vec::new();
        download.to_writer(&mut out).unwrap();
        assert_eq!(out, b"unsigned");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let gateway = Server::start().unwrap();
    gateway.bills(3);
    let wxpay = gateway.client().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&file, &link).unwrap();
    let bill = wxpay.chain("v3/bill/tradebill?bill_date=2026-11-21").get().unwrap();
    wxpay.download(&bill).unwrap().to_path(&link).unwrap();
    assert!(link.is_symlink() && fs::read_to_string(&file).unwrap().contains("总交易单数"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}
