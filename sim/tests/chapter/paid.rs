use wechatpay_chain::http::{HeaderMap, HeaderName, HeaderValue};
use wechatpay_chain::{Client, Value, json};
use wechatpay_sim::Simulator;

type Done = Result<(), Box<dyn std::error::Error>>;

/// What your server answers to a POST at `notify_url`.
fn notified(wxpay: &Client, headers: &HeaderMap, body: &[u8], paid: &mut Vec<String>) -> u16 {
    let Ok(notice) = wxpay.notice(headers, body) else {
        return 401;
    };
    if notice.resource()["trade_state"] == "SUCCESS" {
        paid.extend(notice.resource()["out_trade_no"].as_str().map(str::to_owned));
    }
    204
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

    let (headers, mut paid) = (headers(notice)?, Vec::new());
    let forged = body.replace("TRANSACTION.SUCCESS", "TRANSACTION.PAYED");
    assert_eq!(notified(&wxpay, &headers, forged.as_bytes(), &mut paid), 401);
    assert_eq!(notified(&wxpay, &headers, body.as_bytes(), &mut paid), 204);
    assert_eq!(paid, ["A-00001"]);
    Ok(())
}
