//! Notices: sent again, held back, and what receivers do wrong.

use serde_json::json;
use wechatpay_sim_browser::in_browser;

use super::receiver::{Answer, Receiver};
use super::shop::Shop;

#[test]
fn resend_pause_and_resume_have_their_effect() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        shop.order("A-00001", "tea");
        shop.sim.pay("A-00001").send()?;
        assert_eq!(shop.told(1), ["A-00001"]);
        browser.open(&shop.page("?lang=en#/notices")).await?;
        let row = browser.find("[data-row^=not_][data-state=accepted]").await?;
        assert!(row.text().await?.contains("A-00001"));
        browser.click("[data-do=resend]").await?;
        assert_eq!(shop.told(2).len(), 2);
        browser.until("document.querySelector('[data-field=attempts]').textContent === '2'").await?;
        browser.click("[data-do=pause]").await?;
        browser.until("document.querySelector('#news').textContent.length > 0").await?;
        shop.order("A-00002", "tea");
        shop.sim.pay("A-00002").send()?;
        browser.find("[data-row^=not_][data-state=paused]").await?;
        assert_eq!(shop.handler.received().len(), 2);
        browser.click("[data-do=resume]").await?;
        assert_eq!(shop.told(3).last().unwrap(), "A-00002");
        browser.until("document.querySelectorAll('[data-state=accepted]').length === 2").await?;
        browser.click("[data-row^=not_] a").await?;
        browser.until("document.querySelector('h1').textContent.includes('TRANSACTION.SUCCESS')").await?;
        browser.click("[data-do=duplicate]").await?;
        assert_eq!(shop.told(5).len(), 5);
        Ok(())
    });
}

#[test]
fn a_receiver_that_accepts_a_probe_is_told_of() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        let careless = Receiver::always(204);
        let body = json!({"event_type": "TRANSACTION.SUCCESS", "mchid": "1900000001", "url": careless.url()});
        shop.sim.post("notices?wait=notices", body)?;
        browser.open(&shop.page("?lang=en#/notices")).await?;
        browser.click("[data-do=probe]").await?;
        careless.wait(3);
        browser.screen("").await?;
        browser.find("[data-row^=fnd_][data-state=probe_accepted]").await?;
        assert!(browser.text(".findings").await?.contains("Accepted a probe"));
        Ok(())
    });
}

#[test]
fn the_next_attempt_counts_down_and_the_clock_brings_it() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        let lazy = Receiver::new(|number, _| Answer::new(if number == 1 { 500 } else { 204 }));
        let body = json!({"event_type": "TRANSACTION.SUCCESS", "mchid": "1900000001", "url": lazy.url()});
        shop.sim.post("notices?wait=notices", body)?;
        browser.open(&shop.page("?lang=en#/notices")).await?;
        browser.find("[data-state=failed]").await?;
        assert_eq!(browser.text("[data-field=next_at]").await?, "in 15 s");
        browser.screen("clock").await?;
        browser.find("[data-state=send_notice]").await?;
        browser.click("[data-do=next]").await?;
        lazy.wait(2);
        browser.find("[aria-labelledby=clock-past] [data-state=send_notice]").await?;
        browser.until("document.querySelector('[data-field=now]').textContent === '2026-11-25 10:00:15'").await?;
        browser.screen("notices").await?;
        browser.find("[data-state=accepted]").await?;
        Ok(())
    });
}
