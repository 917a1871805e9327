//! Bills, balances, postings and invariants in the control interface.

use super::*;

fn control(world: &mut World, method: &'static str, path: &str, body: Value) -> Result<Value, (u16, &'static str)> {
    testing::control(world, NOW, method, path, body).map_err(|error| (error.status, error.code))
}

fn world() -> World {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({}));
    world
}

#[test]
fn added_rows_are_in_the_bill_until_they_are_forgotten() {
    let mut world = world();
    let row =
        json!({"交易时间": "2026-11-25 12:00:00", "商户订单号": "ODD", "交易状态": "SUCCESS", "订单金额": "1.00"});
    let rows = json!({"mchid": MERCHANT, "kind": "trade", "date": "2026-11-25", "rows": [row]});
    assert_eq!(control(&mut world, "POST", "bills", rows.clone()), Ok(json!({"added": 1})));
    let bill = trade(&mut world, READY, "ALL");
    assert_eq!(cells(&bill)[0][6], "ODD");
    assert!(bill.ends_with("`2,`100.00,`0.00,`0.00,`0.60000,`101.00,`0.00\r\n"));
    // It is made: it stays as it is until somebody says otherwise.
    assert_eq!(control(&mut world, "POST", "bills", rows.clone()), Err((409, "STATE")));
    let forget = "bills?mchid=1900000001&date=2026-11-25&kind=trade";
    assert_eq!(control(&mut world, "DELETE", forget, Value::Null), Ok(json!({"removed": 1})));
    assert_eq!(cells(&trade(&mut world, READY, "ALL")).len(), 1);
}

#[test]
fn rows_added_to_a_fund_flow_are_of_one_account() {
    let mut world = world();
    let rows = json!({
        "mchid": MERCHANT, "kind": "fundflow", "date": "2026-11-25", "account": "FEES", "rows": [{"备注": "odd"}],
    });
    control(&mut world, "POST", "bills", rows).unwrap();
    assert!(fundflow(&mut world, READY, "FEES").contains("odd"));
    assert!(!fundflow(&mut world, READY, "BASIC").contains("odd"));
    assert_eq!(control(&mut world, "DELETE", "bills?account=BASIC", Value::Null), Ok(json!({"removed": 0})));
    assert_eq!(control(&mut world, "DELETE", "bills?kind=fundflow", Value::Null), Ok(json!({"removed": 1})));
}

#[test]
fn a_row_belongs_to_payments_or_to_refunds_by_its_state() {
    let mut world = world();
    let rows = json!([{"交易状态": "REFUND", "商户订单号": "ODD"}]);
    control(
        &mut world,
        "POST",
        "bills",
        json!({"mchid": MERCHANT, "kind": "trade", "date": "2026-11-25", "rows": rows}),
    )
    .unwrap();
    assert!(trade(&mut world, READY, "REFUND").contains("ODD"));
    assert!(!trade(&mut world, READY, "SUCCESS").contains("ODD"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut world = world();
    let mut post = |other: Value| {
        let body = with(json!({"mchid": MERCHANT, "kind": "trade", "date": "2026-11-25", "rows": []}), other);
        control(&mut world, "POST", "bills", body)
    };
    assert_eq!(post(json!({"mchid": "1911111111"})), Err((404, "NOT_FOUND")));
    assert_eq!(post(json!({"kind": "some"})), Err((400, "BAD_REQUEST")));
    assert_eq!(post(json!({"date": "25.11.2026"})), Err((400, "BAD_REQUEST")));
    assert_eq!(post(json!({"account": "BASIC"})), Err((400, "BAD_REQUEST")));
    assert_eq!(post(json!({"rows": [{"some column": "x"}]})), Err((400, "BAD_REQUEST")));
    assert_eq!(post(json!({"more": 1})), Err((400, "BAD_REQUEST")));
    for path in ["bills?date=2026-11-25&merchant=1", "bills?kind=some", "bills?account=some"] {
        assert_eq!(control(&mut world, "DELETE", path, Value::Null), Err((400, "BAD_REQUEST")));
    }
}

#[test]
fn the_file_is_shown_whatever_the_time_and_nothing_is_frozen_by_looking() {
    let mut world = world();
    let path = "bills/1900000001/2026-11-25/trade.csv?bill_type=SUCCESS";
    let shown = control(&mut world, "GET", path, Value::Null).unwrap();
    assert_eq!(cells(shown.as_str().unwrap()).len(), 1);
    assert!(!world.bills.is_frozen(MERCHANT, "2026-11-25", None));
    let flow =
        control(&mut world, "GET", "bills/1900000001/2026-11-25/fundflow.csv?account_type=OPERATION", Value::Null);
    assert!(flow.unwrap().as_str().unwrap().contains("100000.00"));
    let empty = control(&mut world, "GET", "bills/1900000001/2026-11-20/trade.csv", Value::Null).unwrap();
    assert!(empty.as_str().unwrap().ends_with("`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\r\n"));
    for (path, status) in [
        ("bills/1911111111/2026-11-25/trade.csv", 404),
        ("bills/1900000001/2026-11-25/other.csv", 404),
        ("bills/1900000001/today/trade.csv", 400),
        ("bills/1900000001/2026-11-25/trade.csv?bill_type=SOME", 400),
        ("bills/1900000001/2026-11-25/fundflow.csv?account_type=SOME", 400),
    ] {
        assert_eq!(control(&mut world, "GET", path, Value::Null).unwrap_err().0, status, "{path}");
    }
}

#[test]
fn money_goes_in_and_out_but_not_below_nothing() {
    let mut world = testing::world();
    let path = "merchants/1900000001/balance";
    let accounts = control(&mut world, "POST", path, json!({"account": "BASIC", "amount": 500})).unwrap();
    let expected = json!({"BASIC": {"available": 500, "frozen": 0}, "OPERATION": {"available": 10_000_000, "frozen": 0}, "FEES": 0});
    assert_eq!(accounts, expected);
    assert_eq!(control(&mut world, "POST", path, json!({"account": "BASIC", "amount": -501})), Err((409, "STATE")));
    control(&mut world, "POST", path, json!({"account": "BASIC", "amount": -500})).unwrap();
    for amount in [json!(0), json!(i64::MIN), json!(i64::MAX), json!(1.5)] {
        assert_eq!(
            control(&mut world, "POST", path, json!({"account": "BASIC", "amount": amount})),
            Err((400, "BAD_REQUEST"))
        );
    }
    assert_eq!(control(&mut world, "POST", path, json!({"account": "SOME", "amount": 1})), Err((400, "BAD_REQUEST")));
    let unknown = control(&mut world, "POST", "merchants/1911111111/balance", json!({"account": "BASIC", "amount": 1}));
    assert_eq!(unknown, Err((404, "NOT_FOUND")));
}

#[test]
fn the_ledger_shows_postings_with_the_balance_after_them() {
    let mut world = world();
    let shown = control(&mut world, "GET", "merchants/1900000001/ledger?account=BASIC", Value::Null).unwrap();
    let items = shown["items"].as_array().unwrap();
    let order = world.orders.iter().next().unwrap().id.clone();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["kind"], "fee");
    assert_eq!(
        items[1],
        json!({
            "seq": items[1]["seq"], "at": NOW.to_string(), "account": "BASIC", "part": "available", "amount": 10_000,
            "balance": 10_000, "kind": "pay", "ref": order,
        })
    );
    assert!(items[0]["seq"].as_u64() > items[1]["seq"].as_u64());
    let all = control(&mut world, "GET", "merchants/1900000001/ledger", Value::Null).unwrap();
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
    let first = control(&mut world, "GET", "merchants/1900000001/ledger?limit=1", Value::Null).unwrap();
    let next = first["next"].as_str().unwrap();
    let second =
        control(&mut world, "GET", &format!("merchants/1900000001/ledger?limit=1&after={next}"), Value::Null).unwrap();
    assert_eq!(second["items"][0], items[1]);
    let other_day = control(&mut world, "GET", "merchants/1900000001/ledger?date=2026-11-24", Value::Null).unwrap();
    assert_eq!(other_day["items"], json!([]));
    for path in ["ledger?account=SOME", "ledger?date=today"] {
        assert_eq!(
            control(&mut world, "GET", &format!("merchants/1900000001/{path}"), Value::Null).unwrap_err().0,
            400
        );
    }
    assert_eq!(control(&mut world, "GET", "merchants/1911111111/ledger", Value::Null).unwrap_err().0, 404);
}

#[test]
fn invariants_hold_and_say_what_is_broken() {
    let mut world = world();
    assert_eq!(control(&mut world, "GET", "invariants", Value::Null), Ok(json!({"ok": true, "failed": []})));
    let id = world.orders.iter().next().unwrap().id.clone();
    world.orders.update(&id, |order| order.total += 1);
    let shown = control(&mut world, "GET", "invariants", Value::Null).unwrap();
    assert_eq!(shown["ok"], false);
    assert_eq!(shown["failed"][0]["objects"], json!([id]));
}
