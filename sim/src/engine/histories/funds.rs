//! Programs: what can be done with shares and transfers, and how it is written as requests.

use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::names::{ORDERS, Request, is_partner, mchid, owner};

/// Sharings, returns and transfers have few numbers, so that they are used again.
pub(super) const NUMBERS: usize = 4;

/// The merchant who receives shares, and the payer who does, at the merchants' app.
pub(super) const RECEIVER: &str = "1900000002";
pub(super) const APPID: &str = "wx0000000000000001";

/// One thing to do. `lost`: it is carried out, the answer is lost, and the merchant asks again.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Funds {
    /// A part of the order in per cent to the merchant, and as much to bob.
    Share {
        order: usize,
        number: usize,
        part: u8,
        bob: bool,
        unfreezes: bool,
        lost: bool,
    },
    /// Ends the shares of one receiver, or all.
    EndShares {
        order: usize,
        number: usize,
        to: Option<To>,
        success: bool,
    },
    Unfreeze {
        order: usize,
        number: usize,
    },
    Return {
        order: usize,
        sharing: usize,
        number: usize,
        amount: i64,
        lost: bool,
    },
    /// What the receiving merchant has: in or out; 0 takes out all.
    ReceiverBalance {
        amount: i64,
    },
    Transfer {
        number: usize,
        amount: i64,
        lost: bool,
    },
    Confirm {
        number: usize,
    },
    EndTransfer {
        number: usize,
        success: bool,
    },
    CancelTransfer {
        number: usize,
    },
    /// What is there for transfers: in or out; 0 takes out all.
    OperationBalance {
        number: usize,
        amount: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    Merchant,
    Bob,
}

/// Transfers are made in the name of the merchants of the orders with the same numbers: the last one is a partner's.
pub(super) fn out_bill_no(number: usize) -> String {
    format!("BILL{number}")
}

pub(super) fn out_order_no(number: usize) -> String {
    format!("SHARE{number}")
}

pub(super) fn out_return_no(number: usize) -> String {
    format!("RETURN{number}")
}

/// The merchants who may receive: asked for before everything else.
pub(super) fn receivers(bob: &str) -> Vec<Request> {
    let mut all = Vec::new();
    for order in [0, ORDERS - 1] {
        for (kind, account) in [("MERCHANT_ID", RECEIVER), ("PERSONAL_OPENID", bob)] {
            let mut body = json!({"appid": APPID, "type": kind, "account": account, "relation_type": "PARTNER"});
            name_sub(&mut body, order);
            let path = "v3/profitsharing/receivers/add".to_owned();
            all.push(Request { mchid: mchid(order), method: "POST", path, body });
        }
    }
    all
}

fn name_sub(body: &mut Value, order: usize) {
    if is_partner(order) {
        body["sub_mchid"] = owner(order).into();
    }
}

/// A sharing: `amounts` are the merchant's and bob's.
pub(super) fn share(
    order: usize,
    number: usize,
    transaction_id: &str,
    bob: &str,
    amounts: &[i64],
    unfreezes: bool,
) -> Request {
    let receivers = [("MERCHANT_ID", RECEIVER), ("PERSONAL_OPENID", bob)];
    let receivers: Vec<Value> = receivers
        .iter()
        .zip(amounts)
        .map(|((kind, account), amount)| {
            json!({"type": kind, "account": account, "amount": amount, "description": "a share"})
        })
        .collect();
    let mut body = json!({
        "appid": APPID, "transaction_id": transaction_id, "out_order_no": out_order_no(number), "receivers": receivers,
        "unfreeze_unsplit": unfreezes,
    });
    name_sub(&mut body, order);
    Request { mchid: mchid(order), method: "POST", path: "v3/profitsharing/orders".to_owned(), body }
}

pub(super) fn unfreeze(order: usize, number: usize, transaction_id: &str) -> Request {
    let mut body =
        json!({"transaction_id": transaction_id, "out_order_no": out_order_no(number), "description": "the rest"});
    name_sub(&mut body, order);
    Request { mchid: mchid(order), method: "POST", path: "v3/profitsharing/orders/unfreeze".to_owned(), body }
}

pub(super) fn give_back(order: usize, sharing: usize, number: usize, amount: i64) -> Request {
    let mut body = json!({
        "out_order_no": out_order_no(sharing), "out_return_no": out_return_no(number), "return_mchid": RECEIVER,
        "amount": amount, "description": "back",
    });
    name_sub(&mut body, order);
    Request { mchid: mchid(order), method: "POST", path: "v3/profitsharing/return-orders".to_owned(), body }
}

fn family(number: usize) -> &'static str {
    if is_partner(number) { "partner/" } else { "" }
}

pub(super) fn transfer(number: usize, amount: i64, alice: &str) -> Request {
    let mut body = json!({
        "appid": APPID, "out_bill_no": out_bill_no(number), "openid": alice, "user_name": "爱丽丝",
        "transfer_amount": amount, "transfer_remark": "a prize", "notify_url": "http://127.0.0.1:3000/transfer",
        "transfer_scene_id": "1002",
        "transfer_scene_report_infos": [{"info_type": "补贴类型", "info_content": "购车补贴"}],
    });
    name_sub(&mut body, number);
    let path = format!("v3/fund-app/mch-transfer/{}transfer-bills", family(number));
    Request { mchid: mchid(number), method: "POST", path, body }
}

pub(super) fn cancel(number: usize) -> Request {
    let path =
        format!("v3/fund-app/mch-transfer/{}transfer-bills/out-bill-no/{}/cancel", family(number), out_bill_no(number));
    let mut body = Value::Null;
    if is_partner(number) {
        body = json!({"sub_mchid": owner(number)});
    }
    Request { mchid: mchid(number), method: "POST", path, body }
}

/// A path of the control interface, and the body that goes there; bob's openid is known where it runs.
pub(super) fn control(funds: &Funds, bob: &str) -> Option<(String, Value)> {
    Some(match funds {
        Funds::EndShares { order, number, to, success } => {
            let mut body = json!({"result": if *success { "SUCCESS" } else { "CLOSED" }});
            if let Some(to) = to {
                body["account"] = if *to == To::Bob { bob } else { RECEIVER }.into();
            }
            (format!("sharings/{}/result?mchid={}", out_order_no(*number), mchid(*order)), body)
        }
        Funds::Confirm { number } => {
            (format!("transfers/{}/confirm?mchid={}", out_bill_no(*number), mchid(*number)), json!({"payer": "alice"}))
        }
        Funds::EndTransfer { number, success } => {
            let body = json!({"state": if *success { "SUCCESS" } else { "FAIL" }});
            (format!("transfers/{}/result?mchid={}", out_bill_no(*number), mchid(*number)), body)
        }
        Funds::ReceiverBalance { amount } => {
            (format!("merchants/{RECEIVER}/balance"), json!({"account": "BASIC", "amount": amount}))
        }
        Funds::OperationBalance { number, amount } => {
            (format!("merchants/{}/balance", owner(*number)), json!({"account": "OPERATION", "amount": amount}))
        }
        _ => return None,
    })
}

pub(super) fn funds() -> impl Strategy<Value = Funds> {
    let (order, number) = (0..ORDERS, 0..NUMBERS);
    let transfers = prop_oneof![4 => 10_i64..5_000, 1 => 1_000_000_i64..2_000_000];
    let to = option::of(prop_oneof![2 => Just(To::Merchant), 1 => Just(To::Bob)]);
    let amounts = prop_oneof![2 => -2_000_i64..-1, 2 => Just(0), 1 => 1_i64..2_000];
    let back = prop_oneof![1 => 1_i64..3, 1 => 1_i64..3_000];
    let operation = prop_oneof![1 => -200_000_i64..-1, 1 => Just(0), 2 => 1_i64..2_000_000];
    prop_oneof![
        10 => (order.clone(), number.clone(), 0_u8..=35, any::<bool>(), proptest::bool::weighted(0.15), any::<bool>())
            .prop_map(|(order, number, part, bob, unfreezes, lost)| {
                Funds::Share { order, number, part, bob, unfreezes, lost }
            }),
        4 => (order.clone(), number.clone(), to, any::<bool>())
            .prop_map(|(order, number, to, success)| Funds::EndShares { order, number, to, success }),
        2 => (order.clone(), number.clone()).prop_map(|(order, number)| Funds::Unfreeze { order, number }),
        5 => (order, number.clone(), number.clone(), back, any::<bool>())
            .prop_map(|(order, sharing, number, amount, lost)| Funds::Return { order, sharing, number, amount, lost }),
        2 => amounts.prop_map(|amount| Funds::ReceiverBalance { amount }),
        6 => (number.clone(), transfers, any::<bool>())
            .prop_map(|(number, amount, lost)| Funds::Transfer { number, amount, lost }),
        4 => number.clone().prop_map(|number| Funds::Confirm { number }),
        3 => (number.clone(), any::<bool>()).prop_map(|(number, success)| Funds::EndTransfer { number, success }),
        3 => number.clone().prop_map(|number| Funds::CancelTransfer { number }),
        2 => (number, operation).prop_map(|(number, amount)| Funds::OperationBalance { number, amount }),
    ]
}

/// As a step of a script.
pub(super) fn shown(funds: &Funds) -> Value {
    let call = |request: Request| {
        let path = format!("/{}", request.path);
        json!({"mchid": request.mchid, "method": request.method, "path": path, "body": request.body})
    };
    if let Some((path, body)) = control(funds, "{bob's openid}") {
        return json!({"method": "POST", "path": path, "body": body});
    }
    match funds {
        Funds::Share { order, number, part, bob, unfreezes, lost } => {
            let amounts = if *bob { &[0, 0][..] } else { &[0] };
            let mut shown = call(share(*order, *number, "{transaction_id}", "{bob's openid}", amounts, *unfreezes));
            shown["amounts"] = format!("{part}% of the total of order {order}, at least 1").into();
            shown["twice"] = (*lost).into();
            shown
        }
        Funds::Unfreeze { order, number } => call(unfreeze(*order, *number, "{transaction_id}")),
        Funds::Return { order, sharing, number, amount, lost } => {
            let mut shown = call(give_back(*order, *sharing, *number, *amount));
            shown["twice"] = (*lost).into();
            shown
        }
        Funds::Transfer { number, amount, lost } => {
            let mut shown = call(transfer(*number, *amount, "{alice's openid}"));
            shown["twice"] = (*lost).into();
            shown
        }
        Funds::CancelTransfer { number } => call(cancel(*number)),
        _ => Value::Null,
    }
}
