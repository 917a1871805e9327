//! A shop on wechatpay-chain, against the simulator: the settings are the snippet that the simulator gives.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use wechatpay_chain::{Notice, json};

const ORDER: &str = "RUST-000001";
const REFUND: &str = "RUST-R00001";

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// By curl: an HTTP client would be a dependency more.
fn control(method: &str, path: &str, body: &str) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut command = Command::new("curl");
    command.args(["-sSf", "-X", method, "-H", "Content-Type: application/json"]);
    if method != "GET" {
        command.args(["-d", body]);
    }
    let output = command.arg(variable("WECHATPAY_SIM_API") + path).stderr(Stdio::inherit()).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The next notice at a socket: its headers and its body. It is answered with 204.
fn notice(server: &TcpListener) -> Result<(http::HeaderMap, Vec<u8>), Box<dyn Error>> {
    let mut stream = BufReader::new(server.accept()?.0);
    let (mut headers, mut line) = (http::HeaderMap::new(), String::new());
    while stream.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            headers.insert(http::HeaderName::try_from(name)?, value.parse()?);
        }
        line.clear();
    }
    let mut body = vec![0; headers["content-length"].to_str()?.parse()?];
    stream.read_exact(&mut body)?;
    stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")?;
    Ok((headers, body))
}

fn main() -> Result<(), Box<dyn Error>> {
    // SNIPPET
    let server = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/notify", server.local_addr()?);
    // What the next notice says, if it is signed by the platform.
    let open = || -> Result<Notice, Box<dyn Error>> {
        let (headers, body) = notice(&server)?;
        assert!(wxpay.notice(&headers, &[&body[..], b" "].concat()).is_err(), "a changed notice was believed");
        Ok(wxpay.notice(&headers, &body)?)
    };
    let (appid, mchid) = (variable("WECHATPAY_SIM_APPID"), variable("WECHATPAY_MCHID"));
    let order = wxpay.chain("v3/pay/transactions/native").post(json!({
        "appid": appid, "mchid": mchid, "description": "一杯茶", "out_trade_no": ORDER, "notify_url": url,
        "amount": {"total": 10000, "currency": "CNY"},
    }))?;
    assert!(order["code_url"].as_str().is_some_and(|code| code.starts_with("weixin://")));

    control("POST", &format!("orders/{ORDER}/pay"), r#"{"payer":"alice"}"#)?;
    let paid = open()?;
    assert_eq!(paid.event_type(), "TRANSACTION.SUCCESS");
    assert_eq!((&paid.resource()["out_trade_no"], &paid.resource()["amount"]["total"]), (&json!(ORDER), &json!(10000)));

    let query = wxpay.chain(format!("v3/pay/transactions/out-trade-no/{ORDER}")).query("mchid", &mchid).get()?;
    assert_eq!((&query["trade_state"], &query["transaction_id"]), (&json!("SUCCESS"), &paid.resource()["transaction_id"]));

    let refund = wxpay.chain("v3/refund/domestic/refunds").post(json!({
        "out_trade_no": ORDER, "out_refund_no": REFUND, "notify_url": url, "reason": "凉了",
        "amount": {"refund": 3000, "total": 10000, "currency": "CNY"},
    }))?;
    assert_eq!(refund["status"], "PROCESSING");
    control("POST", &format!("refunds/{REFUND}/result"), r#"{"status":"SUCCESS"}"#)?;
    let refunded = open()?;
    assert_eq!(refunded.event_type(), "REFUND.SUCCESS");
    assert_eq!((&refunded.resource()["out_refund_no"], &refunded.resource()["amount"]["refund"]), (&json!(REFUND), &json!(3000)));

    control("PATCH", "settings", r#"{"bills":{"immediate":true}}"#)?;
    let clock = control("GET", "clock", "")?;
    let date = &clock["now"].as_str().unwrap_or_default()[..10];
    let bill = wxpay.chain("v3/bill/tradebill").query("bill_date", date).query("bill_type", "ALL").get()?;
    let mut file = Vec::new();
    wxpay.download(&bill)?.to_writer(&mut file)?;
    assert_eq!(String::from_utf8(file)?.trim().rsplit("\r\n").next(), Some(variable("SUMS").as_str()));
    Ok(())
}
