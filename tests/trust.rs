//! Platform certificates that refresh themselves: first need, rotation under load, failures, a restart.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use support::{PRESIGN, block_on, full, held, payload, token};
use tokio::runtime::Builder;
use wechatpay_chain::mock::{Server, Validity};
use wechatpay_chain::{BoxError, CertificateDirectory, CertificateStore, Client, ErrorKind, Method, json};

const CERTIFICATES: &str = "/v3/certificates";

fn gateway() -> Server {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "tk"}));
    gateway
}

fn auto(gateway: &Server) -> Client {
    gateway.merchant_builder().auto_certificates().build().unwrap()
}

fn downloads(gateway: &Server) -> usize {
    gateway.calls().iter().filter(|call| call.path() == CERTIFICATES).count()
}

#[test]
fn the_first_call_fetches_and_later_ones_use_what_is_held() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let wxpay = auto(&gateway);
    assert_eq!((downloads(&gateway), wxpay.platform_serial()), (0, None), "build() touches no network");
    assert_eq!(wxpay.encrypt("张三").unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(token(block_on(wxpay[PRESIGN].post_async(payload()))), "tk");
    assert_eq!(downloads(&gateway), 1);
    assert_eq!(gateway.calls()[1].headers()["wechatpay-serial"], serial);
    let status = wxpay.certificates().status();
    assert_eq!((status.serials, status.last_error), (vec![serial.clone()], None));
    assert!(status.last_refresh.unwrap() <= SystemTime::now());
    assert_eq!(wxpay.encrypt("张三").unwrap().serial(), serial);
}

#[test]
fn certificates_that_are_not_valid_now_are_ignored() {
    let gateway = gateway();
    let wxpay = auto(&gateway);
    gateway.issue_certificate(Validity::Expired).unwrap();
    gateway.issue_certificate(Validity::NotYet).unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verify);
    assert!(error.to_string().contains("no certificate that is valid now"), "{error}");
    assert!(!error.outcome_unknown(), "the call itself was not sent");
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(wxpay.certificates().status().serials, [serial]);
}

#[test]
fn a_merchant_with_the_public_key_is_told_to_configure_it() {
    let gateway = gateway();
    let error = auto(&gateway)[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("this merchant uses the WeChat Pay public key: configure platform_key"),
        "{error}"
    );
    let error = gateway.client().unwrap().certificates().refresh().unwrap_err();
    assert!(error.to_string().contains(".auto_certificates()"), "{error}");
}

#[test]
fn what_is_wrong_with_a_download_is_named_and_the_old_set_stays() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let wrong = gateway.merchant_builder().api_v3_key("x".repeat(32)).auto_certificates().build().unwrap();
    let error = wrong[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decrypt);
    assert!(error.to_string().contains("is api_v3_key the APIv3 key of this merchant?"), "{error}");

    let wxpay = auto(&gateway);
    wxpay.certificates().refresh().unwrap();
    gateway.on(Method::GET, CERTIFICATES).status(500, json!({"code": "SYSTEM_ERROR"})).times(1);
    gateway.on(Method::GET, CERTIFICATES).reply(json!({"data": []})).times(1);
    gateway.on(Method::GET, CERTIFICATES).reply(json!({"nonsense": 1})).times(1);
    for (kind, expected) in [
        (ErrorKind::Transport, "SYSTEM_ERROR"),
        (ErrorKind::Verify, "no certificate"),
        (ErrorKind::Decode, "not the documented JSON"),
    ] {
        let error = block_on(wxpay.certificates().refresh_async()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let status = wxpay.certificates().status();
        assert!(status.last_error.unwrap().contains(expected), "{error}");
        assert_eq!(status.serials, [serial.as_str()]);
    }
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    wxpay.certificates().refresh().unwrap();
    assert_eq!(wxpay.certificates().status().last_error, None);
}

#[test]
fn an_answer_signed_by_no_certificate_in_it_is_not_believed() {
    let gateway = gateway();
    gateway.issue_certificate(Validity::Now).unwrap();
    // Signed by the public key, which this client does not hold.
    let error = auto(&gateway)[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verify);
    assert!(error.to_string().contains("signed with the key \"PUB_KEY_ID_"), "{error}");
}

#[test]
fn an_unknown_serial_is_looked_for_at_once_and_then_once_a_minute() {
    let gateway = gateway();
    let first = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&first).unwrap();
    let wxpay = auto(&gateway);
    wxpay[PRESIGN].post(payload()).unwrap();
    // A rotation: the new one is handed out and signs.
    let second = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&second).unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(downloads(&gateway), 2);
    assert_eq!(wxpay.certificates().status().serials, [first, second]);
    // Another within the minute is not fetched, and the error says so.
    let third = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&third).unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verify);
    assert!(error.to_string().contains("less than a minute ago") && error.outcome_unknown(), "{error}");
    assert_eq!(downloads(&gateway), 2);
    // By hand it is.
    wxpay.certificates().refresh().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
}

#[test]
fn a_rotation_under_load_costs_one_download_and_no_call() {
    const CALLERS: usize = 64;
    const CALLS: usize = 2_000;
    let gateway = Arc::new(gateway());
    let first = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&first).unwrap();
    let (key, id) = (
        gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_PUBLIC_KEY").unwrap().1,
        gateway.public_key_id(),
    );
    let key = wechatpay_chain::PublicKey::from_pem(key).unwrap();
    let wxpay = gateway
        .merchant_builder()
        .auto_certificates()
        .platform_key(id, key)
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    let done = Arc::new(AtomicUsize::new(0));
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (wxpay, done, gateway, first) =
                    (wxpay.clone(), Arc::clone(&done), Arc::clone(&gateway), first.clone());
                tokio::spawn(async move {
                    while let n @ 0..CALLS = done.fetch_add(1, Ordering::SeqCst) {
                        if n == CALLS / 3 {
                            // Certificate to certificate: the old one is still handed out.
                            let second = gateway.issue_certificate(Validity::Now).unwrap();
                            gateway.sign_with(&second).unwrap();
                            gateway.withdraw_certificate(&first);
                        } else if n == 2 * CALLS / 3 {
                            // Certificate to public key.
                            gateway.sign_with(gateway.public_key_id()).unwrap();
                        }
                        let response = wxpay[PRESIGN].post_async(payload()).await;
                        assert!(response.is_ok(), "call {n}: {}", full(&response.unwrap_err()));
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
    });
    let status = wxpay.certificates().status();
    assert_eq!((status.serials.len(), status.last_error), (3, None));
    let calls = gateway.calls();
    assert_eq!(calls.len(), CALLS + downloads(&gateway));
    // One for the first certificate, one for its successor.
    assert_eq!(downloads(&gateway), 2);
}

#[test]
fn a_download_outlives_the_caller_that_asked_for_it() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let (let_go, answer) = held(json!({"nonsense": 1}));
    gateway.on(Method::GET, CERTIFICATES).reply_with(answer).times(1);
    let wxpay = auto(&gateway);
    // Its deadline passes while the download is under way, which the next call finds still under way, and then failing.
    let error = wxpay.chain(PRESIGN).timeout(Duration::from_millis(100)).post(payload()).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Timeout, false));
    let mut next = Box::pin(wxpay[PRESIGN].post_async(payload()));
    assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let_go.send(()).unwrap();
    assert_eq!(block_on(next).unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(downloads(&gateway), 2);
}

#[test]
fn callers_that_do_not_go_on_hold_nobody_up() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let wxpay = auto(&gateway);
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let (one, other) = (wxpay.clone(), wxpay.clone());
        let waiting = tokio::spawn(async move { token(one[PRESIGN].post_async(payload()).await) });
        tokio::task::yield_now().await;
        // Blocks the only thread of this runtime while the other task waits for the same download.
        other.certificates().refresh().unwrap();
        assert_eq!(token(other[PRESIGN].post(payload())), "tk");
        assert_eq!(waiting.await.unwrap(), "tk");
    });
}

#[test]
fn a_refresh_in_a_task_that_a_layer_spawned_ends() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let plain = auto(&gateway);
    let spawning = support::middleware(move |request, stack| {
        let plain = plain.clone();
        async move {
            tokio::spawn(async move { plain.certificates().refresh() }).await??;
            tower::ServiceExt::oneshot(stack, request).await
        }
    });
    let wxpay = gateway.merchant_builder().auto_certificates().layer(spawning).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
}

#[test]
fn a_refused_download_is_not_the_answer_to_the_call() {
    let gateway = gateway();
    gateway.on(Method::GET, CERTIFICATES).status(404, json!({"code": "ORDER_NOT_EXIST"})).times(1);
    gateway.on(Method::GET, CERTIFICATES).status(500, json!({"code": "SYSTEM_ERROR"}));
    let wxpay = auto(&gateway);
    let order = wxpay.chain("v3/pay/transactions/out-trade-no/1");
    for (kind, retryable) in [(ErrorKind::Config, false), (ErrorKind::Transport, true)] {
        let error = order.get().unwrap_err();
        assert_eq!((error.kind(), error.rejection().is_none()), (kind, true), "{error}");
        assert!(error.to_string().starts_with("the platform certificates: the gateway refused with"), "{error}");
        assert_eq!((error.is_retryable(), error.outcome_unknown(), error.attempts().len()), (retryable, false, 0));
    }
}

/// A store in memory that can fail.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<(Vec<String>, bool)>>);

impl CertificateStore for Memory {
    fn load(&self) -> Result<Vec<String>, BoxError> {
        let state = self.0.lock().unwrap();
        if state.1 { Err("the disk is gone".into()) } else { Ok(state.0.clone()) }
    }

    fn save(&self, pems: &[String]) -> Result<(), BoxError> {
        let mut state = self.0.lock().unwrap();
        state.0 = pems.to_vec();
        if state.1 { Err("the disk is full".into()) } else { Ok(()) }
    }
}

/// The names of the certificates in a folder; saving follows the download in the background.
fn saved(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.contains("draft")).collect()
}

#[test]
fn a_restart_needs_no_download_and_a_broken_store_no_luck() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let folder = std::env::temp_dir().join(format!("wechatpay-chain-{}-{serial}", std::process::id()));
    let memory = Memory::default();
    let with_memory =
        || gateway.merchant_builder().auto_certificates().certificate_store(memory.clone()).build().unwrap();
    let with_folder = || {
        let store = CertificateDirectory::new(&folder);
        gateway.merchant_builder().auto_certificates().certificate_store(store).build().unwrap()
    };
    for expected in [1, 1] {
        with_memory()[PRESIGN].post(payload()).unwrap();
        assert_eq!(downloads(&gateway), expected);
        while memory.0.lock().unwrap().0.is_empty() {
            std::thread::yield_now();
        }
    }
    // With a key of the caller's the store is read too, when it is needed.
    let (key, id) = (
        gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_PUBLIC_KEY").unwrap().1,
        gateway.public_key_id(),
    );
    let key = wechatpay_chain::PublicKey::from_pem(key).unwrap();
    let both = gateway.merchant_builder().auto_certificates().platform_key(id, key).certificate_store(memory.clone());
    both.build().unwrap()[PRESIGN].post(payload()).unwrap();
    assert_eq!(downloads(&gateway), 1);
    for expected in [2, 2] {
        with_folder()[PRESIGN].post(payload()).unwrap();
        assert_eq!(downloads(&gateway), expected);
        while saved(&folder).is_empty() {
            std::thread::yield_now();
        }
    }
    let second = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.withdraw_certificate(&serial);
    let wxpay = with_folder();
    gateway.sign_with(&second).unwrap();
    wxpay.certificates().refresh().unwrap();
    while saved(&folder) != [format!("wechatpay_{second}.pem")] {
        std::thread::yield_now();
    }
    std::fs::remove_dir_all(&folder).unwrap();

    memory.0.lock().unwrap().1 = true;
    let wxpay = with_memory();
    wxpay[PRESIGN].post(payload()).unwrap();
    let not_saved = |error: String| error.contains("not saved: the disk is full");
    while !wxpay.certificates().status().last_error.is_some_and(not_saved) {
        std::thread::yield_now();
    }
    *memory.0.lock().unwrap() = (vec!["no PEM".to_owned()], false);
    with_memory()[PRESIGN].post(payload()).unwrap();
}

#[test]
fn a_saved_certificate_that_ended_is_passed_over() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let folder = std::env::temp_dir().join(format!("wechatpay-chain-{}-ended", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, pem) in [
        ("ended", include_str!("fixtures/platform_cert_ended.pem")),
        ("later", include_str!("fixtures/platform_cert_not_yet.pem")),
    ] {
        std::fs::write(folder.join(format!("wechatpay_{name}.pem")), pem).unwrap();
    }
    let store = CertificateDirectory::new(&folder);
    let wxpay = gateway.merchant_builder().auto_certificates().certificate_store(store).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!((wxpay.certificates().status().serials, downloads(&gateway)), (vec![serial.clone()], 1));
    assert_eq!(gateway.calls()[1].headers()["wechatpay-serial"], serial);
    while saved(&folder) != [format!("wechatpay_{serial}.pem")] {
        std::thread::yield_now();
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn keys_are_swapped_while_the_client_is_in_use() {
    let gateway = gateway();
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let wxpay = auto(&gateway);
    wxpay[PRESIGN].post(payload()).unwrap();
    let env: std::collections::BTreeMap<_, _> = gateway.env().into_iter().collect();
    let key = wechatpay_chain::PublicKey::from_pem(&env["WECHATPAY_PUBLIC_KEY"]).unwrap();
    let own = wechatpay_chain::PrivateKey::from_pem(&env["WECHATPAY_PRIVATE_KEY"]).unwrap().public_key().unwrap();
    let keys = wxpay.certificates();
    assert!(keys.add_platform_key("PUB_KEY_ID_1", own).unwrap_err().to_string().contains("the merchant's own"));
    keys.add_platform_key(gateway.public_key_id(), key).unwrap();
    assert_eq!(wxpay.platform_serial().as_deref(), Some(gateway.public_key_id()));
    gateway.sign_with(gateway.public_key_id()).unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    keys.remove(&serial).unwrap();
    assert_eq!(keys.status().serials, [gateway.public_key_id()]);
    assert!(keys.remove(gateway.public_key_id()).unwrap_err().to_string().contains("the last"));
    assert_eq!(keys.remove("gone").unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
}
