//! Of the rooms `request` and `uri`.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // request/authorization.rs
    ("the signer failed; nothing was sent", "签名器出错；请求未发送"),
    ("the signer failed", "签名器出错"),
    ("the Authorization header cannot be written", "无法生成 Authorization 请求头"),
    // request/description.rs
    (
        "a path never decides the host: expected `v3/…`, found an absolute URL or a path starting `//`",
        "路径不能决定主机：应为 `v3/…`，却是绝对 URL 或以 `//` 开头的路径",
    ),
    ("{message}; `.base_uri(…)` names another host", "{~message}；如需指定其他主机，请用 `.base_uri(…)`"),
    // request/encrypt_fields.rs, request/encrypt_query.rs, request/encryption.rs, request/known.rs
    (
        "Wechatpay-Serial names a key to encrypt with that is no longer in force: {ended}",
        "Wechatpay-Serial 指定的加密公钥已失效：{~ended}",
    ),
    (
        "Wechatpay-Serial names the key {serial:?} to encrypt with; this client holds {held}",
        "Wechatpay-Serial 指定以公钥 {serial:?} 加密；此客户端持有的是 {held}",
    ),
    ("encrypting needs a platform key that is in force: {ended}", "加密需要有效的平台公钥：{~ended}"),
    ("encrypting needs a platform key, and this client holds none yet", "加密需要平台公钥，而此客户端尚未持有"),
    (
        "encrypt: {pointer} is ciphertext already, and encrypting twice is never meant; leave it to encrypt_known",
        "encrypt：{pointer} 已是密文，不应重复加密；请交由 encrypt_known 处理",
    ),
    ("is an object, expected an array for the `*` of {next}", "是对象，而 {next} 中的 `*` 要求数组"),
    ("is an array, which has no member {part:?}", "是数组，没有成员 {part:?}"),
    ("is {}, so it has no {next}", "是 {~}，因此没有 {next}"),
    ("is empty; leave it out, or use encrypt_if_present", "为空；请去掉该字段，或用 encrypt_if_present"),
    ("is {}, expected a string", "是 {~}，应为字符串"),
    ("{}: the payload has no {pointer}", "{}：请求体中没有 {pointer}"),
    ("the payload", "请求体"),
    (
        "encrypt_query: no query parameter {name:?} was added by `.query`",
        "encrypt_query：没有用 `.query` 添加过查询参数 {name:?}",
    ),
    ("encrypt_known: the query parameter {name:?} {why}", "encrypt_known：查询参数 {name:?} {~why}"),
    (
        "is a list, expected one text; a comma in a text is given by `.var` or `.query`",
        "是列表，应为单个文本；含逗号的文本请用 `.var` 或 `.query` 给出",
    ),
    ("is not UTF-8", "不是 UTF-8"),
    (
        "encrypt_query: {name:?} is ciphertext already, and encrypting twice is never meant; leave it to encrypt_known",
        "encrypt_query：{name:?} 已是密文，不应重复加密；请交由 encrypt_known 处理",
    ),
    ("the payload is not JSON, so it has no fields to encrypt", "请求体不是 JSON，没有可加密的字段"),
    (
        "encrypt_known: the payload is an upload, whose parts are not looked into; encrypt a field of its meta with `Client::encrypt`",
        "encrypt_known：请求体是上传的文件，不会查看其各部分；meta 中的字段请用 `Client::encrypt` 加密",
    ),
    ("; the nearest path with {method} is `{template}`", "；{method} 方法中最接近的路径是 `{template}`"),
    (
        "encrypt_known: the catalogue of {date} does not know {method} `{spelled}`, so nobody can say what is to be encrypted{near}; `.encrypt(…)` names the fields",
        "encrypt_known：{date} 的接口目录中没有 {method} `{spelled}`，无从得知哪些字段需要加密{~near}；请用 `.encrypt(…)` 指定字段",
    ),
    // request/headers.rs
    ("there are too many headers", "请求头过多"),
    ("the payload's content type is no header text", "请求体的内容类型不能用作请求头的值"),
    ("the header name {name:?} is not allowed in HTTP", "HTTP 不允许名为 {name:?} 的请求头"),
    ("the header `{name}` is set by the client, not by the caller", "请求头 `{name}` 由客户端设置，调用方不能设置"),
    ("the value of the header `{name}` is not printable ASCII", "请求头 `{name}` 的值含有可打印 ASCII 以外的字符"),
    // request/media.rs
    ("media: {shown} has no file name in Unicode", "media：{shown} 没有 Unicode 文件名"),
    ("media: cannot read {shown}", "media：无法读取 {shown}"),
    ("media: the meta is not a JSON object", "media：meta 不是 JSON 对象"),
    (
        "media: {name} has {length} bytes, at most {LIMIT} can be uploaded",
        "media：{name} 有 {length} 字节，最多可上传 {LIMIT} 字节",
    ),
    // request/merchant.rs
    (
        "this needs a client with mchid; this one has brand_id",
        "此操作需要配置了 mchid 的客户端，而此客户端配置的是 brand_id",
    ),
    (
        "presents the merchant certificate, which needs the feature `tls` of this crate",
        "要出示商户API证书，需要启用本 crate 的 `tls` 特性",
    ),
    (
        "`{path}` is answered only to who presents the merchant certificate: merchant_identity is missing",
        "`{path}` 要求出示商户API证书：缺少 merchant_identity",
    ),
    (
        "`.mtls()` presents the merchant certificate in the TLS handshake, and `{path}` would go over plain http to {}",
        "`.mtls()` 在 TLS 握手时出示商户API证书，而 `{path}` 将以明文 http 发往 {}",
    ),
    (
        "a `brand/…` path needs a client with brand_id; this one has mchid",
        "`brand/…` 路径需要配置了 brand_id 的客户端，而此客户端配置的是 mchid",
    ),
    (
        "`{first}/…` needs a client with mchid; this one has brand_id",
        "`{first}/…` 需要配置了 mchid 的客户端，而此客户端配置的是 brand_id",
    ),
    ("base_uri {why}", "base_uri {~why}"),
    (
        "base_uri is https, which needs the feature `tls` of this crate",
        "base_uri 是 https 地址，需要启用本 crate 的 `tls` 特性",
    ),
    (
        "an APIv3 call needs serial, private_key and a platform key; this client has APIv2 settings only",
        "APIv3 调用需要 serial、private_key 和平台公钥；此客户端只有 APIv2 的配置",
    ),
    // request/payload.rs, request/prepare.rs
    ("the payload cannot be written as JSON", "请求体无法写成 JSON"),
    ("; `()` sends no body", "；不发送请求体请用 `()`"),
    ("the payload is {}, expected a JSON object{hint}", "请求体是 {~}，应为 JSON 对象{~hint}"),
    ("null", "null"),
    ("the gateway refuses null, leave the item out", "网关不接受 null，请去掉该项"),
    ("the payload has null at {pointer}; {refused}", "请求体的 {pointer} 为 null；{~refused}"),
    ("timeout is zero, expected some time", "timeout 为零，应大于零"),
    (
        "the path starts with `v2`: APIv2 (here `{rest}`) needs the feature `v2` of this crate",
        "路径以 `v2` 开头：APIv2（此处为 `{rest}`）需要启用本 crate 的 `v2` 特性",
    ),
    (
        "the verb CONNECT asks a proxy for a tunnel; it is not one of the API",
        "CONNECT 方法用于向代理请求隧道，API 中没有该方法",
    ),
    // uri/base_uri.rs
    ("names a user, expected only a host", "含有用户名，应只有主机"),
    (
        "{text:?} is no absolute URI, expected `https://host/` or `http://host/`",
        "{text:?} 不是绝对 URI，应为 `https://host/` 或 `http://host/`",
    ),
    ("has the scheme `{scheme}`, expected `https` or `http`", "的协议（scheme）是 `{scheme}`，应为 `https` 或 `http`"),
    ("{text:?} has no host, or a port that is none", "{text:?} 没有主机，或端口无效"),
    ("has a `.` or `..` in its path, expected none", "的路径中含有 `.` 或 `..`，不应有"),
    ("has a query or a fragment, expected none", "带有查询串或片段，不应有"),
    (
        "a URL of {length} bytes cannot be sent: at most 65,534 bytes are possible",
        "URL 有 {length} 字节，无法发送：最多 65,534 字节",
    ),
    ("the path makes no URL", "路径不能构成 URL"),
    // uri/path.rs, uri/target.rs, uri/template.rs, uri/var.rs
    ("`{}` has a path after its query", "`{}` 的查询串之后又有路径"),
    ("the variable `{name}` {flaw}", "变量 `{name}` {~flaw}"),
    ("the path `{text}` is no template: {why}", "路径 `{text}` 不是有效的模板：{~why}"),
    ("; given: {}", "；已给出：{~}"),
    ("the variable `{name}` of `{text}` has no value{given}", "`{text}` 中的变量 `{name}` 没有取值{~given}"),
    ("the path has a `#`; a fragment is never sent", "路径中有 `#`；片段不会被发送"),
    ("the path starts with `//`, which would name a host", "路径以 `//` 开头，会被当作主机"),
    ("the path is empty, expected one such as `v3/certificates`", "路径为空，应为如 `v3/certificates` 的路径"),
    (
        "the path has a `.` or `..` segment; what is signed must be what arrives",
        "路径中含有 `.` 或 `..` 路径段；签名的内容必须与到达的一致",
    ),
    ("a `{` is not closed", "有一个 `{` 没有闭合"),
    ("a `}` closes nothing", "有一个多余的 `}`"),
    ("`{{{text}}}` is not an RFC 6570 expression", "`{{{text}}}` 不是 RFC 6570 表达式"),
    ("variable `{name}` is a list or map, which has no prefix", "变量 `{name}` 是列表或映射，没有前缀可取"),
    ("is empty", "为空"),
    ("is a dot segment, which changes the path", "是点路径段，会改变路径"),
    ("is an empty list", "是空列表"),
    ("has an empty item", "含有空项"),
    ("is an empty map", "是空映射"),
    ("is null", "为 null"),
    ("has a list or an object inside a list or an object", "在列表或对象中又含有列表或对象"),
];
