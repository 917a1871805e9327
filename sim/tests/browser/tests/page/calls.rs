//! A call that was refused, and why.

use wechatpay_sim_browser::in_browser;

use super::by_hand::Ask;
use super::shop::Shop;

const TARGET: &str = "/v3/pay/transactions/out-trade-no/A-00001?mchid=1900000001";

#[test]
fn a_wrong_signature_shows_its_step_line_and_remedy() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        browser.open(&shop.page("?lang=en#/calls")).await?;
        browser.find("[data-online=true]").await?;
        let ask = Ask::new(&shop.sim, "GET", TARGET, "");
        let timestamp = ask.timestamp.clone();
        let answer = ask.signing("/v3/pay/transactions/out-trade-no/A-00001", &timestamp, b"").send(&shop.sim);
        assert_eq!(answer.status, 401);
        let row = browser.find("[data-row][data-state=refused]").await?;
        let text = row.text().await?;
        assert!(
            text.contains("A-00001") && text.contains("SIGN_ERROR") && text.contains("without its query"),
            "{text}"
        );
        browser.click("[data-state=refused] a").await?;
        browser.find("[data-line='5']").await?;
        assert_eq!(browser.text("[data-field=step]").await?, "5d");
        assert_eq!(browser.text("[data-field=code]").await?, "SIGN_ERROR");
        assert!(browser.text("[data-field=hint]").await?.contains("Sign the path with ? and its query."));
        assert_eq!(browser.run("return document.querySelectorAll('[data-line]').length").await?, 5);
        assert_eq!(browser.text("[data-differs] mark").await?, TARGET);
        assert_eq!(browser.text("[data-line='2'][data-differs]").await?, format!("{TARGET} ← this line differs"));
        assert_eq!(browser.run("return document.querySelectorAll('[data-differs]').length").await?, 1);
        assert_eq!(browser.text("[data-field=sent]").await?, TARGET.split('?').next().unwrap());
        browser.0.find(fantoccini::Locator::Css("select[name=format]")).await?.select_by_value("curl").await?;
        browser.click("[data-do=export]").await?;
        assert!(browser.text("#exported").await?.starts_with("curl -i -X GET"));
        Ok(())
    });
}

#[test]
fn calls_are_narrowed_and_unknown_paths_told() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        shop.order("A-00001", "tea");
        Ask::new(&shop.sim, "GET", "/v3/pay/nothing", "").send(&shop.sim);
        browser.open(&shop.page("?lang=zh#/calls")).await?;
        browser.find("[data-state=accepted]").await?;
        browser.0.find(fantoccini::Locator::Css("select[name=verdict]")).await?.select_by_value("unknown_path").await?;
        browser.until("!document.querySelector('[data-state=accepted]')").await?;
        assert!(browser.text("[data-state=unknown_path]").await?.contains("没有这个路径"));
        // Where somebody works the keyboard stays.
        browser.until("document.activeElement.name === 'verdict' || document.activeElement === document.body").await?;
        browser.click("[data-state=unknown_path] a").await?;
        browser.until("document.querySelector('[data-field=step]')?.textContent === '1'").await?;
        Ok(())
    });
}
