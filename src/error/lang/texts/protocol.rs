//! Of the room `protocol`, without APIv2 and the platform keys: verification, its likeliest causes, the gateway's side.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // protocol/gateway/
    ("the ciphertext is not base64", "密文不是 base64"),
    ("the ciphertext is damaged, or was encrypted for another platform key", "密文已损坏，或加密所用的是另一平台公钥"),
    ("no encrypted object", "不是加密对象"),
    ("the nonce has {} bytes, expected {NONCE}", "随机串有 {} 字节，应为 {NONCE} 字节"),
    ("api_v3_key has {} bytes, expected 32", "api_v3_key 有 {} 字节，应为 32 字节"),
    // protocol/rewritten.rs
    (
        "its body is not UTF-8; likely it was decoded or written in another charset, such as GBK",
        "报文不是 UTF-8；可能以 GBK 等其他字符集解码或写出过",
    ),
    (
        "its body has replacement characters (U+FFFD); likely it was decoded in another charset",
        "报文中有替换字符（U+FFFD）；可能以其他字符集解码过",
    ),
    (
        "its body was decoded as Latin-1; hand over the bytes, or decode them as UTF-8",
        "报文被按 Latin-1 解码；请传入原始字节，或按 UTF-8 解码",
    ),
    (
        "its JSON has blanks between its members; likely it was parsed and written again",
        "JSON 的成员之间有空白；可能被解析后重新序列化",
    ),
    (
        "its JSON has characters escaped with `\\`; likely it was parsed and written again",
        "JSON 中有以 `\\` 转义的字符；可能被解析后重新序列化",
    ),
    (
        "its body has a blank or line break before or after the JSON, likely added on the way",
        "JSON 前后有空白或换行，可能是途中添加的",
    ),
    (
        "its body is no JSON but the print of a parsed object, such as `{'a': 1}` or `{a=1}`",
        "报文不是 JSON，而是解析后对象的打印结果，例如 `{'a': 1}` 或 `{a=1}`",
    ),
    (
        "its body is JSON whose quotes were escaped; likely a filter against scripts did it",
        "报文是引号被转义的 JSON；可能是防脚本过滤器所为",
    ),
    (
        "its body ends early; likely it was cut off by a limit, or read in part",
        "报文提前结束；可能因长度限制被截断，或只读取了一部分",
    ),
    ("its body begins as JSON and is none; likely it was changed", "报文开头像 JSON 但并不是；可能被改动过"),
    // protocol/shape.rs
    ("its body is empty", "报文为空"),
    (
        "likely a framework or middleware read it before: take the raw bytes before anything parses them",
        "可能已被框架或中间件读取：请在解析之前取得原始字节",
    ),
    ("likely a proxy or layer on the way took it", "可能被途中的代理或中间层取走"),
    ("its body is base64", "报文是 base64"),
    (
        "API gateways and serverless platforms hand it over so (isBase64Encoded): decode it first",
        "API 网关和无服务器平台会这样传递（isBase64Encoded）：请先解码",
    ),
    ("likely a gateway on the way encoded it: switch that off", "可能被途中的网关编码：请关闭该功能"),
    ("its body is UTF-16", "报文是 UTF-16"),
    ("likely it was decoded and written again: hand over the raw bytes", "可能被解码后重新写出：请传入原始字节"),
    (
        "likely a proxy or layer on the way wrote it again: switch that off",
        "可能被途中的代理或中间层重新写出：请关闭该功能",
    ),
    ("its body is an HTML page", "报文是 HTML 页面"),
    (
        "likely it is no notification, but what a proxy, firewall or login portal answered",
        "可能不是回调通知，而是代理、防火墙或登录门户返回的内容",
    ),
    (
        "likely a proxy, firewall or login portal on the way answered: look at what is between here and the gateway",
        "可能是途中的代理、防火墙或登录门户作出的应答：请检查此处与网关之间的设备",
    ),
    ("its body is XML whose `<` was escaped", "报文是 `<` 被转义的 XML"),
    ("likely a filter against scripts did it: hand over the raw bytes", "可能是防脚本过滤器所为：请传入原始字节"),
    ("likely a filter on the way did it: switch that off", "可能是途中的过滤器所为：请关闭该功能"),
    ("its body is a JSON string", "报文是 JSON 字符串"),
    ("likely it was encoded a second time: hand over the raw bytes", "可能被再次编码：请传入原始字节"),
    (
        "likely a proxy or layer on the way encoded it a second time: switch that off",
        "可能被途中的代理或中间层再次编码：请关闭该功能",
    ),
    ("its body is a form", "报文是表单"),
    (
        "likely a framework or gateway read it as one: hand over the raw bytes",
        "可能被框架或网关当作表单读取：请传入原始字节",
    ),
    ("likely a proxy on the way wrote it so: switch that off", "可能被途中的代理写成这样：请关闭该功能"),
    ("its body is a multipart form", "报文是 multipart 表单"),
    ("its body is no text", "报文不是文本"),
    (
        "likely it is compressed or encrypted: hand over the raw bytes of the plain body",
        "可能经过压缩或加密：请传入未压缩、未加密报文的原始字节",
    ),
    (
        "likely a proxy or layer on the way compressed or encrypted it: switch that off",
        "可能被途中的代理或中间层压缩或加密：请关闭该功能",
    ),
    ("decompress it first", "请先解压"),
    ("a proxy or layer on the way compresses: switch that off", "途中的代理或中间层做了压缩：请关闭该功能"),
    (
        "its body is compressed ({name}), and what is signed are the plain bytes; {remedy}",
        "报文经过压缩（{name}），而签名的是未压缩的字节；{~remedy}",
    ),
    (
        "it has Content-Encoding {name}; likely something on the way compressed or rewrote its body, and what is signed are the bytes as WeChat Pay wrote them",
        "带有 Content-Encoding {name}；报文可能在途中被压缩或改写，而签名的是微信支付发出的原始字节",
    ),
    // protocol/v3/cause.rs
    ("the answer", "应答"),
    ("{what} is not verified: {self}{cause}", "{~what}未通过验签：{~self}{~cause}"),
    ("expected Unix seconds", "应为以秒为单位的 Unix 时间戳"),
    ("it seems to be in milliseconds, expected seconds", "似乎以毫秒为单位，应为秒"),
    ("is the local clock right?", "本机时钟是否准确？"),
    ("{name} is there, but is empty or no ASCII text", "有 {name}，但为空或不是 ASCII 文本"),
    (
        "{name} is there as {:?}, likely renamed by CGI, WSGI or a proxy: hand it over under its own name",
        "{name} 以 {:?} 为名出现，可能被 CGI、WSGI 或代理改名：请以原名传入",
    ),
    ("no header at all was handed over; names are compared without case", "没有传入任何请求头；名称比较不区分大小写"),
    ("a proxy that strips headers is a frequent cause", "常见原因是代理去掉了这些头"),
    ("hand over the header's text as it came", "请原样传入请求头的值"),
    ("likely a proxy or layer on the way changed it", "可能被途中的代理或中间层改动"),
    ("is there more than once", "出现了多次"),
    ("its {name} {how}", "其 {name} {~how}"),
    (
        "that is the merchant's own certificate, with which WeChat Pay signs nothing: likely the headers of a request were handed over, or this is forged",
        "这是商户自己的证书，微信支付不会用它签名：可能误传了请求自身的头，或这是伪造的",
    ),
    ("its `PUB_KEY_ID_` was cut off", "开头的 `PUB_KEY_ID_` 被去掉了"),
    ("it is the same in another spelling", "是同一个值的另一种写法"),
    (
        "likely it is meant for another merchant or brand, or the WeChat Pay public key was replaced: compare the id in the merchant platform with platform_key",
        "可能是发给另一商户或品牌的，或微信支付公钥已更换：请核对商户平台上的公钥ID与 platform_key",
    ),
    ("that is a WeChat Pay public key: configure it with platform_key", "这是微信支付公钥：请用 platform_key 配置"),
    (
        "that is a platform certificate, or another merchant's: configure auto_certificates or platform_certificate, both kinds sign while a merchant changes over",
        "这是平台证书，或属于另一商户：请配置 auto_certificates 或 platform_certificate，商户切换期间两种都会用于签名",
    ),
    (
        "likely it is a newer platform certificate, or another merchant's: auto_certificates fetches new ones",
        "可能是更新的平台证书，或属于另一商户：auto_certificates 会获取新证书",
    ),
    (
        "it has blanks where base64 has `+`, so it was decoded as part of a form or URL",
        "base64 中的 `+` 变成了空格，说明被当作表单或 URL 的一部分解码过",
    ),
    ("it is written in the URL alphabet of base64", "使用了 base64 的 URL 字母表"),
    ("it has {} bytes, expected {SIGNATURE}; likely it was cut off", "有 {} 字节，应为 {SIGNATURE} 字节；可能被截断"),
    (
        "it has {} characters, expected {SIGNATURE_TEXT}; likely it was cut off",
        "有 {} 个字符，应为 {SIGNATURE_TEXT} 个；可能被截断",
    ),
    (
        "the key held under that id is not WeChat Pay's: compare it with the merchant platform",
        "以该 ID 持有的密钥不是微信支付的：请与商户平台核对",
    ),
    (
        "if a framework parsed the JSON and wrote it again, hand over the raw bytes instead; if not, it is forged, or {other}",
        "如果框架把 JSON 解析后重新序列化过，请改为传入原始字节；否则就是伪造的，或者{~other}",
    ),
    ("it was changed on the way, or {other}", "报文在途中被改动，或者{~other}"),
    (
        "its body is XML, so likely it is a notification of APIv2: read it with notice_v2",
        "报文是 XML，可能是 APIv2 的回调通知：请用 notice_v2 读取",
    ),
    (
        "its body is XML, so likely the endpoint is one of APIv2, whose paths begin with `v2/` here",
        "报文是 XML，可能是 APIv2 的接口，其路径以 `v2/` 开头",
    ),
    ("; hand over the raw bytes instead", "；请改为传入原始字节"),
    ("; a proxy or layer on the way must leave it as it is", "；途中的代理或中间层不得改动报文"),
    (
        "its body begins with a byte order mark, likely added when it was saved or decoded",
        "报文开头有字节顺序标记（BOM），可能在保存或解码时添加",
    ),
    (
        "its Content-Length is {announced} and its body has {found} bytes, so it was changed or cut off",
        "Content-Length 为 {announced}，而报文有 {found} 字节，说明被改动或截断",
    ),
    (
        "its body is the whole event of an API gateway: hand over the event's `body`, decoded where isBase64Encoded says so",
        "报文是 API 网关的整个事件：请传入事件的 `body`，并按 isBase64Encoded 解码",
    ),
    (
        "its body is a notification of APIv2 turned into JSON: give the raw XML to notice_v2",
        "报文是转成 JSON 的 APIv2 回调通知：请把原始 XML 交给 notice_v2",
    ),
    (
        "its resource is decrypted already: hand over the raw bytes as they came",
        "其 resource 已经解密：请原样传入收到的字节",
    ),
    (
        "its body is only the `resource` of a notification: hand over the whole body",
        "报文只是回调通知的 `resource`：请传入完整报文",
    ),
    (
        "its body is likely the decrypted resource: hand over the whole body as it came, encrypted",
        "报文可能是解密后的 resource：请原样传入完整的加密报文",
    ),
    ("has blanks around it", "首尾有空白"),
    ("is in quotes", "带有引号"),
    ("is there more than once, joined by a comma", "出现了多次，以逗号相连"),
    ("is printed as a list", "被打印成列表"),
    ("is percent-encoded", "经过百分号编码"),
    // protocol/v3/envelope.rs
    ("the algorithm {:.32?} is not supported, expected AEAD_AES_256_GCM", "不支持算法 {:.32?}，应为 AEAD_AES_256_GCM"),
    ("the nonce is not of 12 bytes", "随机串不是 12 字节"),
    (
        "it does not decrypt: is api_v3_key the APIv3 key of this merchant? likely it is another merchant's or brand's, or the key was changed in the merchant platform",
        "无法解密：api_v3_key 是否为该商户的APIv3密钥？可能属于另一商户或品牌，或已在商户平台更换",
    ),
    // protocol/v3/sign.rs
    (
        "line {} ({name}) of the text that the gateway saw signed is another from its character {character} on",
        "网关验签所用的签名串，第 {} 行（{name}）从第 {character} 个字符起与本机不同",
    ),
    (
        "the text that the gateway saw signed has {found} bytes, ours {sent}: line 5 (body) was changed on the way",
        "网关验签所用的签名串有 {found} 字节，本机的有 {sent} 字节：第 5 行（body）在途中被改动",
    ),
    ("behind", "慢"),
    ("ahead of", "快"),
    (
        "line 3 (timestamp): the local clock is {} s {side} the gateway's",
        "第 3 行（timestamp）：本机时钟比网关{~side} {} 秒",
    ),
    (
        "the gateway saw the same text signed: is the private key the one of the serial, and both the merchant's?",
        "网关验签所用的签名串与本机相同：私钥与证书序列号是否匹配，且都属于该商户？",
    ),
    // protocol/v3/verify.rs
    (
        "; it begins WECHATPAY/SIGNTEST/, so it is one of WeChat Pay's probes",
        "；它以 WECHATPAY/SIGNTEST/ 开头，是微信支付的签名探测流量",
    ),
    ("it lacks {}", "缺少 {}"),
    ("its Wechatpay-Signature-Type {:?} is not supported", "不支持 Wechatpay-Signature-Type {:?}"),
    ("its Wechatpay-Timestamp is not a number of seconds", "Wechatpay-Timestamp 不是秒数"),
    (
        "its timestamp is {skew} s {side} the local clock, more than {window} s",
        "时间戳比本机时钟{~side} {skew} 秒，超过 {window} 秒",
    ),
    ("none", "（无）"),
    (
        "it is signed with the key {:?}, and this client holds {held}",
        "签名所用的密钥是 {:?}，而此客户端持有的是 {~held}",
    ),
    ("it is signed with a key that is no longer in force: {ended}", "签名所用的密钥已失效：{~ended}"),
    ("its signature is not base64{}", "签名不是 base64{~}"),
    ("its signature does not match the key {serial}{}", "签名与密钥 {serial} 不匹配{~}"),
    (
        "the SHA-1 of the statement is not that of Wechatpay-Statement-Sha1",
        "对账单的 SHA-1 与 Wechatpay-Statement-Sha1 不一致",
    ),
    (
        "the statement is compressed and its SHA-1 is that of the plain text; `.download(Method::GET, ())` decompresses",
        "对账单经过压缩，而 SHA-1 是未压缩内容的；`.download(Method::GET, ())` 会解压",
    ),
    // protocol/v3/walk.rs
    (
        "the list has not ended after {MOST_PAGES} pages of {} items: the gateway may give the same page again \
                 and again; narrow the query, or go on from another offset",
        "每页 {} 项，翻了 {MOST_PAGES} 页仍未结束：网关可能反复返回同一页；请缩小查询范围，或从另一 offset 继续",
    ),
    ("the answer is no object, expected one with a list such as `data`", "应答不是对象，应为含有 `data` 等列表的对象"),
    (
        "the list of the page cannot be told: expected an array `data` or a single array, or a `total_count`; \
                 the answer has {}",
        "无法确定哪个成员是列表：应有数组 `data`、唯一的数组或 `total_count`；应答中有 {~}",
    ),
];
