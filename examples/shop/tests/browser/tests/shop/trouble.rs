//! What a customer sees when something does not work.

use jiff::{SignedDuration, Timestamp};
use wechatpay_chain::json;
use wechatpay_chain_shop::jobs::closing;
use wechatpay_sim::Fault;
use wechatpay_sim_browser::{Browser, Done, Looks, in_browser};

use crate::eyes::{look, scan, speak};
use crate::support::{NATIVE, Place, Town};

const PHONE: Looks = Looks { lang: "zh", theme: "light", width: 390 };

async fn open() -> Done<Town> {
    Town::open(Place::file()?).await
}

/// A customer opens the shop on his phone.
async fn enter(browser: &Browser) -> Done<Town> {
    let town = open().await?;
    speak(browser, "zh-CN").await?;
    browser.look(PHONE).await?;
    browser.open(&town.url).await?;
    Ok(town)
}

/// He buys tea, and is shown the QR code.
async fn before_the_code(browser: &Browser) -> Done<Town> {
    let town = enter(browser).await?;
    browser.click("button[value=tea]").await?;
    browser.find("main[data-state=WAITING] [role=img]").await?;
    Ok(town)
}

async fn connected(browser: &Browser, connected: bool) -> Done {
    let conditions = json!({"offline": !connected, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
    browser.command("Network.emulateNetworkConditions", conditions).await?;
    Ok(())
}

#[test]
fn an_answer_that_is_lost_is_told_and_tried_again_as_the_same_order() {
    in_browser(|browser| async move {
        let town = enter(&browser).await?;
        town.sim.fault(Fault::ResetAfter).on("POST", NATIVE).times(1);
        browser.click("button[value=tea]").await?;
        browser.find("main[data-screen=fault]").await?;
        // The browser itself notes that the answer was a 502.
        assert!(browser.complaints().await?.iter().all(|line| line.contains("502")));
        look(&browser, "fault", PHONE).await?;
        browser.click("a.button").await?;
        browser.find("main[data-state=WAITING] [role=img]").await?;
        assert_eq!(town.sim.orders()?.len(), 1);
        Ok(())
    });
}

#[test]
fn without_a_connection_it_says_so_and_goes_on_later() {
    in_browser(|browser| async move {
        let town = before_the_code(&browser).await?;
        connected(&browser, false).await?;
        browser.find("#offline:not([hidden])").await?;
        connected(&browser, true).await?;
        browser.until("document.getElementById('offline').hidden").await?;
        let address = browser.0.current_url().await?;
        let number = address.path().rsplit('/').next().unwrap_or_default();
        town.pay(number, "alice")?;
        browser.find("main[data-state=PAID]").await?;
        Ok(())
    });
}

#[test]
fn what_is_not_paid_in_time_is_closed_before_the_customers_eyes() {
    in_browser(|browser| async move {
        let town = before_the_code(&browser).await?;
        closing::run_once(&town.shop, Timestamp::now() + SignedDuration::from_mins(31)).await?;
        browser.find("main[data-state=CLOSED]").await?;
        assert!(!browser.has("[role=img]").await?);
        look(&browser, "closed", PHONE).await
    });
}

#[test]
fn without_scripts_it_sells_all_the_same() {
    in_browser(|browser| async move {
        let town = open().await?;
        browser.look(PHONE).await?;
        browser.command("Emulation.setScriptExecutionDisabled", json!({"value": true})).await?;
        browser.0.goto(&town.url).await?;
        browser.find("button[value=tea]").await?.click().await?;
        browser.find("main[data-state=WAITING] [role=img] svg").await?;
        let order = town.sim.orders()?[0].clone();
        assert_eq!(order["credential"]["value"], scan(&browser).await?.as_str());
        town.pay(order["out_trade_no"].as_str().ok_or("no number")?, "alice")?;
        browser.0.refresh().await?;
        browser.find("main[data-state=PAID]").await?;
        Ok(())
    });
}
