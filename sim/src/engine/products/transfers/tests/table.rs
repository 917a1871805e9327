//! The rows of the table of states.

use super::*;

#[test]
fn row_create_with_funds_waits_for_the_payer_and_locks_the_money() {
    let mut world = world();
    let shown = create(&mut world, "T1", 5_000);
    assert_eq!((&shown["state"], &shown["out_bill_no"]), (&json!("WAIT_USER_CONFIRM"), &json!("T1")));
    let (number, package) = (shown["transfer_bill_no"].as_str().unwrap(), shown["package_info"].as_str().unwrap());
    assert!(number.len() == 40 && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    assert!(package.len() > 20 && package.ends_with("=="), "{package}");
    assert_eq!(money(&world), [OPERATION - 5_000, 5_000, ALICE]);
    assert_eq!(world.notices.iter().count(), 0);
}

#[test]
fn row_create_without_funds_stays_in_processing_until_money_comes_and_the_request_is_repeated() {
    let mut world = world();
    take_out(&mut world, 4_999);
    let shown = create(&mut world, "T1", 5_000);
    assert_eq!((&shown["state"], shown.get("package_info")), (&json!("PROCESSING"), None));
    assert_eq!(money(&world), [4_999, 0, ALICE]);
    // Asked again, still without money: as it is.
    assert_eq!(create(&mut world, "T1", 5_000), shown);
    top_up(&mut world, 1);
    assert_eq!(query(&mut world, "T1")["state"], "PROCESSING", "money alone does not move it on");
    testing::until(&mut world, NOW.plus_seconds(40 * DAY));
    assert_eq!(state(&world, "T1"), ("PROCESSING", None), "nor does time");
    let again = create(&mut world, "T1", 5_000);
    assert_eq!(again["state"], "WAIT_USER_CONFIRM");
    assert_eq!(again["transfer_bill_no"], shown["transfer_bill_no"]);
    assert!(again["package_info"].is_string());
    assert_eq!(money(&world), [0, 5_000, ALICE]);
}

fn take_out(world: &mut World, rest: i64) {
    top_up(world, rest - OPERATION);
}

fn top_up(world: &mut World, amount: i64) {
    let body = json!({"account": "OPERATION", "amount": amount});
    testing::control(world, NOW, "POST", &format!("merchants/{MERCHANT}/balance"), body).unwrap();
}

#[test]
fn row_create_same_is_answered_as_it_is_and_moves_nothing_twice() {
    let mut world = world();
    let first = create(&mut world, "T1", 5_000);
    assert_eq!(create(&mut world, "T1", 5_000), first);
    // Members in another order are the same request.
    let mut reordered = serde_json::Map::new();
    for (name, value) in body(&world, "T1", 5_000, json!({})).as_object().unwrap().iter().rev() {
        reordered.insert(name.clone(), value.clone());
    }
    let call = testing::call(MERCHANT, "POST", BILLS, Value::Object(reordered));
    assert_eq!(fields(testing::calls(&mut world, NOW, call)), first);
    assert_eq!(money(&world), [OPERATION - 5_000, 5_000, ALICE]);
    confirm(&mut world, "T1");
    let confirmed = create(&mut world, "T1", 5_000);
    assert_eq!((&confirmed["state"], confirmed.get("package_info")), (&json!("TRANSFERING"), None));
    testing::until(&mut world, NOW.plus_seconds(1));
    let done = create(&mut world, "T1", 5_000);
    assert_eq!((&done["state"], done.get("package_info")), (&json!("SUCCESS"), None));
    assert_eq!(money(&world), [OPERATION - 5_000, 0, ALICE + 5_000]);
}

#[test]
fn row_create_changed_is_refused_in_every_state() {
    let mut world = world();
    create(&mut world, "T1", 5_000);
    let check = |world: &mut World| {
        for other in [json!({"transfer_amount": 5_001}), json!({"transfer_remark": "another"})] {
            let call = post(world, "T1", 5_000, other);
            let (status, code, message) = refused(world, call);
            assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"));
            assert_eq!(message, "商户单号已存在但信息不一致");
        }
    };
    check(&mut world);
    confirm(&mut world, "T1");
    check(&mut world);
    testing::until(&mut world, NOW.plus_seconds(1));
    check(&mut world);
}

#[test]
fn row_confirm_becomes_transfering_then_success_is_paid_out() {
    let mut world = world();
    create(&mut world, "T1", 5_000);
    assert_eq!(confirm(&mut world, "T1")["state"], "TRANSFERING");
    assert_eq!(money(&world), [OPERATION - 5_000, 5_000, ALICE]);
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(state(&world, "T1"), ("SUCCESS", None));
    assert_eq!(money(&world), [OPERATION - 5_000, 0, ALICE + 5_000]);
    testing::until(&mut world, NOW.plus_seconds(2 * DAY));
    assert_eq!(state(&world, "T1"), ("SUCCESS", None), "the day that the payer had is over, and nothing happens");
    let shown = query(&mut world, "T1");
    assert_eq!((&shown["mch_id"], shown.get("mchid")), (&json!(MERCHANT), None));
    assert_eq!((&shown["transfer_amount"], &shown["appid"]), (&json!(5_000), &json!(APPID)));
    assert_eq!(shown["update_time"], NOW.plus_seconds(1).to_string());
}

#[test]
fn row_transfering_fails_by_setting_or_by_hand_and_is_unlocked() {
    let mut world = world();
    world.settings.auto.transfer.as_mut().unwrap().state = Some("FAIL".to_owned());
    create(&mut world, "T1", 5_000);
    confirm(&mut world, "T1");
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(state(&world, "T1"), ("FAIL", Some("OTHER_FAIL_REASON_TYPE")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);

    world.settings.auto.transfer = None;
    create(&mut world, "T2", 5_000);
    confirm(&mut world, "T2");
    testing::until(&mut world, NOW.plus_seconds(10 * DAY));
    assert_eq!(state(&world, "T2"), ("TRANSFERING", None), "nothing by itself");
    let failed = json!({"state": "FAIL", "fail_reason": "TRANSFER_RISK"});
    assert_eq!(control(&mut world, "transfers/T2/result", failed).unwrap()["fail_reason"], "TRANSFER_RISK");
    assert_eq!(query(&mut world, "T2")["fail_reason"], "TRANSFER_RISK");
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
}

#[test]
fn row_24_hours_without_confirmation_is_overdue_and_unlocked() {
    let mut world = world();
    create(&mut world, "T1", 5_000);
    testing::until(&mut world, NOW.plus_seconds(DAY - 1));
    assert_eq!(state(&world, "T1"), ("WAIT_USER_CONFIRM", None));
    testing::until(&mut world, NOW.plus_seconds(DAY));
    assert_eq!(state(&world, "T1"), ("FAIL", Some("OVERDUE_CLOSE")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
    assert_eq!(control(&mut world, "transfers/T1/confirm", json!({})), Err((409, "STATE")));
}

#[test]
fn row_cancel_of_what_waits_is_canceling_then_cancelled_and_unlocked() {
    let mut world = world();
    let made = create(&mut world, "T1", 5_000);
    let shown = fields(cancel(&mut world, NOW, "T1"));
    let expected = json!({
        "out_bill_no": "T1", "transfer_bill_no": made["transfer_bill_no"], "state": "CANCELING",
        "update_time": NOW.to_string(),
    });
    assert_eq!(shown, expected);
    assert_eq!(money(&world), [OPERATION - 5_000, 5_000, ALICE], "locked until it is done");
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(state(&world, "T1"), ("CANCELLED", Some("MCH_CANCEL")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
    testing::until(&mut world, NOW.plus_seconds(2 * DAY));
    assert_eq!(state(&world, "T1"), ("CANCELLED", Some("MCH_CANCEL")));
}

#[test]
fn row_cancel_of_what_has_no_money_yet_moves_none() {
    let mut world = world();
    take_out(&mut world, 0);
    create(&mut world, "T1", 5_000);
    assert_eq!(fields(cancel(&mut world, NOW, "T1"))["state"], "CANCELING");
    top_up(&mut world, 5_000);
    assert_eq!(create(&mut world, "T1", 5_000)["state"], "CANCELING", "a repetition does not bring it back");
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(state(&world, "T1"), ("CANCELLED", Some("MCH_CANCEL")));
    assert_eq!(money(&world), [5_000, 0, ALICE]);
}

#[test]
fn row_cancel_of_transfering_is_refused() {
    let mut world = world();
    create(&mut world, "T1", 5_000);
    confirm(&mut world, "T1");
    let path = format!("{BILLS}/out-bill-no/T1/cancel");
    let (status, code, _) = refused(&mut world, testing::call(MERCHANT, "POST", &path, Value::Null));
    assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"));
}

#[test]
fn row_cancel_of_canceling_and_cancelled_is_answered_as_it_is() {
    let mut world = world();
    create(&mut world, "T1", 5_000);
    let first = fields(cancel(&mut world, NOW, "T1"));
    assert_eq!(fields(cancel(&mut world, NOW, "T1")), first);
    testing::until(&mut world, NOW.plus_seconds(1));
    let done = fields(cancel(&mut world, NOW.plus_seconds(5), "T1"));
    assert_eq!((&done["state"], &done["update_time"]), (&json!("CANCELLED"), &json!(NOW.plus_seconds(1).to_string())));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
}

#[test]
fn row_cancel_of_success_and_fail_is_refused() {
    for ending in ["SUCCESS", "FAIL"] {
        let mut world = world();
        create(&mut world, "T1", 5_000);
        confirm(&mut world, "T1");
        control(&mut world, "transfers/T1/result", json!({"state": ending})).unwrap();
        let path = format!("{BILLS}/out-bill-no/T1/cancel");
        let (status, code, _) = refused(&mut world, testing::call(MERCHANT, "POST", &path, Value::Null));
        assert_eq!((status, code.as_str()), (400, "INVALID_REQUEST"), "{ending}");
    }
}

#[test]
fn no_money_is_promised_twice() {
    let mut world = world();
    take_out(&mut world, 9_000);
    assert_eq!(create(&mut world, "T1", 5_000)["state"], "WAIT_USER_CONFIRM");
    assert_eq!(create(&mut world, "T2", 5_000)["state"], "PROCESSING");
    // What is set aside cannot be taken out either.
    let all = json!({"account": "OPERATION", "amount": -4_001});
    assert_eq!(control(&mut world, &format!("merchants/{MERCHANT}/balance"), all), Err((409, "STATE")));
    fields(cancel(&mut world, NOW, "T1"));
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(create(&mut world, "T2", 5_000)["state"], "WAIT_USER_CONFIRM");
    assert_eq!(money(&world), [4_000, 5_000, ALICE]);
}

#[test]
fn a_transfer_is_a_row_of_the_fund_flow_when_it_is_paid_and_only_then() {
    let mut world = world();
    for number in ["T1", "T2"] {
        create(&mut world, number, 5_000);
    }
    confirm(&mut world, "T1");
    fields(cancel(&mut world, NOW, "T2"));
    testing::until(&mut world, NOW.plus_seconds(1));
    let path = "bills/1900000001/2026-11-25/fundflow.csv?account_type=OPERATION";
    let bill = control(&mut world, path, Value::Null).unwrap();
    let bill = bill.as_str().unwrap();
    let made = world.transfers.by_number(MERCHANT, "T1").unwrap();
    let row = format!(",`{},`", made.transfer_bill_no);
    assert!(bill.contains(&row) && bill.contains(",`商家转账,`商家转账,`支出,`50.00,`99950.00,`"), "{bill}");
    assert!(bill.contains(",`T1\r\n") && !bill.contains("T2"), "{bill}");
    assert!(bill.ends_with("`2,`1,`100000.00,`1,`50.00\r\n"), "{bill}");
}

#[test]
fn ten_thousand_transfers_are_given_up_by_one_advance() {
    let mut world = world();
    for number in 0..10_000 {
        create(&mut world, &format!("T{number}"), 10);
    }
    testing::until(&mut world, NOW.plus_seconds(DAY));
    assert!(world.transfers.iter().all(|transfer| transfer.fail_reason.as_deref() == Some("OVERDUE_CLOSE")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
}
