//! Every screen in both languages, light and dark, on a phone and on a desktop; and on the narrowest phone.

use wechatpay_sim_browser::{Done, Looks, in_browser};

use crate::eyes::{WIDTHS, look, scan, speak};
use crate::support::{Place, Town};

#[test]
fn everybody_can_use_it_in_every_look() {
    in_browser(|browser| async move {
        let town = Town::open(Place::file()?).await?;
        let order = town.order("cup").await?;
        let page = format!("{}orders/{}", town.url, order.number);
        for (lang, wanted) in [("zh", "zh-CN,zh;q=0.9"), ("en", "en-GB,en;q=0.9")] {
            speak(&browser, wanted).await?;
            for theme in ["light", "dark"] {
                for width in WIDTHS.into_iter().chain([320]) {
                    let looks = Looks { lang, theme, width };
                    browser.look(looks).await?;
                    browser.open(&town.url).await?;
                    assert_eq!(browser.run("return document.documentElement.lang.slice(0, 2)").await?, lang);
                    look(&browser, "shop", looks).await?;
                    browser.open(&page).await?;
                    let code = order.credential.as_ref().map(|(code, _)| code.clone());
                    assert_eq!(Some(scan(&browser).await?), code, "{looks:?}");
                    look(&browser, "order", looks).await?;
                }
            }
        }
        Done::Ok(())
    });
}

#[test]
fn it_can_be_used_by_keyboard() {
    in_browser(|browser| async move {
        let town = Town::open(Place::file()?).await?;
        browser.open(&town.url).await?;
        browser.run("document.querySelector('button').focus()").await?;
        let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle").await?;
        assert_ne!(outline, "none");
        let active = browser.0.active_element().await?;
        active.send_keys("\u{e007}").await?;
        browser.find("main[data-state=WAITING] [role=img]").await?;
        let small = "return [...document.querySelectorAll('button, a')].filter((one) => one.getBoundingClientRect().height < 44).length";
        assert_eq!(browser.run(small).await?, 0);
        Ok(())
    });
}
