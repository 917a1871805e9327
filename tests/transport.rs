//! Connections: refused, slow, kept, closed in between, over TLS; and what an error says was sent.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::io::Read as _;
use std::net::{Shutdown, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::{HOOK, PRESIGN, full, nobody, payload, presign, raw_server, respond, token};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{ErrorKind, Method, json};

const CA: &str = include_str!("fixtures/tls_ca.pem");

#[test]
fn a_refused_connection_sent_nothing() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{}", nobody())).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.outcome_unknown() && error.is_retryable());
    assert!(full(&error).contains("nothing was sent") && full(&error).contains("refused"), "{}", full(&error));
    assert_eq!(error.attempts()[0].status(), None);
}

#[test]
fn a_handshake_that_is_never_answered_ends_with_the_connect_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(&url).connect_timeout(Duration::from_millis(200)).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(full(&error).contains("not connected within 200ms"), "{}", full(&error));
    assert!(!error.outcome_unknown());

    let wxpay = gateway.builder().base_uri(&url).timeout(Duration::from_millis(200)).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "not sent within 200ms; nothing was sent");
    assert!(!error.outcome_unknown() && error.is_retryable());
}

#[test]
fn the_deadline_of_a_call_replaces_the_clients() {
    let (gateway, wxpay) = presign();
    gateway.on(Method::GET, HOOK).fault(Fault::Slow(Duration::from_secs(30)));
    // Long enough for the request to leave, which is not what is waited for.
    let error = wxpay.chain(HOOK).timeout(Duration::from_secs(1)).get().unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Timeout, "no answer within 1s"));
    assert!(error.attempts()[0].elapsed() >= Duration::from_millis(500));
    assert_eq!(token(wxpay.chain(PRESIGN).timeout(Duration::MAX).post(payload())), "tk");
}

#[test]
fn connections_are_kept_and_a_closed_one_is_replaced_unnoticed() {
    let (gateway, _) = presign();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let (closed_tx, closed_rx) = mpsc::channel();
    // Answers two requests on each connection, then closes it without saying so.
    let address = raw_server(move |mut stream, first| {
        counted.fetch_add(1, Ordering::SeqCst);
        assert!(first.starts_with("POST /v3/offlineface/contracts/presign HTTP/1.1\r\n"));
        respond(stream.try_clone().unwrap(), "401 Unauthorized", "", "");
        support::read_request(&mut stream);
        respond(stream.try_clone().unwrap(), "401 Unauthorized", "", "");
        stream.shutdown(Shutdown::Write).unwrap();
        // The client has seen it when it closes its own side; a request on its way at that moment would be lost.
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
        closed_tx.send(()).unwrap();
    });
    let wxpay = gateway.builder().base_uri(format!("http://{address}")).build().unwrap();
    for _ in 0..3 {
        for _ in 0..2 {
            let error = wxpay[PRESIGN].post(payload()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rejected, "{}", full(&error));
        }
        closed_rx.recv().unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[test]
fn an_empty_post_says_so_and_a_read_has_no_body() {
    let (tx, rx) = mpsc::channel();
    let address = raw_server(move |stream, request| {
        tx.send(request.to_ascii_lowercase()).unwrap();
        respond(stream, "404 Not Found", "connection: close\r\n", "");
    });
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{address}")).build().unwrap();
    wxpay[HOOK].post(()).unwrap_err();
    wxpay[HOOK].get().unwrap_err();
    wxpay[HOOK].post(json!({"a": "张"})).unwrap_err();
    let (post, get, json) = (rx.recv().unwrap(), rx.recv().unwrap(), rx.recv().unwrap());
    assert!(post.contains("content-length: 0\r\n") && !post.contains("content-type"), "{post}");
    assert!(!get.contains("content-length") && !get.contains("transfer-encoding"), "{get}");
    assert!(json.contains("content-length: 11\r\n") && json.ends_with("\r\n\r\n{\"a\":\"张\"}"), "{json}");
    for request in [post, get, json] {
        assert!(request.contains(&format!("\r\nhost: {address}\r\n")), "{request}");
        assert!(request.contains("\r\nauthorization: wechatpay2-sha256-rsa2048 mchid=\"1900000109\","), "{request}");
    }
}

#[test]
fn the_size_limit_is_a_setting() {
    let (gateway, _) = presign();
    let wxpay = gateway.builder().response_limit(10).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.outcome_unknown() && error.to_string().contains("longer than 10 bytes"), "{error}");
    assert!(error.request_id().is_some());
}

/// The stand-in behind TLS: real handshakes, then plain bytes to it.
fn tls_proxy(target: &Server) -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(include_bytes!("fixtures/tls_cert.pem")).unwrap()],
            PrivateKeyDer::from_pem_slice(include_bytes!("fixtures/tls_key.pem")).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let target = target.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, target) = (acceptor.clone(), target.clone());
                tokio::spawn(async move {
                    let Ok(mut tls) = acceptor.accept(stream).await else { return };
                    let mut plain = tokio::net::TcpStream::connect(target).await.unwrap();
                    _ = tokio::io::copy_bidirectional(&mut tls, &mut plain).await;
                });
            }
        });
    });
    url
}

#[test]
fn tls_is_checked_against_the_trusted_roots() {
    let (gateway, _) = presign();
    let url = tls_proxy(&gateway);
    let wxpay = gateway.builder().base_uri(&url).root_certificate(CA).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");

    let error = gateway.builder().base_uri(&url).build().unwrap()[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(full(&error).contains("UnknownIssuer"), "{}", full(&error));
    assert!(!error.outcome_unknown());

    let other_name = url.replace("127.0.0.1", "127.0.0.2");
    let wxpay = gateway.builder().base_uri(&other_name).root_certificate(CA).build().unwrap();
    assert_eq!(wxpay[PRESIGN].post(payload()).unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(gateway.calls().len(), 2);
}

#[test]
fn an_application_with_other_tls_providers_is_not_disturbed() {
    // A process-wide default of the application's own, set before and not needed by this crate.
    _ = ring::default_provider().install_default();
    assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    let (gateway, _) = presign();
    let wxpay = gateway.builder().base_uri(tls_proxy(&gateway)).root_certificate(CA).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
}
