use wechatpay_chain::{Client, Result, Value};

/// All stocks of the merchant, page by page.
pub async fn stocks(wxpay: &Client) -> Result<Vec<String>> {
    let list = wxpay.chain("v3/marketing/favor/stocks");
    let mut pages = list.query("stock_creator_mchid", wxpay.mchid()).pages_async(10);
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let stocks: Vec<Value> = page?.get("/data")?;
        names.extend(
            stocks
                .iter()
                .filter_map(|stock| stock["stock_id"].as_str())
                .map(str::to_owned),
        );
    }
    Ok(names)
}
