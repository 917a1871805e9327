//! Calls one after another share a connection, however its answers come.
#![cfg(all(feature = "async", feature = "mock", feature = "sync"))]

mod support;

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use support::{block_on, read_request};
use wechatpay_chain::ErrorKind;
use wechatpay_chain::mock::Server;

const CALLS: usize = 300;

/// Refuses every request in so many pieces, and counts the connections.
fn refusing(pieces: usize, connections: &Arc<AtomicUsize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, connections) = (listener.local_addr().unwrap(), Arc::clone(connections));
    let body = r#"{"code":"ORDER_NOT_EXIST","message":"no such order"}"#;
    let answer = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            connections.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            thread::spawn(move || {
                stream.set_nodelay(true).unwrap();
                while !read_request(&mut stream).is_empty() {
                    for piece in answer.as_bytes().chunks(answer.len().div_ceil(pieces)) {
                        stream.write_all(piece).unwrap();
                        thread::yield_now();
                    }
                }
            });
        }
    });
    address
}

#[test]
fn calls_one_after_another_use_one_connection() {
    let gateway = Server::start().unwrap();
    for pieces in [1, 2, 5] {
        for face in ["sync", "async"] {
            let connections = Arc::new(AtomicUsize::new(0));
            let base = format!("http://{}/", refusing(pieces, &connections));
            let wxpay = gateway.builder().base_uri(base).build().unwrap();
            for _ in 0..CALLS {
                let chain = &wxpay["v3/pay/transactions/id/1217752501201407033233368018"];
                let result = if face == "sync" { chain.get() } else { block_on(chain.get_async()) };
                assert_eq!(result.unwrap_err().kind(), ErrorKind::Rejected);
            }
            assert_eq!(connections.load(Ordering::SeqCst), 1, "{face}, answers in {pieces} pieces");
        }
    }
}
