//! Orders as they come and go, without loading the page again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use wechatpay_sim::Simulator;
use wechatpay_sim_browser::in_browser;

use super::shop::Shop;

#[test]
fn an_order_of_the_sdk_appears_and_a_click_pays_it() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        shop.order("A-00000", "tea");
        browser.open(&shop.page("?lang=en#/orders")).await?;
        browser.find("[data-row]").await?;
        browser.find("[data-online=true]").await?;
        browser.run("window.same = true").await?;
        let before = Instant::now();
        let order = shop.order("A-00001", "tea");
        let id = order["id"].as_str().unwrap();
        let row = browser.find(&format!("[data-row={id}][data-state=NOTPAY]")).await?;
        println!("an order by the SDK is seen after {:?}, its own call included", before.elapsed());
        assert!(row.text().await?.contains("A-00001"));
        browser.click(&format!("[data-row={id}] a")).await?;
        browser.find("main[data-screen=orders] [data-do=pay-alice]").await?;
        assert_eq!(browser.text("h1").await?, "Order A-00001");
        assert_eq!(browser.text("[data-field=total]").await?, "¥12.80");
        browser.click("[data-do=pay-alice]").await?;
        browser.until("document.querySelector('[data-field=state]').textContent === 'SUCCESS'").await?;
        assert_eq!(shop.told(1), ["A-00001"]);
        browser.find("[data-row^=not_][data-state=accepted]").await?;
        assert!(browser.text("#news").await?.len() > 3);
        browser.screen("orders").await?;
        browser.find(&format!("[data-row={id}][data-state=SUCCESS]")).await?;
        assert_eq!(browser.run("return window.same").await?, true);
        assert_eq!(shop.handler.received().len(), 1);
        Ok(())
    });
}

/// Notes when the first row is there, in milliseconds since the page was asked for, by the browser's own clock: what the driver takes to
/// look for it is not in it.
const NOTE_THE_FIRST_ROW: &str = "new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-row]')) return;
    window.firstRow = performance.now();
    observer.disconnect();
}).observe(document, {childList: true, subtree: true, attributes: true})";

#[test]
fn how_long_it_takes_from_opening_to_the_first_row() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        for number in 1..=50 {
            shop.order(&format!("A-{number:05}"), "tea");
        }
        let source = json!({"source": NOTE_THE_FIRST_ROW});
        browser.command("Page.addScriptToEvaluateOnNewDocument", source).await?;
        let mut times = Vec::new();
        for _ in 0..5 {
            // Another document each time, and nothing kept from the one before.
            browser.command("Network.clearBrowserCache", json!({})).await?;
            browser.0.goto("about:blank").await?;
            browser.open(&shop.page("?lang=en#/orders")).await?;
            browser.until("window.firstRow > 0").await?;
            times.push(browser.run("return Math.round(window.firstRow)").await?.as_u64().ok_or("a time")?);
        }
        times.sort_unstable();
        println!("from opening to the first row of fifty: {} ms (median of {times:?})", times[2]);
        Ok(())
    });
}

#[test]
fn each_button_of_an_order_does_what_it_says() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        let id = |number: &str| shop.order(number, "tea")["id"].as_str().unwrap().to_owned();
        let (one, two, three) = (id("A-00001"), id("A-00002"), id("A-00003"));
        let state = |state: &str| format!("document.querySelector('[data-field=state]').textContent === '{state}'");
        browser.open(&shop.page(&format!("?lang=zh#/orders/{one}"))).await?;
        for (button, outcome) in [("wrong-password", "WRONG_PASSWORD"), ("cancel", "CANCEL")] {
            browser.click(&format!("[data-do={button}]")).await?;
            browser.until(&format!("document.querySelectorAll('.timeline li').length > {}", 2)).await?;
            let attempts = shop.shown("A-00001")["attempts"].clone();
            assert_eq!(attempts.as_array().unwrap().last().unwrap()["outcome"], outcome);
        }
        browser.click("[data-do=pay-alice]").await?;
        browser.until(&state("SUCCESS")).await?;
        browser.find("[data-do=pay-alice]:disabled").await?;
        browser.click("[data-do=refund]").await?;
        browser.until(&state("REFUND")).await?;
        assert_eq!(browser.text("[data-field=refunded]").await?, "¥12.80");
        browser.find("[data-row^=ref_][data-state=PROCESSING] [data-do=abnormal]").await?;
        browser.click("[data-row^=ref_] [data-do=success]").await?;
        browser.find("[data-row^=ref_][data-state=SUCCESS]").await?;
        browser.screen(&format!("orders/{two}")).await?;
        browser.click("[data-do=close]").await?;
        browser.until(&state("CLOSED")).await?;
        browser.screen(&format!("orders/{three}")).await?;
        browser.click("[data-do=expire]").await?;
        browser.until("document.querySelector('[data-do=expire]:not(:disabled)')").await?;
        // Nobody pays what has expired: the refusal is read out, in the client's words.
        browser.click("[data-do=pay-bob]").await?;
        assert!(browser.text("#problem [role=alert]").await?.contains("支付请求已失效"));
        assert_eq!(shop.shown("A-00003")["state"], "NOTPAY");
        Ok(())
    });
}

#[test]
fn what_a_merchant_writes_stays_text() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        let evil = "<img src=x onerror=\"window.hacked = 1\">";
        let order = shop.order("A-00001", evil);
        for address in [shop.page("#/orders"), shop.page(&format!("#/orders/{}", order["id"].as_str().unwrap()))] {
            browser.open(&address).await?;
            assert_eq!(browser.text("[data-field=description]").await?, evil);
        }
        browser.open(&super::shop::pay_url(&order)).await?;
        assert_eq!(browser.text("[data-field=description]").await?, evil);
        assert_eq!(
            browser.run("return [window.hacked, document.querySelectorAll('main img').length]").await?[0],
            serde_json::Value::Null
        );
        Ok(())
    });
}

#[test]
fn a_server_that_starts_again_is_found_again() {
    in_browser(|browser| async move {
        let folder = tempfile::tempdir()?;
        let builder = |address| {
            let builder =
                Simulator::builder().seed(1).keys(folder.path().join("keys")).state(folder.path().join("state.json"));
            builder.listen(address)
        };
        let shop = Shop::of(builder(SocketAddr::from(([127, 0, 0, 1], 0))));
        let first = shop.order("A-00001", "tea")["id"].as_str().unwrap().to_owned();
        let address: SocketAddr = shop.sim.url().trim_start_matches("http://").trim_end_matches('/').parse()?;
        browser.open(&shop.page("?lang=en#/orders")).await?;
        browser.find("[data-online=true]").await?;
        browser.run("window.same = true").await?;
        drop(shop);
        browser.find("[data-online=false]").await?;
        assert!(browser.text("[data-online]").await?.contains("offline"));
        // What was there stays to be read.
        assert!(browser.has(&format!("[data-row={first}]")).await?);
        let started = Instant::now();
        let sim = loop {
            match builder(address).start() {
                Ok(sim) => break sim,
                // The listener of before goes in its own time.
                Err(error) if error.code() == "ADDRESS" && started.elapsed() < Duration::from_secs(30) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(error.to_string().into()),
            }
        };
        browser.find("[data-online=true]").await?;
        sim.post(&format!("orders/{first}/close"), serde_json::json!({}))?;
        browser.find(&format!("[data-row={first}][data-state=CLOSED]")).await?;
        assert_eq!(browser.run("return window.same").await?, true);
        Ok(())
    });
}
