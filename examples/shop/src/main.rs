//! The shop at work, against a stand-in gateway: `cargo run` in this folder.

use wechatpay_chain::{Method, json, mock};
use wechatpay_chain_shop::{Error, Shop, router};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let gateway = mock::Server::start()?;
    gateway
        .on(Method::POST, "v3/pay/transactions/jsapi")
        .reply(json!({"prepay_id": "wx201410272009395522657a690389285100"}));
    gateway.on(Method::POST, "v3/refund/domestic/refunds").reply(json!({"status": "PROCESSING"}));
    let folder = std::env::temp_dir().join(format!("wechatpay-chain-shop-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let shop = Shop::open(&folder.join("shop.db"), gateway.client()?)?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/notify", listener.local_addr()?);
    let server = tokio::spawn(axum::serve(listener, router(shop.clone())).into_future());

    let params = shop.order("1217752501", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", 100).await?;
    println!("ordered; the payer's phone gets {}", params["package"]);
    let paid = json!({
        "mchid": shop.wxpay.mchid(), "out_trade_no": "1217752501", "transaction_id": "4200001", "trade_state": "SUCCESS",
        "amount": {"total": 100, "currency": "CNY"},
    });
    let notice = gateway.notice("TRANSACTION.SUCCESS", "transaction", paid);
    for (what, notice) in [
        ("a forged notification", notice.clone().forged()),
        ("a stale one", notice.clone().stale()),
        ("a probe", notice.clone().probe()),
        ("the real one", notice.clone()),
        ("the real one again", notice),
    ] {
        let url = url.clone();
        let status = tokio::task::spawn_blocking(move || notice.push(&url)).await??;
        println!("{what}: answered {status}; paid {} fen", shop.look_up("1217752501")?.paid);
    }
    shop.refund("1217752501", "R1", 30).await?;
    println!("refund of 30 fen accepted; another of 90: {}", shop.refund("1217752501", "R2", 90).await.unwrap_err());
    server.abort();
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
