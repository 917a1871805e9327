//! What a payer's phone sees and does.

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use super::support::{get, post, send};

/// A request for an order of the first merchant.
pub(crate) fn order(number: &str, total: i64) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "茶 <img onerror=alert(1)>",
        "out_trade_no": number, "notify_url": "http://127.0.0.1:9/notify", "amount": {"total": total},
    })
}

/// A simulator with one order, and where its payer works.
fn with_order() -> (Simulator, String) {
    let sim = Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start().unwrap();
    sim.client().unwrap().chain("v3/pay/transactions/native").post(order("A-00001", 1280)).unwrap();
    let shown = sim.get("orders/A-00001").unwrap();
    let code = shown["credential"]["pay_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (sim, format!("/_/payer/orders/{code}"))
}

fn attempt(sim: &Simulator, at: &str, payer: &str, outcome: &str) -> Value {
    let answer = post(sim, &format!("{at}/pay"), &json!({"payer": payer, "outcome": outcome}).to_string());
    answer.json()
}

#[test]
fn what_is_seen_of_an_order_is_no_more_than_a_payer_sees() {
    let (sim, at) = with_order();
    sim.patch("merchants/1900000001", json!({"h5_domains": ["shop.example"]})).unwrap();
    let seen = json!({
        "state": "NOTPAY", "total": 1280, "currency": "CNY", "description": "茶 <img onerror=alert(1)>", "mchid": "1900000001",
        "payer": null, "payers": ["alice", "bob"], "h5_domains": ["shop.example"],
    });
    assert_eq!(get(&sim, &at).json(), seen);
}

#[test]
fn a_try_says_what_came_of_it() {
    let (sim, at) = with_order();
    for outcome in ["WRONG_PASSWORD", "CANCEL", "RISK", "NOT_ENOUGH"] {
        let tried = attempt(&sim, &at, "alice", outcome);
        assert_eq!((&tried["state"], &tried["outcome"]), (&json!("NOTPAY"), &json!(outcome)));
    }
    let paid = attempt(&sim, &at, "alice", "SUCCESS");
    assert_eq!((&paid["state"], &paid["outcome"]), (&json!("SUCCESS"), &json!("SUCCESS")));
    assert_eq!(sim.get("payers/alice").unwrap()["balance"], 100_000_000 - 1280);
    let again = attempt(&sim, &at, "alice", "SUCCESS");
    assert_eq!((&again["error"]["code"], &again["error"]["message"]), (&json!("STATE"), &json!("支付请求已失效")));
    assert_eq!(sim.get("payers/alice").unwrap()["balance"], 100_000_000 - 1280);
}

#[test]
fn a_second_payer_of_a_code_is_refused_in_the_clients_words() {
    let (sim, at) = with_order();
    attempt(&sim, &at, "alice", "CANCEL");
    let refused = attempt(&sim, &at, "bob", "SUCCESS");
    assert_eq!(refused["error"]["code"], "PAYER_MISMATCH");
    assert_eq!(refused["error"]["message"], "商家订单信息有误，请重新下单支付");
    assert_eq!(sim.get("orders/A-00001").unwrap()["state"], "NOTPAY");
}

#[test]
fn an_order_is_found_by_what_pays_it_alone() {
    let (sim, at) = with_order();
    attempt(&sim, &at, "alice", "SUCCESS");
    let shown = sim.get("orders/A-00001").unwrap();
    for number in ["id", "transaction_id", "out_trade_no"].map(|name| shown[name].as_str().unwrap()) {
        assert_eq!(get(&sim, &format!("/_/payer/orders/{number}")).code(), (404, "NOT_FOUND".to_owned()), "{number}");
        let tried = attempt(&sim, &format!("/_/payer/orders/{number}"), "alice", "SUCCESS");
        assert_eq!(tried["error"]["code"], "NOT_FOUND");
    }
    assert_eq!(get(&sim, "/_/payer/orders/wx0").status, 404);
    assert_eq!(get(&sim, "/_/payer/orders/%ff").status, 400);
}

#[test]
fn what_a_payer_cannot_do_is_refused() {
    let (sim, at) = with_order();
    let pay = format!("{at}/pay");
    for body in [
        r#"{"payer":"alice"}"#,
        r#"{"payer":"alice","outcome":"SUCCESS","bank_type":"X"}"#,
        r#"{"payer":"alice","outcome":"MAYBE"}"#,
        "[]",
        "{",
        "",
    ] {
        assert_eq!(post(&sim, &pay, body).code(), (400, "BAD_REQUEST".to_owned()), "{body}");
    }
    assert_eq!(post(&sim, &pay, r#"{"payer":"nobody","outcome":"SUCCESS"}"#).status, 404);
    for other in ["close", "expire", "refund", "scan"] {
        assert_eq!(post(&sim, &format!("{at}/{other}"), "{}").status, 404, "{other}");
    }
    for other in ["/_/payer/merchants/1900000001/secrets", "/_/payer/settings", "/_/payer/orders", "/_/payer/"] {
        assert_eq!(get(&sim, other).status, 404, "{other}");
    }
    assert_eq!(sim.get("orders/A-00001").unwrap()["attempts"], json!([]));
}

#[test]
fn another_page_does_not_pay() {
    let (sim, at) = with_order();
    let (pay, body) = (format!("POST {at}/pay"), r#"{"payer":"alice","outcome":"SUCCESS"}"#);
    let json = ("Content-Type", "application/json");
    for origin in ["http://evil.example", "null"] {
        assert_eq!(send(&sim, &pay, &[json, ("Origin", origin)], body).status, 403, "{origin}");
    }
    assert_eq!(send(&sim, &pay, &[("Content-Type", "text/plain")], body).status, 400);
    assert_eq!(sim.get("orders/A-00001").unwrap()["state"], "NOTPAY");
    let own = sim.url().trim_end_matches('/').to_owned();
    assert_eq!(send(&sim, &pay, &[json, ("Origin", &own)], body).status, 200);
}

#[test]
fn a_transfer_is_seen_taken_and_left() {
    let sim = Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start().unwrap();
    let openid = sim.get("payers/alice").unwrap()["openids"]["wx0000000000000001"].clone();
    let body = json!({
        "appid": "wx0000000000000001", "out_bill_no": "T1", "openid": openid, "transfer_amount": 5_000,
        "transfer_remark": "一等奖", "transfer_scene_id": "1000", "user_recv_perception": "活动奖励",
        "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"},
            {"info_type": "奖励说明", "info_content": "一等奖"},
        ],
    });
    sim.client().unwrap().chain("v3/fund-app/mch-transfer/transfer-bills").post(body).unwrap();
    let shown = sim.get("transfers/T1").unwrap();
    let at = format!("/_/payer/transfers/{}", shown["id"].as_str().unwrap());
    let seen = json!({
        "state": "WAIT_USER_CONFIRM", "amount": 5_000, "payer": "alice", "mchid": "1900000001", "remark": "一等奖",
        "perception": "活动奖励", "payers": ["alice", "bob"],
    });
    assert_eq!(get(&sim, &at).json(), seen);
    assert_eq!(post(&sim, &format!("{at}/decline"), "{}").json(), seen);
    assert_eq!(post(&sim, &format!("{at}/confirm"), r#"{"payer":"bob"}"#).code(), (409, "PAYER_MISMATCH".to_owned()));
    assert_eq!(post(&sim, &format!("{at}/confirm"), r#"{"state":"SUCCESS"}"#).status, 400);
    for other in ["result", "cancelled"] {
        assert_eq!(post(&sim, &format!("{at}/{other}"), "{}").status, 404, "{other}");
    }
    assert_eq!(get(&sim, "/_/payer/transfers/tra_999").status, 404);
    let taken = post(&sim, &format!("{at}/confirm"), r#"{"payer":"alice"}"#);
    assert_eq!(taken.json()["state"], "TRANSFERING");
    assert_eq!(post(&sim, &format!("{at}/confirm"), r#"{"payer":"alice"}"#).code(), (409, "STATE".to_owned()));
}
