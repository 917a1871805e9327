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
        (open(b""), ""),
        (open(b"{}"), ""),
        (open(b"<xml>"), ""),
        (open(b"PK\x03\x04"), ""),
        (open(b"\xbd\xbb\xd2\xd7\xca\xb1\xbc\xe4,\xb6\xa9\xb5\xa5\n"), ""),
        (open(b"a;b\n"), ""),
        (Bill::open("/nowhere/bill.csv").unwrap_err(), ""),
        (row.fen("订单金额").unwrap_err(), ""),
        (row.fen("手续费").unwrap_err(), ""),
        (row.fen("交易时间").unwrap_err(), ""),
        (rows.next().unwrap().unwrap_err(), ""),
    ]
}

fn downloads(gateway: &Server, wxpay: &Client) -> Vec<Case> {
    let url = |path: &str| format!("{}{path}", gateway.url());
    let folder = tempfile::tempdir().unwrap();
    let load = |path: &str| -> Error {
        wxpay.download_url(url(path)).and_then(|download| download.to_path(folder.path().join("file"))).unwrap_err()
    };
    gateway.on(Method::GET, IMAGE).reply(Reply::file("application/json", r#"{"code":"PARAM_ERROR","message":"参数错误"}"#)).times(1);
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
        (typed, ""),
        (page, ""),
        (wxpay.download(&answer).unwrap().to_path(folder.path().join("file")).unwrap_err(), ""),
        (limited, ""),
        (wxpay.download_url("nonsense").unwrap_err(), ""),
        (wxpay.download_url("https://elsewhere.example/x").unwrap_err(), ""),
        (wxpay.download_url(url("v3/certificates")).unwrap_err(), ""),
    ]
}

fn uploads() -> Vec<Case> {
    vec![
        (Media::from_path("/nowhere/a b.png").unwrap_err(), ""),
        (Media::from_path("/").unwrap_err(), ""),
    ]
}
