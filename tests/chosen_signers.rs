//! Signers and verifiers chosen at run time do what those they hold do.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{PRESIGN, payload, token};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{
    BoxError, BoxSigner, BoxVerifier, ErrorKind, Method, PrivateKey, PublicKey, Signer, Verifier, bytes::Bytes, json,
};

/// A key service that counts what it is asked; `None` for one that cannot be reached.
struct Kms {
    key: Option<PrivateKey>,
    asked: Arc<AtomicUsize>,
    secret: &'static str,
}

impl Signer for Kms {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let key = self.key.as_ref().ok_or_else(|| format!("no way to it, {} bytes are not signed", message.len()))?;
        assert_eq!(self.secret, "hush");
        Signer::sign(key, message).await
    }
}

struct Asked {
    key: PublicKey,
    says: Option<bool>,
}

impl Verifier for Asked {
    async fn verify(&self, serial: &str, message: Bytes, signature: Bytes) -> Result<bool, BoxError> {
        assert!(serial.starts_with("PUB_KEY_ID_"));
        match self.says {
            Some(says) => Ok(says && self.key.verify(&message, &signature)),
            None => Err("no way to the verifier".into()),
        }
    }
}

fn env(gateway: &Server, name: &str) -> String {
    gateway.env().into_iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn a_signer_chosen_at_run_time_signs() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "tk"}));
    let key = || PrivateKey::from_pem(env(&gateway, "WECHATPAY_PRIVATE_KEY")).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let kms = |key: Option<PrivateKey>| BoxSigner::new(Kms { key, asked: Arc::clone(&asked), secret: "hush" });
    for (signer, times) in [
        (BoxSigner::new(key()), 0),
        (kms(Some(key())), 1),
        (kms(Some(key())).clone(), 1),
        (BoxSigner::new(kms(Some(key()))), 1),
    ] {
        let text = format!("{signer:?}");
        let wxpay = gateway.builder().signer(signer.clone()).build().unwrap();
        asked.store(0, Ordering::SeqCst);
        assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
        assert_eq!(asked.load(Ordering::SeqCst), times);
        assert_eq!(text, "BoxSigner");
        drop(signer);
    }
    let wxpay = gateway.builder().signer(kms(None)).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Sign, false));
    assert!(support::full(&error).contains("no way to it"), "{}", support::full(&error));
}

#[test]
fn a_verifier_chosen_at_run_time_verifies() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "tk"}));
    let key = || PublicKey::from_pem(env(&gateway, "WECHATPAY_PUBLIC_KEY")).unwrap();
    let client = |says| {
        let verifier = BoxVerifier::new(BoxVerifier::new(Asked { key: key(), says })).clone();
        assert_eq!(format!("{verifier:?}"), "BoxVerifier");
        gateway.merchant_builder().verifier(verifier).build().unwrap()
    };
    assert_eq!(token(client(Some(true))[PRESIGN].post(payload())), "tk");
    for says in [Some(false), None] {
        let error = client(says)[PRESIGN].post(payload()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verify);
        assert!(error.outcome_unknown());
        assert_eq!(support::full(&error).contains("no way to the verifier"), says.is_none());
    }
}
