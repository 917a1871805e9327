//! Everything by keyboard alone.

use fantoccini::key::Key;
use wechatpay_sim_browser::{Browser, Done, in_browser};

use super::shop::{Shop, pay_url};

async fn press(browser: &Browser, key: &str) -> Done {
    Ok(browser.0.active_element().await?.send_keys(key).await?)
}

/// Goes on by the tabulator until the focus is on what a selector means; each stop on the way must be seen.
async fn tab_to(browser: &Browser, selector: &str) -> Done {
    for _ in 0..120 {
        press(browser, &char::from(Key::Tab).to_string()).await?;
        let seen = "const at = document.activeElement; const style = getComputedStyle(at); \
                    return at === document.body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2";
        let at = browser.run("return document.activeElement.outerHTML").await?;
        assert_eq!(browser.run(seen).await?, true, "no focus is seen at {at}");
        if browser.run(&format!("return document.activeElement.matches(\"{selector}\")")).await? == true {
            return Ok(());
        }
    }
    Err(format!("the tabulator does not come to {selector}").into())
}

#[test]
fn an_order_is_found_and_paid_without_a_mouse() {
    in_browser(|browser| async move {
        let enter = char::from(Key::Enter).to_string();
        let shop = Shop::open();
        let order = shop.order("A-00001", "tea");
        browser.open(&shop.page("?lang=en")).await?;
        browser.find("[data-online=true]").await?;
        tab_to(&browser, "a.skip").await?;
        tab_to(&browser, "nav a[href='#/orders']").await?;
        press(&browser, &enter).await?;
        browser.find("main[data-screen=orders] [data-row]").await?;
        // The new screen begins at its heading.
        browser.until("document.activeElement.matches('main h1')").await?;
        tab_to(&browser, "[data-row] a").await?;
        press(&browser, &enter).await?;
        browser.find("[data-do=pay-alice]").await?;
        browser.until("document.activeElement.matches('main h1')").await?;
        tab_to(&browser, "[data-do=wrong-password]").await?;
        press(&browser, &enter).await?;
        browser.until("document.querySelectorAll('.timeline li').length >= 3").await?;
        // What was pressed keeps the focus when the screen is filled anew.
        browser.until("document.activeElement.matches('[data-do=wrong-password]')").await?;
        tab_to(&browser, "[data-do=cancel]").await?;
        assert_eq!(order["state"], "NOTPAY");
        browser.open(&pay_url(&order)).await?;
        tab_to(&browser, "input[name=payer]").await?;
        press(&browser, "12345").await?;
        browser.find("[aria-label='5 of 6 digits']").await?;
        press(&browser, "6").await?;
        browser.find("main[data-state=SUCCESS]").await?;
        assert_eq!(shop.told(1), ["A-00001"]);
        Ok(())
    });
}
