//! What is known of a call that a layer of the application only queued: its time is over, nothing was sent, and nothing is sent later.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use support::{HttpRequest as Request, HttpResponse, REFUND, REFUND_1, block_on, full, middleware, quick, refund};
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinHandle;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{BoxError, Client, ClientBuilder, Error, ErrorKind, Method, Stack, http, json};

const SHORT: Duration = Duration::from_millis(60);

fn gateway() -> Server {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({}));
    gateway
}

fn short(gateway: &Server) -> ClientBuilder {
    gateway.builder().timeout(SHORT)
}

/// A request with the same content that knows of no call.
fn bare(request: &Request) -> Request {
    let mut bare = http::Request::new(request.body().clone());
    *bare.method_mut() = request.method().clone();
    *bare.uri_mut() = request.uri().clone();
    *bare.headers_mut() = request.headers().clone();
    bare
}

#[track_caller]
fn was_not_sent(error: &Error) {
    assert_eq!(
        (error.kind(), error.outcome_unknown(), error.is_retryable()),
        (ErrorKind::Timeout, false, true),
        "{}",
        full(error)
    );
    assert!(error.to_string().contains("nothing was sent") && error.attempts().is_empty(), "{}", full(error));
}

#[track_caller]
fn is_unknown(error: &Error) {
    assert_eq!(
        (error.kind(), error.outcome_unknown(), error.is_retryable()),
        (ErrorKind::Timeout, true, false),
        "{}",
        full(error)
    );
    assert!(!error.to_string().contains("nothing was sent"), "{}", full(error));
}

#[test]
fn what_a_layer_holds_when_the_time_is_over_was_not_sent() {
    let gateway = gateway();
    let holding = middleware(|request: Request, _| async move {
        let () = std::future::pending().await;
        drop(request);
        unreachable!("it waits for ever")
    });
    let none = Arc::new(Semaphore::new(0));
    let waiting = middleware(move |request: Request, stack: Stack| {
        let none = Arc::clone(&none);
        async move {
            let _turn = none.acquire().await?;
            stack.oneshot(request).await
        }
    });
    // A clone of the request is as good as the request.
    let cloning = middleware(|request: Request, _| async move {
        let copy = request.clone();
        drop(request);
        let () = std::future::pending().await;
        drop(copy);
        unreachable!("it waits for ever")
    });
    let builders =
        [short(&gateway).layer(holding.clone()), short(&gateway).layer(waiting), short(&gateway).layer(cloning)];
    for builder in builders {
        let wxpay = builder.build().unwrap();
        was_not_sent(&wxpay[REFUND].post(refund(1)).unwrap_err());
        was_not_sent(&block_on(wxpay[REFUND].post_async(refund(1))).unwrap_err());
        was_not_sent(&wxpay[REFUND].idempotent().retry(quick(3)).post(refund(1)).unwrap_err());
        assert!(wxpay[REFUND_1].get().unwrap_err().is_retryable());
    }
    #[cfg(feature = "v2")]
    {
        let wxpay = short(&gateway).layer(holding).build().unwrap();
        was_not_sent(&wxpay["v2/pay/unifiedorder"].post(support::order(&wxpay)).unwrap_err());
    }
    assert!(gateway.calls().is_empty());
}

/// What waits in a queue, and who waits for it.
type Job = (Request, oneshot::Sender<Result<HttpResponse, BoxError>>);

#[test]
fn what_waits_in_a_queue_for_a_worker_was_not_sent() {
    let gateway = gateway();
    gateway.on(Method::GET, REFUND_1).fault(Fault::Slow(Duration::from_secs(30)));
    // As tower's buffer: one worker, which passes over those for whom nobody waits any more.
    let queue = layer_fn(|stack: Stack| {
        let (jobs, mut queue) = tokio::sync::mpsc::unbounded_channel::<Job>();
        tokio::spawn(async move {
            while let Some((request, mut answer)) = queue.recv().await {
                if !answer.is_closed() {
                    tokio::select! {
                        result = stack.clone().oneshot(request) => drop(answer.send(result)),
                        () = answer.closed() => {}
                    }
                }
            }
        });
        let send = move |request| {
            let (answer, answered) = oneshot::channel();
            let sent = jobs.send((request, answer)).is_ok();
            async move { if sent { answered.await? } else { Err("the worker is gone".into()) } }
        };
        support::Boxed::new(service_fn(send))
    });
    let wxpay = gateway.builder().layer(queue).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let slow = tokio::spawn(wxpay[REFUND_1].get_async());
        while gateway.calls().is_empty() {
            tokio::task::yield_now().await;
        }
        was_not_sent(&wxpay[REFUND].timeout(SHORT).post_async(refund(1)).await.unwrap_err());
        slow.abort();
        // Behind it in the queue.
        assert!(wxpay[REFUND].post_async(refund(1)).await.is_ok());
    });
    let posts: Vec<_> =
        gateway.calls().iter().filter(|call| call.method() == Method::POST).map(|call| call.json().clone()).collect();
    assert_eq!(posts, [refund(1)]);
}

/// A layer that passes requests on in a task of its own, when it is told to; and what became of them.
fn late(
    change: fn(&Request) -> Request,
    goes: &Arc<Notify>,
) -> (impl tower::Layer<Stack, Service = support::Boxed> + Clone + use<>, mpsc::Receiver<Result<HttpResponse, BoxError>>)
{
    let (tell, told) = mpsc::channel();
    let goes = Arc::clone(goes);
    let layer = middleware(move |request: Request, stack: Stack| {
        let (tell, goes) = (tell.clone(), Arc::clone(&goes));
        let task = tokio::spawn(async move {
            goes.notified().await;
            let request = change(&request);
            tell.send(stack.oneshot(request).await).unwrap();
        });
        async move {
            task.await?;
            unreachable!("it is told to go when the call is over")
        }
    });
    (layer, told)
}

#[test]
fn what_was_told_not_to_be_sent_is_refused_when_a_layer_passes_it_on_later() {
    for change in [Request::clone as fn(&Request) -> Request, bare] {
        let (gateway, goes) = (gateway(), Arc::new(Notify::new()));
        let (layer, told) = late(change, &goes);
        let wxpay = short(&gateway).layer(layer).build().unwrap();
        let calls: [&dyn Fn() -> Error; 2] = [&|| wxpay[REFUND].post(refund(1)).unwrap_err(), &|| {
            block_on(wxpay[REFUND].post_async(refund(2))).unwrap_err()
        }];
        for call in calls {
            was_not_sent(&call());
            goes.notify_one();
            let refused = told.recv_timeout(Duration::from_secs(20)).unwrap().unwrap_err();
            assert_eq!(refused.downcast_ref::<Error>().map(Error::kind), Some(ErrorKind::Timeout), "{refused}");
        }
        assert!(gateway.calls().is_empty());
    }
}

#[test]
fn whatever_a_layer_does_at_the_last_moment_what_arrived_is_not_said_not_to_be_sent() {
    const CALLS: u64 = 300;
    for change in [Request::clone as fn(&Request) -> Request, bare] {
        let gateway = gateway();
        let tasks: Arc<Mutex<Vec<JoinHandle<_>>>> = Arc::default();
        let (spawned, round) = (Arc::clone(&tasks), AtomicU64::new(0));
        let round = Arc::new(round);
        let layer = middleware(move |request: Request, stack: Stack| {
            // Some in time, some not, most of them close to it.
            let delay = Duration::from_micros(58_000 + round.fetch_add(1, Ordering::SeqCst) % 40 * 100);
            let (sender, answer) = oneshot::channel();
            spawned.lock().unwrap().push(tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                let request = change(&request);
                drop(sender.send(stack.oneshot(request).await));
            }));
            async move { answer.await? }
        });
        let wxpay = short(&gateway).layer(layer).build().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let claimed: Vec<u64> = runtime.block_on(async {
            let calls: Vec<_> = (0..CALLS).map(|id| (id, tokio::spawn(wxpay[REFUND].post_async(refund(id))))).collect();
            let mut claimed = Vec::new();
            for (id, call) in calls {
                claimed.extend(call.await.unwrap().is_err_and(|error| !error.outcome_unknown()).then_some(id));
            }
            // Whatever goes out at all has gone out.
            let tasks = std::mem::take(&mut *tasks.lock().unwrap());
            for task in tasks {
                task.await.unwrap();
            }
            claimed
        });
        let arrived: Vec<_> = gateway
            .calls()
            .iter()
            .filter_map(|call| call.json()["out_refund_no"].as_str()?.parse::<u64>().ok())
            .collect();
        let lies: Vec<_> = claimed.iter().filter(|id| arrived.contains(id)).collect();
        assert!(lies.is_empty(), "of {} said not to be sent, these arrived: {lies:?}", claimed.len());
    }
}

#[test]
fn what_a_layer_may_have_sent_without_our_knowing_stays_unknown() {
    let slow = Server::start().unwrap();
    slow.on(Method::POST, REFUND).fault(Fault::Slow(Duration::from_secs(30)));
    // The request is taken apart, and sent by a client of the application's.
    let own: Client = slow.client().unwrap();
    let by_own = middleware(move |request: Request, _| {
        let own = own.clone();
        drop(request);
        async move {
            own[REFUND].post_async(refund(1)).await?;
            unreachable!("it is slow")
        }
    });
    // A copy that knows of no call is sent, while the original is held.
    let copied = middleware(|request: Request, stack: Stack| async move {
        let response = stack.oneshot(bare(&request)).await;
        drop(request);
        response
    });
    // The same, after the original was sent and refused.
    let second = middleware(|request: Request, stack: Stack| async move {
        let (copy, first) = (bare(&request), stack.clone().oneshot(request).await?);
        assert_eq!(first.status(), 429);
        stack.oneshot(copy).await
    });
    let refused = |times| {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, REFUND).status(429, json!({"code": "FREQUENCY_LIMITED"})).times(times);
        gateway.on(Method::POST, REFUND).fault(Fault::Slow(Duration::from_secs(30)));
        gateway
    };
    let check = |gateway: &Server, builder: ClientBuilder, arrived| {
        let wxpay = builder.timeout(Duration::from_secs(1)).build().unwrap();
        is_unknown(&wxpay[REFUND].post(refund(1)).unwrap_err());
        assert_eq!(gateway.calls().len(), arrived);
    };
    let (one, two, three) = (Server::start().unwrap(), refused(0), refused(1));
    check(&one, one.builder().layer(by_own), 0);
    check(&two, two.builder().layer(copied), 1);
    check(&three, three.builder().layer(second), 2);
    assert_eq!(slow.calls().len(), 1);
}

#[test]
fn a_later_attempt_that_a_layer_lost_stays_unknown() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).status(429, json!({"code": "FREQUENCY_LIMITED"})).times(1);
    gateway.on(Method::POST, REFUND).fault(Fault::Slow(Duration::from_secs(30)));
    let attempts = Arc::new(AtomicU64::new(0));
    let losing = middleware(move |request: Request, stack: Stack| {
        let request = if attempts.fetch_add(1, Ordering::SeqCst) == 0 { request } else { bare(&request) };
        stack.oneshot(request)
    });
    let builder = gateway.builder().timeout(Duration::from_secs(1)).retry(quick(2)).layer(losing);
    is_unknown(&builder.build().unwrap()[REFUND].post(refund(1)).unwrap_err());
    assert_eq!(gateway.calls().len(), 2);
}
