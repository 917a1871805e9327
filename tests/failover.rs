//! Retries, other hosts, deadlines and queues: what is sent how often, and when a call gives up.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::collections::HashMap;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use support::wire::Wire;
use support::{HOOK, REFUND, full, held, nobody, quick, raw_server, refund, respond};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig, ServerConnection};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{ErrorKind, Method, Retry, json};

const RECEIVER: &str = "v3/profitsharing/receivers/add";

#[test]
fn each_attempt_is_signed_anew_with_the_same_bytes() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, RECEIVER).fault(Fault::Reset).times(2);
    gateway.on(Method::POST, RECEIVER).reply(json!({"account": "86693852"}));
    let wxpay = gateway.builder().retry(quick(5)).build().unwrap();
    let receiver = json!({
        "appid": "wx8888888888888888", "type": "MERCHANT_ID", "account": "86693852", "name": "张三", "relation_type": "STORE",
    });
    let response = wxpay[RECEIVER].idempotent().encrypt("/name").post(receiver).unwrap();
    assert_eq!(response.attempts().len(), 3);
    assert_eq!(response.attempts().iter().filter(|attempt| attempt.status().is_some()).count(), 1);
    let calls = gateway.calls();
    assert!(calls.windows(2).all(|pair| pair[0].body() == pair[1].body()), "the ciphertext is the same");
    assert!(calls.windows(2).all(|pair| pair[0].headers()["authorization"] != pair[1].headers()["authorization"]));
}

#[test]
fn a_write_is_repeated_only_where_that_is_harmless() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).fault(Fault::Reset);
    let wxpay = gateway.builder().retry(quick(5)).build().unwrap();
    let error = wxpay[REFUND].post(refund(1)).unwrap_err();
    assert!(error.outcome_unknown() && error.attempts().len() == 1, "{}", full(&error));
    let error = wxpay[REFUND].idempotent().retry(Retry::none()).post(refund(1)).unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert_eq!(gateway.calls().len(), 2);
    // "Too often" says that nothing was done.
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).status(429, json!({"code": "FREQUENCY_LIMITED"})).times(1);
    gateway.on(Method::POST, REFUND).status(400, json!({"code": "PARAM_ERROR"}));
    let error = gateway.client().unwrap()[REFUND].retry(quick(5)).post(refund(1)).unwrap_err();
    assert_eq!((error.attempts().len(), error.rejection().unwrap().code()), (2, "PARAM_ERROR"));
    assert!(!error.outcome_unknown());
}

#[test]
fn what_the_gateway_asks_to_wait_is_waited_or_the_call_ends_at_once() {
    for (asked, attempts) in [("0", 3), ("60", 1)] {
        let address = raw_server(move |stream, _| {
            respond(stream, "429 Too Many Requests", &format!("retry-after: {asked}\r\n"), "");
        });
        let gateway = Server::start().unwrap();
        let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
        let started = Instant::now();
        let error = wxpay[HOOK].get().unwrap_err();
        assert_eq!(error.attempts().len(), attempts, "{asked}");
        // Sixty seconds were asked for.
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_call_that_could_not_be_sent_goes_to_the_next_host_at_once() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    let builder = gateway.builder().base_uri(format!("http://{}/", nobody()));
    let wxpay = builder.backup_uri(format!("http://{}/", nobody())).backup_uri(gateway.url()).build().unwrap();
    let response = wxpay[REFUND].post(refund("1")).unwrap();
    assert_eq!((response.attempts().len(), gateway.calls().len()), (3, 1));
    let available: Vec<_> = wxpay.clone().hosts().iter().map(wechatpay_chain::Host::is_available).collect();
    assert_eq!(available, [false, false, true], "clones share what is known");
    assert_eq!(wxpay[REFUND].post(refund("2")).unwrap().attempts().len(), 1);
    // A call with a base URI of its own stays with it.
    let error = wxpay[REFUND].base_uri(format!("http://{}/", nobody())).post(refund(1)).unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Connect, 1));
}

/// A server whose handshake is made, and whose connection is over before a request can be written: TLS 1.2 gives the server the last
/// word, and the end comes in the same piece.
fn hangs_up_after_the_handshake() -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(include_bytes!("fixtures/tls_cert.pem")).unwrap()],
            PrivateKeyDer::from_pem_slice(include_bytes!("fixtures/tls_key.pem")).unwrap(),
        )
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let url = format!("https://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            while tls.is_handshaking() {
                while tls.wants_write() {
                    tls.write_tls(&mut stream).unwrap();
                }
                tls.read_tls(&mut stream).unwrap();
                tls.process_new_packets().unwrap();
            }
            tls.send_close_notify();
            let mut last = Vec::new();
            while tls.wants_write() {
                tls.write_tls(&mut last).unwrap();
            }
            stream.write_all(&last).unwrap();
        }
    });
    url
}

#[test]
fn what_broke_before_the_first_byte_goes_to_the_next_host_at_once() {
    let backup = Server::start_mtls().unwrap();
    backup.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    let primary = hangs_up_after_the_handshake();
    let builder = || backup.builder().base_uri(&primary).root_certificate(include_str!("fixtures/tls_ca.pem"));
    let error = builder().build().unwrap().chain(REFUND).mtls().post(refund(1)).unwrap_err();
    assert!(error.kind() == ErrorKind::Transport && error.attempts().len() == 1, "{}", full(&error));
    assert!(error.to_string().ends_with("broke before the request; nothing was sent"), "{}", full(&error));
    assert!(!error.outcome_unknown() && error.is_retryable(), "{}", full(&error));
    let wxpay = builder().backup_uri(backup.url()).build().unwrap();
    for number in 1..=2 {
        let response = wxpay.chain(REFUND).mtls().post(refund(number)).unwrap();
        let statuses: Vec<_> = response.attempts().iter().map(|attempt| attempt.status().is_some()).collect();
        assert_eq!((statuses, backup.calls().len()), (vec![false, true], number));
    }
    // As breaks do, they count when they come three times in a row.
    assert!(wxpay.hosts()[0].is_available());
    wxpay.chain(REFUND).mtls().post(refund(1)).unwrap();
    assert!(!wxpay.hosts()[0].is_available());
}

#[test]
fn a_status_is_never_a_reason_for_another_host_and_a_break_only_as_a_retry() {
    let (first, second) = (Server::start().unwrap(), Server::start().unwrap());
    second.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    first.on(Method::POST, REFUND).fault(Fault::Html).times(1);
    first.on(Method::POST, REFUND).fault(Fault::Reset);
    let wxpay = first.builder().backup_uri(second.url()).retry(quick(3)).build().unwrap();
    assert_eq!(wxpay[REFUND].post(refund(1)).unwrap_err().kind(), ErrorKind::Rejected);
    assert_eq!(wxpay[REFUND].post(refund(1)).unwrap_err().kind(), ErrorKind::Transport);
    assert!(second.calls().is_empty());
    let response = wxpay[REFUND].idempotent().post(refund(1)).unwrap();
    assert_eq!((response.attempts().len(), second.calls().len()), (2, 1));
}

#[test]
fn the_settings_are_checked() {
    let gateway = Server::start().unwrap();
    for (builder, text) in [
        (gateway.builder().backup_uri("ftp://x/"), "backup_uri has the scheme `ftp`"),
        (gateway.builder().backup_uri("http://x/hk/"), "another path than base_uri"),
        (gateway.builder().backup_uri("https://x/"), "another scheme than base_uri"),
        (gateway.builder().max_concurrent(0), "max_concurrent is zero"),
        (gateway.builder().proxy("http://user:geheim@"), "proxy is no URI"),
        (gateway.builder().proxy("http://user:geheim@x:80800"), "proxy is no URI"),
        (gateway.builder().proxy("http://user:geheim@x:"), "proxy is no URI"),
        (gateway.builder().proxy("http://user:ge@heim@x:1"), "proxy has two `@`"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains(text), "{error}");
        assert!(!format!("{error:?}").contains("geheim"));
    }
}

#[test]
fn calls_wait_for_their_turn_within_their_deadline() {
    let gateway = Server::start().unwrap();
    let (let_go, answer) = held(json!({}));
    gateway.on(Method::POST, REFUND).reply_with(answer).times(1);
    gateway.on(Method::POST, REFUND).fault(Fault::Slow(Duration::from_secs(60)));
    let wxpay = gateway.builder().max_concurrent(1).build().unwrap();
    thread::scope(|scope| {
        let first = scope.spawn(|| wxpay[REFUND].timeout(Duration::from_secs(20)).post(refund(1)));
        while gateway.calls().is_empty() {
            thread::yield_now();
        }
        let waited = wxpay[REFUND].timeout(Duration::from_millis(100)).post(refund(1)).unwrap_err();
        assert_eq!(waited.kind(), ErrorKind::Timeout);
        assert!(waited.to_string().contains("nothing was sent") && !waited.outcome_unknown(), "{waited}");
        // The turn was the first one's until here.
        let_go.send(()).unwrap();
        first.join().unwrap().unwrap();
    });
    assert_eq!(gateway.calls().len(), 1);
    let late = wxpay[REFUND].timeout(Duration::from_secs(1)).post(refund(1)).unwrap_err();
    assert_eq!((late.kind(), late.outcome_unknown()), (ErrorKind::Timeout, true), "{late}");
    assert_eq!(gateway.calls().len(), 2);
    gateway.on(Method::GET, HOOK).reply(json!({}));
    wxpay[HOOK].get().expect("the turn is free again");
}

#[test]
fn no_call_outlives_its_deadline() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let dripping = raw_server(|mut stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").unwrap();
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    });
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).fault(Fault::Html);
    let limit = Duration::from_millis(200);
    for base in [format!("http://{}/", silent.local_addr().unwrap()), format!("http://{dripping}/"), gateway.url()] {
        for path in [HOOK, "v3/certificates"] {
            let wxpay = gateway.builder().base_uri(&base).timeout(limit).retry(Retry::attempts(1000)).build().unwrap();
            let took = |_| {
                let started = Instant::now();
                let error = wxpay.chain(path).get().unwrap_err();
                let took = started.elapsed();
                assert!(took < limit + Duration::from_secs(5), "{base} {path}: {took:?} {error}");
                took
            };
            // A call that outlives its deadline does so each time; a machine with much to do is late now and then.
            let in_time = (0..20).map(took).any(|took| took < limit + Duration::from_millis(50));
            assert!(in_time, "{base} {path}");
        }
    }
}

#[test]
fn a_head_without_end_is_refused() {
    let address = raw_server(|mut stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\n").unwrap();
        for name in 0.. {
            if write!(stream, "x-{name}: {}\r\n", "y".repeat(1000)).is_err() {
                return;
            }
        }
    });
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{address}/")).retry(Retry::none()).build().unwrap();
    let error = wxpay[HOOK].get().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{}", full(&error));
}

/// Says so when it is dropped.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn under_load_the_backup_takes_over_and_the_primary_comes_back() {
    let (primary, backup) = (Server::start().unwrap(), Server::start().unwrap());
    for gateway in [&primary, &backup] {
        gateway.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    }
    let target = primary.url().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let wire = Wire::lay("127.0.0.1:0".parse().unwrap(), target);
    let builder = primary.builder().base_uri(format!("http://{}/", wire.address)).backup_uri(backup.url());
    let wxpay = builder.failover_cooldown(Duration::from_millis(500)).build().unwrap();
    let (stop, next, slowest) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Duration::ZERO));
    let unknown = Mutex::new(Vec::new());
    let cut = thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    let number = next.fetch_add(1, Ordering::SeqCst).to_string();
                    let started = Instant::now();
                    match wxpay[REFUND].post(refund(&number)) {
                        Ok(_) => {}
                        Err(error) if error.outcome_unknown() => unknown.lock().unwrap().push(number),
                        Err(error) => panic!("{}", full(&error)),
                    }
                    let mut slowest = slowest.lock().unwrap();
                    *slowest = (*slowest).max(started.elapsed());
                }
            });
        }
        let until = |done: &dyn Fn() -> bool| {
            let started = Instant::now();
            while !done() {
                assert!(started.elapsed() < Duration::from_secs(60), "{:?}", wxpay.hosts());
                thread::yield_now();
            }
        };
        // Also when an assertion fails here, or nobody would hear of it.
        let _end = Ends(&stop);
        until(&|| primary.calls().len() > 100);
        let (port, cut) = wire.cut();
        until(&|| !wxpay.hosts()[0].is_available());
        until(&|| backup.calls().len() > 100);
        let before = primary.calls().len();
        let address = port.local_addr().unwrap();
        drop(port);
        Wire::lay(address, target);
        until(&|| primary.calls().len() > before + 100);
        until(&|| wxpay.hosts()[0].is_available());
        cut
    });
    assert!(*slowest.lock().unwrap() < Duration::from_secs(5), "within one connect timeout: {slowest:?}");
    let mut sent: HashMap<String, usize> = HashMap::new();
    for call in primary.calls().into_iter().chain(backup.calls()) {
        *sent.entry(call.json()["out_refund_no"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let doubled: Vec<_> = sent.iter().filter(|(_, times)| **times > 1).collect();
    assert!(doubled.is_empty(), "no write was sent twice: {doubled:?}");
    // What was cut off in mid-air is said to be unknown, and no more than that: one on each connection there was, and one of
    // each thread on a connection that nobody accepted any more.
    assert!(unknown.lock().unwrap().len() <= cut + 8, "{cut} connections, {unknown:?}");
    let missing = (0..next.load(Ordering::SeqCst)).filter(|number| !sent.contains_key(&number.to_string()));
    let lost: Vec<_> = missing.filter(|number| !unknown.lock().unwrap().contains(&number.to_string())).collect();
    assert!(lost.is_empty(), "what succeeded arrived: {lost:?}");
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_with_its_credentials() {
    let gateway = Server::start_mtls().unwrap();
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    let (seen, listener) = (Arc::new(Mutex::new(Vec::new())), TcpListener::bind("127.0.0.1:0").unwrap());
    let (address, log) = (listener.local_addr().unwrap(), Arc::clone(&seen));
    thread::spawn(move || {
        while let Ok((mut near, _)) = listener.accept() {
            let head = support::read_request(&mut near);
            let target = head.split(' ').nth(1).unwrap().to_owned();
            log.lock().unwrap().push(head);
            if target.ends_with(":1") {
                write!(near, "HTTP/1.1 403 Forbidden\r\n\r\n").unwrap();
                continue;
            }
            let mut far = TcpStream::connect(&target).unwrap();
            write!(near, "HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut from, mut to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            thread::spawn(move || std::io::copy(&mut far, &mut near));
        }
    });
    let wxpay = gateway.builder().proxy(format!("http://user:geheim@{address}")).build().unwrap();
    assert_eq!(wxpay.chain(HOOK).mtls().get().unwrap().get::<u8>("/x").unwrap(), 1);
    let head = seen.lock().unwrap()[0].clone();
    assert!(
        head.starts_with(&format!(
            "CONNECT {} HTTP/1.1\r\n",
            gateway.url().trim_start_matches("https://").trim_end_matches('/')
        )),
        "{head}"
    );
    assert!(head.to_ascii_lowercase().contains("proxy-authorization: basic dxnlcjpnzwhlaw0="), "{head}");
    assert!(!format!("{:?}", gateway.builder().proxy("http://user:geheim@x:1")).contains("geheim"));
    let refused = gateway.builder().base_uri("https://127.0.0.1:1/").retry(Retry::none());
    let error = refused.proxy(format!("http://user:geheim@{address}")).build().unwrap()[HOOK].get().unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && !full(&error).contains("geheim"), "{}", full(&error));
}

#[test]
fn a_refused_signature_says_which_line_differs() {
    // A proxy that changes what it passes on, and a gateway that says what it saw.
    let address = raw_server(|stream, _| {
        let body = json!({"code": "SIGN_ERROR", "message": "签名错误", "detail": {"detail": {"issue": "sign not match"}, "sign_information": {
            "method": "GET", "url": "/hk/v3/x?openid=oUpF8uMuAJO", "sign_message_length": 90, "truncated_sign_message": "GET\n/hk/v3/x?openid=oUpF8uMuAJO\n15"}}});
        respond(stream, "401 Unauthorized", "content-type: application/json\r\n", &body.to_string());
    });
    let gateway = Server::start().unwrap();
    let wxpay = gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
    let error = wxpay[HOOK].query("openid", "oUpF8uMuAJO").get().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("line 2 (URL) of the text that the gateway saw signed is another from its character 2 on"),
        "{error}"
    );
    assert!(!error.to_string().contains("oUpF8"), "{error}");
    let gateway = Server::start().unwrap();
    let other = gateway.builder().serial("ABCDEF").build().unwrap();
    let error = other[HOOK].get().unwrap_err();
    assert!(error.to_string().contains("is the private key the one of the serial"), "{error}");
}
