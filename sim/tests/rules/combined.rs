//! Rules of combined orders.

use serde_json::{Value, json};

use super::bench::{APP, Bench, Case, M, P, case, refusal, said};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("combine.merchant_least", json!(3), "200", "400 PARAM_ERROR", |bench| merchants(bench, 2)),
        case("combine.merchant_most", json!(9), "200", "400 PARAM_ERROR", |bench| merchants(bench, 10)),
        case("combine.partner_least", json!(2), "200", "400 PARAM_ERROR", |bench| partners(bench, &bench.number(), 1)),
        case("combine.partner_most", json!(49), "200", "400 PARAM_ERROR", |bench| partners(bench, &bench.number(), 50)),
        case("combine.merchant_number_length", json!(4), "400 PARAM_ERROR", "200", |bench| {
            let number = bench.number();
            let mut body = order(M, &number, 2);
            body["combine_out_trade_no"] = number[1..].into();
            place(bench, body)
        }),
        case("combine.partner_number_length", json!(7), "200", "400 PARAM_ERROR", |bench| {
            partners(bench, &bench.number(), 1)
        }),
        refusal("combine.settle_changed", "400 INVALID_REQUEST 重复下单且结算信息不一致", |bench| {
            let mut body = order(M, &bench.number(), 2);
            place(bench, body.clone());
            body["sub_orders"][0]["settle_info"] = json!({"profit_sharing": true});
            said(bench.wxpay.chain("v3/combine-transactions/native").post(body))
        }),
        refusal(
            "combine.close_set",
            "400 INVALID_REQUEST 关单请求中的子单与合单订单的子单不一致",
            |bench| {
                let number = bench.number();
                place(bench, order(M, &number, 2));
                let sub = json!({"mchid": M, "out_trade_no": format!("{number}-0")});
                let path = format!("v3/combine-transactions/out-trade-no/{number}/close");
                said(bench.wxpay.chain(path).post(json!({"combine_appid": APP, "sub_orders": [sub]})))
            },
        ),
    ]
}

/// A combined order of so many sub-orders.
fn order(mchid: &str, number: &str, count: usize) -> Value {
    let sub = |at: usize| {
        json!({
            "mchid": mchid, "out_trade_no": format!("{number}-{at}"), "attach": "x", "description": "a book",
            "amount": {"total_amount": 1, "currency": "CNY"},
        })
    };
    json!({
        "combine_appid": APP, "combine_mchid": mchid, "combine_out_trade_no": number,
        "notify_url": "http://127.0.0.1:1/paid", "sub_orders": (0..count).map(sub).collect::<Vec<_>>(),
    })
}

/// Status and code of placing an order; the message names the very number.
fn place(bench: &Bench, body: Value) -> String {
    let client = if body["combine_mchid"] == P { &bench.partner } else { &bench.wxpay };
    let said = said(client.chain("v3/combine-transactions/native").post(body));
    said.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn merchants(bench: &Bench, count: usize) -> String {
    place(bench, order(M, &bench.number(), count))
}

fn partners(bench: &Bench, number: &str, count: usize) -> String {
    let mut body = order(P, number, count);
    for sub in body["sub_orders"].as_array_mut().into_iter().flatten() {
        sub["sub_mchid"] = "1900000011".into();
    }
    place(bench, body)
}
