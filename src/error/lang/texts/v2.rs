//! Of APIv2: `protocol/v2`, `request/v2.rs`, `notice/v2.rs`, `micropay` and the gateway's side of it.

use super::super::template::Pair;

pub(in super::super) const TEXTS: &[Pair] = &[
    // micropay/charge.rs
    ("micropay: out_trade_no is missing, expected a text", "micropay：缺少 out_trade_no，应为文本"),
    ("micropay: deadline is zero, expected some time", "micropay：deadline 为零，应大于零"),
    // notice/v2.rs
    (
        "a notification of APIv2 is checked with the APIv2 key: secret is missing",
        "APIv2 回调通知以APIv2密钥验签：缺少 secret",
    ),
    ("it has {} bytes, at most {LIMIT} are read", "有 {} 字节，最多读取 {LIMIT} 字节"),
    ("it is no XML", "不是 XML"),
    ("its {name} is not the client's {}", "其 {name} 不是此客户端的 {}"),
    ("{why}; {other}: likely it is meant for another merchant", "{~why}；{~other}：可能是发给另一商户的"),
    ("its return_code is FAIL", "return_code 为 FAIL"),
    ("it has no sign, and {name} is not among the elements of a refund's", "没有 sign，而 {name} 不是退款通知的字段"),
    ("it has neither sign nor mch_id", "既没有 sign，也没有 mch_id"),
    ("the notification cannot be read: {why}", "无法解析回调通知：{~why}"),
    ("the notification is not verified: {why}", "回调通知未通过验签：{~why}"),
    ("the req_info of the notification {why}", "回调通知的 req_info {~why}"),
    (
        "does not decrypt with the APIv2 key (secret): likely that is another merchant's, or was changed",
        "无法以APIv2密钥（secret）解密：密钥可能属于另一商户，或已更换",
    ),
    ("is damaged, or of another key: {why}", "已损坏，或属于另一密钥：{~why}"),
    // protocol/gateway/v2.rs
    ("the document cannot be read: {why}", "无法解析 XML 文档：{~why}"),
    ("its element {name:?} has elements, expected a text", "元素 {name:?} 含有子元素，应为文本"),
    ("secret, the APIv2 key, is empty", "secret（APIv2密钥）为空"),
    ("req_info could not be encrypted", "无法加密 req_info"),
    // protocol/v2/answer.rs
    ("it is no JSON object", "不是 JSON 对象"),
    ("it has no retcode", "没有 retcode"),
    ("its result_code is neither SUCCESS nor FAIL", "result_code 既不是 SUCCESS，也不是 FAIL"),
    ("its return_code is neither SUCCESS nor FAIL", "return_code 既不是 SUCCESS，也不是 FAIL"),
    (
        "it has no sign, and its endpoint is not one of those that are documented to have none",
        "没有 sign，而该接口不在文档注明不签名的接口之列",
    ),
    ("the answer is not verified: {why}{cause}", "应答未通过验签：{~why}{~cause}"),
    ("the answer cannot be read: {why}", "无法解析应答：{~why}"),
    (
        "its body is JSON, so likely it is a notification of APIv3: read it with notice",
        "报文是 JSON，可能是 APIv3 的回调通知：请用 notice 读取",
    ),
    (
        "its body is JSON, so likely the endpoint is one of APIv3, whose paths have no `v2/` here",
        "报文是 JSON，可能是 APIv3 的接口，其路径不带 `v2/`",
    ),
    // protocol/v2/document.rs
    (
        "sign_type is {other:?}, expected \"MD5\" or \"HMAC-SHA256\"",
        "sign_type 是 {other:?}，应为 \"MD5\" 或 \"HMAC-SHA256\"",
    ),
    (
        "workwx: expected the fields of a red packet (mch_billno) or a payment (partner_trade_no)",
        "workwx：应为企业红包（mch_billno）或企业付款（partner_trade_no）的字段",
    ),
    ("the payload is {}, expected a JSON object", "请求体是 {~}，应为 JSON 对象"),
    ("; a list or an object goes as a text of JSON", "；列表或对象应以 JSON 文本给出"),
    (
        "the field {name:?} is {found}, expected a text or a whole number{hint}",
        "字段 {name:?} 是 {~found}，应为文本或整数{~hint}",
    ),
    ("the field {name:?} {why}", "字段 {name:?} {~why}"),
    ("cannot be the name of an XML element", "不能用作 XML 元素名"),
    ("stands twice", "重复出现"),
    ("has a control character, which XML cannot hold", "含有 XML 不允许的控制字符"),
    (
        "the fields have none of mch_id, mchid, combine_mch_id; expected one that is {mchid}",
        "字段中没有 mch_id、mchid 或 combine_mch_id；应有其一，值为 {mchid}",
    ),
    (
        "the field {name} is {value:?}, but the client's mchid is {mchid:?}",
        "字段 {name} 是 {value:?}，而客户端的 mchid 是 {mchid:?}",
    ),
    // protocol/v2/verify.rs
    ("it has no sign", "没有 sign"),
    (
        "its sign has neither the 32 characters of MD5 nor the 64 of HMAC-SHA256",
        "sign 既不是 MD5 的 32 个字符，也不是 HMAC-SHA256 的 64 个字符",
    ),
    ("its sign is an MD5, and this client insists on HMAC-SHA256", "sign 是 MD5，而此客户端只接受 HMAC-SHA256"),
    ("it has nested elements, which its sign cannot be about", "含有嵌套元素，sign 无法覆盖"),
    ("its sign is not the one that the APIv2 key (secret) makes", "sign 与以APIv2密钥（secret）计算的不一致"),
    // protocol/v2/xml.rs
    ("it is not UTF-8", "不是 UTF-8"),
    ("it is no XML: {}", "不是 XML：{~}"),
    (
        "it has a second root, more than {DEPTH} levels or {ELEMENTS} elements",
        "有第二个根元素，或超过 {DEPTH} 层、{ELEMENTS} 个元素",
    ),
    ("it is no XML: an end without a start", "不是 XML：有结束标签而没有开始标签"),
    ("it says it has another encoding than UTF-8", "声明的编码不是 UTF-8"),
    ("it has a DTD, which is refused", "含有 DTD，不予接受"),
    ("it has an element that is not expanded", "含有未展开的元素"),
    ("it ends too early", "提前结束"),
    ("it has an element whose name is none of APIv2's", "含有 APIv2 中不存在的元素名"),
    ("its root is {name:?}, expected \"xml\"", "根元素是 {name:?}，应为 \"xml\""),
    ("its element {name:?} has both text and elements", "元素 {name:?} 同时含有文本和子元素"),
    ("its element {name:?} stands twice", "元素 {name:?} 重复出现"),
    ("it has a control character", "含有控制字符"),
    ("it has text outside its root", "根元素之外有文本"),
    ("it has a reference to no character", "含有无效的字符引用"),
    ("it has an entity that XML does not know, which is refused", "含有 XML 未定义的实体，不予接受"),
    ("it ends within a tag or a comment", "在标签或注释中途结束"),
    ("its tags do not fit together", "标签不匹配"),
    ("it is not well formed", "格式不正确"),
    // request/v2.rs, request/v2_upload.rs
    ("an APIv2 call is signed with the APIv2 key: secret is missing", "APIv2 调用以APIv2密钥签名：缺少 secret"),
    ("APIv2 has no {method}; expected GET or POST", "APIv2 没有 {method} 方法；应为 GET 或 POST"),
    (
        "the path is empty behind `v2`, expected one such as `v2/pay/orderquery`",
        "`v2` 之后的路径为空，应为如 `v2/pay/orderquery` 的路径",
    ),
    (
        "the path of an APIv2 call has a query, which would not be signed; use `.query`",
        "APIv2 调用的路径带有查询串，不会参与签名；请用 `.query`",
    ),
    (
        "encrypt_known is of APIv3; the few fields of APIv2 are for another key, encrypt them with `PublicKey::encrypt`",
        "encrypt_known 属于 APIv3；APIv2 的少数加密字段用的是另一公钥，请用 `PublicKey::encrypt` 加密",
    ),
    (
        "encrypt is of APIv3; for APIv2 encrypt the value with `PublicKey::encrypt`",
        "encrypt 属于 APIv3；APIv2 请用 `PublicKey::encrypt` 加密该值",
    ),
    (
        "the payload of an APIv2 call is not JSON; expected an object of texts",
        "APIv2 调用的参数不是 JSON；应为由文本组成的对象",
    ),
    (
        "a file is uploaded to APIv2 by POST to `v2/secapi/mch/uploadmedia` alone",
        "APIv2 只能以 POST 方法向 `v2/secapi/mch/uploadmedia` 上传文件",
    ),
    (
        "an upload of APIv2 has no meta; only `sign_type` can be chosen by it",
        "APIv2 的上传没有 meta；其中只能指定 `sign_type`",
    ),
    ("media: the meta has {name:?}: {why}", "media：meta 中有 {name:?}：{~why}"),
    (
        "media: sign_type is neither \"MD5\" nor \"HMAC-SHA256\"",
        "media：sign_type 既不是 \"MD5\"，也不是 \"HMAC-SHA256\"",
    ),
];
