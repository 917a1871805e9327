//! A call allocates no more than it did: a number pinned here, in a binary of its own because it counts those of all threads.
#![cfg(all(feature = "mock", feature = "sync", feature = "async"))]

use std::alloc::System;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::Builder;
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Method, Response, json};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What one call may take, growing of what is there included.
const ALLOCATIONS: usize = 60;
const BYTES: usize = 26_000;

const PATH: &str = "v3/pay/transactions/native";
const CALLS: usize = 50;

/// Answers every request with the same bytes, and allocates nothing while it does.
fn answering(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut buffer = vec![0; 4096];
        while let Ok((mut stream, _)) = listener.accept() {
            // A small request comes in one piece, and the next one after its answer.
            while stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                stream.write_all(&answer).unwrap();
            }
        }
    });
    url
}

/// What the stand-in answered, as it is on the wire.
fn on_the_wire(response: &Response) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\n".to_vec();
    for (name, value) in response.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(response.bytes());
    bytes
}

#[test]
fn a_call_allocates_no_more_than_the_pinned_number() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PATH).reply(json!({"code_url": "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}));
    let order = json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000109", "description": "测试商品", "out_trade_no": "1217752501201407033233368018",
        "notify_url": "https://www.example.com/wxpay/pay", "amount": {"total": 100, "currency": "CNY"},
    });
    let answer = on_the_wire(&gateway.client().unwrap()[PATH].post(&order).unwrap());
    // From here on the stand-in has nothing to do; a server that allocates nothing repeats its answer.
    let wxpay = gateway.builder().base_uri(answering(answer)).build().unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    let sync = || wxpay[PATH].post(&order).unwrap().get::<String>("/code_url").unwrap();
    let asynchronous = || runtime.block_on(wxpay[PATH].post_async(&order)).unwrap().get::<String>("/code_url").unwrap();
    for (face, call) in [("sync", &sync as &dyn Fn() -> String), ("async", &asynchronous)] {
        // The first calls prepare what all of them share.
        (0..CALLS).for_each(|_| drop(call()));
        let region = Region::new(ALLOCATOR);
        (0..CALLS).for_each(|_| drop(call()));
        let stats = region.change();
        let (allocations, bytes) = ((stats.allocations + stats.reallocations) / CALLS, stats.bytes_allocated / CALLS);
        println!("{face}: {allocations} allocations, {bytes} bytes");
        assert!(allocations <= ALLOCATIONS, "{face}: {allocations} allocations, {ALLOCATIONS} are allowed");
        assert!(bytes <= BYTES, "{face}: {bytes} bytes, {BYTES} are allowed");
        // Counted at all: the answer's headers alone are more than this.
        assert!(allocations > 10 && bytes > 1000, "{face}: {allocations} allocations of {bytes} bytes");
    }
}
