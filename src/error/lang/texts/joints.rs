//! How texts are joined to one sentence: each hole with a `+` holds a text that is known, or a name.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    ("{}; {}", "{+}；{+}"),
    ("{}: {}", "{+}：{+}"),
    ("{}, {}", "{+}、{+}"),
    ("{} {}", "{=} {!}"),
    ("{} by way of {}", "{=}（经由 {=}）"),
    ("{} (Request-ID {})", "{+} (Request-ID {=})"),
    ("{} at line {} column {}", "{+}（第 {1} 行第 {2} 列）"),
    ("{} [unverified]", "{+} [应答未验签]"),
    ("outcome unknown, query before repeating: {}", "结果未知，重试前请先查单：{+}"),
    ("the gateway refused with {}", "网关拒绝了请求：{}"),
    ("the gateway refused with {} and {}", "网关拒绝了请求：{}，{+}"),
    ("{} (field {})", "{+}（字段 {=}）"),
    ("{} (field {}: {})", "{+}（字段 {=}：{}）"),
    ("{} (field {} in {})", "{+}（字段 {=}，位于 {=}）"),
    ("{} (field {} in {}: {})", "{+}（字段 {=}，位于 {=}：{}）"),
    (
        "{}, so nothing could check the file; `download_url` downloads it all the same",
        "{+}，因此无从校验文件；用 `download_url` 仍可下载",
    ),
    // transport/proxy.rs
    (
        "{}, expected `http://host:port` or `socks5://host:port`, before the host `user:password@` where it asks for them",
        "{+}，应为 `http://host:port` 或 `socks5://host:port`，需要认证时在主机前加 `user:password@`",
    ),
    // keys/advice.rs
    ("it is turned into the right form by {}", "转换为正确格式的命令：{=}"),
    (
        "its own public half, which is not WeChat Pay's, is written by {}",
        "如需导出它自己的公钥（并非微信支付公钥），命令：{=}",
    ),
    ("the certificate in it is written by {}", "导出其中证书的命令：{=}"),
    ("of apiclient_cert.p12 it is made by {}", "由 apiclient_cert.p12 导出的命令：{=}"),
    ("the merchant's own is made of apiclient_cert.p12 by {}", "由 apiclient_cert.p12 导出商户自己的证书的命令：{=}"),
    ("it is unpacked by {}", "解压的命令：{=}"),
    ("{} (OpenSSL 1 knows no `-legacy`)", "{+}（OpenSSL 1 没有 `-legacy` 选项）"),
];
