//! Clients whose connections are made alike share them; what happens to a call of one is nothing to the others.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use support::wire::Wire;
use support::{block_on, full, middleware};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{Client, ClientBuilder, ErrorKind, HyperService, Method, Result, json};

const ECHO: &str = "v3/pay/transactions/id/{transaction_id}";
const SLOW: &str = "v3/refund/domestic/refunds/{out_refund_no}";

/// A gateway over TLS that answers a call with its own number, and a wire to it that counts connections.
fn gateway() -> (Server, Wire) {
    let gateway = Server::start_tls().unwrap();
    gateway.lenient();
    gateway
        .on(Method::GET, ECHO)
        .reply_with(|call| json!({"transaction_id": call.variable("transaction_id").unwrap_or_default()}));
    let target = gateway.url().trim_start_matches("https://").trim_end_matches('/').parse().unwrap();
    let wire = Wire::lay("127.0.0.1:0".parse().unwrap(), target);
    (gateway, wire)
}

fn over(gateway: &Server, wire: &Wire) -> ClientBuilder {
    gateway.builder().base_uri(format!("https://{}/", wire.address))
}

/// Whether an answer that came is the one to this very call.
fn call(wxpay: &Client, number: usize) -> Result<()> {
    let answer = wxpay.chain(ECHO).var("transaction_id", number.to_string()).get()?;
    assert_eq!(answer.get::<String>("/transaction_id")?, number.to_string());
    Ok(())
}

#[test]
fn clients_with_equal_settings_share_a_connection() {
    let (gateway, wire) = gateway();
    let clients: Vec<_> = (0..20).map(|_| over(&gateway, &wire).build().unwrap()).collect();
    for round in 0..3 {
        for (number, wxpay) in clients.iter().enumerate() {
            call(wxpay, round * 100 + number).unwrap();
        }
    }
    assert_eq!(wire.cut().1, 1);
}

#[test]
fn clients_that_connect_otherwise_do_not() {
    let (gateway, wire) = gateway();
    let lent = HyperService::builder().root_certificate(gateway.authority()).build().unwrap();
    let clients = [
        over(&gateway, &wire).build().unwrap(),
        over(&gateway, &wire).connect_timeout(Duration::from_secs(4)).build().unwrap(),
        over(&gateway, &wire).no_proxy().build().unwrap(),
        over(&gateway, &wire).root_certificate(gateway.ca()).build().unwrap(),
        over(&gateway, &wire).transport(lent.clone()).build().unwrap(),
        over(&gateway, &wire).transport(lent).build().unwrap(),
    ];
    for _ in 0..3 {
        for (number, wxpay) in clients.iter().enumerate() {
            call(wxpay, number).unwrap();
        }
    }
    // Of the first four each one, and one of the two that were given the same.
    assert_eq!(wire.cut().1, 5);
}

#[test]
fn a_presented_certificate_is_on_no_connection_of_others() {
    let gateway = Server::start_mtls().unwrap();
    gateway.lenient();
    gateway.on(Method::GET, ECHO).reply(json!({"x": 1}));
    let first = gateway.client().unwrap();
    first.chain(ECHO).var("transaction_id", "1").mtls().get().unwrap();
    // The same settings of connecting, and a connection on which the first one's certificate was presented lies idle.
    let other = gateway.client().unwrap();
    let error = other.chain(ECHO).var("transaction_id", "2").get().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{}", full(&error));
    other.chain(ECHO).var("transaction_id", "3").mtls().get().unwrap();
    assert_eq!(gateway.calls().len(), 2);
}

#[test]
fn what_happens_to_one_is_nothing_to_the_other() {
    let (gateway, wire) = gateway();
    gateway.on(Method::GET, SLOW).fault(Fault::Slow(Duration::from_secs(60)));
    unmoved_by_others(|| over(&gateway, &wire));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    unmoved_by_others(|| over(&gateway, &wire).runtime(runtime.handle().clone()));
}

fn unmoved_by_others(over: impl Fn() -> ClientBuilder) {
    let short = over().timeout(Duration::from_millis(300)).build().unwrap();
    let refused = over().build().unwrap();
    let panics = over().layer(middleware(|_, _| async { panic!("in a layer of one client") })).build().unwrap();
    let calm = over().build().unwrap();
    let (over, going) = (Arc::new(AtomicBool::new(false)), calm.clone());
    let stop = Arc::clone(&over);
    let others = thread::spawn(move || {
        let mut number = 0;
        while !stop.load(Ordering::SeqCst) {
            call(&going, number).unwrap();
            number += 1;
        }
        number
    });
    for number in 0..5 {
        let error = short.chain(SLOW).var("out_refund_no", number.to_string()).get().unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Timeout, false), "{}", full(&error));
        let dropped = refused.chain(SLOW).var("out_refund_no", number.to_string());
        let timed = async { tokio::time::timeout(Duration::from_millis(20), dropped.get_async()).await.is_err() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        assert!(runtime.block_on(timed));
        assert_eq!(refused.chain("v3/none/such").get().unwrap_err().kind(), ErrorKind::Rejected);
        let panicking = std::panic::AssertUnwindSafe(|| call(&panics, number));
        assert!(std::panic::catch_unwind(panicking).is_err());
        call(&calm, number).unwrap();
    }
    over.store(true, Ordering::SeqCst);
    assert!(others.join().unwrap() > 0);
}

#[test]
fn many_merchants_at_once_get_each_its_own_answer() {
    let (gateway, wire) = gateway();
    let clients: Vec<_> = (0..8).map(|_| over(&gateway, &wire).build().unwrap()).collect();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let clients = clients.clone();
            thread::spawn(move || {
                for number in 0..50 {
                    call(&clients[(thread + number) % 8], thread * 1000 + number).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(gateway.calls().len(), 400);
}

#[test]
fn the_last_client_takes_the_connections_with_it() {
    let (gateway, wire) = gateway();
    for number in 0..3 {
        // A time that no client of another test has: theirs live on.
        let wxpay = over(&gateway, &wire).connect_timeout(Duration::from_secs(77)).build().unwrap();
        call(&wxpay, number).unwrap();
    }
    assert_eq!(wire.cut().1, 3);
}

#[test]
fn a_setting_of_connecting_beside_a_transport_is_named() {
    let gateway = Server::start().unwrap();
    let service = HyperService::new().unwrap();
    for (builder, name) in [
        (gateway.builder().connect_timeout(Duration::from_secs(1)), "connect_timeout"),
        (gateway.builder().root_certificate(gateway.ca()), "root_certificate"),
        (gateway.builder().no_proxy(), "proxy"),
    ] {
        let error = builder.transport(service.clone()).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(&format!("{name} is given beside transport")), "{error}");
    }
    let alike =
        HyperService::builder().root_certificate(gateway.ca()).connect_timeout(Duration::from_secs(1)).no_proxy();
    let same = gateway.builder().connect_timeout(Duration::from_secs(1)).root_certificate(gateway.ca()).no_proxy();
    assert!(same.transport(alike.build().unwrap()).build().is_ok());
    let zero = HyperService::builder().connect_timeout(Duration::ZERO).build().unwrap_err();
    assert!(zero.to_string().contains("connect_timeout is zero"), "{zero}");
    let twice = HyperService::builder().egress("*", "http://127.0.0.1:1/").egress("*", "http://127.0.0.1:2/").build();
    assert!(twice.unwrap_err().to_string().contains("twice"));
}

#[test]
fn a_lent_service_keeps_its_settings_and_a_client_may_have_its_own() {
    let gateway = Server::start().unwrap();
    gateway.lenient();
    gateway.on(Method::GET, ECHO).reply(json!({"text": "x".repeat(5000)}));
    let (gone, limit) = (format!("http://{}/", support::nobody()), 1000);
    let service = HyperService::builder().response_limit(limit).egress("*", gone).build().unwrap();
    let client = |builder: ClientBuilder| builder.transport(service.clone()).build().unwrap();
    let get = |wxpay: Client| block_on(wxpay.chain(ECHO).var("transaction_id", "1").get_async());
    assert_eq!(get(client(gateway.builder())).unwrap_err().kind(), ErrorKind::Connect);
    let direct = || gateway.builder().egress("other.example", "http://127.0.0.1:1/");
    let error = get(client(direct())).unwrap_err();
    assert!(error.to_string().contains("longer than 1000 bytes"), "{error}");
    assert!(get(client(direct().response_limit(1 << 20))).is_ok());
}
