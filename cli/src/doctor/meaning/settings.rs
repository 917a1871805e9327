//! The checks of settings, keys and the merchant certificate.

use super::{Meaning, row};

pub(super) const ROWS: &[Meaning] = &[
    row(
        "config.source",
        (
            "the env file or the file of a secret cannot be read, or a line is not `NAME=value`; a warning: a variable stands there twice with different values",
            "env 文件或密钥文件无法读取，或某一行不是 `名称=值`；警告：同一变量有两个不同的值",
        ),
        ("fix the line that is named, or the path and permissions of the file", "修正指出的那一行，或文件的路径与权限"),
    ),
    row(
        "config.permissions",
        ("every user of the machine can read an env file that holds a secret", "含密钥的 env 文件所有用户都能读取"),
        ("chmod 600", "执行 chmod 600"),
    ),
    row(
        "env.unknown",
        (
            "a variable that begins with WECHATPAY_ is read by nobody, mostly because its name is misspelt",
            "以 WECHATPAY_ 开头的变量没有程序读取，多为拼写错误",
        ),
        ("rename it to the name that is told, or remove it", "改为提示的名称，或删除它"),
    ),
    row(
        "env.quotes",
        (
            "quotes are part of a value: set by a program that does not take them away, or of a word processor",
            "引号成了值的一部分：多由不去引号的工具写入，或复制自文档",
        ),
        ("remove the quotes", "去掉引号"),
    ),
    row(
        "env.whitespace",
        ("blanks or line breaks stand around a value", "值首尾有空白或换行"),
        ("trim the value", "去掉首尾空白"),
    ),
    row(
        "env.characters",
        ("a value holds characters that nobody sees, or full-width ones", "值里有不可见字符或全角字符"),
        ("type the value again", "重新输入该值"),
    ),
    row(
        "config.complete",
        (
            "variables are missing that the way of verifying needs: by public key, by certificates, or APIv2",
            "所选验签方式（公钥、平台证书或 APIv2）所需的变量不齐",
        ),
        ("set all the names that are told", "补齐指出的全部变量"),
    ),
    row(
        "mchid.format",
        ("WECHATPAY_MCHID is not 8 to 10 digits", "WECHATPAY_MCHID 不是 8–10 位数字"),
        ("the merchant number of the merchant platform", "填写商户平台的商户号"),
    ),
    row(
        "appid.format",
        (
            "WECHATPAY_APPID is not `wx` and 16 lower-case letters or digits",
            "WECHATPAY_APPID 不是 `wx` 加 16 位小写字母或数字",
        ),
        ("the AppID of the official account, mini program or app", "填写公众号、小程序或 App 的 AppID"),
    ),
    row(
        "serial.format",
        (
            "WECHATPAY_SERIAL is not hexadecimal of at most 40 digits; lower case and other lengths are warnings",
            "WECHATPAY_SERIAL 不是 40 位以内的十六进制；小写或长度不足 40 位为警告",
        ),
        (
            "read it from the certificate: `wxpay keys check apiclient_cert.pem`",
            "用 `wxpay keys check apiclient_cert.pem` 查看",
        ),
    ),
    row(
        "base_uri.format",
        (
            "WECHATPAY_BASE_URI is no URL of http or https, or has more than a host: a path, a query, a fragment, a user",
            "WECHATPAY_BASE_URI 不是 http(s) 网址，或含有路径、查询串、片段、用户名",
        ),
        ("scheme and host only: https://api.mch.weixin.qq.com/", "只写协议和域名：https://api.mch.weixin.qq.com/"),
    ),
    row(
        "base_uri.https",
        ("calls leave this machine by http, and everybody on the way reads them", "请求以 http 明文离开本机"),
        ("use https", "改用 https"),
    ),
    row(
        "base_uri.host",
        (
            "the host is an address, or a name that only looks like one of WeChat Pay's",
            "主机是 IP 地址，或只是与微信支付域名相似",
        ),
        ("use the domain name, api.mch.weixin.qq.com", "使用官方域名 api.mch.weixin.qq.com"),
    ),
    row(
        "proxy.scheme",
        ("the proxy in force is not `http://host:port`", "生效的代理不是 `http://主机:端口`"),
        ("an http proxy, or NO_PROXY for the host", "换 http 代理，或设置 NO_PROXY"),
    ),
    row(
        "clock.plausible",
        ("the system's time is before this program was built", "系统时间早于本程序的构建时间"),
        ("set the clock, by NTP", "同步系统时间"),
    ),
    row(
        "key.readable",
        (
            "the file of WECHATPAY_PRIVATE_KEY cannot be read: path, permissions, a folder, `~` that no shell replaced",
            "WECHATPAY_PRIVATE_KEY 指向的文件无法读取：路径、权限、目录，或未展开的 `~`",
        ),
        ("mend path and permissions", "检查路径与权限"),
    ),
    row(
        "key.format",
        (
            "what is there is no RSA private key: a certificate, a public key, an encrypted key, a .p12, a damaged file",
            "内容不是 RSA 私钥：证书、公钥、加密私钥、.p12 或已损坏",
        ),
        ("use apiclient_key.pem, or `wxpay keys convert`", "使用 apiclient_key.pem，或用 `wxpay keys convert` 转换"),
    ),
    row(
        "key.size",
        ("the key is shorter than 2048 bits, or (a warning) longer", "私钥不足 2048 位；超过 2048 位为警告"),
        ("apply for a new certificate", "重新申请证书"),
    ),
    row(
        "key.permissions",
        ("every user of the machine can read the key file", "所有用户都能读取私钥文件"),
        ("chmod 600", "执行 chmod 600"),
    ),
    row(
        "certificate.format",
        (
            "the merchant certificate cannot be read or is none of an RSA key; of one that only lies beside the key it is a warning",
            "商户证书无法读取或不是 RSA 证书；仅放在私钥旁边的为警告",
        ),
        ("use apiclient_cert.pem of the merchant platform", "使用商户平台下载的 apiclient_cert.pem"),
    ),
    row(
        "key.fits_certificate",
        ("private key and merchant certificate are of two different pairs", "私钥与商户证书不是一对"),
        ("take both from one download", "换成同一次下载的证书和私钥"),
    ),
    row(
        "key.fits_serial",
        (
            "WECHATPAY_SERIAL is not the serial of the merchant certificate: an old one, or the platform's",
            "WECHATPAY_SERIAL 不是商户证书的序列号：可能是旧证书或平台证书的",
        ),
        ("set the serial that is told", "改为提示的序列号"),
    ),
    row(
        "cert.expiry",
        (
            "the merchant certificate is not valid now; within 30 days of its end it is a warning",
            "商户证书当前无效；30 天内到期为警告",
        ),
        ("renew it in the merchant platform", "在商户平台更换 API 证书"),
    ),
    row(
        "mchid.match",
        (
            "the certificate was issued to another merchant number than WECHATPAY_MCHID",
            "证书签发给的商户号与 WECHATPAY_MCHID 不同",
        ),
        ("both must be of the same merchant", "商户号与证书须同属一家商户"),
    ),
];
