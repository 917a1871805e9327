//! Each row of the table of transfers, each refusal, each rule, each notification.

mod controls;
mod notices;
mod partner;
mod refusals;
mod rules;
mod table;

use serde_json::{Value, json};

use super::super::super::answer::{Content, Outcome};
use super::super::super::call::Call;
use super::super::super::ledger::Account;
use super::super::super::openids;
use super::super::super::testing::{self, NOW};
use super::super::super::time::Time;
use super::super::super::world::World;

const MERCHANT: &str = "1900000001";
const PARTNER: &str = "1900000010";
const SUB: &str = "1900000011";
const APPID: &str = "wx0000000000000001";
const BILLS: &str = "v3/fund-app/mch-transfer/transfer-bills";
const PARTNER_BILLS: &str = "v3/fund-app/mch-transfer/partner/transfer-bills";
/// What each merchant's account for transfers has at the start.
const OPERATION: i64 = 10_000_000;

fn world() -> World {
    testing::world()
}

/// The body of a transfer to alice, members replaced.
fn body(world: &World, number: &str, amount: i64, other: Value) -> Value {
    let mut body = json!({
        "appid": APPID, "out_bill_no": number, "openid": openids::openid(APPID, &world.payers["alice"]),
        "transfer_amount": amount, "transfer_remark": "a prize", "notify_url": "http://127.0.0.1:3000/transfer",
        "transfer_scene_id": "1000", "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "新会员有礼"}, {"info_type": "奖励说明", "info_content": "一等奖"},
        ],
    });
    if let Value::Object(other) = other {
        other.into_iter().for_each(|(name, value)| body[name] = value);
    }
    body
}

fn post(world: &World, number: &str, amount: i64, other: Value) -> Call {
    testing::call(MERCHANT, "POST", BILLS, body(world, number, amount, other))
}

fn fields(outcome: Outcome) -> Value {
    match outcome.expect("answered").content {
        Content::Fields(fields) => fields,
        other => panic!("expected members, not {other:?}"),
    }
}

/// Asks for a transfer to alice that is accepted; the answer is one that its page describes.
fn create(world: &mut World, number: &str, amount: i64) -> Value {
    create_at(world, NOW, number, amount)
}

fn create_at(world: &mut World, now: Time, number: &str, amount: i64) -> Value {
    let call = post(world, number, amount, json!({}));
    let shown = fields(testing::calls(world, now, call));
    assert_eq!(wechatpay_catalog::operation("POST", BILLS).unwrap().check_response(&shown), []);
    shown
}

fn query(world: &mut World, number: &str) -> Value {
    let call = testing::call(MERCHANT, "GET", &format!("{BILLS}/out-bill-no/{number}"), Value::Null);
    let template = call.template;
    let shown = fields(testing::calls(world, NOW, call));
    assert_eq!(wechatpay_catalog::operation("GET", template).unwrap().check_response(&shown), []);
    shown
}

fn cancel(world: &mut World, now: Time, number: &str) -> Outcome {
    let path = format!("{BILLS}/out-bill-no/{number}/cancel");
    testing::calls(world, now, testing::call(MERCHANT, "POST", &path, Value::Null))
}

fn control(world: &mut World, path: &str, body: Value) -> Result<Value, (u16, &'static str)> {
    let method =
        if path.contains("/confirm") || path.ends_with("/decline") || !body.is_null() { "POST" } else { "GET" };
    testing::control(world, NOW, method, path, body).map_err(|error| (error.status, error.code))
}

fn confirm(world: &mut World, number: &str) -> Value {
    control(world, &format!("transfers/{number}/confirm"), json!({})).expect("confirmed")
}

/// Status, code and message of a refusal that changed nothing.
fn refused(world: &mut World, call: Call) -> (u16, String, String) {
    let before = serde_json::to_string(world).unwrap();
    let refusal = testing::calls(world, NOW, call).expect_err("refused");
    assert_eq!(serde_json::to_string(world).unwrap(), before, "a refused call has changed nothing");
    (refusal.status, refusal.code, refusal.message)
}

fn state<'w>(world: &'w World, number: &str) -> (&'static str, Option<&'w str>) {
    let transfer = world.transfers.by_number(MERCHANT, number).expect("a transfer");
    (transfer.state.as_str(), transfer.fail_reason.as_deref())
}

/// What is available for transfers, what is set aside for them, and what alice has.
fn money(world: &World) -> [i64; 3] {
    [Account::Operation(MERCHANT.into()), Account::OperationFrozen(MERCHANT.into()), Account::Wallet("alice".into())]
        .map(|account| world.ledger.balance(&account))
}

/// What alice has at the start.
const ALICE: i64 = 100_000_000;

/// What each time of a day is called here.
const DAY: i64 = 86_400;
