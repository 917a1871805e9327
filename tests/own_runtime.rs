//! A client whose connections and timers are driven by the caller's own runtime.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::collections::HashSet;
use std::io::Read as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use support::wire::Wire;
use support::{
    HOOK, PRESIGN, REFUND, block_on, call_async, call_sync, full, payload, presign, raw_server, refund, token,
};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::LocalSet;
use tower::ServiceExt as _;
use wechatpay_chain::mock::{Fault, Server, Validity};
use wechatpay_chain::{Client, ErrorKind, HyperService, Method, bytes::Bytes, http, json};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap()
}

/// A runtime that runs on a thread of its own until it is dropped.
struct Running {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Running {
    fn new(runtime: Runtime) -> Self {
        let (handle, (stop, stopped)) = (runtime.handle().clone(), oneshot::channel::<()>());
        let thread = thread::spawn(move || drop(runtime.block_on(stopped)));
        Self { handle, stop: Some(stop), thread: Some(thread) }
    }

    /// One of each kind.
    fn all() -> [Self; 3] {
        [current_thread(), multi_thread(1), multi_thread(3)].map(Self::new)
    }

    /// Shuts it down, and returns when it is.
    fn shut_down(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn driven_by(gateway: &Server, handle: &Handle) -> Client {
    gateway.builder().runtime(handle.clone()).build().unwrap()
}

#[test]
fn calls_come_from_everywhere() {
    let (gateway, _) = presign();
    for running in Running::all() {
        let wxpay = driven_by(&gateway, &running.handle);
        call_sync(&wxpay);
        block_on(call_async(&wxpay));
        for other in [current_thread(), multi_thread(2)] {
            other.block_on(async {
                call_async(&wxpay).await;
                call_sync(&wxpay);
                let client = wxpay.clone();
                tokio::spawn(async move { call_async(&client).await }).await.unwrap();
            });
        }
        // A task of the runtime itself, awaited from outside.
        let (done, is_done) = mpsc::channel();
        running.handle.spawn(async move {
            call_async(&wxpay).await;
            done.send(()).unwrap();
        });
        is_done.recv().unwrap();
    }
}

#[test]
fn a_blocking_verb_on_a_thread_of_its_runtime_does_not_wait_for_itself() {
    let (gateway, _) = presign();
    let runtime = current_thread();
    let wxpay = driven_by(&gateway, runtime.handle());
    runtime.block_on(async {
        call_async(&wxpay).await;
        call_sync(&wxpay);
        let client = wxpay.clone();
        tokio::spawn(async move { call_sync(&client) }).await.unwrap();
        let client = wxpay.clone();
        tokio::task::spawn_blocking(move || call_sync(&client)).await.unwrap();
        call_async(&wxpay).await;
    });
    LocalSet::new().block_on(&runtime, async {
        let client = wxpay.clone();
        tokio::task::spawn_local(async move { call_sync(&client) }).await.unwrap();
    });
    let runtime = multi_thread(1);
    let wxpay = driven_by(&gateway, runtime.handle());
    runtime.block_on(async move {
        call_sync(&wxpay);
        tokio::spawn(async move { call_sync(&wxpay) }).await.unwrap();
    });
}

#[test]
fn certificates_are_fetched_for_a_blocking_verb_there_too() {
    let (gateway, _) = presign();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let runtime = current_thread();
    let wxpay = || gateway.merchant_builder().auto_certificates().runtime(runtime.handle().clone()).build().unwrap();
    runtime.block_on(async {
        assert_eq!(token(wxpay()[PRESIGN].post(payload())), "tk");
        wxpay().certificates().refresh().unwrap();
        assert_eq!(token(wxpay()[PRESIGN].post_async(payload()).await), "tk");
        wxpay().warm_up_async().await.unwrap();
    });
}

/// Wakes a task, and notes on which thread that was asked for.
struct Noting {
    inner: Waker,
    threads: Mutex<Vec<ThreadId>>,
}

impl Wake for Noting {
    fn wake(self: Arc<Self>) {
        self.threads.lock().unwrap().push(thread::current().id());
        self.inner.wake_by_ref();
    }
}

/// On which threads some calls are told that they go on.
async fn waking_threads(wxpay: Client) -> Vec<ThreadId> {
    let mut threads = Vec::new();
    for _ in 0..5 {
        let mut call = wxpay[PRESIGN].post_async(payload());
        let mut noting = None;
        let answer = std::future::poll_fn(|cx| {
            let new = || Arc::new(Noting { inner: cx.waker().clone(), threads: Mutex::default() });
            let waker = Waker::from(Arc::clone(noting.get_or_insert_with(new)));
            Pin::new(&mut call).poll(&mut Context::from_waker(&waker))
        });
        assert_eq!(token(answer.await), "tk");
        threads.append(&mut noting.unwrap().threads.lock().unwrap());
    }
    threads
}

#[test]
fn a_call_that_is_awaited_on_its_runtime_needs_no_other_thread() {
    let (gateway, _) = presign();
    let runtime = current_thread();
    let wxpay = driven_by(&gateway, runtime.handle());
    let in_the_root = runtime.block_on(waking_threads(wxpay.clone()));
    let in_a_task = runtime.block_on(runtime.spawn(waking_threads(wxpay))).unwrap();
    for threads in [in_the_root, in_a_task] {
        assert!(threads.len() >= 5 && threads.iter().all(|thread| *thread == thread::current().id()), "{threads:?}");
    }
}

#[test]
fn connections_are_shared_within_a_runtime_only() {
    let (gateway, _) = presign();
    let target = gateway.url().trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let wire = Wire::lay("127.0.0.1:0".parse().unwrap(), target);
    let over = || gateway.builder().base_uri(format!("http://{}", wire.address));
    let (one, two) = (Running::new(current_thread()), Running::new(multi_thread(2)));
    let lent = HyperService::builder().runtime(one.handle.clone()).build().unwrap();
    let clients = [
        over().runtime(one.handle.clone()),
        over().runtime(one.handle.clone()),
        over().runtime(two.handle.clone()),
        over().runtime(two.handle.clone()),
        over(),
        over().transport(lent.clone()),
        over().transport(lent.clone()).runtime(one.handle.clone()),
    ]
    .map(|builder| builder.build().unwrap());
    for wxpay in clients.iter().chain(&clients) {
        assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    }
    let error = over().transport(lent).runtime(two.handle.clone()).build().unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("runtime is given beside"), "{error}");
    assert_eq!(wire.cut().1, 4);
}

#[test]
fn a_runtime_that_cannot_drive_is_refused_when_the_client_is_built() {
    let (gateway, _) = presign();
    let build = |handle: &Handle| gateway.builder().runtime(handle.clone()).build().unwrap_err().to_string();
    let timeless = Builder::new_current_thread().enable_io().build().unwrap();
    assert!(build(timeless.handle()).contains("runtime has no timers, expected one built with `enable_all()`"));
    let deaf = Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    assert!(build(deaf.handle()).contains("runtime has no I/O"));
    let gone = multi_thread(1).handle().clone();
    assert!(build(&gone).contains("runtime is shut down"));
    assert!(HyperService::builder().runtime(gone).build().is_err());
}

#[test]
fn after_the_runtime_is_shut_down_nothing_is_sent() {
    let (gateway, _) = presign();
    for mut running in Running::all() {
        let before = gateway.calls().len();
        let (used, unused) = (driven_by(&gateway, &running.handle), driven_by(&gateway, &running.handle));
        assert_eq!(token(used[PRESIGN].post(payload())), "tk");
        running.shut_down();
        for wxpay in [&used, &unused] {
            let calls = [
                wxpay[PRESIGN].post(payload()),
                block_on(wxpay[PRESIGN].post_async(payload())),
                current_thread().block_on(wxpay[PRESIGN].post_async(payload())),
                wxpay[HOOK].get(),
            ];
            for error in calls.map(Result::unwrap_err) {
                let text = full(&error);
                assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Config, false), "{text}");
                assert!(text.contains("is shut down; nothing was sent") && !error.is_retryable(), "{text}");
            }
        }
        assert_eq!(gateway.calls().len(), before + 1);
    }
    // A connection of a runtime that is gone lies in no pool of another.
    let running = Running::new(current_thread());
    call_sync(&driven_by(&gateway, &running.handle));
}

#[test]
fn a_runtime_that_is_shut_down_during_a_call_leaves_a_write_open() {
    let (gateway, _) = presign();
    for face in ["sync", "async"] {
        for mut running in Running::all() {
            let (arrived, has_arrived) = mpsc::channel();
            let address = raw_server(move |mut stream, _| {
                arrived.send(()).unwrap();
                // Returns only when the peer closes.
                _ = stream.read(&mut [0; 1]);
            });
            let builder = gateway.builder().base_uri(format!("http://{address}/")).runtime(running.handle.clone());
            let call = builder.build().unwrap().chain(REFUND).post_async(refund(1));
            let waiting = thread::spawn(move || match face {
                "sync" => call.wait(),
                _ => current_thread().block_on(call),
            });
            has_arrived.recv().unwrap();
            running.shut_down();
            let error = waiting.join().unwrap().unwrap_err();
            assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Transport, true), "{}", full(&error));
            assert!(!full(&error).contains("nothing was sent"), "{}", full(&error));
        }
    }
}

#[test]
fn what_was_not_sent_when_the_runtime_is_shut_down_is_known_not_to_be() {
    let gateway = Server::start_tls().unwrap();
    for mut running in Running::all() {
        let (arrived, has_arrived) = mpsc::channel();
        // Takes the connection, and says nothing to the greeting of TLS.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("https://{}/", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            _ = stream.read(&mut [0; 1]);
            arrived.send(()).unwrap();
            while stream.read(&mut [0; 1000]).is_ok_and(|read| read > 0) {}
        });
        let wxpay = gateway.builder().base_uri(base).runtime(running.handle.clone()).build().unwrap();
        let waiting = thread::spawn(move || wxpay.chain(REFUND).post(refund(1)));
        has_arrived.recv().unwrap();
        running.shut_down();
        let error = waiting.join().unwrap().unwrap_err();
        let kinds = [ErrorKind::Transport, ErrorKind::Config, ErrorKind::Connect];
        assert!(kinds.contains(&error.kind()) && !error.outcome_unknown(), "{}", full(&error));
    }
}

#[test]
fn an_exchange_of_a_service_alone_ends_with_the_runtime() {
    for mut running in Running::all() {
        let (arrived, has_arrived) = mpsc::channel();
        // Kept open, unanswered.
        let address = raw_server(move |stream, _| arrived.send(stream).unwrap());
        let service = HyperService::builder().runtime(running.handle.clone()).build().unwrap();
        let request = || http::Request::get(format!("http://{address}/")).body(Bytes::new()).unwrap();
        // Nobody keeps its time.
        let waiting = thread::spawn({
            let (service, request) = (service.clone(), request());
            move || block_on(service.oneshot(request))
        });
        let _stream = has_arrived.recv().unwrap();
        running.shut_down();
        let error = waiting.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{}", full(&error));
        let error = block_on(service.oneshot(request())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{}", full(&error));
    }
}

#[test]
fn a_download_ends_with_the_runtime() {
    let gateway = Server::start().unwrap();
    let mut running = Running::new(multi_thread(2));
    let (arrived, has_arrived) = mpsc::channel();
    let address = raw_server(move |mut stream, _| {
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf").unwrap();
        arrived.send(stream).unwrap();
    });
    let base = format!("http://{address}/");
    let wxpay = gateway.builder().base_uri(base.clone()).runtime(running.handle.clone()).build().unwrap();
    let (began, begins) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let progress = move |_, _| _ = began.send(());
        let download = wxpay.chain("v3/billdownload/file").query("token", "x").download(Method::GET, ())?;
        download.progress(progress).to_writer(std::io::sink())
    });
    let _stream = has_arrived.recv().unwrap();
    // A failure before is told by the thread's result.
    _ = begins.recv();
    running.shut_down();
    let error = waiting.join().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{}", full(&error));
}

#[test]
fn a_deadline_holds_also_where_nobody_runs_the_runtime() {
    let (gateway, _) = presign();
    gateway.on(Method::POST, REFUND).fault(Fault::Slow(Duration::from_secs(60)));
    let short = Duration::from_millis(200);
    for running in Running::all() {
        let wxpay = gateway.builder().runtime(running.handle.clone()).timeout(short).build().unwrap();
        for error in [wxpay[REFUND].post(refund(1)), block_on(wxpay[REFUND].post_async(refund(2)))] {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Timeout, true), "{}", full(&error));
        }
    }
    let idle = current_thread();
    let wxpay = gateway.builder().runtime(idle.handle().clone()).timeout(short).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{}", full(&error));
    // What lay there meanwhile does no harm.
    assert_eq!(token(idle.block_on(wxpay[PRESIGN].timeout(Duration::from_secs(30)).post_async(payload()))), "tk");
}

#[test]
fn dropping_a_call_closes_its_connection() {
    let (gateway, _) = presign();
    for running in Running::all() {
        let ((arrived, has_arrived), (closed, is_closed)) = (mpsc::channel(), mpsc::channel());
        let address = raw_server(move |mut stream, _| {
            arrived.send(()).unwrap();
            let read = stream.read(&mut [0; 1]);
            closed.send(matches!(read, Ok(0) | Err(_))).unwrap();
        });
        let builder = gateway.builder().base_uri(format!("http://{address}/")).runtime(running.handle.clone());
        let mut call = builder.build().unwrap()[PRESIGN].post_async(payload());
        assert!(Pin::new(&mut call).poll(&mut Context::from_waker(Waker::noop())).is_pending());
        has_arrived.recv().unwrap();
        drop(call);
        assert!(is_closed.recv_timeout(Duration::from_secs(30)).unwrap());
    }
}

/// A waker that makes a call of its own before it wakes.
struct Calling {
    inner: thread::Thread,
    woken: AtomicBool,
    wxpay: Client,
}

impl Wake for Calling {
    fn wake(self: Arc<Self>) {
        assert_eq!(token(self.wxpay[PRESIGN].post(payload())), "tk");
        self.woken.store(true, Ordering::SeqCst);
        self.inner.unpark();
    }
}

#[test]
fn a_waker_may_make_a_call_and_others_go_on() {
    let (gateway, _) = presign();
    let (let_go, answer) = support::held(json!({"presign_token": "tk"}));
    gateway.on(Method::POST, HOOK).reply_with(answer);
    for running in Running::all() {
        let (wxpay, background) = (driven_by(&gateway, &running.handle), gateway.client().unwrap());
        for inner in [&wxpay, &background] {
            let woken = AtomicBool::new(false);
            let calling = Arc::new(Calling { inner: thread::current(), woken, wxpay: inner.clone() });
            let waker = Waker::from(Arc::clone(&calling));
            let mut call = wxpay[HOOK].post_async(support::hook());
            let mut poll = || Pin::new(&mut call).poll(&mut Context::from_waker(&waker));
            assert!(poll().is_pending());
            let_go.send(()).unwrap();
            let answer = loop {
                while !calling.woken.swap(false, Ordering::SeqCst) {
                    thread::park();
                }
                if let Poll::Ready(answer) = poll() {
                    break answer;
                }
            };
            assert_eq!(token(answer), "tk");
        }
        assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    }
}

/// Panics that tokio raises for who asks a runtime that is gone.
static PANICS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn whenever_the_runtime_is_shut_down_no_call_hangs_panics_or_lies() {
    let (gateway, _) = presign();
    let arrived = Arc::new(Mutex::new(HashSet::new()));
    let ledger = Arc::clone(&arrived);
    gateway.on(Method::POST, REFUND).reply_with(move |call| {
        let id = call.json()["out_refund_no"].as_str().and_then(|id| id.parse::<u64>().ok()).unwrap();
        assert!(ledger.lock().unwrap().insert(id), "{id} came twice");
        json!({"status": "PROCESSING"})
    });
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.to_string().contains("being shutdown") {
            PANICS.fetch_add(1, Ordering::SeqCst);
        }
        before(info);
    }));
    let (mut claimed, mut succeeded) = (Vec::new(), Vec::new());
    for round in 0..60_u64 {
        let mut running = Running::new(if round % 3 == 0 { current_thread() } else { multi_thread(2) });
        let wxpay = driven_by(&gateway, &running.handle);
        assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let wxpay = wxpay.clone();
                thread::spawn(move || {
                    let other = current_thread();
                    let call = |id| match thread {
                        0 | 1 => wxpay[REFUND].post(refund(id)),
                        2 => other.block_on(wxpay[REFUND].post_async(refund(id))),
                        _ => block_on(wxpay[REFUND].post_async(refund(id))),
                    };
                    let ids = (0..).map(|n| round * 1_000_000 + thread * 100_000 + n);
                    let mut results = Vec::new();
                    for id in ids {
                        let result = call(id);
                        let over = result.is_err();
                        results.push((id, result));
                        if over {
                            return results;
                        }
                    }
                    results
                })
            })
            .collect();
        // At another moment each time.
        let came = arrived.lock().unwrap().len();
        while arrived.lock().unwrap().len() < came + usize::try_from(round).unwrap() {
            thread::yield_now();
        }
        running.shut_down();
        for (id, result) in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
            match result {
                Ok(_) => succeeded.push(id),
                Err(error) => {
                    let kinds = [ErrorKind::Config, ErrorKind::Transport, ErrorKind::Connect];
                    assert!(kinds.contains(&error.kind()), "{}", full(&error));
                    claimed.extend((!error.outcome_unknown()).then_some(id));
                }
            }
        }
    }
    // Answered after everything before it was read.
    assert_eq!(token(gateway.client().unwrap()[PRESIGN].post(payload())), "tk");
    let arrived = arrived.lock().unwrap();
    let lies: Vec<_> = claimed.iter().filter(|id| arrived.contains(id)).collect();
    assert!(lies.is_empty(), "of {} said not to be sent, these arrived: {lies:?}", claimed.len());
    assert!(succeeded.iter().all(|id| arrived.contains(id)) && !succeeded.is_empty());
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}

#[test]
fn a_blocking_call_does_not_wait_for_certificates_that_its_own_runtime_is_fetching() {
    let gateway = presign().0;
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let runtime = current_thread();
    for refresh in [false, true] {
        let builder = gateway.merchant_builder().auto_certificates().timeout(Duration::from_secs(20));
        let wxpay = builder.runtime(runtime.handle().clone()).build().unwrap();
        runtime.block_on(async {
            let other = wxpay.clone();
            let waiting = tokio::spawn(async move { token(other[PRESIGN].post_async(payload()).await) });
            // Now it waits for a download that this thread would have to go on with.
            tokio::task::yield_now().await;
            match refresh {
                true => wxpay.certificates().refresh().unwrap(),
                false => assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk"),
            }
            assert_eq!(waiting.await.unwrap(), "tk");
        });
    }
}
