//! The clock, faults, keys, bills and money.

use fantoccini::Locator;
use serde_json::json;
use wechatpay_sim_browser::in_browser;

use super::shop::Shop;

#[test]
fn the_clock_is_moved_and_stopped() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        browser.open(&shop.page("?lang=en#/clock")).await?;
        let now = |time: &str| format!("document.querySelector('[data-field=now]').textContent === '2026-11-{time}'");
        for (button, time) in [("+1m", "25 10:01:00"), ("+1h", "25 11:01:00"), ("+1d", "26 11:01:00")] {
            browser.click(&format!("[data-do='{button}']")).await?;
            browser.until(&now(time)).await?;
            browser.until(&now(time).replace("[data-field=now]", "header [data-clock]")).await?;
        }
        browser.click("[data-do=run]").await?;
        browser.until("document.querySelector('[data-field=mode]').textContent === 'wall'").await?;
        browser.click("[data-do=freeze]").await?;
        browser.until("document.querySelector('[data-field=mode]').textContent === 'frozen'").await?;
        assert_eq!(shop.sim.get("clock")?["mode"], "frozen");
        // Nothing is due: that is said, and nothing else happens.
        browser.click("[data-do=next]").await?;
        assert!(browser.text("#problem [role=alert]").await?.contains("NOT_FOUND"));
        Ok(())
    });
}

#[test]
fn a_fault_for_the_next_call_fires_once() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        shop.order("A-00001", "tea");
        browser.open(&shop.page("?lang=en#/faults")).await?;
        let all = browser.run("return document.querySelectorAll('select[name=fault] option').length").await?;
        assert!(all.as_u64().unwrap() > 50);
        browser.0.find(Locator::Css("select[name=fault]")).await?.select_by_value("SYSTEM_ERROR").await?;
        let times = browser.find("input[name=times]").await?;
        times.clear().await?;
        times.send_keys("2").await?;
        browser.click("[data-do=add]").await?;
        browser.find("[data-row^=flt_][data-state=SYSTEM_ERROR]").await?;
        let query = || {
            shop.wxpay
                .chain("v3/pay/transactions/out-trade-no/A-00001")
                .query("mchid", "1900000001")
                .retry(wechatpay_chain::Retry::none())
                .get()
        };
        assert_eq!(query().unwrap_err().rejection().unwrap().code(), "SYSTEM_ERROR");
        browser.until("document.querySelector('[data-field=fired]')?.textContent === '1'").await?;
        // What was typed is still there.
        assert_eq!(times.prop("value").await?.unwrap(), "2");
        assert!(query().is_err());
        assert_eq!(query()?["trade_state"], "NOTPAY");
        browser.click("[data-do=add]").await?;
        browser.until("document.querySelectorAll('[data-row^=flt_]').length > 0").await?;
        browser.click("[data-do=clear]").await?;
        browser.until("document.querySelectorAll('[data-row^=flt_]').length === 0").await?;
        assert_eq!(shop.sim.get("faults")?["items"], json!([]));
        Ok(())
    });
}

#[test]
fn keys_are_rotated_and_modes_switched() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        browser.open(&shop.page("?lang=en#/merchants")).await?;
        browser.find("[data-row='1900000001'][data-state=normal]").await?;
        let before = shop.sim.get("platform")?["certificates"].as_array().unwrap().len();
        browser.click("[data-do=rotate]").await?;
        browser.until(&format!("document.querySelectorAll('[data-do=withdraw]').length === {}", before + 1)).await?;
        let platform = shop.sim.get("platform")?;
        assert_eq!(platform["certificates"].as_array().unwrap().len(), before + 1);
        let key = platform["public_key_id"].as_str().unwrap();
        browser.click("[data-do=public-key]").await?;
        browser.until(&format!("document.querySelector('[data-field=public_key_id]').textContent !== '{key}'")).await?;
        browser.click("[data-row='1900000001'] a").await?;
        browser.click("[data-do=mode-grey]").await?;
        browser.find("[data-do=mode-grey][aria-pressed=true]").await?;
        assert_eq!(shop.sim.get("merchants/1900000001")?["key_mode"], "grey");
        browser.click("[data-do=new-certificate]").await?;
        browser.until("document.querySelectorAll('[data-row][data-state=valid]').length === 2").await?;
        browser.click("[data-state=valid] [data-do=revoke]").await?;
        browser.find("[data-state=revoked]").await?;
        let yuan = browser.find("input[name=yuan]").await?;
        yuan.clear().await?;
        yuan.send_keys("1.2.3").await?;
        browser.click("[data-do=top-up]").await?;
        browser.find("#problem [role=alert]").await?;
        yuan.clear().await?;
        yuan.send_keys("12.5").await?;
        browser.click("[data-do=top-up]").await?;
        browser.until("document.querySelector('[data-field=\"BASIC.available\"]').textContent === '¥12.50'").await?;
        browser.find("[data-row][data-state=top_up]").await?;
        Ok(())
    });
}

#[test]
fn bills_money_and_the_overview_show_what_there_is() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        shop.order("A-00001", "tea");
        shop.sim.pay("A-00001").send()?;
        browser.open(&shop.page("?lang=zh#/bills?date=2026-11-25")).await?;
        assert!(browser.text("[data-row=bill-0]").await?.contains("A-00001"));
        assert_eq!(browser.text("[data-field=hash]").await?.len(), 40);
        browser.click("[data-do=import]").await?;
        browser.find("[data-row=bill-1]").await?;
        browser.click("[data-do=forget]").await?;
        browser.until("!document.querySelector('[data-row=bill-1]')").await?;
        browser.screen("money").await?;
        browser.find("[data-field=invariants][data-state=ok]").await?;
        assert_eq!(browser.text("[data-row=alice] [data-field=balance]").await?, "¥999,987.20");
        browser.0.goto(&shop.page("?lang=zh#/")).await?;
        browser.find("main[data-screen=overview] [data-count=SUCCESS]").await?;
        assert_eq!(browser.text("[data-field=seed]").await?, "1");
        assert_eq!(browser.text("[data-field=http]").await?, shop.sim.url().trim_end_matches('/'));
        browser.0.find(Locator::Css("select[name=format]")).await?.select_by_value("php").await?;
        browser.until("document.querySelector('#snippet').textContent.includes('Crypto')").await?;
        Ok(())
    });
}
