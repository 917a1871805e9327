//! A customer scans, pays, and gets his money back.

use wechatpay_chain::json;
use wechatpay_sim_browser::{Browser, Done, Looks, in_browser};

use crate::eyes::{WIDTHS, look, scan, speak};
use crate::support::{Place, Town};

/// A shop whose codes lead to the simulator's page for payers.
async fn town() -> Done<Town> {
    let town = Town::open(Place::file()?).await?;
    town.sim.patch("settings", json!({"code_url": "http"}))?;
    Ok(town)
}

/// Buys the first thing; the order's number.
async fn buy(browser: &Browser, town: &Town) -> Done<String> {
    browser.open(&town.url).await?;
    browser.click("button[value=tea]").await?;
    browser.find("main[data-state=WAITING] [role=img] svg").await?;
    Ok(browser.0.current_url().await?.path().rsplit('/').next().unwrap_or_default().to_owned())
}

/// The payer's phone: a window of its own, in which he pays by six digits.
async fn pay(browser: &Browser, address: &str) -> Done {
    let shop = browser.phone().await?;
    browser.open(address).await?;
    for digit in "123456".chars() {
        browser.click(&format!("button[data-key='{digit}']")).await?;
    }
    browser.find("main[data-state=SUCCESS]").await?;
    browser.0.close_window().await?;
    browser.0.switch_to_window(shop).await?;
    Ok(())
}

async fn told(browser: &Browser, text: &str) -> Done {
    browser.until(&format!("document.getElementById('news').textContent === '{text}'")).await
}

#[test]
fn a_customer_scans_pays_and_is_paid_back_without_touching_the_page() {
    in_browser(|browser| async move {
        let town = town().await?;
        speak(&browser, "zh-CN").await?;
        for (theme, width) in [("light", WIDTHS[0]), ("dark", WIDTHS[1])] {
            let looks = Looks { lang: "zh", theme, width };
            browser.look(looks).await?;
            let number = buy(&browser, &town).await?;
            // It is still the same page in the end.
            browser.run("window.same = true").await?;
            look(&browser, "waiting", looks).await?;
            let code = scan(&browser).await?;
            let order = town.sim.get(&format!("orders/{number}"))?;
            assert_eq!(order["credential"]["value"], code.as_str());
            pay(&browser, &code).await?;
            browser.find("main[data-state=PAID]").await?;
            told(&browser, "支付成功").await?;
            assert!(!browser.has("[role=img]").await?, "what is paid has no code");
            look(&browser, "paid", looks).await?;
            let refund = town.refund(&number, &number, 1_800).await?;
            browser.find("main[data-state=REFUNDING]").await?;
            look(&browser, "refunding", looks).await?;
            town.end_refund(&refund, "SUCCESS").map_err(|error| error.to_string())?;
            browser.find("main[data-state=PARTLY_REFUNDED]").await?;
            told(&browser, "部分退款成功").await?;
            assert!(browser.text("dl").await?.contains("¥18.00"));
            look(&browser, "partly-refunded", looks).await?;
            let rest = town.refund(&number, &format!("{number}-2"), 5_000).await?;
            town.end_refund(&rest, "SUCCESS")?;
            browser.find("main[data-state=REFUNDED]").await?;
            told(&browser, "已全额退款").await?;
            look(&browser, "refunded", looks).await?;
            assert_eq!(browser.run("return window.same").await?, json!(true), "nothing was loaded again");
            town.agree(&number, 6_800, 6_800).await?;
        }
        town.in_order()
    });
}

#[test]
fn a_double_click_is_one_order() {
    in_browser(|browser| async move {
        let town = town().await?;
        browser.open(&town.url).await?;
        let twice = "const button = document.querySelector('button[value=tea]'); button.click(); button.click()";
        browser.run(twice).await?;
        browser.find("main[data-state=WAITING] [role=img]").await?;
        assert_eq!(town.sim.orders()?.len(), 1);
        // Back, and the same again: a new page, so another order; going forward is the first.
        let first = browser.0.current_url().await?;
        browser.0.back().await?;
        browser.find("button[value=tea]").await?;
        browser.0.forward().await?;
        browser.find("main[data-state=WAITING] [role=img]").await?;
        assert_eq!((browser.0.current_url().await?, town.sim.orders()?.len()), (first, 1));
        Ok(())
    });
}

#[test]
fn within_wechat_the_bridge_asks_the_payer() {
    in_browser(|browser| async move {
        let town = town().await?;
        let openid = town.openid("alice")?;
        browser.look(Looks { lang: "zh", theme: "light", width: 390 }).await?;
        speak(&browser, "zh-CN").await?;
        browser.open(&format!("{}?openid={}", town.url, openid.as_str())).await?;
        browser.click("button[value=taste]").await?;
        // Outside WeChat there is no bridge.
        browser.click("#pay").await?;
        browser.find("#elsewhere:not([hidden])").await?;
        look(&browser, "within-wechat", Looks { lang: "zh", theme: "light", width: 390 }).await?;
        let bridge = "window.WeixinJSBridge = { invoke(name, params, done) { window.asked = { name, params, done } } }";
        browser.run(bridge).await?;
        browser.click("#pay").await?;
        let asked = browser.run("return { name: asked.name, params: asked.params }").await?;
        assert_eq!(asked["name"], "getBrandWCPayRequest");
        let invoked = town.sim.post("invoke", json!({"kind": "jsapi", "params": asked["params"]}))?;
        assert_eq!(invoked["ok"], true, "{invoked}");
        // What the phone says proves nothing.
        browser.run("asked.done({ err_msg: 'get_brand_wcpay_request:ok' })").await?;
        assert!(browser.has("main[data-state=WAITING]").await?);
        let number = invoked["order"]["out_trade_no"].as_str().ok_or("no number")?;
        town.pay(number, "alice")?;
        browser.find("main[data-state=PAID]").await?;
        Ok(())
    });
}
