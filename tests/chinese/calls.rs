//! Calls that are refused before anything is sent.

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, Method, json};

use crate::Case;
use crate::support::{HOOK, NATIVE, PRESIGN, native};

pub(crate) fn cases() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    [paths(&wxpay), payloads(&wxpay), encryption(&wxpay)].into_iter().flatten().collect()
}

fn paths(wxpay: &Client) -> Vec<Case> {
    let refused = |path: &str| wxpay.chain(path).get().unwrap_err();
    vec![
        (refused(""), "路径为空，应为如 `v3/certificates` 的路径"),
        (
            refused("https://elsewhere/v3/x"),
            "路径不能决定主机：应为 `v3/…`，却是绝对 URL 或以 `//` 开头的路径；如需指定其他主机，请用 `.base_uri(…)`",
        ),
        (refused("v3/x/../y"), "路径中含有 `.` 或 `..` 路径段；签名的内容必须与到达的一致"),
        (refused("v3/x#y"), "路径中有 `#`；片段不会被发送"),
        (refused("v3/{"), "路径 `v3/{` 不是有效的模板：有一个 `{` 没有闭合"),
        (refused("v3/{x!}"), "路径 `v3/{x!}` 不是有效的模板：`{x!}` 不是 RFC 6570 表达式"),
        (refused("v3/pay/transactions/id/{id}"), "`v3/pay/transactions/id/{id}` 中的变量 `id` 没有取值"),
        (
            wxpay.chain("v3/a/{id}").var("other", "1").var("more", "2").get().unwrap_err(),
            "`v3/a/{id}` 中的变量 `id` 没有取值；已给出：`other`、`more`",
        ),
        (wxpay.chain("v3/a/{id}").var("id", "").get().unwrap_err(), "变量 `id` 为空"),
        (wxpay.chain("v3/a/{id}").var("id", "..").get().unwrap_err(), "变量 `id` 是点路径段，会改变路径"),
        (wxpay.chain("v3/a").arg("").get().unwrap_err(), "第 2 段路径值 `.arg(…)` 为空"),
        (refused("brand/x"), "`brand/…` 路径需要配置了 brand_id 的客户端，而此客户端配置的是 mchid"),
        (refused("v2/pay/orderquery"), "字段中没有 mch_id、mchid 或 combine_mch_id；应有其一，值为 1900000109"),
        (
            wxpay.chain("v3/x").header("Authorization", "x").get().unwrap_err(),
            "请求头 `Authorization` 由客户端设置，调用方不能设置",
        ),
        (wxpay.chain("v3/x").header("x y", "x").get().unwrap_err(), r#"HTTP 不允许名为 "x y" 的请求头"#),
        (wxpay.chain("v3/x").header("x-y", "中").get().unwrap_err(), "请求头 `x-y` 的值含有可打印 ASCII 以外的字符"),
        (
            wxpay.chain("v3/x").base_uri("ftp://x").get().unwrap_err(),
            "base_uri 的协议（scheme）是 `ftp`，应为 `https` 或 `http`",
        ),
        (
            wxpay.chain("v3/secapi").mtls().get().unwrap_err(),
            "`.mtls()` 在 TLS 握手时出示商户API证书，而 `/v3/secapi` 将以明文 http 发往 127.0.0.1",
        ),
        (wxpay.chain("v3/x").pages(0).next().unwrap().unwrap_err(), "pages：limit 为 0，每页至少应有一项"),
        (
            wxpay.chain("v3/x").query("limit", 5).pages(20).next().unwrap().unwrap_err(),
            "pages：查询参数写的是 limit=5，而 pages(20) 与之不同；只应在一处指定",
        ),
        (
            wxpay.chain("v3/x").query("offset", "x").pages(20).next().unwrap().unwrap_err(),
            "pages：查询参数 `offset` 不是整数，应为如 20 的整数",
        ),
        (
            wxpay.chain("v3/x").send(Method::CONNECT, ()).unwrap_err(),
            "CONNECT 方法用于向代理请求隧道，API 中没有该方法",
        ),
    ]
}

fn payloads(wxpay: &Client) -> Vec<Case> {
    let refused = |payload| wxpay.chain(HOOK).post(payload).unwrap_err();
    let params = wxpay.pay_params();
    vec![
        (refused(json!(null)), "请求体是 null，应为 JSON 对象；不发送请求体请用 `()`"),
        (refused(json!([1])), "请求体是数组，应为 JSON 对象"),
        (refused(json!({"a": [{"b": [null]}]})), "请求体的 /a/0/b/0 为 null；网关不接受 null，请去掉该项"),
        (params.jsapi("", "wx1").unwrap_err(), "app_id 为空"),
        (
            params.jsapi("wx1", "prepay_id=wx1").unwrap_err(),
            "prepay_id 已带有 `prepay_id=` 前缀，应为下单应答中的标识本身",
        ),
        (params.jsapi("wx1", "a\nb").unwrap_err(), "prepay_id 含有控制字符，例如换行"),
    ]
}

fn encryption(wxpay: &Client) -> Vec<Case> {
    let chain = wxpay.chain(PRESIGN);
    let payload = || json!({"list": [{"name": 1}], "name": "", "object": {}});
    let refused = |pointer: &str| chain.encrypt(pointer).post(payload()).unwrap_err();
    vec![
        (refused("name"), r#"encrypt：JSON 指针 "name" 不以 `/` 开头"#),
        (refused("/gone"), "encrypt：请求体中没有 /gone"),
        (refused("/name"), "encrypt：/name 为空；请去掉该字段，或用 encrypt_if_present"),
        (refused("/list/0/name"), "encrypt：/list/0/name 是数字，应为字符串"),
        (refused("/list/x"), r#"encrypt：/list 是数组，没有成员 "x""#),
        (refused("/object/*"), "encrypt：/object 是对象，而 /object/* 中的 `*` 要求数组"),
        (refused("/name/more"), "encrypt：/name 是字符串，因此没有 /name/more"),
        (
            wxpay.chain("v3/nothing/like/it").encrypt_known().post(native()).unwrap_err(),
            "encrypt_known：2026-08-22 的接口目录中没有 POST `v3/nothing/like/it`，无从得知哪些字段需要加密；POST 方法中最接近的路径是 `v3/refunds`；请用 `.encrypt(…)` 指定字段",
        ),
        (
            wxpay.chain(NATIVE).encrypt_query("x").post(native()).unwrap_err(),
            r#"encrypt_query：没有用 `.query` 添加过查询参数 "x""#,
        ),
        (chain.encrypt("/x").get().unwrap_err(), "encrypt：请求体不是 JSON，没有可加密的字段"),
        (
            chain.header("Wechatpay-Serial", "PUB_KEY_ID_0").encrypt("/list").post(payload()).unwrap_err(),
            "encrypt：/list 是数组，应为字符串",
        ),
    ]
}
