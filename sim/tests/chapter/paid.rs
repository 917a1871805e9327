use wechatpay_chain::http::{HeaderMap, HeaderName, HeaderValue};
use wechatpay_chain::{Client, Value, json};
use wechatpay_sim::Simulator;

type Done = Result<(), Box<dyn std::error::Error>>;

/// What your server does with a POST at `notify_url`: it finds the order that was
/// paid, or nothing that it believes, and answers 401.
fn paid(wxpay: &Client, headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let notice = wxpay.notice(headers, body).ok()?;
    let order = notice.resource();
    let number = order["out_trade_no"].as_str().map(str::to_owned);
    number.filter(|_| order["trade_state"] == "SUCCESS")
}

/// The headers of a notice, as they were sent.
fn headers(notice: &Value) -> Result<HeaderMap, Box<dyn std::error::Error>> {
    let mut headers = HeaderMap::new();
    for (name, value) in notice["headers"].as_object().into_iter().flatten() {
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default())?;
        headers.insert(name.parse::<HeaderName>()?, value);
    }
    Ok(headers)
}

#[test]
fn an_order_is_paid_and_the_shop_is_told() -> Done {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start()?;
    let wxpay = sim.client()?;
    wxpay.chain("v3/pay/transactions/native").post(json!({
        "appid": "wx0000000000000001", "mchid": wxpay.mchid(),
        "description": "a book", "out_trade_no": "A-00001",
        "notify_url": "http://127.0.0.1:9/paid",
        "amount": {"total": 100, "currency": "CNY"},
    }))?;

    let order = sim.pay("A-00001").payer("alice").wait_for_notices().send()?;
    let notice = &order["notices"][0];
    let body = notice["body"].as_str().unwrap_or_default();

    let headers = headers(notice)?;
    let forged = body.replace("TRANSACTION.SUCCESS", "TRANSACTION.PAYED");
    assert_eq!(paid(&wxpay, &headers, forged.as_bytes()), None);
    assert_eq!(paid(&wxpay, &headers, body.as_bytes()).as_deref(), Some("A-00001"));
    Ok(())
}
