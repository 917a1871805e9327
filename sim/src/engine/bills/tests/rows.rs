//! Which rows a bill has, and what stands in their cells.

use super::*;

fn cell<'r>(bill: &'r [Vec<String>], header: &str, row: usize, column: &str) -> &'r str {
    let at = header.trim_start_matches('\u{feff}').split(',').position(|name| name == column).unwrap();
    &bill[row][at]
}

/// One cell of the row-th row of a bill.
fn of(bill: &str, row: usize, column: &str) -> String {
    cell(&cells(bill), bill.split("\r\n").next().unwrap(), row, column).to_owned()
}

#[test]
fn a_payment_is_of_the_day_it_was_paid_and_a_refund_of_the_day_it_was_accepted() {
    let mut world = testing::world();
    let late = Time::parse("2026-11-25T23:59:59+08:00").unwrap();
    paid(&mut world, late, "A00001", json!({}));
    paid(&mut world, late.plus_seconds(1), "A00002", json!({}));
    refund(&mut world, late, "A00001", "R1", 1_000);
    ends(&mut world, late.plus_seconds(3), "R1", "SUCCESS");
    refund(&mut world, late.plus_seconds(2), "A00001", "R2", 1_000);
    let bill = cells(&trade(&mut world, READY, "ALL"));
    let numbers: Vec<(&str, &str)> = bill.iter().map(|row| (row[9].as_str(), row[15].as_str())).collect();
    assert_eq!(numbers, [("REFUND", "R1"), ("SUCCESS", "0")]);
}

#[test]
fn each_state_of_a_refund_has_its_word() {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({}));
    for (n, status) in ["SUCCESS", "CLOSED", "ABNORMAL", "PROCESSING"].into_iter().enumerate() {
        refund(&mut world, NOW.plus_seconds(i64::try_from(n).unwrap()), "A00001", &format!("R{n}"), 100);
        if status != "PROCESSING" {
            ends(&mut world, NOW, &format!("R{n}"), status);
        }
    }
    let bill = trade(&mut world, READY, "REFUND");
    let words = [0, 1, 2, 3].map(|row| of(&bill, row, "退款状态"));
    assert_eq!(words, ["PROCESSING", "CHANGE", "FAIL", "SUCCESS"]);
    assert_eq!(of(&bill, 0, "退款成功时间"), "");
}

#[test]
fn a_reversed_code_is_revoked_and_comes_back_with_its_fee() {
    let mut world = testing::world();
    let id = paid(&mut world, NOW, "A00001", json!({"trade_type": "MICROPAY"}));
    super::super::super::money::reverse(&mut world, NOW.plus_seconds(5), &id).unwrap();
    let bill = trade(&mut world, READY, "ALL");
    assert_eq!(of(&bill, 0, "交易状态"), "REVOKED");
    assert_eq!((of(&bill, 0, "申请退款金额"), of(&bill, 0, "手续费")), ("100.00".into(), "-0.60000".into()));
    assert_eq!((of(&bill, 0, "微信退款单号"), of(&bill, 1, "交易状态")), ("0".into(), "SUCCESS".into()));
    assert!(bill.ends_with("`2,`100.00,`100.00,`0.00,`0.00000,`100.00,`100.00\r\n"));
    let flow = cells(&fundflow(&mut world, READY, "BASIC"));
    assert_eq!((flow[0][4].as_str(), flow[0][6].as_str(), flow[0][7].as_str()), ("退款", "99.40", "0.00"));
    assert_eq!(flow[0][9], "退款总金额100.00元;含手续费0.60元");
}

#[test]
fn coupons_have_columns_of_their_own() {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({"coupon": {"amount": 3_000, "is_cash": true}}));
    paid(&mut world, NOW.plus_seconds(1), "A00002", json!({"coupon": {"amount": 3_000, "is_cash": false}}));
    refund(&mut world, NOW.plus_seconds(2), "A00001", "R1", 5_000);
    refund(&mut world, NOW.plus_seconds(3), "A00002", "R2", 5_000);
    let bill = trade(&mut world, READY, "ALL");
    let row = |row| [of(&bill, row, "应结订单金额"), of(&bill, row, "代金券金额"), of(&bill, row, "手续费")];
    assert_eq!(row(3), ["100.00", "30.00", "0.60000"]);
    assert_eq!(row(2), ["70.00", "30.00", "0.42000"]);
    let back = |row| [of(&bill, row, "退款金额"), of(&bill, row, "充值券退款金额"), of(&bill, row, "申请退款金额")];
    assert_eq!(back(1), ["50.00", "15.00", "50.00"]);
    assert_eq!(back(0), ["35.00", "0.00", "50.00"]);
}

#[test]
fn commas_and_line_feeds_are_escaped_unless_the_rule_says_no() {
    let made = || {
        let mut world = testing::world();
        paid(&mut world, NOW, "A00001", json!({"description": "a,b\nc", "attach": "x,y", "device": "till,1"}));
        world
    };
    let mut escaped = made();
    let bill = trade(&mut escaped, READY, "ALL");
    assert!(bill.contains(",`a\\ b\\nc,`x\\ y,`") && bill.contains(",`till\\ 1,`"));
    let mut raw = made();
    raw.rules.set("bills.escape", Some("off".into()));
    assert!(trade(&mut raw, READY, "ALL").contains(",`a,b\nc,`x,y,`"));
}

#[test]
fn old_forms_are_rules() {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({}));
    refund(&mut world, NOW, "A00001", "R1", 5_000);
    world.rules.set("bills.count_text", Some("3.0".into()));
    world.rules.set("bills.refund_fee_sign", Some("0".into()));
    let bill = trade(&mut world, READY, "ALL");
    assert_eq!(of(&bill, 0, "手续费"), "0.00000");
    assert!(bill.ends_with("`2.0,`100.00,`50.00,`0.00,`0.60000,`100.00,`50.00\r\n"));
}

#[test]
fn a_partner_has_the_rows_of_all_sub_merchants_or_of_one() {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({"mchid": PARTNER, "sub_mchid": "1900000011"}));
    paid(&mut world, NOW, "A00002", json!({"mchid": PARTNER, "sub_mchid": "1900000012"}));
    paid(&mut world, NOW, "A00003", json!({}));
    let numbers = |world: &mut World, other: &str| {
        let call =
            testing::call(PARTNER, "GET", &format!("v3/bill/tradebill?bill_date=2026-11-25{other}"), Value::Null);
        let address = fields(testing::calls(world, READY, call));
        let url = address["download_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8787/").unwrap();
        let (bytes, _) = file(testing::calls(world, READY, testing::call(PARTNER, "GET", url, Value::Null)));
        let rows = cells(&String::from_utf8(bytes).unwrap());
        let mut found: Vec<String> = rows.into_iter().map(|row| format!("{} {}", row[3], row[6])).collect();
        found.sort();
        found
    };
    assert_eq!(numbers(&mut world, ""), ["1900000011 A00001", "1900000012 A00002"]);
    assert_eq!(numbers(&mut world, "&sub_mchid=1900000012"), ["1900000012 A00002"]);
    let other =
        testing::call(MERCHANT, "GET", "v3/bill/tradebill?bill_date=2026-11-25&sub_mchid=1900000012", Value::Null);
    assert_eq!(refused(testing::calls(&mut world, READY, other)).0, 400);
}

#[test]
fn moves_between_available_and_frozen_are_no_rows() {
    let mut world = testing::world();
    let id = paid(&mut world, NOW, "A00001", json!({"profit_sharing": true}));
    let before = cells(&super::super::make::show(&world, &basic())).len();
    world.ledger.post(super::super::super::ledger::Posting {
        at: NOW,
        from: super::super::super::ledger::Account::BasicFrozen(MERCHANT.to_owned()),
        to: super::super::super::ledger::Account::Basic(MERCHANT.to_owned()),
        amount: 9_940,
        kind: super::super::super::ledger::PostingKind::Release,
        reference: id.clone(),
        order: id,
    });
    assert_eq!(cells(&super::super::make::show(&world, &basic())).len(), before);
    assert_eq!(before, 2);
}

fn basic() -> super::super::store::BillId {
    super::super::store::BillId {
        mchid: MERCHANT.to_owned(),
        sub_mchid: None,
        date: "2026-11-25".to_owned(),
        kind: super::super::store::Kind::Fundflow(super::super::super::ledger::MerchantAccount::Basic),
    }
}

#[test]
fn top_ups_and_withdrawals_are_rows_of_their_account() {
    let mut world = testing::world();
    let change = |world: &mut World, amount: i64| {
        let body = json!({"account": "FEES", "amount": amount});
        testing::control(world, NOW, "POST", "merchants/1900000001/balance", body).unwrap();
    };
    change(&mut world, 500);
    change(&mut world, -200);
    let rows = cells(&fundflow(&mut world, READY, "FEES"));
    let shown: Vec<[&str; 4]> = rows.iter().map(|row| [3, 5, 6, 7].map(|at| row[at].as_str())).collect();
    assert_eq!(shown, [["提现", "支出", "2.00", "3.00"], ["充值", "收入", "5.00", "5.00"]]);
    let first = cells(&fundflow(&mut world, READY, "OPERATION"));
    assert_eq!((first.len(), first[0][6].as_str()), (1, "100000.00"));
}
