//! Orders through the whole gate: the SDK places, asks for, closes and reverses them, in both versions, and believes the answers.

use serde_json::{Value, json};
use wechatpay_chain::{Client, Response};
use wechatpay_sim::Simulator;

use super::by_hand::Done;

const APPID: &str = "wx0000000000000001";
const MCHID: &str = "1900000001";

fn start() -> (Simulator, Client) {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start().unwrap();
    let wxpay = sim.client().unwrap();
    (sim, wxpay)
}

fn order(number: &str) -> Value {
    json!({
        "appid": APPID, "mchid": MCHID, "description": "a book", "out_trade_no": number, "attach": "x",
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    })
}

fn v2(number: &str) -> Value {
    json!({
        "appid": APPID, "mch_id": MCHID, "body": "a book", "out_trade_no": number, "total_fee": "100",
        "spbill_create_ip": "203.0.113.7",
    })
}

/// Of a call that the gateway refuses: status and code.
fn refused(called: wechatpay_chain::Result<Response>) -> (u16, String) {
    let error = called.unwrap_err();
    let rejection = error.rejection().unwrap_or_else(|| panic!("{error}"));
    (rejection.status().as_u16(), rejection.code().to_owned())
}

#[test]
fn an_order_is_placed_paid_and_asked_for_by_both_numbers() -> Done {
    let (sim, wxpay) = start();
    let mut h5 = order("A-00001");
    h5["scene_info"] = json!({
        "payer_client_ip": "203.0.113.7", "device_id": "till 1", "h5_info": {"type": "Wap"},
    });
    let url = wxpay.chain("v3/pay/transactions/h5").post(h5)?;
    assert!(url["h5_url"].as_str().unwrap().starts_with(&format!("{}_/h5?prepay_id=wx2026112510", sim.url())));
    let id = sim.post("orders/A-00001/pay", json!({"payer": "bob"}))?["transaction_id"].as_str().unwrap().to_owned();
    let by_number = wxpay.chain("v3/pay/transactions/out-trade-no/A-00001").query("mchid", MCHID).get()?;
    let by_id = wxpay.chain(format!("v3/pay/transactions/id/{id}")).query("mchid", MCHID).get()?;
    let expected = json!({
        "appid": APPID, "mchid": MCHID, "out_trade_no": "A-00001", "transaction_id": id, "trade_type": "MWEB",
        "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "bank_type": "OTHERS", "attach": "x",
        "success_time": "2026-11-25T10:00:00+08:00", "payer": by_id["payer"],
        "amount": {"total": 100, "payer_total": 100, "currency": "CNY", "payer_currency": "CNY"},
        "scene_info": {"device_id": "till 1"},
    });
    assert_eq!(by_number.value()?, expected);
    assert_eq!(by_id.value()?, expected);
    Ok(())
}

#[test]
fn an_order_is_closed_with_an_empty_answer() -> Done {
    let (_sim, wxpay) = start();
    wxpay.chain("v3/pay/transactions/native").post(order("A-00001"))?;
    let close = || wxpay.chain("v3/pay/transactions/out-trade-no/A-00001/close").post(json!({"mchid": MCHID}));
    assert_eq!(close()?.status(), 204);
    assert_eq!(close()?.status(), 204);
    let again = refused(wxpay.chain("v3/pay/transactions/native").post(order("A-00001")));
    assert_eq!(again, (400, "ORDER_CLOSED".to_owned()));
    Ok(())
}

#[test]
fn a_code_is_charged_and_reversed() -> Done {
    let (sim, wxpay) = start();
    let code = sim.get("payers/bob/auth_code")?["auth_code"].clone();
    let charge = |number: &str, total: i64, code: Value| {
        let body = json!({
            "appid": APPID, "mchid": MCHID, "description": "a book", "out_trade_no": number,
            "payer": {"auth_code": code}, "amount": {"total": total, "currency": "CNY"},
            "scene_info": {"store_info": {"id": "1"}},
        });
        wxpay.chain("v3/pay/transactions/codepay").post(body)
    };
    assert_eq!(charge("A-00001", 100, code.clone())?["trade_state"], "SUCCESS");
    let used = refused(charge("A-00002", 100, code));
    assert_eq!(used, (400, "INVALID_REQUEST".to_owned()));
    let reverse = wxpay.chain("v3/pay/transactions/out-trade-no/A-00001/reverse");
    assert_eq!(reverse.post(json!({"appid": APPID, "mchid": MCHID}))?.status(), 200);
    let shown = wxpay.chain("v3/pay/transactions/out-trade-no/A-00001").query("mchid", MCHID).get()?;
    assert_eq!(shown["trade_state"], "REVOKED");
    let waits = charge("A-00003", 100_001, json!("130000000000000001"));
    let state = sim.get("orders/A-00003")?;
    assert_eq!((state["state"].as_str(), state["payer"]["name"].as_str()), (Some("USERPAYING"), Some("alice")));
    // 202 is an answer with a code, not the order.
    assert_eq!(waits.map(|answer| answer["code"].clone())?, "USERPAYING");
    Ok(())
}

#[test]
fn apiv2_places_asks_for_and_closes() -> Done {
    let (sim, wxpay) = start();
    let mut native = v2("A-00001");
    native["trade_type"] = "NATIVE".into();
    native["notify_url"] = "http://127.0.0.1:9/paid".into();
    let placed = wxpay.chain("v2/pay/unifiedorder").post(native.clone())?;
    assert_eq!((placed["result_code"].as_str(), placed["trade_type"].as_str()), (Some("SUCCESS"), Some("NATIVE")));
    sim.post("orders/A-00001/pay", json!({"coupon": {"amount": 30, "type": "CASH"}}))?;
    let numbered = |number: &str| json!({"appid": APPID, "mch_id": MCHID, "out_trade_no": number});
    let shown = wxpay.chain("v2/pay/orderquery").post(numbered("A-00001"))?;
    let member = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
    assert_eq!([member("trade_state"), member("total_fee"), member("cash_fee")], ["SUCCESS", "100", "70"]);
    assert_eq!([member("coupon_fee"), member("settlement_total_fee")], ["30", "100"]);
    let paid = refused(wxpay.chain("v2/pay/closeorder").post(numbered("A-00001")));
    assert_eq!(paid.1, "ORDERPAID");
    assert_eq!(refused(wxpay.chain("v2/pay/unifiedorder").post(native.clone())).1, "ORDERPAID");
    native["total_fee"] = "101".into();
    assert_eq!(refused(wxpay.chain("v2/pay/unifiedorder").post(native)).1, "OUT_TRADE_NO_USED");
    assert_eq!(refused(wxpay.chain("v2/pay/orderquery").post(numbered("B-00001"))).1, "ORDERNOTEXIST");
    Ok(())
}

#[test]
fn apiv2_charges_codes_and_reverses() -> Done {
    let (_sim, wxpay) = start();
    let mut charge = v2("A-00001");
    charge["auth_code"] = "130000000000000001".into();
    let paid = wxpay.chain("v2/pay/micropay").post(charge)?;
    assert_eq!((paid["trade_type"].as_str(), paid["total_fee"].as_str()), (Some("MICROPAY"), Some("100")));
    let body = json!({"appid": APPID, "mch_id": MCHID, "out_trade_no": "A-00001"});
    assert_eq!(wxpay.chain("v2/secapi/pay/reverse").post(body)?["recall"], "N");
    Ok(())
}
