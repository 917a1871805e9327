//! The checks of WeChat Pay's keys, the symmetric keys, and the notify URL as it is written.

use super::{Meaning, row};

pub(super) const ROWS: &[Meaning] = &[
    row(
        "publickey.id",
        ("WECHATPAY_PUBLIC_KEY_ID is not `PUB_KEY_ID_` and digits", "WECHATPAY_PUBLIC_KEY_ID 不是 PUB_KEY_ID_ 加数字"),
        ("copy the id from the merchant platform (API security)", "商户平台→API安全 复制公钥 ID"),
    ),
    row(
        "publickey.readable",
        ("the file of WECHATPAY_PUBLIC_KEY cannot be read", "WECHATPAY_PUBLIC_KEY 指向的文件无法读取"),
        ("mend path and permissions", "检查路径与权限"),
    ),
    row(
        "publickey.format",
        (
            "what is there is no RSA public key, a certificate for example; PKCS#1 is a warning, because other SDKs refuse it",
            "内容不是 RSA 公钥（例如是证书）；PKCS#1 为警告，其他 SDK 不接受",
        ),
        (
            "download pub_key.pem, or `wxpay keys convert FILE --to spki`",
            "下载 pub_key.pem，或用 `wxpay keys convert 文件 --to spki`",
        ),
    ),
    row(
        "platform.certificates",
        (
            "one of WECHATPAY_PLATFORM_CERTIFICATE cannot be read or is no certificate of an RSA key",
            "WECHATPAY_PLATFORM_CERTIFICATE 中有无法读取或不是 RSA 证书的",
        ),
        ("fetch them anew: `wxpay certs save DIR`", "用 `wxpay certs save 目录` 重新下载"),
    ),
    row(
        "platform.expiry",
        (
            "no platform certificate is valid now; one that ended, or all that end within 30 days, is a warning",
            "没有当前有效的平台证书；有过期的或 30 天内到期为警告",
        ),
        ("fetch the present ones: `wxpay certs save DIR`", "用 `wxpay certs save 目录` 更新"),
    ),
    row(
        "platform.own_certificate",
        (
            "the key or certificate that answers are verified by is the merchant's own",
            "用来验签的公钥或证书是商户自己的",
        ),
        (
            "use WeChat Pay's: pub_key.pem, or `wxpay certs save DIR`",
            "换成微信支付的：pub_key.pem，或 `wxpay certs save 目录`",
        ),
    ),
    row(
        "apiv3key.length",
        (
            "WECHATPAY_API_V3_KEY is not 32 bytes; whether it is the right one is seen only where something is opened with it",
            "WECHATPAY_API_V3_KEY 不是 32 字节；是否正确要解密时才能看出",
        ),
        ("set the 32 characters as in the merchant platform (API security)", "填写商户平台（API安全）设置的 32 位密钥"),
    ),
    row(
        "apiv3key.characters",
        (
            "the key has other characters than letters and digits, which the merchant platform does not take; outside ASCII no client takes it",
            "密钥含有字母和数字以外的字符，商户平台不接受；含非 ASCII 字符则无法使用",
        ),
        ("set a new APIv3 key", "重新设置 APIv3 密钥"),
    ),
    row(
        "apiv3key.distinct",
        ("WECHATPAY_API_V3_KEY and WECHATPAY_SECRET are the same", "WECHATPAY_API_V3_KEY 与 WECHATPAY_SECRET 相同"),
        ("set two different keys", "两个密钥分开设置"),
    ),
    row(
        "secret.length",
        ("WECHATPAY_SECRET, the APIv2 key, is not 32 bytes", "WECHATPAY_SECRET（APIv2 密钥）不是 32 字节"),
        ("set the 32 characters as in the merchant platform", "填写商户平台设置的 32 位密钥"),
    ),
    row(
        "client.builds",
        (
            "the SDK makes no client of these settings, or its key does not verify what it signs",
            "SDK 无法用这些配置创建客户端，或其公钥验不过自己的签名",
        ),
        ("mend the setting that the message names", "按错误信息修正对应配置"),
    ),
    row(
        "notify_url.format",
        (
            "WECHATPAY_NOTIFY_URL is no URL with host and path, is longer than 255 characters, or has a fragment, a user or blanks",
            "WECHATPAY_NOTIFY_URL 不是带域名和路径的网址，超过 255 个字符，或含片段、用户名、空白",
        ),
        ("give a whole URL: https://pay.shop.cn/notify", "填写完整网址：https://pay.shop.cn/notify"),
    ),
    row(
        "notify_url.https",
        ("notices come over http, for everybody on the way to read", "通知走 http 明文"),
        ("use https", "改用 https"),
    ),
    row(
        "notify_url.query",
        ("the URL has a query, which WeChat Pay does not take", "回调地址带有参数，微信支付不接受"),
        ("drop what follows the `?`", "去掉 ? 之后的参数"),
    ),
    row(
        "notify_url.public",
        (
            "nobody outside reaches the host: this machine, a private network, a reserved name",
            "公网无法到达该主机：本机、内网或保留域名",
        ),
        ("use a public name", "使用公网域名"),
    ),
    row(
        "notify_url.apiv3key",
        (
            "there is a notify URL and no APIv3 key: no notice is sent, or can be opened",
            "有回调地址但没有 APIv3 密钥：收不到通知，也无法解密",
        ),
        ("set the APIv3 key", "设置 APIv3 密钥"),
    ),
];
