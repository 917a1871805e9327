//! Calls of APIv2.

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, Method, Value, json};

use crate::Case;
use crate::support::{SECRET, answering, order};

const ORDER: &str = "v2/pay/unifiedorder";

pub(crate) fn cases() -> Vec<Case> {
    [requests(), answers()].into_iter().flatten().collect()
}

fn requests() -> Vec<Case> {
    let wxpay = Client::builder().mchid("1900000109").secret(SECRET).build().unwrap();
    let with = |name: &str, value: Value| {
        let mut order = order(&wxpay);
        order[name] = value;
        wxpay[ORDER].post(order).unwrap_err()
    };
    vec![
        (with("sign_type", json!("SHA1")), r#"sign_type 是 "SHA1"，应为 "MD5" 或 "HMAC-SHA256""#),
        (with("detail", json!([1])), r#"字段 "detail" 是数组，应为文本或整数；列表或对象应以 JSON 文本给出"#),
        (with("mch_id", json!("1")), r#"字段 mch_id 是 "1"，而客户端的 mchid 是 "1900000109""#),
        (with("a b", json!("1")), r#"字段 "a b" 不能用作 XML 元素名"#),
        (
            wxpay[ORDER].post(json!({"appid": "x"})).unwrap_err(),
            "字段中没有 mch_id、mchid 或 combine_mch_id；应有其一，值为 1900000109",
        ),
        (wxpay[ORDER].put(order(&wxpay)).unwrap_err(), "APIv2 没有 PUT 方法；应为 GET 或 POST"),
        (wxpay["v2/"].post(order(&wxpay)).unwrap_err(), "`v2` 之后的路径为空，应为如 `v2/pay/orderquery` 的路径"),
        (
            wxpay[ORDER].encrypt("/x").post(order(&wxpay)).unwrap_err(),
            "encrypt 属于 APIv3；APIv2 请用 `PublicKey::encrypt` 加密该值",
        ),
        (
            wxpay["v3/certificates"].get().unwrap_err(),
            "APIv3 调用需要 serial、private_key 和平台公钥；此客户端只有 APIv2 的配置",
        ),
        (wxpay.micropay(json!({"mch_id": "1900000109"})).run().unwrap_err(), "micropay：缺少 out_trade_no，应为文本"),
    ]
}

fn answers() -> Vec<Case> {
    let answer = |body: &str| {
        let wxpay = answering(body);
        wxpay[ORDER].post(order(&wxpay)).unwrap_err()
    };
    let gateway = Server::start().unwrap();
    gateway
        .on(Method::POST, ORDER)
        .reply(json!({"result_code": "FAIL", "err_code": "NOAUTH", "err_code_des": "商户无此接口权限"}));
    let wxpay = gateway.client().unwrap();
    vec![
        (answer(""), "结果未知，重试前请先查单：无法解析应答：不是 XML；报文为空；可能被途中的代理或中间层取走"),
        (
            answer("{}"),
            "结果未知，重试前请先查单：无法解析应答：不是 XML；报文是 JSON，可能是 APIv3 的接口，其路径不带 `v2/`",
        ),
        (answer("<xml><return_code>SUCCESS</return_code>"), "结果未知，重试前请先查单：无法解析应答：提前结束"),
        (
            answer("<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>"),
            "结果未知，重试前请先查单：应答未通过验签：没有 sign，而该接口不在文档注明不签名的接口之列",
        ),
        (
            answer("<xml><return_code>SUCCESS</return_code><sign>0</sign></xml>"),
            "结果未知，重试前请先查单：无法解析应答：result_code 既不是 SUCCESS，也不是 FAIL",
        ),
        (
            wxpay[ORDER].post(order(&wxpay)).unwrap_err(),
            "网关拒绝了请求：200 OK：NOAUTH 商户无此接口权限 (Request-ID 08MOCKN-0)",
        ),
    ]
}
