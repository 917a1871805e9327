//! The money of combined orders: all or none, each at its merchant, refunds by sub-order, bills.

use serde_json::{Value, json};

use super::acts::{
    APP, M, M2, P, S1, S2, fields, native, order, paid, partners, pay, placed, refusal, states, transaction_id,
};
use crate::engine::answer::Outcome;
use crate::engine::bills::{format, trade};
use crate::engine::control::orders::wallet;
use crate::engine::invariants;
use crate::engine::ledger::Account;
use crate::engine::testing::{NOW, call, calls, control, until, world};
use crate::engine::world::World;

fn basic(world: &World, mchid: &str) -> i64 {
    world.ledger.balance(&Account::Basic(mchid.to_owned()))
}

#[test]
fn each_merchant_gets_its_own_less_its_own_fee() {
    let mut world = world();
    world.merchants.get_mut(M2).unwrap().fee_bp = 100;
    let mut body = order("C-00001");
    body["sub_orders"][0]["amount"]["total_amount"] = 10_000.into();
    native(&mut world, NOW, body).unwrap();
    pay(&mut world, NOW, "C-00001", json!({}));
    assert_eq!((basic(&world, M), basic(&world, M2)), (10_000 - 60, 200 - 2));
    assert_eq!(wallet(&world, "alice"), 100_000_000 - 10_200);
    assert_eq!(invariants::check(&world), []);
}

#[test]
fn money_to_be_shared_is_frozen_by_sub_order() {
    let mut world = world();
    let mut body = order("C-00001");
    body["sub_orders"][1]["settle_info"] = json!({"profit_sharing": true});
    native(&mut world, NOW, body).unwrap();
    let shown = pay(&mut world, NOW, "C-00001", json!({}));
    assert_eq!((shown["profit_sharing"]["frozen"].as_i64(), basic(&world, M2)), (Some(199), 0));
    assert_eq!(shown["sub_orders"][1]["profit_sharing"]["frozen"], 199);
    assert_eq!(shown["sub_orders"][0]["profit_sharing"]["frozen"], 0);
}

#[test]
fn a_sub_order_is_shared_by_its_own_merchant() {
    let mut world = world();
    let mut body = order("C-00001");
    body["sub_orders"][1]["amount"]["total_amount"] = 10_000.into();
    body["sub_orders"][1]["settle_info"] = json!({"profit_sharing": true});
    native(&mut world, NOW, body).unwrap();
    pay(&mut world, NOW, "C-00001", json!({}));
    let receiver = json!({"appid": APP, "type": "MERCHANT_ID", "account": M, "relation_type": "PARTNER"});
    calls(&mut world, NOW, call(M2, "POST", "v3/profitsharing/receivers/add", receiver)).unwrap();
    let share = json!({
        "appid": APP, "transaction_id": transaction_id(&world, M2, "C-00001-2"), "out_order_no": "S-1",
        "receivers": [{"type": "MERCHANT_ID", "account": M, "amount": 1_000, "description": "a share"}],
        "unfreeze_unsplit": true,
    });
    let later = NOW.plus_seconds(60);
    let stranger = calls(&mut world, later, call(M, "POST", "v3/profitsharing/orders", share.clone()));
    assert_eq!(refusal(stranger).1, "INVALID_REQUEST");
    calls(&mut world, later, call(M2, "POST", "v3/profitsharing/orders", share)).unwrap();
    until(&mut world, later.plus_seconds(1));
    assert_eq!((basic(&world, M), basic(&world, M2)), (99 + 1_000, 10_000 - 60 - 1_000));
    let shown = control(&mut world, NOW, "GET", "orders/C-00001", Value::Null).unwrap();
    assert_eq!(
        (&shown["profit_sharing"]["shared"], shown["refs"]["sharings"].as_array().unwrap().len()),
        (&json!(1_000), 1)
    );
    assert_eq!(invariants::check(&world), []);
}

#[test]
fn a_payer_who_has_too_little_for_all_pays_none() {
    let mut world = placed("C-00001");
    control(&mut world, NOW, "PATCH", "payers/alice", json!({"balance": 299})).unwrap();
    let shown = pay(&mut world, NOW, "C-00001", json!({"coupon": null}));
    assert_eq!(shown["attempts"][0]["outcome"], "NOT_ENOUGH");
    assert_eq!(states(&mut world, NOW, "C-00001"), ["NOTPAY"; 3]);
    assert_eq!((wallet(&world, "alice"), basic(&world, M), world.notices.iter().count()), (299, 0, 0));
    assert_eq!(world.orders.by_number(M, "C-00001-1").unwrap().payer, None);
    let shown = pay(&mut world, NOW, "C-00001", json!({"coupon": {"amount": 1, "type": "CASH"}}));
    assert_eq!((shown["state"].as_str(), wallet(&world, "alice")), (Some("SUCCESS"), 0));
    assert_eq!(invariants::check(&world), []);
}

#[test]
fn a_try_that_fails_is_noted_and_nobody_is_told() {
    let mut world = placed("C-00001");
    for outcome in ["WRONG_PASSWORD", "NOT_ENOUGH", "CANCEL", "RISK"] {
        let shown = pay(&mut world, NOW, "C-00001", json!({"outcome": outcome}));
        assert_eq!(shown["attempts"].as_array().unwrap().last().unwrap()["outcome"], outcome);
    }
    assert_eq!(states(&mut world, NOW, "C-00001"), ["NOTPAY"; 3]);
    assert_eq!(world.notices.iter().count(), 0);
}

fn refund(world: &mut World, mchid: &str, order: Value, amount: i64, total: i64) -> Outcome {
    let mut body = json!({
        "out_refund_no": format!("R-{amount}"), "notify_url": "http://127.0.0.1:9/refunded",
        "amount": {"refund": amount, "total": total, "currency": "CNY"},
    });
    body.as_object_mut().unwrap().extend(order.as_object().unwrap().clone());
    calls(world, NOW, call(mchid, "POST", "v3/refund/domestic/refunds", body))
}

#[test]
fn a_sub_order_is_refunded_by_its_own_merchant() {
    let mut world = paid("C-00001");
    let (first, second) = (transaction_id(&world, M, "C-00001-1"), transaction_id(&world, M2, "C-00001-2"));
    let unknown = (404, "RESOURCE_NOT_EXISTS".to_owned(), 0);
    assert_eq!(refusal(refund(&mut world, M, json!({"out_trade_no": "C-00001"}), 1, 300)), unknown);
    assert_eq!(refusal(refund(&mut world, M, json!({"transaction_id": second}), 1, 200)), unknown);
    let answer = fields(refund(&mut world, M2, json!({"transaction_id": second}), 50, 200));
    assert_eq!((answer["out_trade_no"].as_str(), answer["amount"]["total"].as_i64()), (Some("C-00001-2"), Some(200)));
    fields(refund(&mut world, M, json!({"out_trade_no": "C-00001-1"}), 100, 100));
    assert_eq!(refusal(refund(&mut world, M, json!({"transaction_id": first}), 2, 100)).0, 400);
    assert_eq!(states(&mut world, NOW, "C-00001"), ["SUCCESS", "REFUND", "REFUND"]);
    until(&mut world, NOW.plus_seconds(3));
    assert_eq!(wallet(&world, "alice"), 100_000_000 - 300 + 150);
    assert_eq!(
        world.notices.iter().map(|notice| notice.event_type.as_str()).collect::<Vec<_>>(),
        ["TRANSACTION.SUCCESS", "REFUND.SUCCESS", "REFUND.SUCCESS"]
    );
    assert_eq!(invariants::check(&world), []);
}

#[test]
fn a_partner_refunds_a_sub_merchants_sub_order() {
    let mut world = world();
    native(&mut world, NOW, partners("C-00001")).unwrap();
    pay(&mut world, NOW, "C-00001", json!({}));
    assert_eq!((basic(&world, P), basic(&world, S1), basic(&world, S2)), (0, 99, 199));
    let id = transaction_id(&world, P, "C-00001-2");
    let other = refund(&mut world, P, json!({"transaction_id": id, "sub_mchid": S1}), 10, 200);
    assert_eq!(refusal(other).0, 404);
    fields(refund(&mut world, P, json!({"transaction_id": id, "sub_mchid": S2}), 10, 200));
    assert_eq!(basic(&world, S2), 189);
    assert_eq!(invariants::check(&world), []);
}

#[test]
fn bills_have_a_row_for_each_sub_order_at_its_merchant() {
    let mut world = paid("C-00001");
    let id = transaction_id(&world, M2, "C-00001-2");
    fields(refund(&mut world, M2, json!({"transaction_id": id}), 50, 200));
    let day = format::day("2026-11-25").unwrap();
    let cells = |mchid: &str| -> Vec<(String, String, String, String)> {
        let rows = trade::rows(&world, mchid, None, day);
        let cell = |row: &trade::Row, name: &str| row.cell(name).to_owned();
        rows.iter()
            .map(|row| {
                (cell(row, "商户订单号"), cell(row, "交易状态"), cell(row, "订单金额"), cell(row, "申请退款金额"))
            })
            .collect()
    };
    let row = |number: &str, state: &str, total: &str, asked: &str| {
        (number.to_owned(), state.to_owned(), total.to_owned(), asked.to_owned())
    };
    assert_eq!(cells(M), [row("C-00001-1", "SUCCESS", "1.00", "0.00")]);
    assert_eq!(cells(M2), [row("C-00001-2", "REFUND", "0.00", "0.50"), row("C-00001-2", "SUCCESS", "2.00", "0.00")]);
}

#[test]
fn what_does_not_fit_together_is_found() {
    let wrong = |change: &dyn Fn(&mut World)| {
        let mut world = paid("C-00001");
        change(&mut world);
        invariants::check(&world).into_iter().filter(|broken| broken.id == "I10").count()
    };
    let whole = |world: &World| world.orders.by_combined(M, "C-00001").unwrap().id.clone();
    assert_eq!(wrong(&|_| {}), 0);
    assert!(wrong(&|world| _ = world.orders.update(&whole(world), |order| order.total += 1)) > 0);
    assert!(wrong(&|world| _ = world.orders.update(&whole(world), |order| order.paid_at = None)) > 0);
    assert!(wrong(&|world| _ = world.orders.update(&whole(world), |order| order.payer = Some("bob".into()))) > 0);
    let gone = crate::engine::combined::Role::Combined(vec!["ord_0".to_owned()]);
    assert!(wrong(&|world| _ = world.orders.update(&whole(world), |order| order.role = gone.clone())) > 0);
    let coupon = crate::engine::orders::Coupon { amount: 1, is_cash: true };
    assert!(wrong(&|world| _ = world.orders.update(&whole(world), |order| order.coupon = Some(coupon.clone()))) > 0);
    let posting = |reference: String| crate::engine::ledger::Posting {
        at: NOW,
        from: Account::World,
        to: Account::Basic(M.to_owned()),
        amount: 1,
        kind: crate::engine::ledger::PostingKind::Pay,
        order: reference.clone(),
        reference,
    };
    assert!(wrong(&|world| world.ledger.post(posting(whole(world).into()))) > 0);
}

#[test]
fn a_state_that_was_saved_has_the_same_orders() {
    let world = paid("C-00001");
    let saved = serde_json::to_string(&world).unwrap();
    let read: World = serde_json::from_str(&saved).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), saved);
    let whole = read.orders.by_combined(M, "C-00001").unwrap();
    assert_eq!(read.orders.subs_of(whole).count(), 2);
    assert!(read.orders.by_number(M, "C-00001").is_none());
}
