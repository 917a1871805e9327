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
        (refuse(&here(nobody())), "无法连接 127.0.0.1:N；请求未发送"),
        (refuse(&here(closed)), "结果未知，重试前请先查单：与 127.0.0.1:N 的连接在应答之前中断"),
        (
            slow[REFUND].timeout(Duration::from_millis(200)).post(refund(1)).unwrap_err(),
            "结果未知，重试前请先查单：200ms 内没有应答",
        ),
        (
            slow[REFUND_1].timeout(Duration::from_millis(200)).retry(Retry::none()).get().unwrap_err(),
            "200ms 内没有应答",
        ),
        (refuse(&signed.build().unwrap()), "签名器出错；请求未发送"),
    ]
}

fn faults() -> Vec<Case> {
    let fault = |fault| {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, REFUND).fault(fault);
        refuse(&gateway.client().unwrap())
    };
    vec![
        (
            fault(Fault::BadSignature),
            "结果未知，重试前请先查单：应答未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；报文在途中被改动，或者以该 ID 持有的密钥不是微信支付的：请与商户平台核对 (Request-ID 08MOCKN-0)",
        ),
        (
            fault(Fault::NotBase64),
            "结果未知，重试前请先查单：应答未通过验签：签名不是 base64；有 3 个字符，应为 344 个；可能被截断；可能被途中的代理或中间层改动 (Request-ID 08MOCKN-0)",
        ),
        (
            fault(Fault::Unsigned),
            "结果未知，重试前请先查单：应答未通过验签：缺少 Wechatpay-Serial、Wechatpay-Timestamp、Wechatpay-Nonce、Wechatpay-Signature；常见原因是代理去掉了这些头 (Request-ID 08MOCKN-0)",
        ),
        (
            fault(Fault::UnknownSerial),
            r#"结果未知，重试前请先查单：应答未通过验签：签名所用的密钥是 "PUB_KEY_ID_N"，而此客户端持有的是 PUB_KEY_ID_N；可能是发给另一商户或品牌的，或微信支付公钥已更换：请核对商户平台上的公钥ID与 platform_key (Request-ID 08MOCKN-0)"#,
        ),
        (
            fault(Fault::Probe),
            "结果未知，重试前请先查单：应答未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；它以 WECHATPAY/SIGNTEST/ 开头，是微信支付的签名探测流量 (Request-ID 08MOCKN-0)",
        ),
        (
            fault(Fault::Truncated),
            "结果未知，重试前请先查单：127.0.0.1:N 的应答在应答体中途中断 (Request-ID 08MOCKN-0)",
        ),
        (
            fault(Fault::Html),
            r#"结果未知，重试前请先查单：网关拒绝了请求：502 Bad Gateway，应答体 37 字节，是网页："<html><h1>502 Bad Gateway</h1></html>" [应答未验签] (Request-ID 08MOCKN-0)"#,
        ),
        (fault(Fault::Redirect), "网关拒绝了请求：302 Found，应答体 14 字节，没有错误码 (Request-ID 08MOCKN-0)"),
    ]
}

fn refusals() -> Vec<Case> {
    let refused = |status, body| {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, REFUND).status(status, body);
        refuse(&gateway.client().unwrap())
    };
    let detail = json!({"field": "/amount/currency", "value": "XYZ", "issue": "值不合法", "location": "body"});
    vec![
        (
            refused(400, json!({"code": "PARAM_ERROR", "message": "参数错误", "detail": detail})),
            "网关拒绝了请求：400 Bad Request：PARAM_ERROR 参数错误（字段 /amount/currency，位于 body：值不合法） (Request-ID 08MOCKN-0)",
        ),
        (
            refused(403, json!({"code": "NOT_ENOUGH", "message": "基本账户余额不足，请充值后重新发起: is empty"})),
            "网关拒绝了请求：403 Forbidden：NOT_ENOUGH 基本账户余额不足，请充值后重新发起: is empty (Request-ID 08MOCKN-0)",
        ),
        (
            refused(500, json!({"code": "SYSTEM_ERROR", "message": "系统异常"})),
            "结果未知，重试前请先查单：网关拒绝了请求：500 Internal Server Error：SYSTEM_ERROR 系统异常 (Request-ID 08MOCKN-0)",
        ),
        (
            refused(502, json!({})),
            "结果未知，重试前请先查单：网关拒绝了请求：502 Bad Gateway，应答体 2 字节，没有错误码 (Request-ID 08MOCKN-0)",
        ),
    ]
}

fn contents() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    gateway
        .on(Method::GET, REFUND_1)
        .reply(json!({"refund_id": "50", "status": "SUCCESS", "amount": {"total": 1}, "attach": null}));
    let wxpay = gateway.client().unwrap();
    let answer = wxpay[REFUND_1].get().unwrap();
    gateway.lenient();
    gateway.on(Method::GET, "pay/x").status(404, json!({"code": "NOT_FOUND", "message": "未找到; is empty"}));
    let unversioned = wxpay["pay/x"].get().unwrap_err();
    vec![
        (answer.get::<String>("/gone").unwrap_err(), "应答中没有 /gone (Request-ID 08MOCKN-0)"),
        (
            answer.get::<u32>("/refund_id").unwrap_err(),
            "/refund_id 是字符串：类型不符，应为 u32 (Request-ID 08MOCKN-0)",
        ),
        (answer.get::<String>("/amount").unwrap_err(), "/amount 是对象：类型不符，应为字符串 (Request-ID 08MOCKN-0)"),
        (answer.get::<String>("amount").unwrap_err(), r#"JSON 指针 "amount" 不以 `/` 开头"#),
        (answer.json::<Vec<u8>>().unwrap_err(), "应答体：类型不符，应为数组（第 1 行第 0 列） (Request-ID 08MOCKN-0)"),
        (answer.decrypt("/refund_id").unwrap_err(), "/refund_id：密文不是 base64"),
        (
            unversioned,
            "网关拒绝了请求：404 Not Found：NOT_FOUND 未找到; is empty；路径开头没有版本号：前面缺少 `v3/`（APIv2 为 `v2/`） (Request-ID 08MOCKN-0)",
        ),
    ]
}
