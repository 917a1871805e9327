//! The token in a browser.

use std::net::SocketAddr;

use wechatpay_sim::Simulator;
use wechatpay_sim_browser::in_browser;

use super::shop::{Shop, pay_url};

#[test]
fn the_token_is_given_once_and_a_payer_needs_none() {
    in_browser(|browser| async move {
        let shop = Shop::of(Simulator::builder().seed(1).listen(SocketAddr::from(([0, 0, 0, 0], 0))));
        let port = shop.sim.url().trim_end_matches('/').rsplit_once(':').unwrap().1.to_owned();
        let here = |rest: &str| format!("http://127.0.0.1:{port}/_/{rest}");
        let order = shop.order("A-00001", "tea");
        browser.0.goto(&here("")).await?;
        assert!(browser.text("body").await?.contains("FORBIDDEN"));
        let pay = pay_url(&order).replace("0.0.0.0", "127.0.0.1");
        browser.open(&pay).await?;
        assert_eq!(browser.text("[data-field=total]").await?, "¥12.80");
        let env = shop.sim.get("env")?;
        browser.open(&here(&format!("?token={}#/orders", env["WECHATPAY_SIM_TOKEN"].as_str().unwrap()))).await?;
        browser.find("[data-row]").await?;
        browser.find("[data-online=true]").await?;
        assert!(!browser.0.current_url().await?.as_str().contains("token"));
        browser.open(&here("#/orders")).await?;
        browser.find("[data-row]").await?;
        assert_eq!(browser.run("return document.cookie").await?, "");
        Ok(())
    });
}
