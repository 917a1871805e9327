//! Notifications.

use wechatpay_chain::mock::{Notification, Server};
use wechatpay_chain::{Client, Error, http, json};

use crate::Case;
use crate::support::SECRET;

pub(crate) fn cases() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let notice = || gateway.notice("TRANSACTION.SUCCESS", "transaction", json!({"trade_state": "NOTPAY"}));
    [forged(&wxpay, &notice), read(&gateway, &wxpay, &notice), apiv2(&gateway)].into_iter().flatten().collect()
}

fn refused(wxpay: &Client, notice: &Notification) -> Error {
    let (headers, body) = notice.parts().unwrap();
    wxpay.notice(&headers, &body).unwrap_err()
}

fn forged(wxpay: &Client, notice: &dyn Fn() -> Notification) -> Vec<Case> {
    let (headers, body) = notice().parts().unwrap();
    let with = |name: &'static str, value: &str| {
        let mut headers = headers.clone();
        headers.insert(name, value.parse().unwrap());
        wxpay.notice(&headers, &body).unwrap_err()
    };
    let renamed = headers.iter().map(|(name, value)| {
        (format!("http_{}", name.as_str().replace('-', "_")).parse::<http::HeaderName>().unwrap(), value.clone())
    });
    let spaced = String::from_utf8(body.to_vec()).unwrap().replace("\":", "\": ");
    vec![
        (
            refused(wxpay, &notice().forged()),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；如果框架把 JSON 解析后重新序列化过，请改为传入原始字节；否则就是伪造的，或者以该 ID 持有的密钥不是微信支付的：请与商户平台核对 (Request-ID 08MOCKN-0)",
        ),
        (
            refused(wxpay, &notice().tampered()),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；如果框架把 JSON 解析后重新序列化过，请改为传入原始字节；否则就是伪造的，或者以该 ID 持有的密钥不是微信支付的：请与商户平台核对 (Request-ID 08MOCKN-0)",
        ),
        (
            refused(wxpay, &notice().probe()),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；它以 WECHATPAY/SIGNTEST/ 开头，是微信支付的签名探测流量 (Request-ID 08MOCKN-0)",
        ),
        (
            wxpay.notice(&http::HeaderMap::new(), &body).unwrap_err(),
            "回调通知未通过验签：缺少 Wechatpay-Serial、Wechatpay-Timestamp、Wechatpay-Nonce、Wechatpay-Signature；没有传入任何请求头；名称比较不区分大小写",
        ),
        (
            wxpay.notice(&renamed.collect(), &body).unwrap_err(),
            r#"回调通知未通过验签：缺少 Wechatpay-Serial、Wechatpay-Timestamp、Wechatpay-Nonce、Wechatpay-Signature；Wechatpay-Serial 以 "http_wechatpay_serial" 为名出现，可能被 CGI、WSGI 或代理改名：请以原名传入"#,
        ),
        (
            wxpay.notice(&headers, spaced.as_bytes()).unwrap_err(),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；JSON 的成员之间有空白；可能被解析后重新序列化；请改为传入原始字节 (Request-ID 08MOCKN-0)",
        ),
        (
            wxpay.notice(&headers, b"").unwrap_err(),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；报文为空；可能已被框架或中间件读取：请在解析之前取得原始字节 (Request-ID 08MOCKN-0)",
        ),
        (
            wxpay.notice(&headers, b"<xml></xml>").unwrap_err(),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；报文是 XML，可能是 APIv2 的回调通知：请用 notice_v2 读取 (Request-ID 08MOCKN-0)",
        ),
        (
            wxpay.notice(&headers, b"<html></html>").unwrap_err(),
            "回调通知未通过验签：签名与密钥 PUB_KEY_ID_N 不匹配；报文是 HTML 页面；可能不是回调通知，而是代理、防火墙或登录门户返回的内容 (Request-ID 08MOCKN-0)",
        ),
        (
            with("wechatpay-timestamp", "x"),
            "回调通知未通过验签：Wechatpay-Timestamp 不是秒数；应为以秒为单位的 Unix 时间戳；请原样传入请求头的值 (Request-ID 08MOCKN-0)",
        ),
        (
            with("wechatpay-serial", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
            r#"回调通知未通过验签：签名所用的密钥是 "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"，而此客户端持有的是 PUB_KEY_ID_N；这是平台证书，或属于另一商户：请配置 auto_certificates 或 platform_certificate，商户切换期间两种都会用于签名 (Request-ID 08MOCKN-0)"#,
        ),
        (
            with("wechatpay-serial", wxpay.serial()),
            r#"回调通知未通过验签：签名所用的密钥是 "3775B6A45ACD588826D15E583A95F5DD3775B6A4"，而此客户端持有的是 PUB_KEY_ID_N；这是商户自己的证书，微信支付不会用它签名：可能误传了请求自身的头，或这是伪造的 (Request-ID 08MOCKN-0)"#,
        ),
        (
            with("wechatpay-signature", "~"),
            "回调通知未通过验签：签名不是 base64；有 1 个字符，应为 344 个；可能被截断；请原样传入请求头的值 (Request-ID 08MOCKN-0)",
        ),
        (
            with("wechatpay-signature", "\"AAAA\""),
            "回调通知未通过验签：签名不是 base64；其 Wechatpay-Signature 带有引号；请原样传入请求头的值 (Request-ID 08MOCKN-0)",
        ),
    ]
}

fn read(gateway: &Server, wxpay: &Client, notice: &dyn Fn() -> Notification) -> Vec<Case> {
    let (headers, body) = notice().parts().unwrap();
    let other = gateway.builder().api_v3_key("x".repeat(32)).build().unwrap();
    let read = wxpay.notice(&headers, &body).unwrap();
    vec![
        (
            other.notice(&headers, &body).unwrap_err(),
            "回调通知的 resource：无法解密：api_v3_key 是否为该商户的APIv3密钥？可能属于另一商户或品牌，或已在商户平台更换",
        ),
        (read.expect("/trade_state", "SUCCESS").unwrap_err(), r#"回调通知的 /trade_state 为 "NOTPAY"，应为 "SUCCESS""#),
        (read.expect("/gone", 1).unwrap_err(), "回调通知的 /gone 为缺失，应为 1"),
        (read.resource_as::<Vec<u8>>().unwrap_err(), "通知的 resource：类型不符，应为数组"),
    ]
}

fn apiv2(gateway: &Server) -> Vec<Case> {
    let wxpay = gateway.client().unwrap();
    let other = gateway.builder().secret(SECRET).build().unwrap();
    let body = gateway.notice_v2(json!({"out_trade_no": "1", "mch_id": wxpay.mchid()}));
    let refused = |body: &str| wxpay.notice_v2(body.as_bytes()).unwrap_err();
    vec![
        (other.notice_v2(body.as_bytes()).unwrap_err(), "回调通知未通过验签：sign 与以APIv2密钥（secret）计算的不一致"),
        (refused("{}"), "无法解析回调通知：不是 XML；报文是 JSON，可能是 APIv3 的回调通知：请用 notice 读取"),
        (refused(""), "无法解析回调通知：不是 XML；报文为空；可能已被框架或中间件读取：请在解析之前取得原始字节"),
        (refused("<xml><mch_id>1</mch_id></xml>"), "回调通知未通过验签：没有 sign"),
        (refused("<!DOCTYPE x [<!ENTITY a \"b\">]><xml></xml>"), "无法解析回调通知：含有 DTD，不予接受"),
        (refused("<xml><a>1</a><a>2</a></xml>"), r#"无法解析回调通知：元素 "a" 重复出现"#),
    ]
}
