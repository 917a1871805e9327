//! Combined orders in programs: what can be done, and how it is written as requests. Their sub-orders have the first merchant's numbers.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::names::{ORDERS, PAYERS, Request, mchid, out_trade_no};
use super::program::{self, Coupon, Outcome};

/// They too have few numbers.
const COMBINED: usize = 2;

/// How many of the orders' numbers are the first merchant's.
const OWN: usize = ORDERS - 1;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CombinedOp {
    /// `again`: as it was placed before, if it was, but for what `sharing` says.
    Place {
        number: usize,
        subs: [Sub; 2],
        again: bool,
    },
    Pay {
        number: usize,
        payer: usize,
        outcome: Outcome,
        coupon: Option<Coupon>,
    },
    /// `all`: all sub-orders are named, not the first one alone.
    Close {
        number: usize,
        all: bool,
    },
}

/// A sub-order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sub {
    pub(super) order: usize,
    pub(super) total: i64,
    pub(super) sharing: bool,
}

pub(super) fn combine_out_trade_no(number: usize) -> String {
    format!("COMBINED{number}")
}

pub(super) fn place(number: usize, subs: [Sub; 2]) -> Request {
    let subs = subs.map(|sub| {
        json!({
            "mchid": mchid(sub.order), "out_trade_no": out_trade_no(sub.order), "description": "a book", "attach": "x",
            "amount": {"total_amount": sub.total, "currency": "CNY"}, "settle_info": {"profit_sharing": sub.sharing},
        })
    });
    let body = json!({
        "combine_appid": "wx0000000000000001", "combine_mchid": mchid(0), "combine_out_trade_no": combine_out_trade_no(number),
        "notify_url": "http://127.0.0.1:3000/pay", "sub_orders": subs,
    });
    Request { mchid: mchid(0), method: "POST", path: "v3/combine-transactions/native".to_owned(), body }
}

/// Names these sub-orders.
pub(super) fn close(number: usize, orders: &[usize]) -> Request {
    let named = orders.iter().map(|order| json!({"mchid": mchid(*order), "out_trade_no": out_trade_no(*order)}));
    let body = json!({"combine_appid": "wx0000000000000001", "sub_orders": named.collect::<Vec<_>>()});
    let path = format!("v3/combine-transactions/out-trade-no/{}/close", combine_out_trade_no(number));
    Request { mchid: mchid(0), method: "POST", path, body }
}

pub(super) fn pay_path(number: usize) -> String {
    format!("orders/{}/pay", combine_out_trade_no(number))
}

pub(super) fn ops() -> impl Strategy<Value = CombinedOp> {
    let sub = || {
        let total = prop_oneof![9 => 1_i64..20_000, 1 => 50_000_000_i64..60_000_000];
        (0..OWN, total, any::<bool>()).prop_map(|(order, total, sharing)| Sub { order, total, sharing })
    };
    let outcome = prop_oneof![4 => Just(Outcome::Success), 1 => Just(Outcome::WrongPassword)];
    prop_oneof![
        5 => (0..COMBINED, sub(), sub(), any::<bool>())
            .prop_map(|(number, first, second, again)| CombinedOp::Place { number, subs: [first, second], again }),
        5 => (0..COMBINED, 0..2_usize, outcome, program::coupons())
            .prop_map(|(number, payer, outcome, coupon)| CombinedOp::Pay { number, payer, outcome, coupon }),
        1 => (0..COMBINED, any::<bool>()).prop_map(|(number, all)| CombinedOp::Close { number, all }),
    ]
}

/// As a request.
pub(super) fn shown(op: &CombinedOp) -> Value {
    let call = |request: Request| {
        let path = format!("/{}", request.path);
        json!({"mchid": request.mchid, "method": request.method, "path": path, "body": request.body})
    };
    match op {
        CombinedOp::Place { number, subs, again } => {
            let mut shown = call(place(*number, *subs));
            shown["as_before"] = (*again).into();
            shown
        }
        CombinedOp::Pay { number, payer, outcome, coupon } => {
            let coupon = coupon.map(|coupon| {
                json!({"amount": format!("{}% of the total", coupon.part), "type": program::coupon_type(coupon)})
            });
            let body = json!({"payer": PAYERS[*payer], "outcome": program::outcome_name(*outcome), "coupon": coupon});
            json!({"method": "POST", "path": pay_path(*number), "body": body})
        }
        CombinedOp::Close { number, all } => {
            let mut shown = call(close(*number, &[]));
            shown["body"]["sub_orders"] = if *all { "all" } else { "the first" }.into();
            shown
        }
    }
}
