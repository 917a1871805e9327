//! Warming up: what it opens is what the next call uses, and it is not one itself.
#![cfg(all(feature = "mock", feature = "sync", feature = "async"))]

mod support;

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::{HOOK, nobody, payload, presign, read_request, token};
use wechatpay_chain::mock::{Server, Validity};
use wechatpay_chain::{Client, ErrorKind, Method, json};

/// A client of the stand-in's merchant for another place.
fn client_for(gateway: &Server, base_uri: String) -> Client {
    gateway.builder().base_uri(base_uri).build().unwrap()
}

#[test]
fn the_next_call_uses_its_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for connection in 0.. {
            let (mut stream, _) = listener.accept().unwrap();
            loop {
                let request = read_request(&mut stream);
                if request.is_empty() {
                    break;
                }
                let answer: &[u8] = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
                std::io::Write::write_all(&mut stream, answer).unwrap();
                tell.send((connection, request.to_ascii_lowercase())).unwrap();
            }
        }
    });
    let gateway = Server::start().unwrap();
    let wxpay = client_for(&gateway, format!("http://{address}/hk/"));
    wxpay.warm_up().unwrap();
    let (connection, request) = told.recv().unwrap();
    assert!(
        request.starts_with("head / http/1.1\r\n") && request.contains("user-agent: wechatpay-chain/"),
        "{request}"
    );
    assert!(!request.contains("authorization") && !request.contains("wechatpay-serial"), "{request}");
    wxpay.chain(HOOK).get().unwrap_err();
    let (same, request) = told.recv().unwrap();
    assert_eq!(same, connection);
    assert!(
        request.starts_with("get /hk/v3/merchant-service/complaint-notifications ")
            && request.contains("authorization: "),
        "{request}"
    );
}

#[test]
fn platform_certificates_are_there_afterwards() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, support::PRESIGN).reply(json!({"presign_token": "tk"}));
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let wxpay = gateway.merchant_builder().auto_certificates().build().unwrap();
    assert_eq!(wxpay.platform_serial(), None);
    support::block_on(wxpay.warm_up_async()).unwrap();
    assert_eq!(wxpay.platform_serial(), Some(serial));
    assert_eq!(gateway.calls().len(), 1);
    token(wxpay[support::PRESIGN].post(payload()));
    let paths: Vec<_> = gateway.calls().iter().map(|call| call.path().to_owned()).collect();
    assert_eq!(paths, ["/v3/certificates", "/v3/offlineface/contracts/presign"]);
}

#[test]
fn it_is_no_call_and_does_no_harm_when_it_fails() {
    let (gateway, wxpay) = presign();
    wxpay.warm_up().unwrap();
    assert!(gateway.calls().is_empty());
    let error = client_for(&gateway, format!("http://{}/", nobody())).warm_up().unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Connect, false));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let builder = gateway.builder().base_uri(format!("http://{}/", silent.local_addr().unwrap()));
    let error = builder.timeout(Duration::from_millis(30)).build().unwrap().warm_up().unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Timeout, false));
    assert_eq!(token(wxpay[support::PRESIGN].post(payload())), "tk");
}
