//! What came back, or did not.

use std::time::Duration;

use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{BoxError, Client, Error, Method, PublicKey, Retry, Signer, bytes::Bytes, json};

use crate::Case;
use crate::support::{REFUND, REFUND_1, nobody, raw_server, refund};

struct NoSigner;

impl Signer for NoSigner {
    async fn sign(&self, _: Bytes) -> Result<Vec<u8>, BoxError> {
        Err("no network".into())
    }
}

pub(crate) fn cases() -> Vec<Case> {
    [network(), faults(), refusals(), contents()].into_iter().flatten().collect()
}

fn refuse(wxpay: &Client) -> Error {
    wxpay[REFUND].post(refund(1)).unwrap_err()
}

fn network() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let here = |address| gateway.builder().base_uri(format!("http://{address}/")).build().unwrap();
    let closed = raw_server(|stream, _| drop(stream));
    let silent = raw_server(|stream, _| std::mem::forget(stream));
    let slow = here(silent);
    let signed = Client::builder().mchid("1900000109").serial("5F3A").signer(NoSigner);
    let signed = signed.platform_key("PUB_KEY_ID_0", PublicKey::from_pem(gateway.public_key()).unwrap());
    vec![
        (refuse(&here(nobody())), ""),
        (refuse(&here(closed)), ""),
        (slow[REFUND].timeout(Duration::from_millis(200)).post(refund(1)).unwrap_err(), ""),
        (slow[REFUND_1].timeout(Duration::from_millis(200)).retry(Retry::none()).get().unwrap_err(), ""),
        (refuse(&signed.build().unwrap()), ""),
    ]
}

fn faults() -> Vec<Case> {
    let fault = |fault| {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, REFUND).fault(fault);
        refuse(&gateway.client().unwrap())
    };
    vec![
        (fault(Fault::BadSignature), ""),
        (fault(Fault::NotBase64), ""),
        (fault(Fault::Unsigned), ""),
        (fault(Fault::UnknownSerial), ""),
        (fault(Fault::Probe), ""),
        (fault(Fault::Truncated), ""),
        (fault(Fault::Html), ""),
        (fault(Fault::Redirect), ""),
    ]
}

fn refusals() -> Vec<Case> {
    let refused = |status, body| {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, REFUND).status(status, body);
        refuse(&gateway.client().unwrap())
    };
    let detail = json!({"field": "/amount/currency", "value": "XYZ", "issue": "is empty; expected digits", "location": "body"});
    vec![
        (refused(400, json!({"code": "PARAM_ERROR", "message": "参数错误", "detail": detail})), ""),
        (refused(403, json!({"code": "NOT_ENOUGH", "message": "基本账户余额不足，请充值后重新发起: is empty"})), ""),
        (refused(500, json!({"code": "SYSTEM_ERROR", "message": "系统异常"})), ""),
        (refused(502, json!({})), ""),
    ]
}

fn contents() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, REFUND_1).reply(json!({"refund_id": "50", "status": "SUCCESS", "amount": {"total": 1}, "attach": null}));
    let wxpay = gateway.client().unwrap();
    let answer = wxpay[REFUND_1].get().unwrap();
    vec![
        (answer.get::<String>("/gone").unwrap_err(), ""),
        (answer.get::<u32>("/refund_id").unwrap_err(), ""),
        (answer.get::<String>("/amount").unwrap_err(), ""),
        (answer.get::<String>("amount").unwrap_err(), ""),
        (answer.json::<Vec<u8>>().unwrap_err(), ""),
        (answer.decrypt("/refund_id").unwrap_err(), ""),
        (wxpay["pay/transactions/native"].get().unwrap_err(), ""),
    ]
}
