//! Of the rooms `client`, `chain` and `error`.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // client/assemble.rs, client/assemble_network.rs
    ("the User-Agent cannot be written", "无法生成 User-Agent"),
    ("missing settings: api_v3_key (auto_certificates needs it)", "缺少配置项：api_v3_key（auto_certificates 需要它）"),
    ("backup_uri {why}", "backup_uri {~why}"),
    (
        "backup_uri {uri:?} has another path than base_uri, and paths are signed",
        "backup_uri {uri:?} 的路径与 base_uri 不同，而路径参与签名",
    ),
    ("backup_uri {uri:?} has another scheme than base_uri", "backup_uri {uri:?} 的协议（scheme）与 base_uri 不同"),
    (
        "{name} is https, which needs the feature `tls` of this crate",
        "{name} 是 https 地址，需要启用本 crate 的 `tls` 特性",
    ),
    (
        "{name} is given beside transport, whose connections are made with another or without; set it by HyperService::builder()",
        "{name} 与 transport 同时给出，但后者的连接没有用它，或用的是另一个值；请通过 HyperService::builder() 设置",
    ),
    (
        "a line without `=`, expected `host=url`, or several of them parted by commas",
        "有一项没有 `=`，应为 `host=url`，多项以逗号分隔",
    ),
    // client/certificates.rs
    ("no platform key {serial:?} is held", "未持有平台公钥 {serial:?}"),
    ("{serial:?} is the last platform key held", "{serial:?} 是仅剩的一个平台公钥"),
    (
        "the certificates refresh themselves only with .auto_certificates()",
        "只有设置了 .auto_certificates()，平台证书才会自动刷新",
    ),
    // client/config.rs
    (
        "; expected are the texts of apiclient_cert.pem and apiclient_key.pem. Of apiclient_cert.p12 they are made by \
     `openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem` and the same with `-nocerts \
     -nodes -out apiclient_key.pem`",
        "；应为 apiclient_cert.pem 与 apiclient_key.pem 的内容。由 apiclient_cert.p12 转换：\
     `openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem`，再以 `-nocerts \
     -nodes -out apiclient_key.pem` 执行一次",
    ),
    (
        "mchid and brand_id are both given, expected one: a brand has a client of its own",
        "同时给出了 mchid 与 brand_id，只应给出一个：品牌须使用单独的客户端",
    ),
    ("a brand has no platform certificates; expected platform_key", "品牌没有平台证书；应配置 platform_key"),
    ("auto_certificates is given with brand_id: {expected}", "auto_certificates 与 brand_id 同时给出：{~expected}"),
    ("is the mchid, expected the serial of the merchant API certificate", "填的是商户号，应为商户API证书序列号"),
    ("{name} is zero, expected some time", "{name} 为零，应大于零"),
    ("merchant_identity cannot be read: {error}", "merchant_identity 无法读取：{~error}"),
    ("merchant_identity cannot be read: {error}{OF_P12}", "merchant_identity 无法读取：{~error}{~OF_P12}"),
    ("{identity}: the key is not the one of the certificate", "{identity}：私钥与证书不匹配"),
    ("{name} is {serial}, but that of {identity} is {found}", "{name} 是 {serial}，但 {identity} 的序列号是 {found}"),
    ("{name} is not the key of the certificate in {identity}", "{name} 与 {identity} 中的证书不匹配"),
    ("mchid (or brand_id)", "mchid（或 brand_id）"),
    (
        "platform_key (or platform_certificate, or auto_certificates)",
        "platform_key（或 platform_certificate，或 auto_certificates）",
    ),
    ("api_v3_key (auto_certificates needs it)", "api_v3_key（auto_certificates 需要它）"),
    ("missing settings: {}", "缺少配置项：{~}"),
    // client/env.rs
    ("missing in the environment: {}", "环境变量中缺少：{~}"),
    // client/setting.rs
    ("{fault}; it looks like an appid", "{~fault}；看起来像是 appid"),
    ("digits", "数字"),
    ("letters and digits", "字母和数字"),
    ("not all ASCII", "含有非 ASCII 字符"),
    ("; there are blanks or line breaks around it", "；首尾有空白或换行"),
    ("; there are quotes around it", "；首尾有引号"),
    (
        "; it looks like hexadecimal of the key: give the text that was set in the merchant platform",
        "；看起来是密钥的十六进制形式：请填写在商户平台设置的原文",
    ),
    (
        "; it looks like base64 of the key: give the text that was set in the merchant platform",
        "；看起来是密钥的 base64 形式：请填写在商户平台设置的原文",
    ),
    ("; it is a PEM text, which is another kind of key", "；这是 PEM 文本，属于另一种密钥"),
    ("; there are blanks or line breaks in it", "；其中有空白或换行"),
    (
        "has {} bytes, {kind}; expected {KEY_LENGTH} ASCII characters{hint}",
        "有 {} 字节（{~kind}）；应为 {KEY_LENGTH} 个 ASCII 字符{~hint}",
    ),
    ("is empty, expected {expected}", "为空，应为 {~expected}"),
    ("has {} characters, expected at most {LONGEST_ID}", "有 {} 个字符，最多 {LONGEST_ID} 个"),
    ("has blanks or line breaks around it, expected {expected}", "首尾有空白或换行，应为 {~expected}"),
    ("has other characters than {expected}", "含有{~expected}以外的字符"),
    // client/warm_up.rs, client/encrypt.rs
    ("not warmed up within {timeout:?}", "未能在 {timeout:?} 内完成预热"),
    ("decrypting needs private_key", "解密需要 private_key"),
    // chain/
    ("the path value `.arg(…)` at place {position} {flaw}", "第 {position} 段路径值 `.arg(…)` {~flaw}"),
    ("encrypt: the pointer {pointer:?} does not begin with `/`", "encrypt：JSON 指针 {pointer:?} 不以 `/` 开头"),
    ("pages: the limit is 0, expected at least one item a page", "pages：limit 为 0，每页至少应有一项"),
    (
        "pages: `offset` and `limit` are APIv3's, the path starts with `v2`",
        "pages：`offset` 与 `limit` 属于 APIv3，而路径以 `v2` 开头",
    ),
    ("pages: the query has `{name}` twice", "pages：查询参数中有两个 `{name}`"),
    (
        "pages: the query's `{name}` is no whole number, expected one such as 20",
        "pages：查询参数 `{name}` 不是整数，应为如 20 的整数",
    ),
    (
        "pages: the query says limit={other}, pages({limit}) another; say it in one place",
        "pages：查询参数写的是 limit={other}，而 pages({limit}) 与之不同；只应在一处指定",
    ),
    // error/
    ("a layer of the application failed", "应用的中间层出错"),
    ("outcome unknown, query before repeating: ", "结果未知，重试前请先查单："),
    ("a boolean", "布尔值"),
    ("a number", "数字"),
    ("a string", "字符串"),
    ("an array", "数组"),
    ("an object", "对象"),
    ("an empty body", "应答体为空"),
    ("{length} bytes without a code", "应答体 {length} 字节，没有错误码"),
    ("{length} bytes of a web page: {words:?}", "应答体 {length} 字节，是网页：{words:?}"),
];
