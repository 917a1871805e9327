//! Of the room `trust`, and of the platform keys in `protocol/v3/trust.rs`.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // protocol/v3/trust.rs
    (
        "the merchant's own; expected WeChat Pay's: pub_key.pem, or a downloaded platform certificate",
        "商户自己的；应为微信支付的：pub_key.pem，或下载的平台证书",
    ),
    ("a platform key has the serial {serial}, which is {own}", "某个平台公钥的序列号是 {serial}，这是{~own}"),
    ("a platform key is {own}", "某个平台公钥是{~own}"),
    ("the certificate {} ended on {}", "证书 {} 已于 {~} 过期"),
    ("platform_key: {why}", "platform_key：{~why}"),
    ("a platform key's serial is no header text", "平台公钥的序列号不能用作请求头的值"),
    ("platform keys: the serial {} was given with two different keys", "平台公钥：序列号 {} 对应了两个不同的密钥"),
    ("the id {id:?}", "公钥ID {id:?}"),
    ("the id, of {} characters,", "公钥ID（{} 个字符）"),
    ("{shown} is cut off, expected `{PUBLIC_KEY_ID}` and digits", "{~shown} 不完整，应为 `{PUBLIC_KEY_ID}` 加数字"),
    ("{shown} is too long, at most {LONGEST_ID} are expected", "{~shown} 过长，最多 {LONGEST_ID} 个字符"),
    ("{shown} is not of letters, digits and `_`", "{~shown} 含有字母、数字和 `_` 以外的字符"),
    ("the id is empty, expected `{PUBLIC_KEY_ID}` and digits", "公钥ID为空，应为 `{PUBLIC_KEY_ID}` 加数字"),
    (
        "{shown} is the serial of a certificate, which `platform_certificate` is for; a public key's begins with `{PUBLIC_KEY_ID}`",
        "{~shown} 是证书序列号，证书应由 `platform_certificate` 配置；公钥ID以 `{PUBLIC_KEY_ID}` 开头",
    ),
    ("{shown} does not begin with `{PUBLIC_KEY_ID}`", "{~shown} 不以 `{PUBLIC_KEY_ID}` 开头"),
    // trust/
    ("the URL of the certificates is not one", "证书的 URL 无效"),
    ("no answer within {:?}", "{:?} 内没有应答"),
    ("the answer is not the documented JSON{shape}", "应答不是文档所述的 JSON{~shape}"),
    ("the answer holds no certificate that is valid now", "应答中没有当前有效的证书"),
    ("a certificate is not a PEM text", "有一个证书不是 PEM 文本"),
    ("a certificate cannot be read", "有一个证书无法读取"),
    ("the certificate named {named_as:?} has the serial {own}", "标为 {named_as:?} 的证书，其序列号是 {own}"),
    ("nor is it among the certificates that the answer brings", "应答带来的证书中也没有它"),
    (
        "there are none: this merchant uses the WeChat Pay public key: configure platform_key",
        "没有平台证书：该商户使用微信支付公钥：请配置 platform_key",
    ),
    ("the platform certificates: {why}", "平台证书：{~why}"),
    (
        "the platform certificates were fetched for another unknown key less than a minute ago",
        "不到一分钟前，已因另一个未知密钥获取过平台证书",
    ),
    ("it is not among the platform certificates just fetched", "刚获取的平台证书中没有它"),
    ("fetching the platform certificates failed: {why}", "获取平台证书失败：{~why}"),
    ("the platform certificates: not there in time", "平台证书：未能及时获得"),
    ("the platform certificates: the background task ended", "平台证书：后台任务已结束"),
    ("the certificate store panicked", "证书存储发生 panic"),
    ("no answer could be verified: {ended}; nothing was sent", "无法对任何应答验签：{~ended}；请求未发送"),
];
