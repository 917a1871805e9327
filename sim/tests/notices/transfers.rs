//! A transfer from its request to the bill, as a merchant of the SDK sees it.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::{Client, Response};
use wechatpay_sim::{Fault, Simulator};

use crate::merchant::{DAY, accounts, bill, code, openid, status};
use crate::receiver::{Done, Receiver, frozen};

const BILLS: &str = "v3/fund-app/mch-transfer/transfer-bills";

/// Asks for a transfer to alice, by her name.
fn transfer(sim: &Simulator, wxpay: &Client, number: &str, notify_url: &str) -> wechatpay_chain::Result<Response> {
    let body = json!({
        "appid": "wx0000000000000001", "out_bill_no": number, "openid": openid(sim, "alice"), "user_name": "爱丽丝",
        "transfer_amount": 200_000, "transfer_remark": "a prize", "notify_url": notify_url,
        "transfer_scene_id": "1000", "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"}, {"info_type": "奖励说明", "info_content": "一等奖"},
        ],
    });
    wxpay.chain(BILLS).encrypt("/user_name").post(body)
}

fn query(wxpay: &Client, number: &str) -> wechatpay_chain::Result<Response> {
    wxpay.chain(format!("{BILLS}/out-bill-no/{number}")).get()
}

fn operation(sim: &Simulator) -> Value {
    accounts(sim, "1900000001")["OPERATION"].clone()
}

#[test]
fn a_transfer_is_created_confirmed_told_queried_and_in_the_bill() -> Done {
    let sim = frozen();
    let wxpay = sim.client()?;
    let receiver = Receiver::verifying(wxpay.clone());
    let made = transfer(&sim, &wxpay, "T1", &receiver.url())?;
    assert_eq!(made["state"], "WAIT_USER_CONFIRM");
    assert_eq!(operation(&sim), json!({"available": 9_800_000, "frozen": 200_000}));
    let again = transfer(&sim, &wxpay, "T1", &receiver.url());
    assert_eq!(again?["package_info"], made["package_info"], "the same again, though its ciphertext is another");

    // What the front end hands to the client is not signed.
    let params = json!({"mchId": "1900000001", "appId": "wx0000000000000001", "package": made["package_info"]});
    let opened = sim.post("invoke", json!({"kind": "transfer", "params": params}))?;
    assert_eq!((&opened["ok"], &opened["transfer"]["out_bill_no"]), (&json!(true), &json!("T1")));
    assert!(opened["pay_url"].as_str().is_some_and(|url| url.contains("/_/confirm/tra_")), "{opened}");
    let other = json!({"mchId": "1900000002", "appId": "wx0000000000000001", "package": made["package_info"]});
    let refused = sim.post("invoke", json!({"kind": "transfer", "params": other}))?;
    assert_eq!((&refused["ok"], &refused["error"]), (&json!(false), &json!("mchId")));

    assert_eq!(sim.post("transfers/T1/confirm", json!({"payer": "alice"}))?["state"], "TRANSFERING");
    sim.advance(Duration::from_secs(1))?;
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    let notice = received[0].notice(&wxpay)?;
    assert_eq!((notice.event_type(), notice.original_type()), ("MCHTRANSFER.BILL.FINISHED", Some("mch_payment")));
    assert_eq!((&notice.resource()["state"], &notice.resource()["mch_id"]), (&json!("SUCCESS"), &json!("1900000001")));
    let shown = query(&wxpay, "T1")?;
    assert_eq!((&shown["state"], &shown["transfer_amount"]), (&json!("SUCCESS"), &json!(200_000)));
    assert_eq!(shown.decrypt("/user_name")?.as_str(), "爱丽丝");
    assert_eq!(notice.resource()["transfer_bill_no"], shown["transfer_bill_no"]);
    assert_eq!(operation(&sim), json!({"available": 9_800_000, "frozen": 0}));

    sim.advance(DAY)?;
    let flow = bill(&wxpay, "v3/bill/fundflowbill", &[("account_type", "OPERATION")])?;
    assert!(flow.contains(",`商家转账,`商家转账,`支出,`2000.00,`98000.00,`"), "{flow}");
    assert!(flow.ends_with("`2,`1,`100000.00,`1,`2000.00\r\n"), "{flow}");
    assert_eq!(sim.get("invariants")?, json!({"ok": true, "failed": []}));
    Ok(())
}

#[test]
fn a_cancellation_has_no_body_and_an_empty_object_is_taken() -> Done {
    let sim = frozen();
    let wxpay = sim.client()?;
    let receiver = Receiver::verifying(wxpay.clone());
    for number in ["T1", "T2"] {
        transfer(&sim, &wxpay, number, &receiver.url())?;
    }
    let cancel = |number: &str| wxpay.chain(format!("{BILLS}/out-bill-no/{number}/cancel"));
    assert_eq!(cancel("T1").post(())?["state"], "CANCELING");
    assert_eq!(cancel("T2").post(json!({}))?["state"], "CANCELING");
    sim.advance(Duration::from_secs(1))?;
    assert_eq!(query(&wxpay, "T1")?["fail_reason"], "MCH_CANCEL");
    assert_eq!(receiver.received().len(), 2);
    assert_eq!(operation(&sim), json!({"available": 10_000_000, "frozen": 0}));
    Ok(())
}

#[test]
fn an_answer_that_is_lost_does_not_mean_that_nothing_happened() -> Done {
    let sim = frozen();
    let wxpay = sim.client()?;
    for (number, fault) in [("T1", Fault::SystemErrorAfter), ("T2", Fault::ResetAfter), ("T3", Fault::BadGatewayAfter)]
    {
        sim.fault(fault).on("POST", BILLS).times(1).set()?;
        let error = transfer(&sim, &wxpay, number, "http://127.0.0.1:9/t").unwrap_err();
        assert!(error.outcome_unknown(), "{number}: {error}");
        assert_eq!(query(&wxpay, number)?["state"], "WAIT_USER_CONFIRM");
        assert_eq!(transfer(&sim, &wxpay, number, "http://127.0.0.1:9/t")?["state"], "WAIT_USER_CONFIRM");
    }
    assert_eq!(operation(&sim), json!({"available": 9_400_000, "frozen": 600_000}));
    Ok(())
}

#[test]
fn triggers_in_the_remark_and_documented_codes_are_answered_before_anything_happens() -> Done {
    let sim = frozen();
    let wxpay = sim.client()?;
    sim.fault(Fault::code("NOT_ENOUGH")).on("POST", BILLS).times(1).set()?;
    let error = transfer(&sim, &wxpay, "T1", "http://127.0.0.1:9/t").unwrap_err();
    assert_eq!((code(&error), status(&error)), ("NOT_ENOUGH", Some(403)));
    assert_eq!(code(&query(&wxpay, "T1").unwrap_err()), "NOT_FOUND");
    sim.patch("settings", json!({"triggers": {"amounts": {"200000": "FREQUENCY_LIMITED"}}}))?;
    let error = transfer(&sim, &wxpay, "T1", "http://127.0.0.1:9/t").unwrap_err();
    assert_eq!(code(&error), "FREQUENCY_LIMITED");
    assert_eq!(operation(&sim), json!({"available": 10_000_000, "frozen": 0}));
    Ok(())
}

#[test]
fn a_sub_merchant_in_the_merchants_own_call_is_an_unknown_member() -> Done {
    let sim = frozen();
    let wxpay = sim.client()?;
    let body = json!({
        "sub_mchid": "1900000011", "appid": "wx0000000000000001", "out_bill_no": "T1", "openid": openid(&sim, "alice"),
        "transfer_amount": 100, "transfer_remark": "a prize", "transfer_scene_id": "1002",
        "transfer_scene_report_infos": [{"info_type": "补贴类型", "info_content": "购车补贴"}],
    });
    let error = wxpay.chain(BILLS).post(body).unwrap_err();
    assert_eq!(code(&error), "PARAM_ERROR");
    assert!(error.to_string().contains("未在API文档中定义"), "{error}");
    Ok(())
}
