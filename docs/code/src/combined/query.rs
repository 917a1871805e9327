use wechatpay_chain::{Client, Result, Value, json};

/// Every shop's number, and whether it is paid; they are paid together or not at all.
pub async fn query(wxpay: &Client, number: &str) -> Result<Vec<(String, bool)>> {
    let order = wxpay.chain("v3/combine-transactions/out-trade-no").arg(number);
    let order = order.get_async().await?;
    let parts: Vec<Value> = order.get("/sub_orders")?;
    let name =
        |part: &Value| part["out_trade_no"].as_str().unwrap_or_default().to_owned();
    Ok(parts
        .iter()
        .map(|part| (name(part), part["trade_state"] == "SUCCESS"))
        .collect())
}

/// Names exactly the parts of the order.
pub async fn close(
    wxpay: &Client,
    number: &str,
    parts: &[(&str, &str)],
) -> Result<()> {
    let order = wxpay.chain("v3/combine-transactions/out-trade-no").arg(number);
    let part = |(mchid, number)| json!({"mchid": mchid, "out_trade_no": number});
    let sub_orders: Vec<Value> = parts.iter().copied().map(part).collect();
    let body =
        json!({"combine_appid": "wx0000000000000001", "sub_orders": sub_orders});
    order.chain("close").idempotent().post_async(body).await?;
    Ok(())
}
