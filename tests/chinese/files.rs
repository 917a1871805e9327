//! Bills, downloads and uploads.

use wechatpay_chain::mock::{Reply, Server};
use wechatpay_chain::{Bill, Client, Error, Media, Method, json};

use crate::Case;

const IMAGE: &str = "v3/merchant-service/images/x";
const BILL: &str = "交易时间,订单金额\n`2026-11-21,`1.005\n`2026-11-21\n总交易单数,订单总金额\n`1,`1.00\n";

pub(crate) fn cases() -> Vec<Case> {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    [bills(), downloads(&gateway, &wxpay), uploads()].into_iter().flatten().collect()
}

fn bills() -> Vec<Case> {
    let open = |bytes: &'static [u8]| Bill::from_bytes(bytes).unwrap_err();
    let bill = Bill::from_bytes(BILL).unwrap();
    let mut rows = bill.rows();
    let row = rows.next().unwrap().unwrap();
    vec![
        (open(b""), "账单为空，应有表头"),
        (open(b"{}"), "账单是 JSON：可能是网关的错误，或是申请账单的应答；应为其 download_url 对应的文件"),
        (open(b"<xml>"), "账单是 XML 或 HTML：网关或代理返回的错误；应为账单"),
        (open(b"PK\x03\x04"), "账单是 zip 压缩包或电子表格（.xlsx）：请使用下载得到的原始文件"),
        (
            open(b"\xbd\xbb\xd2\xd7\xca\xb1\xbc\xe4,\xb6\xa9\xb5\xa5\n"),
            "账单不是 UTF-8，可能是 GBK，像是电子表格另存的：请使用下载得到的原始文件，或用 `iconv -f GB18030 -t UTF-8` 转换",
        ),
        (open(b"a;b\n"), "账单的列名之间没有逗号，像是电子表格另存的：请使用下载得到的原始文件"),
        (Bill::open("/nowhere/bill.csv").unwrap_err(), "无法读取账单 /nowhere/bill.csv"),
        (row.fen("订单金额").unwrap_err(), r#"账单第 2 行："订单金额" 含有不足一分的小数"#),
        (row.fen("手续费").unwrap_err(), r#"账单第 2 行："手续费" 不是账单中的列"#),
        (row.fen("交易时间").unwrap_err(), r#"账单第 2 行："交易时间" 不是金额，应为以元为单位的数，例如 1.05"#),
        (rows.next().unwrap().unwrap_err(), "账单第 3 行有 1 个单元格，应为 2 个"),
    ]
}

fn downloads(gateway: &Server, wxpay: &Client) -> Vec<Case> {
    let url = |path: &str| format!("{}{path}", gateway.url());
    let folder = tempfile::tempdir().unwrap();
    let load = |path: &str| -> Error {
        wxpay.download_url(url(path)).and_then(|download| download.to_path(folder.path().join("file"))).unwrap_err()
    };
    gateway
        .on(Method::GET, IMAGE)
        .reply(Reply::file("application/json", r#"{"code":"PARAM_ERROR","message":"参数错误"}"#))
        .times(1);
    let typed = load(IMAGE);
    gateway.on(Method::GET, IMAGE).reply(Reply::file("image/png", "<html></html>")).times(1);
    let page = load(IMAGE);
    let (hash, token) = ("0".repeat(40), "v3/billdownload/file?token=x");
    gateway.on(Method::GET, "v3/billdownload/file").reply(Reply::file("text/plain", "a bill"));
    let named = json!({"hash_type": "SHA1", "hash_value": hash, "download_url": url(token)});
    gateway.on(Method::GET, "v3/bill/tradebill").reply(named);
    gateway.lenient();
    let answer = wxpay.chain("v3/bill/tradebill").query("bill_date", "2026-11-21").get().unwrap();
    let limited = wxpay.download_url(url(token)).unwrap().limit(2).to_path(folder.path().join("file")).unwrap_err();
    vec![
        (typed, "应答是 application/json，应为文件：PARAM_ERROR：参数错误 (Request-ID 08MOCKN-0)"),
        (page, "应答是 HTML 或 XML，应为文件 (Request-ID 08MOCKN-0)"),
        (
            wxpay.download(&answer).unwrap().to_path(folder.path().join("file")).unwrap_err(),
            "下载内容的 SHA1 是 989348ba43aa4cc2b35db50b75f92480bd98e249，应为 0000000000000000000000000000000000000000",
        ),
        (limited, "文件超过 2 字节；可用 `.limit(…)` 放宽"),
        (wxpay.download_url("nonsense").unwrap_err(), "下载地址没有主机，应为绝对 URL"),
        (
            wxpay.download_url("https://elsewhere.example/x").unwrap_err(),
            "下载地址指向 https://elsewhere.example，既不是客户端的 base_uri，也不是微信支付的 https 域名",
        ),
        (
            wxpay.download_url(url("v3/certificates")).unwrap_err(),
            "`/v3/certificates` 不属于微信支付不签名的文件：请用请求方法（如 `get`）调用，其应答会验签",
        ),
    ]
}

fn uploads() -> Vec<Case> {
    vec![
        (Media::from_path("/nowhere/a b.png").unwrap_err(), "media：无法读取 /nowhere/a b.png"),
        (Media::from_path("/").unwrap_err(), "media：/ 没有 Unicode 文件名"),
    ]
}
