//! Every spelling, sync, async and `.wait()`, from every kind of thread and runtime.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::{HOOK, PRESIGN, block_on, call_async, call_sync, payload, presign, raw_server, token};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;
use wechatpay_chain::{ErrorKind, Method};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn plain_thread() {
    let (gateway, wxpay) = presign();
    call_sync(&wxpay);
    block_on(call_async(&wxpay));
    assert_eq!(gateway.calls().len(), 12);
    assert!(
        gateway
            .calls()
            .iter()
            .all(|call| call.path() == "/v3/offlineface/contracts/presign" && *call.json() == payload())
    );
}

#[test]
fn multi_thread_runtime() {
    let (_gateway, wxpay) = presign();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        call_async(&wxpay).await;
        call_sync(&wxpay);
        let client = wxpay.clone();
        tokio::spawn(async move {
            call_async(&client).await;
            call_sync(&client);
        })
        .await
        .unwrap();
        let client = wxpay.clone();
        tokio::task::spawn_blocking(move || call_sync(&client)).await.unwrap();
    });
}

#[test]
fn current_thread_runtime() {
    let (_gateway, wxpay) = presign();
    current_thread().block_on(async {
        call_async(&wxpay).await;
        call_sync(&wxpay);
        let client = wxpay.clone();
        tokio::task::spawn_blocking(move || call_sync(&client)).await.unwrap();
    });
}

#[test]
fn local_set() {
    let (_gateway, wxpay) = presign();
    LocalSet::new().block_on(&current_thread(), async {
        call_async(&wxpay).await;
        call_sync(&wxpay);
        let client = wxpay.clone();
        tokio::task::spawn_local(async move { call_sync(&client) }).await.unwrap();
    });
}

#[test]
fn sync_calls_outlast_the_budget_of_the_task_they_block() {
    let (gateway, wxpay) = presign();
    current_thread().block_on(async {
        tokio::spawn(async move {
            for _ in 0..300 {
                assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
            }
        })
        .await
        .unwrap();
    });
    assert_eq!(gateway.calls().len(), 300);
}

#[test]
fn two_runtimes_in_turn_and_at_once_one_of_them_idle_in_between() {
    let (gateway, wxpay) = presign();
    let (one, two) = (current_thread(), Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    for _ in 0..10 {
        // The connection that the first made is in the pool while the first is not being polled.
        one.block_on(call_async(&wxpay));
        two.block_on(call_async(&wxpay));
        call_sync(&wxpay);
    }
    let barrier = Arc::new(std::sync::Barrier::new(2));
    let threads: Vec<_> = [one, two]
        .into_iter()
        .map(|runtime| {
            let (wxpay, barrier) = (wxpay.clone(), Arc::clone(&barrier));
            thread::spawn(move || {
                barrier.wait();
                (0..10).for_each(|_| runtime.block_on(call_async(&wxpay)));
                drop(runtime);
                call_sync(&wxpay);
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(gateway.calls().len(), 10 * (4 + 4 + 8) + 2 * (40 + 8));
}

#[test]
fn a_client_made_in_a_runtime_survives_it() {
    let (gateway, _) = presign();
    let runtime = current_thread();
    let wxpay = runtime.block_on(async {
        let wxpay = gateway.client().unwrap();
        call_async(&wxpay).await;
        wxpay
    });
    drop(runtime);
    call_sync(&wxpay);
}

#[test]
fn nothing_happens_before_the_first_poll() {
    let (gateway, wxpay) = presign();
    let pending = wxpay[PRESIGN].post_async(payload());
    drop(wxpay[PRESIGN].post_async(payload()));
    // A whole other call goes through meanwhile.
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(gateway.calls().len(), 1);
    assert_eq!(token(pending.wait()), "tk");
    assert_eq!(gateway.calls().len(), 2);
}

#[test]
fn dropping_a_call_closes_its_connection() {
    let (arrived, closed) = (mpsc::channel(), mpsc::channel());
    let (arrived_tx, closed_tx) = (arrived.0, closed.0);
    let address = raw_server(move |mut stream, _| {
        arrived_tx.send(()).unwrap();
        // Returns only when the peer closes.
        let read = std::io::Read::read(&mut stream, &mut [0; 1]);
        closed_tx.send(matches!(read, Ok(0) | Err(_))).unwrap();
    });
    let (gateway, _) = presign();
    let wxpay = gateway.builder().base_uri(format!("http://{address}")).build().unwrap();
    current_thread().block_on(async {
        let call = tokio::spawn(wxpay[PRESIGN].post_async(payload()));
        tokio::task::spawn_blocking(move || arrived.1.recv().unwrap()).await.unwrap();
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    });
    assert!(closed.1.recv_timeout(Duration::from_secs(10)).unwrap());
}

#[test]
fn a_callers_timer_layer_works_without_a_runtime_and_inside_a_blocked_one() {
    let (gateway, _) = presign();
    gateway.on(Method::GET, HOOK).fault(wechatpay_chain::mock::Fault::Slow(Duration::from_secs(20)));
    let layer = tower::timeout::TimeoutLayer::new(Duration::from_millis(100));
    let wxpay = gateway.builder().layer(layer).build().unwrap();
    let kinds = [
        wxpay.chain(HOOK).get(),
        block_on(wxpay.chain(HOOK).get_async()),
        current_thread().block_on(async { wxpay.chain(HOOK).get() }),
        current_thread().block_on(wxpay.chain(HOOK).get_async()),
    ];
    for kind in kinds.map(|result| result.unwrap_err().kind()) {
        assert_eq!(kind, ErrorKind::Middleware);
    }
}

#[test]
fn the_last_client_gone_closes_its_connections() {
    let (closed_tx, closed_rx) = mpsc::channel();
    let answered = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&answered);
    let address = raw_server(move |mut stream, _| {
        // Before the answer: who has it may look at once.
        seen.store(true, Ordering::SeqCst);
        support::respond(stream.try_clone().unwrap(), "404 Not Found", "", "");
        closed_tx.send(std::io::Read::read(&mut stream, &mut [0; 1]).unwrap_or(0)).unwrap();
    });
    let (gateway, _) = presign();
    let wxpay = gateway.builder().base_uri(format!("http://{address}")).build().unwrap();
    assert_eq!(wxpay[HOOK].get().unwrap_err().kind(), ErrorKind::Rejected);
    assert!(answered.load(Ordering::SeqCst));
    drop(wxpay);
    // Well before the seven seconds for which an idle connection is kept.
    assert_eq!(closed_rx.recv_timeout(Duration::from_secs(5)).unwrap(), 0);
}

#[test]
fn the_future_is_send_and_static() {
    fn check<T: Send + 'static>(value: T) -> T {
        value
    }
    let (_gateway, wxpay) = presign();
    let pending = {
        let body = payload();
        check(wxpay.chain(String::from(PRESIGN)).post_async(&body))
    };
    assert_eq!(token(pending.wait()), "tk");
}
