//! Of the rooms `notice` and `pay_params`.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // notice/
    (
        "notifications are decrypted with the APIv3 key: api_v3_key is missing",
        "解密回调通知需要APIv3密钥：缺少 api_v3_key",
    ),
    (
        "the notification is longer than {limit} bytes, or than a limit of the server; see axum::Notify",
        "回调通知超过 {limit} 字节，或超过服务器的限制；参见 axum::Notify",
    ),
    ("the notification broke off in its body", "回调通知的请求体中断"),
    ("the resource: {}", "通知的 resource：{~}"),
    (
        "{pointer} of the notification is {found}, expected {expected}",
        "回调通知的 {pointer} 为 {~found}，应为 {expected}",
    ),
    ("absent", "缺失"),
    (
        "a notification is verified here by a platform key; with a Verifier use notice_async",
        "此处以平台公钥对回调通知验签；使用 Verifier 时请用 notice_async",
    ),
    ("the download of the platform certificates", "平台证书的下载"),
    ("the Verifier", "验签器 Verifier "),
    (
        "the notification could not be verified within {limit:?}: {by} took too long",
        "未能在 {limit:?} 内完成回调通知的验签：{~by}耗时过长",
    ),
    (
        "; {name} was handed over with a line break or another character that no header has",
        "；传入的 {name} 含有换行或请求头中不会出现的字符",
    ),
    ("the local clock is before 1970", "本机时钟早于 1970 年"),
    ("api_v3_key is missing", "缺少 api_v3_key"),
    ("the notification", "回调通知"),
    ("the notification's resource: {error}", "回调通知的 resource：{~error}"),
    ("the decrypted resource", "解密后的 resource"),
    ("the signer failed for a reply", "对回调应答签名时，签名器出错"),
    // pay_params/
    (
        "package_info is percent-encoded already, expected the text of the transfer's answer as it came",
        "package_info 已经过百分号编码，应为转账应答中的原文",
    ),
    ("{name} is {what}", "{=name} 为{!what}"),
    ("empty", "空"),
    ("blank", "空白"),
    ("{name} has a control character, such as a line's end", "{name} 含有控制字符，例如换行"),
    (
        "prepay_id already starts with `prepay_id=`, expected the bare id of the order's answer",
        "prepay_id 已带有 `prepay_id=` 前缀，应为下单应答中的标识本身",
    ),
    ("coupons is empty", "coupons 为空"),
    ("fields is empty", "fields 为空"),
    ("the field {name:?} stands twice, or is the signature's own", "字段 {name:?} 重复，或是签名自身的字段"),
    ("these parameters are signed with the APIv2 key: secret is missing", "这些参数以APIv2密钥签名：缺少 secret"),
    (
        "payment parameters are signed with private_key; a Signer does it by the `_async` methods",
        "调起支付参数以 private_key 签名；使用 Signer 时请用 `_async` 方法",
    ),
    ("the signer failed for the payment parameters", "对调起支付参数签名时，签名器出错"),
];
