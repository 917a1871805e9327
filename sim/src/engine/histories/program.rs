//! Programs: what can be done, and how it is written as requests.

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::funds::{self, Funds};
use super::names::{ORDERS, PAYERS, Request, is_partner, mchid, out_trade_no, owner};

/// Refunds have few numbers, so that they are used again.
pub(super) const REFUNDS: usize = 4;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Op {
    /// `again`: as it was placed before, if it was.
    Place {
        order: usize,
        total: i64,
        sharing: bool,
        again: bool,
    },
    /// alice shows a payment code.
    Charge {
        order: usize,
        total: i64,
        again: bool,
    },
    Reverse {
        order: usize,
    },
    Pay {
        order: usize,
        payer: usize,
        outcome: Outcome,
        coupon: Option<Coupon>,
    },
    Close {
        order: usize,
    },
    /// `lost`: it is carried out, the answer is lost, and the merchant asks again.
    Refund {
        order: usize,
        number: usize,
        part: u8,
        v2: bool,
        lost: bool,
    },
    PlatformRefund {
        order: usize,
        part: u8,
    },
    End {
        order: usize,
        number: usize,
        status: Status,
    },
    Reroute {
        order: usize,
        number: usize,
    },
    Query {
        order: usize,
        number: usize,
    },
    /// In or out; 0 takes out all that is available.
    Balance {
        order: usize,
        amount: i64,
    },
    Advance {
        seconds: i64,
    },
    SaveAndLoad,
    Reset,
    Funds(Funds),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    WrongPassword,
}

/// A share of the total, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coupon {
    pub(super) part: u8,
    pub(super) is_cash: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Success,
    Closed,
    Abnormal,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Closed => "CLOSED",
            Self::Abnormal => "ABNORMAL",
        }
    }
}

pub(super) fn out_refund_no(number: usize) -> String {
    format!("REFUND{number}")
}

pub(super) fn place(order: usize, total: i64, sharing: bool) -> Request {
    let mut body = json!({
        "description": "a book",
        "out_trade_no": out_trade_no(order),
        "notify_url": "http://127.0.0.1:3000/pay",
        "amount": {"total": total, "currency": "CNY"},
        "settle_info": {"profit_sharing": sharing},
    });
    let path = if is_partner(order) {
        body["sp_appid"] = "wx0000000000000001".into();
        body["sp_mchid"] = mchid(order).into();
        body["sub_mchid"] = owner(order).into();
        "v3/pay/partner/transactions/native"
    } else {
        body["appid"] = "wx0000000000000001".into();
        body["mchid"] = mchid(order).into();
        "v3/pay/transactions/native"
    };
    Request { mchid: mchid(order), method: "POST", path: path.to_owned(), body }
}

/// A code of alice's that nobody made: always the same one for the same charge.
pub(super) fn charge(order: usize, total: i64) -> Request {
    let mut request = place(order, total, false);
    request.path = request.path.replace("native", "codepay");
    request.body["payer"] = json!({"auth_code": format!("13{order:04}{total:012}")});
    request
}

pub(super) fn close(order: usize) -> Request {
    of_order(order, "close")
}

pub(super) fn reverse(order: usize) -> Request {
    of_order(order, "reverse")
}

fn of_order(order: usize, what: &str) -> Request {
    let family = if is_partner(order) { "partner/" } else { "" };
    let path = format!("v3/pay/{family}transactions/out-trade-no/{}/{what}", out_trade_no(order));
    let body = match is_partner(order) {
        true => json!({"sp_mchid": mchid(order), "sub_mchid": owner(order)}),
        false => json!({"mchid": mchid(order)}),
    };
    Request { mchid: mchid(order), method: "POST", path, body }
}

pub(super) fn refund(order: usize, number: usize, total: i64, refund: i64, v2: bool) -> Request {
    let (path, mut body, sub) = match v2 {
        true => (
            "v2/secapi/pay/refund",
            json!({"total_fee": total.to_string(), "refund_fee": refund.to_string(), "mch_id": mchid(order)}),
            "sub_mch_id",
        ),
        false => (
            "v3/refund/domestic/refunds",
            json!({"amount": {"total": total, "refund": refund, "currency": "CNY"}}),
            "sub_mchid",
        ),
    };
    body["out_trade_no"] = out_trade_no(order).into();
    body["out_refund_no"] = out_refund_no(number).into();
    body["notify_url"] = "http://127.0.0.1:3000/refund".into();
    if is_partner(order) {
        body[sub] = owner(order).into();
    }
    Request { mchid: mchid(order), method: "POST", path: path.to_owned(), body }
}

pub(super) fn query(order: usize, number: usize) -> Request {
    let sub = if is_partner(order) { format!("?sub_mchid={}", owner(order)) } else { String::new() };
    let path = format!("v3/refund/domestic/refunds/{}{sub}", out_refund_no(number));
    Request { mchid: mchid(order), method: "GET", path, body: Value::Null }
}

pub(super) fn reroute(order: usize, number: usize, refund_id: &str) -> Request {
    let path = format!("v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund");
    let mut body = json!({"out_refund_no": out_refund_no(number), "type": "MERCHANT_BANK_CARD"});
    if is_partner(order) {
        body["sub_mchid"] = owner(order).into();
    }
    Request { mchid: mchid(order), method: "POST", path, body }
}

/// A program of so many steps; some begin with an order that can be shared, or is.
pub(super) fn programs(lengths: RangeInclusive<usize>) -> impl Strategy<Value = Vec<Op>> {
    (option::weighted(0.6, begun()), vec(ops(), lengths))
        .prop_map(|(begun, ops)| begun.into_iter().flatten().chain(ops).collect())
}

/// An order that was paid a minute ago, and perhaps was shared; each step may be missing.
fn begun() -> impl Strategy<Value = Vec<Op>> {
    let steps = [0.95, 0.95, 0.95, 0.5, 0.95].map(proptest::bool::weighted);
    let share = (0..funds::NUMBERS, 1_u8..20);
    (0..ORDERS, 1_000_i64..20_000, coupons(), share, steps).prop_map(|(order, total, coupon, (number, part), steps)| {
        let all = [
            Op::Place { order, total, sharing: true, again: false },
            Op::Pay { order, payer: 0, outcome: Outcome::Success, coupon },
            Op::Advance { seconds: 60 },
            Op::Funds(Funds::Share { order, number, part, bob: true, unfreezes: false, lost: false }),
            Op::Advance { seconds: 1 },
        ];
        all.into_iter().zip(steps).filter_map(|(op, is_there)| is_there.then_some(op)).collect()
    })
}

fn totals() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 1_i64..20_000,
        1 => Just(10_000),
        // More than a payer has.
        1 => 90_000_000_i64..110_000_000,
    ]
}

fn coupons() -> impl Strategy<Value = Option<Coupon>> {
    let some = (1_u8..=100, any::<bool>()).prop_map(|(part, is_cash)| Coupon { part, is_cash });
    option::weighted(0.3, some)
}

fn ops() -> impl Strategy<Value = Op> {
    let (order, number) = (0..ORDERS, 0..REFUNDS);
    let outcome = prop_oneof![4 => Just(Outcome::Success), 1 => Just(Outcome::WrongPassword)];
    let status = prop_oneof![2 => Just(Status::Success), 2 => Just(Status::Closed), 3 => Just(Status::Abnormal)];
    let seconds =
        prop_oneof![8 => 0_i64..10, 3 => 10_i64..7_200, 2 => 7_200_i64..800_000, 1 => 800_000_i64..40_000_000];
    let amounts = prop_oneof![2 => -20_000_i64..-1, 2 => Just(0), 1 => 1_i64..20_000];
    prop_oneof![
        8 => (order.clone(), totals(), any::<bool>(), any::<bool>())
            .prop_map(|(order, total, sharing, again)| Op::Place { order, total, sharing, again }),
        3 => (order.clone(), prop_oneof![4 => totals(), 1 => 100_000_i64..100_003], any::<bool>())
            .prop_map(|(order, total, again)| Op::Charge { order, total, again }),
        2 => order.clone().prop_map(|order| Op::Reverse { order }),
        10 => (order.clone(), 0..2_usize, outcome, coupons())
            .prop_map(|(order, payer, outcome, coupon)| Op::Pay { order, payer, outcome, coupon }),
        1 => order.clone().prop_map(|order| Op::Close { order }),
        12 => (order.clone(), number.clone(), 0_u8..=100, any::<bool>(), any::<bool>())
            .prop_map(|(order, number, part, v2, lost)| Op::Refund { order, number, part, v2, lost }),
        2 => (order.clone(), 0_u8..=100).prop_map(|(order, part)| Op::PlatformRefund { order, part }),
        8 => (order.clone(), number.clone(), status)
            .prop_map(|(order, number, status)| Op::End { order, number, status }),
        6 => (order.clone(), number.clone()).prop_map(|(order, number)| Op::Reroute { order, number }),
        3 => (order.clone(), number).prop_map(|(order, number)| Op::Query { order, number }),
        2 => (order, amounts).prop_map(|(order, amount)| Op::Balance { order, amount }),
        5 => seconds.prop_map(|seconds| Op::Advance { seconds }),
        30 => funds::funds().prop_map(Op::Funds),
        1 => Just(Op::SaveAndLoad),
        1 => proptest::bool::weighted(0.05).prop_map(|reset| if reset { Op::Reset } else { Op::SaveAndLoad }),
    ]
}

/// A program as requests: those without `mchid` are the control interface's, as `POST /_/api/script` takes them.
pub(super) fn printed(ops: &[Op]) -> String {
    let steps: Vec<Value> = ops.iter().map(shown).collect();
    serde_json::to_string_pretty(&json!({"steps": steps})).unwrap_or_default()
}

fn shown(op: &Op) -> Value {
    let call = |request: Request| {
        let path = format!("/{}", request.path);
        json!({"mchid": request.mchid, "method": request.method, "path": path, "body": request.body})
    };
    let control = |path: String, body: Value| json!({"method": "POST", "path": path, "body": body});
    match op {
        Op::Place { order, total, sharing, again } => {
            let mut shown = call(place(*order, *total, *sharing));
            shown["as_before"] = (*again).into();
            shown
        }
        Op::Pay { order, payer, outcome, coupon } => {
            let coupon = coupon
                .map(|coupon| json!({"amount": format!("{}% of the total", coupon.part), "type": coupon_type(coupon)}));
            let body = json!({"payer": PAYERS[*payer], "outcome": outcome_name(*outcome), "coupon": coupon});
            control(format!("orders/{}/pay", out_trade_no(*order)), body)
        }
        Op::Charge { order, total, again } => {
            let mut shown = call(charge(*order, *total));
            shown["as_before"] = (*again).into();
            shown
        }
        Op::Reverse { order } => call(reverse(*order)),
        Op::Close { order } => call(close(*order)),
        Op::Refund { order, number, part, v2, lost } => {
            let mut shown = call(refund(*order, *number, 0, 0, *v2));
            shown["amount"] = format!("{part}% of the total, at least 1").into();
            shown["twice"] = (*lost).into();
            shown
        }
        Op::PlatformRefund { order, part } => control(
            format!("orders/{}/refund", out_trade_no(*order)),
            json!({"refund": format!("{part}% of the total")}),
        ),
        Op::End { order, number, status } => {
            let path = format!("refunds/{}/result?mchid={}", out_refund_no(*number), mchid(*order));
            control(path, json!({"status": status.as_str()}))
        }
        Op::Reroute { order, number } => call(reroute(*order, *number, "{refund_id}")),
        Op::Query { order, number } => call(query(*order, *number)),
        Op::Balance { order, amount } => {
            control(format!("merchants/{}/balance", owner(*order)), json!({"account": "BASIC", "amount": amount}))
        }
        Op::Advance { seconds } => control("clock/advance".to_owned(), json!({"by": seconds})),
        Op::SaveAndLoad => json!({"method": "PUT", "path": "state", "body": "{the answer of GET state}"}),
        Op::Funds(funds) => funds::shown(funds),
        Op::Reset => control("reset".to_owned(), json!({"keep": ["clock"]})),
    }
}

pub(super) fn coupon_type(coupon: Coupon) -> &'static str {
    if coupon.is_cash { "CASH" } else { "NOCASH" }
}

pub(super) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "SUCCESS",
        Outcome::WrongPassword => "WRONG_PASSWORD",
    }
}
