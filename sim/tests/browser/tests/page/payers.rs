//! The payer's phone.

use serde_json::json;
use wechatpay_sim_browser::{Browser, Done, in_browser};

use super::shop::{Shop, pay_url};

async fn type_in(browser: &Browser, digits: &str) -> Done {
    for digit in digits.chars() {
        browser.click(&format!("button[data-key='{digit}']")).await?;
    }
    Ok(())
}

#[test]
fn the_pad_pays_and_the_other_window_sees_it() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        let order = shop.order("A-00001", "tea");
        let id = order["id"].as_str().unwrap();
        browser.open(&shop.page(&format!("?lang=en#/orders/{id}"))).await?;
        let code = browser.find("[role=img]").await?;
        assert!(code.attr("alt").await?.unwrap().contains("Payment page"));
        browser.until("[...document.querySelectorAll('[role=img]')].every((code) => code.naturalWidth > 0)").await?;
        let window = browser.phone().await?;
        browser.open(&pay_url(&order)).await?;
        assert_eq!(browser.text("[data-field=total]").await?, "¥12.80");
        browser.click("input[name=payer][value=bob]").await?;
        type_in(&browser, "000000").await?;
        assert!(browser.text("[role=alert]").await?.contains("Wrong password"));
        assert!(browser.has("main[data-state=NOTPAY]").await?);
        type_in(&browser, "12345").await?;
        browser.find("[aria-label='5 of 6 digits']").await?;
        browser.click("[data-key=back]").await?;
        browser.find("[aria-label='4 of 6 digits']").await?;
        assert_eq!(shop.shown("A-00001")["state"], "NOTPAY");
        type_in(&browser, "56").await?;
        browser.find("main[data-state=SUCCESS] [role=status]").await?;
        assert!(!browser.has("[role=alert]").await?);
        assert_eq!(shop.told(1), ["A-00001"]);
        assert_eq!(shop.shown("A-00001")["payer"]["name"], "bob");
        browser.0.switch_to_window(window).await?;
        browser.until("document.querySelector('[data-field=state]').textContent === 'SUCCESS'").await?;
        browser.find("[data-row^=not_][data-state=accepted]").await?;
        assert_eq!(shop.handler.received().len(), 1);
        Ok(())
    });
}

#[test]
fn a_second_payer_of_a_code_sees_what_the_client_says() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        let order = shop.order("A-00001", "tea");
        browser.open(&format!("{}?lang=en", pay_url(&order))).await?;
        browser.click("button[data-do=cancel]").await?;
        browser.until("document.body.textContent.includes('cancelled')").await?;
        browser.open(&format!("{}?lang=en", pay_url(&order))).await?;
        browser.click("input[name=payer][value=bob]").await?;
        type_in(&browser, "123456").await?;
        let said = browser.text("[role=alert]").await?;
        assert!(
            said.contains("商家订单信息有误，请重新下单支付") && said.contains("opened this code before"),
            "{said}"
        );
        browser.find("[role=alert] [lang=zh-CN]").await?;
        assert_eq!(shop.shown("A-00001")["state"], "NOTPAY");
        browser.click("input[name=payer][value=alice]").await?;
        type_in(&browser, "123456").await?;
        browser.find("main[data-state=SUCCESS]").await?;
        // Paid, it is over for everybody.
        browser.open(&format!("{}?lang=zh", pay_url(&order))).await?;
        assert!(browser.text("[role=alert]").await?.contains("已支付"));
        type_in(&browser, "123456").await?;
        browser.until("document.querySelector('[role=alert]').textContent.includes('支付请求已失效')").await?;
        Ok(())
    });
}

#[test]
fn h5_goes_back_to_the_shop_and_warns_of_hosts_that_nobody_named() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        let back = shop.page("pay/back");
        let address = |number: &str, back: &str| {
            let url = shop.h5_order(number);
            let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
            format!("{url}&redirect_url={back}&lang=en")
        };
        browser.open(&address("H-00001", &back)).await?;
        assert!(browser.text("[data-field=warning]").await?.contains("127.0.0.1"));
        shop.sim.patch("merchants/1900000001", json!({"h5_domains": ["127.0.0.1"]}))?;
        browser.open(&address("H-00002", &back)).await?;
        assert!(!browser.has("[data-field=warning]").await?);
        type_in(&browser, "111111").await?;
        browser.find("main[data-state=SUCCESS]").await?;
        browser.until(&format!("location.href === '{back}'")).await?;
        assert_eq!(shop.told(1), ["H-00002"]);
        // An address that is none of the web is not gone to.
        browser.open(&address("H-00003", "javascript:window.hacked=1")).await?;
        assert!(browser.text("main").await?.contains("no way back"));
        assert!(!browser.has(".return").await?);
        Ok(())
    });
}

#[test]
fn an_address_of_nothing_says_so() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        browser.open(&shop.page("pay/nothing?lang=en")).await?;
        assert!(browser.text("[role=alert]").await?.contains("nothing to be found"));
        assert!(!browser.has("[data-key='1']").await?);
        Ok(())
    });
}

#[test]
fn what_is_pressed_on_a_phone_is_big_enough() {
    in_browser(|browser| async move {
        let shop = Shop::open();
        let order = shop.order("A-00001", "tea");
        browser.size(390, 844).await?;
        browser.open(&pay_url(&order)).await?;
        let small = "const box = (target) => target.getBoundingClientRect();
            const isSmall = (target) => box(target).width < 44 || box(target).height < 44;
            return [...document.querySelectorAll('button, a, label')].filter(isSmall).map((target) => target.outerHTML)";
        assert_eq!(browser.run(small).await?, json!([]));
        Ok(())
    });
}
