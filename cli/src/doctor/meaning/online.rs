//! The checks of what comes over a network.

use super::{Meaning, row};

pub(super) const ROWS: &[Meaning] = &[
    row(
        "dns",
        (
            "the gateway's name has no address; one of WeChat Pay's at a private address is a warning",
            "网关域名解析不到地址；微信支付域名解析到内网为警告",
        ),
        ("check DNS and the file hosts", "检查 DNS 与 hosts 文件"),
    ),
    row(
        "proxy.connect",
        ("the proxy cannot be reached, or does not connect to the gateway", "代理无法连接，或不肯连到网关"),
        ("check the proxy, its user and password, and what it allows", "检查代理地址、账号与放行规则"),
    ),
    row(
        "tcp",
        (
            "no connection to the gateway: refused, no route, no answer within 5 s",
            "无法连到网关：被拒绝、无路由或 5 秒内无应答",
        ),
        ("let the firewall pass outgoing connections to port 443", "防火墙放行出站 443 端口"),
    ),
    row(
        "tls.chain",
        (
            "no TLS, or a certificate that nobody trusted issued: often a device that intercepts connections",
            "TLS 失败，或证书不可信：多为拦截连接的中间设备",
        ),
        ("remove what intercepts, or give its CA by `--ca FILE`", "排除拦截，或用 `--ca 文件` 指定其 CA"),
    ),
    row(
        "tls.name",
        ("the server shows the certificate of another host", "服务器证书属于别的域名"),
        ("check the host of WECHATPAY_BASE_URI and DNS", "检查 WECHATPAY_BASE_URI 的域名与 DNS"),
    ),
    row(
        "http.answer",
        (
            "no answer in time, or one that is not WeChat Pay's: a redirect, a fault, the page of a proxy",
            "超时无应答，或不是微信支付的应答：跳转、故障或代理页面",
        ),
        ("look at what stands between", "检查中间的代理、网关或防火墙"),
    ),
    row(
        "http.speed",
        ("the gateway answers, but only after more than 3 s", "网关应答超过 3 秒"),
        ("check the network", "检查网络"),
    ),
    row(
        "clock.skew",
        (
            "the clock is off the gateway's by more than 300 s, and signatures are refused; from 30 s it is a warning",
            "本机时钟与网关相差超过 300 秒，签名会被拒；超过 30 秒为警告",
        ),
        ("synchronise the clock by NTP", "用 NTP 同步系统时间"),
    ),
    row(
        "access.ip",
        ("403: the gateway does not let this machine's address in", "403：网关不允许本机 IP"),
        ("put the outgoing address on the allow-list (API security)", "在商户平台（API安全）加入 IP 白名单"),
    ),
    row(
        "access.permitted",
        ("403: the merchant may not call", "403：商户没有接口权限"),
        ("open the product's permission in the merchant platform", "在商户平台开通产品权限"),
    ),
    row(
        "sign.accepted",
        (
            "401: the signature is not accepted; header form, timestamp, serial, or a line that differs",
            "401：签名未通过；可能是请求头格式、时间戳、序列号或某一行不同",
        ),
        (
            "merchant number, serial and key, path, time, body, in this order",
            "依次检查商户号、序列号与私钥、路径、时间、报文",
        ),
    ),
    row(
        "answer.signed",
        ("a good answer lacks Wechatpay-* headers: a proxy strips them", "成功应答缺少 Wechatpay-* 头：被中间代理丢弃"),
        ("let the proxy pass them", "让代理放行 Wechatpay-*"),
    ),
    row(
        "certificates.available",
        (
            "the merchant verifies by platform certificates and has none: new merchants have a public key instead",
            "商户用平台证书验签，但没有平台证书：新商户只有公钥",
        ),
        (
            "use the public key: WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_PUBLIC_KEY",
            "改用微信支付公钥：WECHATPAY_PUBLIC_KEY_ID 与 WECHATPAY_PUBLIC_KEY",
        ),
    ),
    row(
        "apiv3key.decrypts",
        (
            "the APIv3 key does not open the platform certificates; without certificates it is not proven, and `wxpay notice decrypt FILE` proves it",
            "APIv3 密钥无法解密平台证书；没有平台证书时无从验证，可用 `wxpay notice decrypt 文件`",
        ),
        ("compare WECHATPAY_API_V3_KEY with the merchant platform", "与商户平台核对 WECHATPAY_API_V3_KEY"),
    ),
    row(
        "platform.current",
        (
            "the gateway lists a platform certificate that is not held, or the newest ends within 30 days",
            "网关列出了本地没有的平台证书，或最新的 30 天内到期",
        ),
        ("`wxpay certs save DIR`", "用 `wxpay certs save 目录` 更新"),
    ),
    row(
        "platform.known",
        ("the answer is signed by a key whose id or serial is not held", "应答由本地没有的公钥或证书签名"),
        (
            "compare WECHATPAY_PUBLIC_KEY_ID; hold both kinds while switching",
            "核对 WECHATPAY_PUBLIC_KEY_ID；灰度期公钥与平台证书都配置",
        ),
    ),
    row(
        "answer.fresh",
        (
            "the answer's timestamp is off by more than 300 s: a cache gave it",
            "应答时间戳相差超过 300 秒：多为缓存代理",
        ),
        ("let the cache pass the gateway's answers", "不要缓存网关应答"),
    ),
    row(
        "answer.verified",
        (
            "the signature does not match the key: another key, or a body that was changed on the way",
            "签名与公钥不匹配：公钥不对，或应答被改写",
        ),
        ("compare WECHATPAY_PUBLIC_KEY; look at what stands between", "核对 WECHATPAY_PUBLIC_KEY；检查中间设备"),
    ),
    row(
        "echo.accepted",
        ("the gateway refuses its self test", "网关拒绝了自检"),
        ("see what the gateway says", "按网关返回的原文处理"),
    ),
    row(
        "encrypt.accepted",
        ("the gateway does not open what was encrypted for it", "网关无法解开敏感字段"),
        ("compare the key that encrypts and its id", "核对加密公钥与其 ID"),
    ),
    row(
        "decrypt.answer",
        (
            "what the gateway encrypted for the merchant does not open: its certificate was renewed",
            "网关返回的密文解不开：商户证书已更换",
        ),
        ("use key and serial of the present certificate", "改用当前证书的私钥与序列号"),
    ),
    row(
        "notify_url.resolves",
        ("the host of the notify URL has no address", "回调域名解析不到地址"),
        ("set DNS", "配置 DNS"),
    ),
    row(
        "notify_url.connects",
        (
            "the notify URL takes no connection, or its TLS certificate is not trusted",
            "回调地址无法连接，或其证书不可信",
        ),
        ("firewall, and the whole chain of a public certificate", "检查防火墙与证书链"),
    ),
    row(
        "notify_url.speed",
        ("the handler does not answer within 5 s; from 3 s it is a warning", "回调 5 秒内没有应答；超过 3 秒为警告"),
        ("store, answer, then work", "先落库并应答，再异步处理"),
    ),
    row(
        "notify_url.redirect",
        ("the notify URL redirects, and WeChat Pay does not follow", "回调地址跳转，微信支付不会跟随"),
        ("give the final URL", "填写最终地址"),
    ),
    row(
        "notify_url.route",
        ("404, 405 or 410: no handler takes a POST there", "404、405 或 410：没有处理 POST 的程序"),
        ("check path and method of the route", "检查路由与请求方法"),
    ),
    row(
        "notify_url.refuses_forged",
        ("the handler accepts a notice that nobody at WeChat Pay signed", "接受了并非微信支付签名的通知"),
        ("verify the signature first", "先验签再处理"),
    ),
];
