//! Settings and keys.

use std::time::Duration;

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Certificate, Client, ClientBuilder, PrivateKey, PublicKey};

use crate::Case;

const EC: &str = include_str!("../fixtures/ec_key.pem");
const EC_PUBLIC: &str = include_str!("../fixtures/ec_public.pem");
const SHORT: &str = include_str!("../fixtures/short_key.pem");
const KEY: &str = include_str!("../fixtures/merchant_key.pem");
const PUBLIC: &str = include_str!("../fixtures/wechatpay_public.pem");
const ENDED: &str = include_str!("../fixtures/merchant_cert_ended.pem");

pub(crate) fn cases() -> Vec<Case> {
    [builder(), network(), keys()].into_iter().flatten().collect()
}

fn builder() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let refused = |builder: ClientBuilder| builder.build().unwrap_err();
    vec![
        (
            refused(Client::builder()),
            "缺少配置项：mchid（或 brand_id）、serial、private_key、platform_key（或 platform_certificate，或 auto_certificates）",
        ),
        (
            refused(
                Client::builder().mchid("").serial("").api_v3_key("\"short key\"").secret("x").timeout(Duration::ZERO),
            ),
            "mchid 为空，应为数字；serial 为空，应为十六进制数字；api_v3_key 有 11 字节（ASCII）；应为 32 个 ASCII 字符；首尾有引号；secret 有 1 字节（ASCII）；应为 32 个 ASCII 字符；timeout 为零，应大于零；缺少配置项：private_key、platform_key（或 platform_certificate，或 auto_certificates）",
        ),
        (refused(gateway.builder().mchid("wxd678efh567hg6787")), "mchid 含有数字以外的字符；看起来像是 appid"),
        (refused(gateway.builder().mchid(" 1900000109")), "mchid 首尾有空白或换行，应为数字"),
        (
            refused(gateway.builder().serial("PUB_KEY_ID_0114232134912410000000000000")),
            "serial 填的是微信支付公钥ID（`PUB_KEY_ID_…`），应为商户API证书序列号",
        ),
        (refused(gateway.builder().serial("1900000109")), "serial 填的是商户号，应为商户API证书序列号"),
        (refused(gateway.builder().serial("5F-XY")), "serial 含有十六进制数字以外的字符"),
        (
            refused(gateway.builder().brand_id("40001")),
            "同时给出了 mchid 与 brand_id，只应给出一个：品牌须使用单独的客户端",
        ),
        (
            refused(gateway.builder().platform_key("PUB_KEY_ID_", PublicKey::from_pem(PUBLIC).unwrap())),
            r#"platform_key：公钥ID "PUB_KEY_ID_" 不完整，应为 `PUB_KEY_ID_` 加数字"#,
        ),
        (
            refused(
                gateway
                    .builder()
                    .platform_key("5157F09EFDC096DE15EBE81A47057A7232F1B8E1", PublicKey::from_pem(PUBLIC).unwrap()),
            ),
            r#"platform_key：公钥ID "5157F09EFDC096DE15EBE81A47057A7232F1B8E1" 是证书序列号，证书应由 `platform_certificate` 配置；公钥ID以 `PUB_KEY_ID_` 开头"#,
        ),
        (
            refused(gateway.builder().merchant_identity(ENDED, KEY)),
            "merchant_identity：证书 5E0DED00000000000000000000000000000000E3 已于 2024-12-31T00:00:00Z 过期；自 2020-01-01T00:00:00Z 起有效",
        ),
        (
            refused(gateway.builder().merchant_identity("", KEY)),
            "merchant_identity 无法读取：证书：没有 PEM 文本（`-----BEGIN …-----`）：内容为空；应为证书（例如文件 apiclient_cert.pem）；读取文件请用 `from_path` 或 `load`；应为 apiclient_cert.pem 与 apiclient_key.pem 的内容。由 apiclient_cert.p12 转换：`openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem`，再以 `-nocerts -nodes -out apiclient_key.pem` 执行一次",
        ),
        (
            refused(gateway.builder().connect_timeout(Duration::ZERO).max_concurrent(0)),
            "connect_timeout 为零，应大于零",
        ),
    ]
}

fn network() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let refused = |builder: ClientBuilder| builder.build().unwrap_err();
    vec![
        (refused(gateway.builder().base_uri("ftp://x/")), "base_uri 的协议（scheme）是 `ftp`，应为 `https` 或 `http`"),
        (
            refused(gateway.builder().base_uri("nonsense")),
            r#"base_uri "nonsense" 不是绝对 URI，应为 `https://host/` 或 `http://host/`"#,
        ),
        (
            refused(gateway.builder().backup_uri("http://x/other/")),
            r#"backup_uri "http://x/other/" 的路径与 base_uri 不同，而路径参与签名"#,
        ),
        (
            refused(gateway.builder().egress("https://x", "http://y/")),
            r#"egress 的域名 "https://x" 带有协议（scheme），应只写域名，例如 `api.mch.weixin.qq.com`，其余域名用 `*`"#,
        ),
        (
            refused(gateway.builder().egress("user@x", "http://y/")),
            "egress 的域名带有用户名，应只写域名，例如 `api.mch.weixin.qq.com`，其余域名用 `*`",
        ),
        (
            refused(gateway.builder().egress("x", "y")),
            r#"egress 的域名 `x`：URL "y" 不是绝对 URI，应为 `https://host/` 或 `http://host/`"#,
        ),
        (
            refused(gateway.builder().proxy("socks4://x:1")),
            "proxy 是 SOCKS4 代理，不受支持，应为 `http://host:port` 或 `socks5://host:port`，需要认证时在主机前加 `user:password@`",
        ),
        (
            refused(gateway.builder().proxy("gopher://x:1")),
            "proxy 的协议（scheme）是 `gopher`，不受支持，应为 `http://host:port` 或 `socks5://host:port`，需要认证时在主机前加 `user:password@`",
        ),
        (
            refused(gateway.builder().root_certificate("-----BEGIN NOTHING-----")),
            "root_certificate：读到的是 `NOTHING`，即 base64 已损坏的 PEM 块；应为证书，即 PEM 中的 `CERTIFICATE`",
        ),
    ]
}

fn keys() -> Vec<Case> {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}/with blank", folder.path().display());
    std::fs::create_dir(&path).unwrap();
    let directory = PrivateKey::from_path(&path).unwrap_err();
    assert!(directory.to_string().contains(&path));
    vec![
        (
            PrivateKey::from_pem(EC).unwrap_err(),
            "私钥：读到的是 `PRIVATE KEY`，即 EC 私钥，不是 RSA 密钥；应为商户API私钥，不少于 2048 位的 RSA 密钥（文件 apiclient_key.pem）；由 apiclient_cert.p12 导出的命令：`openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nocerts -nodes -out apiclient_key.pem`（OpenSSL 1 没有 `-legacy` 选项）",
        ),
        (PrivateKey::from_pem(SHORT).unwrap_err(), "私钥：密钥不可用：不足 2048 位"),
        (
            PrivateKey::from_pem("").unwrap_err(),
            "私钥：没有 PEM 文本（`-----BEGIN …-----`）：内容为空；应为商户API私钥（文件 apiclient_key.pem）；读取文件请用 `from_path` 或 `load`",
        ),
        (
            PrivateKey::from_pem(PUBLIC).unwrap_err(),
            "私钥：读到的是 `PUBLIC KEY`，即 RSA 公钥；应为商户API私钥，不少于 2048 位的 RSA 密钥（文件 apiclient_key.pem）；由 apiclient_cert.p12 导出的命令：`openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nocerts -nodes -out apiclient_key.pem`（OpenSSL 1 没有 `-legacy` 选项）",
        ),
        (
            PrivateKey::from_path("/nowhere/apiclient_key.pem").unwrap_err(),
            "私钥：无法读取文件 /nowhere/apiclient_key.pem",
        ),
        (PrivateKey::from_path("/").unwrap_err(), "私钥：无法读取文件（文件名不显示）：这是目录"),
        (
            PrivateKey::load("file://host/key.pem").unwrap_err(),
            "私钥：`file:` URL 指向另一台主机；应为 `file:///` 加绝对路径，或不带 `file://` 的路径",
        ),
        (
            PublicKey::from_pem(EC_PUBLIC).unwrap_err(),
            "公钥：读到的是 `PUBLIC KEY`，即 EC 公钥，不是 RSA 密钥；应为微信支付公钥，不少于 2048 位的 RSA 密钥（文件 pub_key.pem）",
        ),
        (
            PublicKey::from_pem(KEY).unwrap_err(),
            "公钥：读到的是 `PRIVATE KEY`，即 RSA 私钥；应为微信支付公钥，不少于 2048 位的 RSA 密钥（文件 pub_key.pem）；如需导出它自己的公钥（并非微信支付公钥），命令：`openssl pkey -in key.pem -pubout -out public.pem`",
        ),
        (
            PublicKey::from_pem(PUBLIC).unwrap().encrypt(&"x".repeat(1000)).unwrap_err(),
            "文本有 1000 字节，该密钥最多可加密 214 字节",
        ),
        (PrivateKey::from_pem(KEY).unwrap().decrypt("~").unwrap_err(), "密文不是 base64"),
        (PrivateKey::from_pem(KEY).unwrap().decrypt("AAAA").unwrap_err(), "密文已损坏，或加密所用的不是该商户的公钥"),
        (
            Certificate::from_pem(PUBLIC).unwrap_err(),
            "证书：读到的是 `PUBLIC KEY`，即 RSA 公钥；应为证书，即 PEM 中的 `CERTIFICATE`；由 apiclient_cert.p12 导出商户自己的证书的命令：`openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem`（OpenSSL 1 没有 `-legacy` 选项）",
        ),
    ]
}
