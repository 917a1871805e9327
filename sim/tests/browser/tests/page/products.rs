//! Combined orders, transfers, profit sharing and complaints.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_sim_browser::in_browser;

use super::shop::{Shop, pay_url};

fn openid(shop: &Shop, payer: &str) -> Value {
    shop.sim.get(&format!("payers/{payer}")).unwrap()["openids"]["wx0000000000000001"].clone()
}

/// Two merchants' orders that are paid at once.
pub(crate) fn combined(shop: &Shop, number: &str) -> Value {
    let part = |mchid: &str, suffix: u8, total: i64| {
        json!({"mchid": mchid, "out_trade_no": format!("{number}-{suffix}"), "attach": "x", "description": "a book",
            "amount": {"total_amount": total, "currency": "CNY"}})
    };
    let body = json!({
        "combine_appid": "wx0000000000000001", "combine_mchid": "1900000001", "combine_out_trade_no": number,
        "notify_url": shop.handler.url(), "sub_orders": [part("1900000001", 1, 10_000), part("1900000002", 2, 20_000)],
    });
    shop.wxpay.chain("v3/combine-transactions/native").post(body).unwrap();
    shop.shown(number)
}

pub(crate) fn transfer(shop: &Shop, number: &str) -> Value {
    let body = json!({
        "appid": "wx0000000000000001", "out_bill_no": number, "openid": openid(shop, "alice"), "transfer_amount": 5_000,
        "transfer_remark": "一等奖", "notify_url": shop.handler.url(), "transfer_scene_id": "1000",
        "user_recv_perception": "活动奖励", "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"}, {"info_type": "奖励说明", "info_content": "一等奖"},
        ],
    });
    shop.wxpay.chain("v3/fund-app/mch-transfer/transfer-bills").post(body).unwrap();
    shop.sim.get(&format!("transfers/{number}")).unwrap()
}

/// An order that was paid a minute ago, and is being shared.
pub(crate) fn sharing(shop: &Shop) -> Value {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": "S-00001",
        "notify_url": shop.handler.url(), "amount": {"total": 10_000}, "settle_info": {"profit_sharing": true},
    });
    shop.wxpay.chain("v3/pay/transactions/native").post(order).unwrap();
    let paid = shop.sim.pay("S-00001").send().unwrap();
    shop.sim.patch("settings", json!({"auto": {"sharing": null}})).unwrap();
    shop.sim.advance(Duration::from_secs(61)).unwrap();
    let receiver = json!({
        "appid": "wx0000000000000001", "type": "PERSONAL_OPENID", "account": openid(shop, "bob"), "relation_type": "PARTNER",
    });
    shop.wxpay.chain("v3/profitsharing/receivers/add").post(receiver).unwrap();
    let body = json!({
        "appid": "wx0000000000000001", "transaction_id": paid["transaction_id"], "out_order_no": "P-1",
        "unfreeze_unsplit": false, "receivers": [{"type": "PERSONAL_OPENID", "account": openid(shop, "bob"), "amount": 1_000,
            "description": "a share"}],
    });
    shop.wxpay.chain("v3/profitsharing/orders").post(body).unwrap();
    shop.sim.get("sharings/P-1").unwrap()
}

#[test]
fn a_combined_order_is_paid_and_refunded_as_one() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        let order = combined(&shop, "C-00001");
        browser.open(&pay_url(&order)).await?;
        assert_eq!(browser.text("[data-field=total]").await?, "¥300.00");
        for digit in 1..=6 {
            browser.click(&format!("[data-key='{digit}']")).await?;
        }
        browser.find("main[data-state=SUCCESS]").await?;
        browser.open(&shop.page("?lang=zh#/orders")).await?;
        assert!(browser.text("[data-row][data-state=SUCCESS]").await?.contains("C-00001"));
        browser.click("[data-row][data-state=SUCCESS] a").await?;
        browser.until("document.querySelectorAll('[aria-labelledby=order-parts] [data-row]').length === 2").await?;
        browser.find("[data-row^=not_][data-state=accepted]").await?;
        browser.click("[data-do=refund]").await?;
        browser.until("document.querySelectorAll('[data-row^=ref_]').length === 2").await?;
        assert_eq!(shop.shown("C-00001")["refunded"], 30_000);
        Ok(())
    });
}

#[test]
fn a_transfer_is_confirmed_on_the_phone_or_by_a_button() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        let made = transfer(&shop, "T1");
        browser.open(&shop.page("?lang=en#/transfers")).await?;
        browser.click("[data-row^=tra_][data-state=WAIT_USER_CONFIRM] a").await?;
        assert!(browser.find("[role=img]").await?.attr("alt").await?.unwrap().contains("Confirmation page"));
        let window = browser.phone().await?;
        browser.open(made["confirm_url"].as_str().unwrap()).await?;
        assert_eq!(browser.text("[data-field=amount]").await?, "¥50.00");
        assert_eq!(browser.text("[data-field=remark]").await?, "一等奖");
        assert_eq!(browser.text("[data-field=perception]").await?, "活动奖励");
        browser.click("[data-do=leave]").await?;
        browser.until("document.body.textContent.includes('confirmed later')").await?;
        browser.click("[data-do=confirm]").await?;
        browser.find("main[data-screen=confirm][data-state=TRANSFERING] .done").await?;
        browser.0.switch_to_window(window).await?;
        browser.until("document.querySelector('[data-field=state]').textContent === 'TRANSFERING'").await?;
        browser.click("[data-do=success]").await?;
        browser.until("document.querySelector('[data-field=state]').textContent === 'SUCCESS'").await?;
        browser.find("[data-row^=not_][data-state=accepted]").await?;
        transfer(&shop, "T2");
        browser.screen("transfers").await?;
        browser.click("[data-state=WAIT_USER_CONFIRM] [data-do=confirm]").await?;
        browser.click("[data-state=TRANSFERING] [data-do=fail]").await?;
        browser.find("[data-row^=tra_][data-state=FAIL]").await?;
        assert_eq!(shop.sim.get("transfers/T2")?["state"], "FAIL");
        Ok(())
    });
}

#[test]
fn a_share_gets_its_result() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        let id = sharing(&shop)["id"].as_str().unwrap().to_owned();
        browser.open(&shop.page("?lang=en#/sharing")).await?;
        browser.find("[data-row^=rcv_]").await?;
        browser.click(&format!("[data-row={id}][data-state=PROCESSING] a")).await?;
        browser.click("[data-row][data-state=PENDING] [data-do=success]").await?;
        browser.find("[data-row][data-state=SUCCESS]").await?;
        browser.until("document.querySelector('[data-field=state]').textContent === 'FINISHED'").await?;
        assert_eq!(shop.sim.get("sharings/P-1")?["receivers"][0]["result"], "SUCCESS");
        Ok(())
    });
}

#[test]
fn a_complaint_is_made_and_replied_to() {
    in_browser(|browser| async move {
        let shop = Shop::frozen();
        shop.order("A-00001", "tea");
        shop.sim.pay("A-00001").send()?;
        browser.open(&shop.page("?lang=en#/complaints")).await?;
        browser.find("input[name=order]").await?.send_keys("A-00001").await?;
        browser.find("input[name=text]").await?.send_keys("it was cold").await?;
        browser.click("[data-do=complain]").await?;
        let row = browser.find("[data-row^=cmp_][data-state=PENDING]").await?;
        assert!(row.text().await?.contains("it was cold") && row.text().await?.contains("A-00001"));
        browser.click("[data-row^=cmp_] a").await?;
        browser.find("[aria-labelledby=complaint-history] [data-row]").await?;
        browser.click("[data-do=user-reply]").await?;
        browser
            .until("document.querySelectorAll('[aria-labelledby=complaint-history] [data-row]').length === 2")
            .await?;
        Ok(())
    });
}
