//! Bills: columns, rows, summaries, days, freezing; and how they are asked for.

mod asking;
mod controls;
mod files;
mod rows;

use serde_json::{Value, json};

use super::super::answer::{Content, Outcome};
use super::super::call::Call;
use super::super::testing::{self, NOW};
use super::super::time::Time;
use super::super::world::World;

const MERCHANT: &str = "1900000001";
const PARTNER: &str = "1900000010";

/// When the bill of [`NOW`]'s day is ready: the next day at ten.
const READY: Time = Time::from_millis(NOW.millis() + 86_400_000);

/// An order of alice's that was paid at a time; its simulator's id.
fn paid(world: &mut World, at: Time, number: &str, other: Value) -> String {
    let id = world.ids.own("ord");
    let members = with(
        json!({
            "id": id, "version": "v3", "mchid": MERCHANT, "appid": "wx0000000000000001", "trade_type": "NATIVE",
            "out_trade_no": number, "transaction_id": format!("42000{number}"), "state": "SUCCESS", "total": 10_000,
            "currency": "CNY", "description": "a book", "notify_url": "", "created_at": at, "expires_at": at,
            "paid_at": at, "payer": "alice", "openid": "oAlice", "profit_sharing": false, "credentials": [],
            "attempts": [], "request": "{}",
        }),
        other,
    );
    world.orders.insert(serde_json::from_value(members).unwrap());
    super::super::money::pay(world, at, &id).unwrap();
    id
}

fn refund(world: &mut World, at: Time, order: &str, number: &str, amount: i64) {
    let body = json!({
        "out_trade_no": order, "out_refund_no": number, "amount": {"refund": amount, "total": 10_000, "currency": "CNY"},
    });
    testing::calls(world, at, testing::call(MERCHANT, "POST", "v3/refund/domestic/refunds", body)).expect("accepted");
}

fn ends(world: &mut World, at: Time, number: &str, status: &str) {
    let path = format!("refunds/{number}/result");
    testing::control(world, at, "POST", &path, json!({"status": status})).expect("ended");
}

fn get(path: &str) -> Call {
    testing::call(MERCHANT, "GET", path, Value::Null)
}

fn fields(outcome: Outcome) -> Value {
    match outcome.expect("answered").content {
        Content::Fields(fields) => fields,
        other => panic!("expected members, not {other:?}"),
    }
}

/// The bytes of a file, and their type.
fn file(outcome: Outcome) -> (Vec<u8>, &'static str) {
    match outcome.expect("answered").content {
        Content::File { bytes, content_type } => (bytes.to_vec(), content_type),
        other => panic!("expected a file, not {other:?}"),
    }
}

/// Asks for a bill's address, and fetches what is there.
fn fetch(world: &mut World, at: Time, path: &str) -> String {
    let address = fields(testing::calls(world, at, get(path)));
    let url = address["download_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8787/").unwrap();
    let (bytes, _) = file(testing::calls(world, at, get(url)));
    String::from_utf8(bytes).unwrap()
}

fn trade(world: &mut World, at: Time, kind: &str) -> String {
    fetch(world, at, &format!("v3/bill/tradebill?bill_date=2026-11-25&bill_type={kind}"))
}

fn fundflow(world: &mut World, at: Time, account: &str) -> String {
    fetch(world, at, &format!("v3/bill/fundflowbill?bill_date=2026-11-25&account_type={account}"))
}

/// The cells of the rows, without header and summary.
fn cells(bill: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = bill.trim_end().split("\r\n").collect();
    let rows = &lines[1..lines.len() - 2];
    rows.iter().map(|row| row.trim_start_matches('`').split(",`").map(str::to_owned).collect()).collect()
}

fn refused(outcome: Outcome) -> (u16, String) {
    let refusal = outcome.expect_err("refused");
    (refusal.status, refusal.code)
}

/// Members with others put over them.
fn with(mut members: Value, other: Value) -> Value {
    if let Value::Object(other) = other {
        other.into_iter().for_each(|(name, value)| members[name] = value);
    }
    members
}
