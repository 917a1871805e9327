//! Chinese and English.

use wechatpay_sim_browser::in_browser;

use super::shop::{Shop, pay_url};

/// Finds what looks like a key of the table.
const KEY: &str =
    r"return document.body.innerText.match(/\b(screen|field|do|kind|state|pay|error|call|step)\.[a-z+]\w*/)";

/// All screens; the detail of one object besides.
pub(crate) const SCREENS: [&str; 13] = [
    "",
    "orders",
    "refunds",
    "transfers",
    "sharing",
    "complaints",
    "notices",
    "calls",
    "faults",
    "clock",
    "merchants",
    "bills",
    "money",
];

#[test]
fn the_language_is_the_browsers_the_addresss_or_the_one_chosen() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        let order = shop.order("A-00001", "tea");
        browser.open(&shop.page("#/orders")).await?;
        browser.find("html[lang=en]").await?;
        assert_eq!(browser.text("h1").await?, "Orders");
        browser.click("button[data-lang=zh]").await?;
        browser.until("document.querySelector('h1').textContent === '订单'").await?;
        browser.find("html[lang=zh-CN] button[data-lang=zh][aria-pressed=true]").await?;
        assert!(browser.text("[data-online]").await?.contains("已连接"));
        // It is remembered, by the payer's sheets too; an address that says otherwise goes before.
        browser.open(&pay_url(&order)).await?;
        browser.find("html[lang=zh-CN]").await?;
        browser.open(&shop.page("?lang=en#/orders")).await?;
        browser.find("html[lang=en]").await?;
        browser.click("button[data-lang=zh]").await?;
        browser.find("html[lang=zh-CN]").await?;
        assert!(!browser.0.current_url().await?.as_str().contains("lang="));
        Ok(())
    });
}

#[test]
fn no_screen_shows_a_key_instead_of_its_text() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        shop.order("A-00001", "tea");
        shop.sim.pay("A-00001").send()?;
        for lang in ["zh", "en"] {
            browser.open(&shop.page(&format!("?lang={lang}#/none"))).await?;
            for screen in SCREENS {
                let name = if screen.is_empty() { "overview" } else { screen };
                browser.screen(screen).await?;
                browser.find(&format!("main[data-screen={name}]")).await?;
                assert_eq!(browser.run(KEY).await?, serde_json::Value::Null, "{lang} {name}");
                let headings = browser.run("return document.querySelectorAll('h1').length").await?;
                assert_eq!(headings, 1, "{name}");
            }
        }
        Ok(())
    });
}
