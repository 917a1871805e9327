//! A refused signature: what of the text that was signed is another than the gateway saw, or what to look at in which order.

use serde_json::{Value, json};
use wechatpay_chain::{Difference, SignInformation};

use super::finding::{Finding, Retry};

const fn row(id: &'static str, title: (&'static str, &'static str), remedy: (&'static str, &'static str)) -> Finding {
    let cause = ("the signature was not accepted, and nothing was done", "签名未被接受，请求未执行");
    Finding { id, also: &[], status: 401, title, cause, remedy, retry: Retry::No }
}

/// The same text on both sides.
pub(super) const KEY_OR_SERIAL: Finding = row(
    "key_or_serial",
    ("the key or its serial is another", "私钥或序列号不对"),
    (
        "the text is the same on both sides: use the private key of the certificate whose serial is sent; `wxpay keys check` shows what belongs together",
        "双方签名串一致：改用与所发序列号对应的私钥；用 `wxpay keys check` 查看配对",
    ),
);

/// What to look at, in this order, when the gateway does not say what it saw.
pub(super) const ORDER: &[Finding] = &[
    row(
        "scheme",
        ("1. the scheme's name", "1. 认证类型"),
        (
            "Authorization begins with WECHATPAY2-SHA256-RSA2048 and a blank",
            "Authorization 以 WECHATPAY2-SHA256-RSA2048 加空格开头",
        ),
    ),
    row(
        "identity",
        ("2. whose signature it is", "2. 商户身份"),
        ("mchid (of a brand: brand_id) is the one of the key", "mchid（品牌为 brand_id）与私钥同属一家"),
    ),
    row(
        "serial",
        ("3. the serial", "3. 序列号"),
        ("serial_no is the serial of the certificate of the signing key", "serial_no 是签名私钥对应证书的序列号"),
    ),
    row(
        "lines",
        ("4. five lines", "4. 五行"),
        (
            "method, URL, timestamp, nonce, body: each ended by a line break, the last too",
            "方法、URL、时间戳、随机串、报文，每行（含最后一行）都以换行结束",
        ),
    ),
    row(
        "url",
        ("5. the URL", "5. 请求路径（URL）"),
        (
            "the path without host, variables filled in, with its query, encoded as it is sent",
            "不含域名的路径，变量已替换，带查询串，按实际发送的编码",
        ),
    ),
    row(
        "timestamp",
        ("6. timestamp and nonce", "6. 时间戳与随机串"),
        (
            "the same as in the header; seconds, and the clock right within 5 minutes",
            "与请求头一致；单位为秒，时钟误差在 5 分钟内",
        ),
    ),
    row(
        "body",
        ("7. the body", "7. 报文"),
        (
            "byte for byte what is sent; parsed and written again it is another",
            "与实际发送的字节完全一致；解析后再序列化就变了",
        ),
    ),
    row("upload", ("8. uploads", "8. 上传"), ("the part `meta` alone is signed", "只对 meta 部分签名")),
    row("header", ("9. the header", "9. 请求头"), ("Authorization stands on one line", "Authorization 写在同一行")),
];

/// The member `sign` of the document.
pub(super) fn json(information: &SignInformation, sent: Option<&[u8]>, differences: &[Difference]) -> Value {
    let of = |difference: &Difference| {
        json!({"line": difference.line(), "name": difference.name(), "gateway": difference.gateway(), "sent": difference.sent(),
            "hint": difference.hint()})
    };
    json!({
        "gateway": {"method": information.method(), "url": information.url(), "length": information.length(), "message": information.message()},
        "sent": sent.map(|sent| json!({"length": sent.len(), "message": String::from_utf8_lossy(sent)})),
        "differs": differences.iter().map(of).collect::<Vec<_>>(),
    })
}

/// What a hint means, in English and Chinese.
pub(super) fn hint(word: &str) -> (&'static str, &'static str) {
    match word {
        "method" => ("another method was signed than sent", "签名用的方法与实际请求不同"),
        "query_missing" => ("the query was not signed", "签名时漏了查询串"),
        "host_in_path" => ("the host was signed with the path", "签名的 URL 多了域名"),
        "placeholder" => ("a variable was not filled in", "路径变量没有替换"),
        "encoding" => ("the URL was encoded otherwise than sent", "URL 编码与实际请求不同"),
        "milliseconds" => ("the timestamp is in milliseconds, expected seconds", "时间戳用了毫秒，应为秒"),
        "newline_missing" => ("the last line break is missing", "缺少最后的换行"),
        "newline_extra" => ("there is a line break too many", "末尾多了一个换行"),
        _ => ("another body was signed than sent", "签名的报文与实际发送的不同"),
    }
}
