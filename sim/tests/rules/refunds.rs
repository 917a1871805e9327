//! Rules of refunds.

use serde_json::json;
use wechatpay_sim::Fault;

use super::bench::{Bench, Case, M, case, refusal, said};
use super::by_hand::Ask;

const CHANGED: &str = "400 INVALID_REQUEST 订单金额或退款金额与之前请求不一致，请核实后再试";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        refusal("refund.repeat_changed", CHANGED, |bench| {
            let (order, number) = (bench.paid(), bench.number());
            bench.refund(&order, &number, 1).unwrap();
            said(bench.refund(&order, &number, 2))
        }),
        refusal("refund.total", CHANGED, |bench| {
            let amount = json!({"refund": 1, "total": 999, "currency": "CNY"});
            let body = json!({"out_trade_no": bench.paid(), "out_refund_no": bench.number(), "amount": amount});
            said(bench.wxpay.chain("v3/refund/domestic/refunds").post(body))
        }),
        refusal("refund.order", "404 RESOURCE_NOT_EXISTS 订单不存在", |bench| {
            said(bench.refund(&bench.number(), &bench.number(), 1))
        }),
        refusal("refund.unknown", "404 RESOURCE_NOT_EXISTS 退款单不存在", |bench| query(bench, &bench.number())),
        refusal("refund.too_much", "400 INVALID_REQUEST 累计退款金额大于支付金额", |bench| {
            said(bench.refund(&bench.paid(), &bench.number(), 1001))
        }),
        case("refund.count", json!(1), "200", "400 INVALID_REQUEST 订单退款次数超过限制", |bench| {
            let order = bench.paid();
            bench.refund(&order, &bench.number(), 1).unwrap();
            said(bench.refund(&order, &bench.number(), 1))
        }),
        refusal("refund.count_refused", "400 INVALID_REQUEST 订单退款次数超过限制", |bench| {
            let order = bench.paid();
            bench.sim.patch("rules", json!({"refund.count": 0})).unwrap();
            let refused = said(bench.refund(&order, &bench.number(), 1));
            bench.sim.patch("rules", json!({"refund.count": null})).unwrap();
            refused
        }),
        case(
            "refund.gap",
            json!({"status": 429, "code": "FREQUENCY_LIMITED", "message": "slower"}),
            "refund.gap",
            "429 FREQUENCY_LIMITED slower",
            |bench| second(bench, 59),
        ),
        case("refund.gap_s", json!(30), "refund.gap", "200", |bench| second(bench, 59)),
        case("refund.days", json!(1), "200", "400 INVALID_REQUEST 订单已超过可退款期限", |bench| {
            let order = bench.paid();
            bench.advance(2 * 86_400);
            said(bench.refund(&order, &bench.number(), 1))
        }),
        refusal("refund.overdue", "400 INVALID_REQUEST 订单已超过可退款期限", |bench| {
            let order = bench.paid();
            bench.advance(366 * 86_400);
            said(bench.refund(&order, &bench.number(), 1))
        }),
        refusal("refund.payer", "403 USER_ACCOUNT_ABNORMAL 用户账户异常或已注销", |bench| {
            let order = bench.paid();
            bench.sim.patch("payers/alice", json!({"closed": true})).unwrap();
            let refused = said(bench.refund(&order, &bench.number(), 1));
            bench.sim.patch("payers/alice", json!({"closed": false})).unwrap();
            refused
        }),
        refusal("refund.not_enough", "403 NOT_ENOUGH 基本账户余额不足，请充值后重新发起", |bench| {
            let order = bench.paid();
            bench.balance(None);
            said(bench.refund(&order, &bench.number(), 1))
        }),
        refusal(
            "refund.not_abnormal",
            "400 INVALID_REQUEST 退款单状态不是退款异常，不能发起异常退款",
            |bench| {
                let (order, number) = (bench.paid(), bench.number());
                let made = bench.refund(&order, &number, 1).unwrap();
                another_way(bench, made["refund_id"].as_str().unwrap(), &number)
            },
        ),
        refusal("refund.other_number", "400 INVALID_REQUEST 退款单号与商户退款单号不匹配", |bench| {
            let made = bench.refund(&bench.paid(), &bench.number(), 1).unwrap();
            another_way(bench, made["refund_id"].as_str().unwrap(), &bench.number())
        }),
        case("limits.refund_429_accepted", json!(true), "429 404", "429 200", |bench| {
            let (order, number) = (bench.paid(), bench.number());
            bench.sim.fault(Fault::RateLimit).on("POST", "v3/refund/domestic/refunds").times(1).set().unwrap();
            format!("{} {}", by_hand(bench, &order, &number), &query(bench, &number)[..3])
        }),
    ]
}

fn query(bench: &Bench, number: &str) -> String {
    said(bench.wxpay.chain(format!("v3/refund/domestic/refunds/{number}")).get())
}

fn another_way(bench: &Bench, refund_id: &str, number: &str) -> String {
    let path = format!("v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund");
    said(bench.wxpay.chain(path).post(json!({"out_refund_no": number, "type": "MERCHANT_BANK_CARD"})))
}

/// A second refund of an order so many seconds after the first: refused, warned of, or just there.
fn second(bench: &Bench, after: u64) -> String {
    let order = bench.paid();
    bench.refund(&order, &bench.number(), 1).unwrap();
    bench.advance(after);
    match bench.refund(&order, &bench.number(), 1) {
        Ok(response) => response
            .headers()
            .get("sim-warning")
            .map_or_else(|| response.status().as_u16().to_string(), |warning| warning.to_str().unwrap().to_owned()),
        refused => said(refused),
    }
}

/// Asks for a refund once, as no client that tries again does; the status.
fn by_hand(bench: &Bench, order: &str, number: &str) -> u16 {
    let amount = json!({"refund": 1, "total": 1000, "currency": "CNY"});
    let body = json!({"out_trade_no": order, "out_refund_no": number, "amount": amount}).to_string();
    Ask::of(&bench.sim, M, "POST", "/v3/refund/domestic/refunds", &body).send(&bench.sim).status
}

#[test]
fn one_too_many_a_second_may_be_accepted_by_rule() {
    let bench = Bench::start();
    bench.sim.patch("settings", json!({"limits": {"on": true, "v3/refund/domestic/refunds": 0}})).unwrap();
    let (order, number) = (bench.paid(), bench.number());
    assert_eq!(by_hand(&bench, &order, &number), 429);
    assert_eq!(&query(&bench, &number)[..3], "404");
    bench.sim.patch("rules", json!({"limits.refund_429_accepted": true})).unwrap();
    assert_eq!(by_hand(&bench, &order, &number), 429);
    assert_eq!(query(&bench, &number), "200");
    // Whoever asks again meets it: the money moved once.
    bench.sim.patch("settings", json!({"limits": {"on": false}})).unwrap();
    assert_eq!(by_hand(&bench, &order, &number), 200);
    let refunds = bench.sim.get("refunds").unwrap();
    assert_eq!(refunds["items"].as_array().unwrap().len(), 1);
}

/// Of refunds that are wrong, six a second are looked at; APIv2 calls the seventh `INVALID_REQ_TOO_MUCH`.
#[test]
fn too_many_wrong_refunds_have_a_code_of_their_own_in_v2() {
    let bench = Bench::start();
    bench.sim.patch("settings", json!({"limits": {"on": true}})).unwrap();
    let body = json!({
        "appid": "wx0000000000000001", "mch_id": M, "out_trade_no": "A-00009", "out_refund_no": "R-1",
        "total_fee": "1000", "refund_fee": "1",
    });
    let ask =
        || said(bench.wxpay.chain("v2/secapi/pay/refund").post(body.clone())).split(' ').nth(1).unwrap().to_owned();
    // A second may end in between: then the seventh is the first of the next.
    let codes: Vec<String> = (0..500).map(|_| ask()).take_while(|code| code != "INVALID_REQ_TOO_MUCH").collect();
    assert!((6..500).contains(&codes.len()), "{codes:?}");
    assert!(codes.iter().all(|code| code == "ORDERNOTEXIST"), "{codes:?}");
}
