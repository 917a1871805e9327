//! Whatever a caller's waker does when it is woken, other calls go on; and a thread may call while it ends.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use support::{HOOK, PRESIGN, block_on, held, hook, payload, presign, token};
use wechatpay_chain::{Client, Method, Pending, json};

/// Far more than any of these calls takes.
const SOON: Duration = Duration::from_secs(10);

/// Answered when the test says so, and not before the first poll: a call whose answer is there already wakes nobody.
const HELD: &str = HOOK;

/// Parks until the flag is raised, and lowers it; a wake that is lost fails the test.
fn wait(flag: &AtomicBool) {
    let started = Instant::now();
    while !flag.swap(false, Ordering::SeqCst) {
        assert!(started.elapsed() < SOON * 3, "nobody woke this thread");
        thread::park_timeout(SOON);
    }
}

/// A waker that makes a call of its own before it wakes.
struct Calling {
    thread: Thread,
    woken: AtomicBool,
    wxpay: Client,
    in_background: AtomicUsize,
}

impl Wake for Calling {
    fn wake(self: Arc<Self>) {
        if thread::current().name() == Some("wechatpay-chain") {
            self.in_background.fetch_add(1, Ordering::SeqCst);
        }
        assert_eq!(token(self.wxpay[PRESIGN].timeout(SOON).post(payload())), "tk");
        self.woken.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

#[test]
fn a_waker_that_makes_a_call_blocks_nobody_else() {
    let (gateway, wxpay) = presign();
    let (_other_gateway, other) = presign();
    let (let_go, answer) = held(json!({"presign_token": "tk"}));
    gateway.on(Method::POST, HELD).reply_with(answer);
    for client in [&wxpay, &wxpay, &other, &other] {
        let calling = Arc::new(Calling {
            thread: thread::current(),
            woken: AtomicBool::new(false),
            wxpay: client.clone(),
            in_background: AtomicUsize::new(0),
        });
        let waker = Waker::from(Arc::clone(&calling));
        let mut call = wxpay[HELD].timeout(SOON).post_async(hook());
        let mut poll = || Pin::new(&mut call).poll(&mut Context::from_waker(&waker));
        assert!(poll().is_pending());
        let_go.send(()).unwrap();
        let answer = loop {
            wait(&calling.woken);
            if let Poll::Ready(answer) = poll() {
                break answer;
            }
        };
        assert_eq!(token(answer), "tk");
        assert_eq!(calling.in_background.load(Ordering::SeqCst), 1);
    }
}

/// A lock such as an interpreter's: who polls has it, and who wakes takes it.
static INTERPRETER: Mutex<()> = Mutex::new(());

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

fn interpreted<T>(work: impl FnOnce() -> T) -> T {
    if INSIDE.get() {
        return work();
    }
    let _lock = INTERPRETER.lock().unwrap();
    INSIDE.set(true);
    let done = work();
    INSIDE.set(false);
    done
}

struct Interpreted(Thread, AtomicBool);

impl Wake for Interpreted {
    fn wake(self: Arc<Self>) {
        interpreted(|| self.1.store(true, Ordering::SeqCst));
        self.0.unpark();
    }
}

fn interpret(mut call: Pending) -> String {
    let interpreter = Arc::new(Interpreted(thread::current(), AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&interpreter));
    loop {
        wait(&interpreter.1);
        let polled = interpreted(|| Pin::new(&mut call).poll(&mut Context::from_waker(&waker)));
        if let Poll::Ready(answer) = polled {
            return token(answer);
        }
    }
}

#[test]
fn a_waker_may_take_a_lock_that_is_held_while_polling() {
    let (gateway, _) = presign();
    let (done, all) = mpsc::channel();
    thread::spawn(move || {
        for _ in 0..30 {
            // A new client has no connections: calls wait for those of others.
            let wxpay = gateway.client().unwrap();
            thread::scope(|scope| {
                for thread in 0..8 {
                    let call = || wxpay[PRESIGN].post_async(payload());
                    scope.spawn(move || {
                        for _ in 0..4 {
                            let text = if thread % 2 == 0 { interpret(call()) } else { token(block_on(call())) };
                            assert_eq!(text, "tk");
                        }
                    });
                }
            });
        }
        done.send(()).unwrap();
    });
    all.recv_timeout(Duration::from_secs(120)).unwrap();
}

struct Panicking(mpsc::Sender<()>);

impl Wake for Panicking {
    fn wake(self: Arc<Self>) {
        self.0.send(()).unwrap();
        panic!("the executor is gone");
    }
}

#[test]
fn a_waker_that_panics_harms_nobody() {
    let (gateway, wxpay) = presign();
    let (let_go, answer) = held(json!({"presign_token": "tk"}));
    gateway.on(Method::POST, HELD).reply_with(answer);
    let (woken, is_woken) = mpsc::channel();
    let waker = Waker::from(Arc::new(Panicking(woken)));
    let mut calls: Vec<_> = (0..4).map(|_| wxpay[HELD].post_async(hook())).collect();
    for call in &mut calls {
        assert!(Pin::new(call).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(let_go);
    for _ in 0..4 {
        is_woken.recv_timeout(SOON).unwrap();
    }
    for call in calls {
        assert_eq!(token(block_on(call)), "tk");
    }
    for _ in 0..3 {
        assert_eq!(token(wxpay[PRESIGN].timeout(SOON).post(payload())), "tk");
    }
    assert_eq!(gateway.calls().len(), 7);
}

/// Makes a call when its thread ends.
struct Late(RefCell<Option<(Client, mpsc::Sender<String>)>>);

impl Drop for Late {
    fn drop(&mut self) {
        if let Some((wxpay, said)) = self.0.borrow_mut().take() {
            let answer = wxpay[PRESIGN].post(payload());
            said.send(answer.map_or_else(|error| error.to_string(), |answer| answer.get("/presign_token").unwrap()))
                .unwrap();
        }
    }
}

thread_local! {
    static LATE: Late = const { Late(RefCell::new(None)) };
}

#[test]
fn a_thread_that_ends_can_call_or_is_told_that_it_cannot() {
    let (_gateway, wxpay) = presign();
    for first_call in ["before", "after", "never"] {
        let (said, says) = mpsc::channel();
        let wxpay = wxpay.clone();
        let thread = thread::spawn(move || {
            // What is made later is destroyed earlier: tokio's context, this crate's own, or neither.
            _ = tokio::runtime::Handle::try_current();
            let call = |when: &str| {
                if first_call == when {
                    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
                }
            };
            call("before");
            LATE.with(|late| *late.0.borrow_mut() = Some((wxpay.clone(), said)));
            call("after");
        });
        thread.join().unwrap();
        let said = says.recv_timeout(SOON).unwrap();
        assert!(said == "tk" || said.contains("the thread is ending"), "{first_call}: {said}");
    }
}
