//! Each invariant, broken on purpose: it says so, and says which it is.

use serde_json::{Value, json};

use super::super::ledger::{Account, Posting, PostingKind};
use super::super::testing::{self, NOW};
use super::super::world::World;
use super::check;

const M: &str = "1900000001";

/// Orders of 100 yuan: `PLAIN` with refunds in every state, `CASH` with a coupon, `SHARED` whose money is frozen, `SUB` of a sub-merchant, and
/// a reversed code.
fn world() -> World {
    let mut world = testing::world();
    for (number, coupon) in
        [("PLAIN", Value::Null), ("CASH", json!({"amount": 3_000, "type": "CASH"})), ("SHARED", Value::Null)]
    {
        let body = json!({
            "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": number,
            "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 10_000, "currency": "CNY"},
            "settle_info": {"profit_sharing": number == "SHARED"},
        });
        call(&mut world, M, "v3/pay/transactions/native", body);
        control(&mut world, &format!("orders/{number}/pay"), json!({"coupon": coupon}));
    }
    let body = json!({
        "sp_appid": "wx0000000000000001", "sp_mchid": "1900000010", "sub_mchid": "1900000011", "description": "a book",
        "out_trade_no": "SUB", "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 10_000, "currency": "CNY"},
    });
    call(&mut world, "1900000010", "v3/pay/partner/transactions/native", body);
    control(&mut world, "orders/SUB/pay", json!({}));
    for (order, number, refund, status) in [
        ("PLAIN", "DONE", 1_000, "SUCCESS"),
        ("PLAIN", "CLOSED", 1_000, "CLOSED"),
        ("PLAIN", "ABNORMAL", 1_000, "ABNORMAL"),
        ("PLAIN", "WAITS", 1_000, ""),
        ("CASH", "COUPON", 5_000, "SUCCESS"),
        ("SHARED", "FROZEN", 5_000, "SUCCESS"),
    ] {
        let amount = json!({"refund": refund, "total": 10_000, "currency": "CNY"});
        let body = json!({"out_trade_no": order, "out_refund_no": number, "amount": amount});
        call(&mut world, M, "v3/refund/domestic/refunds", body);
        if !status.is_empty() {
            control(&mut world, &format!("refunds/{number}/result"), json!({"status": status}));
        }
    }
    let body = json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": "CODE",
        "payer": {"auth_code": "130000000000000001"}, "amount": {"total": 10_000, "currency": "CNY"},
    });
    call(&mut world, M, "v3/pay/transactions/codepay", body);
    call(&mut world, M, "v3/pay/transactions/out-trade-no/CODE/reverse", json!({}));
    world
}

fn call(world: &mut World, mchid: &str, path: &str, body: Value) {
    testing::calls(world, NOW, testing::call(mchid, "POST", path, body)).expect("done");
}

fn control(world: &mut World, path: &str, body: Value) {
    testing::control(world, NOW, "POST", path, body).expect("done");
}

/// The world with other postings.
fn with_postings(world: &mut World, change: impl FnOnce(&mut Vec<Posting>)) {
    let mut postings: Vec<Posting> = world.ledger.postings().map(Posting::from).collect();
    change(&mut postings);
    world.ledger = postings.into();
}

/// Changes the first posting of a kind.
fn change_posting(world: &mut World, kind: PostingKind, change: impl FnOnce(&mut Posting)) {
    with_postings(world, |postings| change(postings.iter_mut().find(|posting| posting.kind == kind).expect("one")));
}

fn drop_posting(world: &mut World, kind: PostingKind) {
    with_postings(world, |postings| {
        let at = postings.iter().position(|posting| posting.kind == kind).expect("one");
        postings.remove(at);
    });
}

fn order(world: &World, number: &str) -> String {
    world.orders.by_number(M, number).expect("an order").id.to_string()
}

fn refund(world: &World, number: &str) -> String {
    world.refunds.by_number(M, number).expect("a refund").id.clone()
}

/// The world with a part of its state file changed.
fn with_state(world: &mut World, change: impl FnOnce(&mut Value)) {
    let mut state = serde_json::to_value(&*world).unwrap();
    change(&mut state);
    *world = serde_json::from_value(state).unwrap();
}

/// Says what is broken, in that invariant's name and with these words.
fn breaks(id: &str, words: &str, tamper: impl FnOnce(&mut World)) {
    let mut world = world();
    tamper(&mut world);
    let broken = check(&world);
    let said = broken.iter().any(|broken| broken.id == id && broken.text.contains(words) && !broken.objects.is_empty());
    assert!(said, "{id} {words}: {broken:#?}");
}

#[test]
fn nothing_is_broken_in_a_world_that_nobody_touched() {
    assert_eq!(check(&world()), []);
    assert_eq!(check(&testing::world()), []);
}

#[test]
fn i1_all_accounts_together_have_nothing_and_each_has_what_its_postings_sum_to() {
    let basic = Account::Basic(M.to_owned());
    breaks("I1", "together have 1", |world| world.ledger.falsify(&basic, "", 1));
    breaks("I1", "not what the postings sum to", |world| {
        world.ledger.falsify(&basic, "", 1);
        world.ledger.falsify(&Account::World, "", -1);
    });
}

#[test]
fn i2_no_account_but_world_is_below_zero() {
    for account in
        [Account::Basic("1900000002".to_owned()), Account::Fees(M.to_owned()), Account::Operation("1".to_owned())]
    {
        breaks("I2", "has -5", |world| {
            let (from, to) = (account.clone(), Account::World);
            let (kind, reference, order) = (PostingKind::TopUp, String::new(), String::new());
            world.ledger.post(Posting { at: NOW, from, to, amount: 5, kind, reference, order });
        });
    }
}

#[test]
fn i3_no_more_goes_back_than_was_paid_and_it_is_at_the_payer() {
    breaks("I3", "refunded of", |world| {
        let id = refund(world, "WAITS");
        world.refunds.update(&id, |refund| refund.refund = 8_001);
    });
    breaks("I3", "back at the payer", |world| {
        change_posting(world, PostingKind::RefundPaid, |posting| posting.amount -= 1);
    });
    breaks("I3", "refund_paid", |world| {
        change_posting(world, PostingKind::RefundPaid, |posting| posting.to = Account::Wallet("bob".to_owned()));
    });
    breaks("I3", "pay:", |world| {
        change_posting(world, PostingKind::Pay, |posting| posting.from = Account::Wallet("bob".to_owned()));
    });
    breaks("I3", "reverse_paid", |world| {
        change_posting(world, PostingKind::ReversePaid, |posting| posting.to = Account::Wallet("bob".to_owned()));
    });
}

#[test]
fn i4_what_was_paid_is_fee_refunds_and_what_the_merchant_has() {
    breaks("I4", "fee: 59 instead of 60", |world| {
        change_posting(world, PostingKind::Fee, |posting| posting.amount -= 1);
    });
    breaks("I4", "settled", |world| drop_posting(world, PostingKind::Coupon));
    breaks("I4", "fee back cumulatively", |world| {
        let id = refund(world, "COUPON");
        with_postings(world, |postings| {
            let fees = postings.iter_mut().filter(|posting| posting.kind == PostingKind::RefundFee);
            fees.filter(|posting| posting.reference == id).for_each(|posting| posting.amount -= 1);
        });
    });
    breaks("I4", "all is refunded, but not the fee", |world| {
        let id = refund(world, "WAITS");
        world.refunds.update(&id, |refund| refund.refund = 8_000);
    });
    breaks("I4", "fee back: 59 of 60", |world| {
        change_posting(world, PostingKind::ReverseFee, |posting| posting.amount -= 1);
    });
    breaks("I4", "still frozen", |world| {
        let id = order(world, "SHARED");
        world.ledger.falsify(&Account::BasicFrozen(M.to_owned()), &id, 1);
    });
}

#[test]
fn i4_money_is_the_merchants_whose_order_it_is_and_frozen_only_if_it_may_be_shared() {
    let other = Account::Basic("1900000002".to_owned());
    for kind in [PostingKind::Coupon, PostingKind::RefundBack] {
        breaks("I4", kind.as_str(), |world| change_posting(world, kind, |posting| posting.to = other.clone()));
    }
    for kind in [PostingKind::Fee, PostingKind::Refund, PostingKind::Reverse] {
        breaks("I4", kind.as_str(), |world| change_posting(world, kind, |posting| posting.from = other.clone()));
    }
    for kind in [PostingKind::RefundFee, PostingKind::ReverseFee] {
        breaks("I4", kind.as_str(), |world| change_posting(world, kind, |posting| posting.from = Account::World));
    }
    breaks("I4", "refund_fee_back", |world| {
        change_posting(world, PostingKind::RefundFeeBack, |posting| posting.to = Account::World);
    });
    breaks("I4", "fee: BasicFrozen", |world| {
        change_posting(world, PostingKind::Fee, |posting| posting.from = Account::BasicFrozen(M.to_owned()));
    });
    breaks("I4", "top_up", |world| {
        change_posting(world, PostingKind::TopUp, |posting| posting.from = Account::WechatFees);
    });
}

#[test]
fn i7_each_number_moves_money_once_and_to_where_its_state_says() {
    for kind in [PostingKind::Pay, PostingKind::Refund, PostingKind::RefundPaid, PostingKind::Reverse] {
        breaks("I7", "moved money twice", |world| {
            with_postings(world, |postings| {
                let again = postings.iter().find(|posting| posting.kind == kind).expect("one").clone();
                postings.push(again);
            });
        });
    }
    for (number, status, words) in
        [("WAITS", "SUCCESS", "paid out"), ("DONE", "PROCESSING", "paid out"), ("WAITS", "CLOSED", "put back")]
    {
        breaks("I7", words, |world| {
            let id = refund(world, number);
            let status = serde_json::from_value(json!(status)).unwrap();
            world.refunds.update(&id, |refund| refund.status = status);
        });
    }
}

#[test]
fn i7_no_number_is_of_two_objects() {
    for (list, name) in [
        ("orders", "out_trade_no"),
        ("orders", "transaction_id"),
        ("refunds", "out_refund_no"),
        ("refunds", "refund_id"),
    ] {
        breaks("I7", name, |world| with_state(world, |state| state[list][1][name] = state[list][0][name].clone()));
    }
}

#[test]
fn i8_bills_say_what_the_ledger_says() {
    breaks("I8", "BASIC: rows sum to another balance", |world| {
        world.ledger.falsify(&Account::Basic(M.to_owned()), "", 1);
    });
    breaks("I8", "fees of the trade bill", |world| drop_posting(world, PostingKind::Fee));
    breaks("I8", "amounts of the trade bill", |world| {
        let id = refund(world, "WAITS");
        world.refunds.update(&id, |refund| refund.mchid = "1900000002".to_owned());
    });
}

#[test]
fn i10_what_a_query_says_is_what_the_ledger_has() {
    breaks("I10", "payer_total", |world| {
        let id = order(world, "CASH");
        world.orders.update(&id, |order| order.coupon = None);
    });
    for (member, number) in
        [("settlement_refund", "settlement"), ("payer_refund", "payer_refund"), ("refund_fee", "fee_back")]
    {
        breaks("I10", member, |world| {
            with_state(world, |state| state["refunds"][0][number] = json!(1));
        });
    }
    breaks("I10", "set aside", |world| change_posting(world, PostingKind::Refund, |posting| posting.amount -= 1));
    breaks("I10", "reversed", |world| change_posting(world, PostingKind::ReversePaid, |posting| posting.amount -= 1));
    breaks("I10", "paid:", |world| drop_posting(world, PostingKind::Pay));
    breaks("I10", "the order is gone", |world| {
        with_state(world, |state| state["refunds"][0]["order"] = json!("ord_0"));
    });
}
