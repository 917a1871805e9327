//! When there is a bill, when it stays as it is, who may fetch it until when; in both versions.

use super::*;

fn day(world: &mut World, at: Time, date: &str) -> (u16, String) {
    refused(testing::calls(world, at, get(&format!("v3/bill/tradebill?bill_date={date}"))))
}

fn creating() -> (u16, String) {
    (400, "STATEMENT_CREATING".to_owned())
}

fn invalid() -> (u16, String) {
    (400, "INVALID_REQUEST".to_owned())
}

fn world() -> World {
    let mut world = testing::world();
    paid(&mut world, NOW, "A00001", json!({}));
    world
}

#[test]
fn a_day_is_ready_on_the_next_one_at_ten() {
    let mut world = world();
    for time in ["2026-11-26T00:00:00+08:00", "2026-11-26T09:30:00+08:00", "2026-11-26T09:59:59+08:00"] {
        assert_eq!(day(&mut world, Time::parse(time).unwrap(), "2026-11-25"), creating());
    }
    trade(&mut world, Time::parse("2026-11-26T10:00:00+08:00").unwrap(), "ALL");
}

#[test]
fn today_the_future_no_day_and_three_months_ago_are_refused() {
    let mut world = world();
    assert_eq!(day(&mut world, NOW, "2026-11-25"), invalid());
    assert_eq!(day(&mut world, NOW, "2026-11-26"), invalid());
    assert_eq!(day(&mut world, NOW, "20261124"), invalid());
    assert_eq!(day(&mut world, NOW, "yesterday"), invalid());
    let three_months = Time::parse("2027-02-25T12:00:00+08:00").unwrap();
    trade(&mut world, three_months, "ALL");
    assert_eq!(day(&mut world, three_months.plus_seconds(86_400), "2026-11-25"), invalid());
}

#[test]
fn a_day_without_rows_has_no_bill() {
    let mut world = world();
    assert_eq!(day(&mut world, NOW.plus_seconds(-1), "2026-11-24"), creating());
    assert_eq!(day(&mut world, READY, "2026-11-24"), (400, "NO_STATEMENT_EXIST".to_owned()));
    let refunds = get("v3/bill/tradebill?bill_date=2026-11-25&bill_type=REFUND");
    assert_eq!(refused(testing::calls(&mut world, READY, refunds)).1, "NO_STATEMENT_EXIST");
    let fees = get("v3/bill/fundflowbill?bill_date=2026-11-25&account_type=FEES");
    assert_eq!(refused(testing::calls(&mut world, READY, fees)).1, "NO_STATEMENT_EXIST");
}

#[test]
fn immediate_lifts_the_waiting_even_for_today_which_is_not_frozen_yet() {
    let mut world = world();
    world.settings.bills.immediate = true;
    assert_eq!(cells(&trade(&mut world, NOW, "ALL")).len(), 1);
    paid(&mut world, NOW, "A00002", json!({}));
    assert_eq!(cells(&trade(&mut world, NOW, "ALL")).len(), 2);
    assert_eq!(day(&mut world, NOW, "2026-11-26"), invalid());
    // The day is over: from now on it is frozen.
    let midnight = Time::parse("2026-11-26T00:00:00+08:00").unwrap();
    trade(&mut world, midnight, "ALL");
    assert!(world.bills.is_frozen(MERCHANT, "2026-11-25", None));
}

#[test]
fn a_bill_is_frozen_when_it_is_first_made() {
    let mut world = world();
    refund(&mut world, NOW, "A00001", "R1", 100);
    let first = trade(&mut world, READY, "ALL");
    assert!(first.contains(",`PROCESSING,`"));
    ends(&mut world, READY, "R1", "SUCCESS");
    assert_eq!(trade(&mut world, READY.plus_seconds(86_400), "ALL"), first);
    let saved = serde_json::to_string(&world).unwrap();
    let mut read: World = serde_json::from_str(&saved).unwrap();
    assert_eq!(trade(&mut read, READY, "ALL"), first);
}

#[test]
fn a_token_is_good_for_five_minutes_as_often_as_one_likes_and_for_its_merchant_alone() {
    let mut world = world();
    let address = fields(testing::calls(&mut world, READY, get("v3/bill/tradebill?bill_date=2026-11-25")));
    let url = address["download_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8787/").unwrap();
    for second in [0, 1, 300] {
        file(testing::calls(&mut world, READY.plus_seconds(second), get(url)));
    }
    assert_eq!(refused(testing::calls(&mut world, READY.plus_seconds(301), get(url))), invalid());
    let other = testing::call("1900000002", "GET", url, Value::Null);
    assert_eq!(refused(testing::calls(&mut world, READY, other)), (403, "NO_AUTH".to_owned()));
    assert_eq!(refused(testing::calls(&mut world, READY, get("v3/billdownload/file?token=x"))), invalid());
    assert_eq!(refused(testing::calls(&mut world, READY, get("v3/billdownload/file"))), invalid());
}

#[test]
fn how_long_a_token_is_good_is_a_rule() {
    let mut world = world();
    world.rules.set("bills.url_s", Some(30.into()));
    let address = fields(testing::calls(&mut world, READY, get("v3/bill/tradebill?bill_date=2026-11-25")));
    let url = address["download_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:8787/").unwrap();
    assert_eq!(refused(testing::calls(&mut world, READY.plus_seconds(31), get(url))), invalid());
}

#[test]
fn unknown_types_are_refused_by_name() {
    let mut world = world();
    for (path, field) in
        [("tradebill?bill_type=SOME", "/bill_type"), ("fundflowbill?account_type=SOME", "/account_type")]
    {
        let refusal =
            testing::calls(&mut world, READY, get(&format!("v3/bill/{path}&bill_date=2026-11-25"))).unwrap_err();
        assert_eq!((refusal.code.as_str(), &refusal.detail.unwrap()["field"]), ("PARAM_ERROR", &json!(field)));
    }
}

#[test]
fn a_merchant_without_the_product_has_no_authority() {
    let mut world = world();
    world.merchants.get_mut(MERCHANT).unwrap().products = Some([].into());
    assert_eq!(day(&mut world, READY, "2026-11-25"), (403, "NO_AUTH".to_owned()));
}

fn v2(path: &str, other: Value) -> Call {
    let body = with(json!({"appid": "wx0000000000000001", "mch_id": MERCHANT, "bill_date": "20261125"}), other);
    testing::call(MERCHANT, "POST", path, body)
}

#[test]
fn v2_gets_the_same_file_at_once() {
    let mut world = world();
    let (bytes, content_type) = file(testing::calls(&mut world, READY, v2("v2/pay/downloadbill", json!({}))));
    assert_eq!((String::from_utf8(bytes).unwrap(), content_type), (trade(&mut world, READY, "ALL"), "text/plain"));
    let packed = v2("v2/pay/downloadbill", json!({"tar_type": "GZIP"}));
    assert_eq!(file(testing::calls(&mut world, READY, packed)).1, "application/x-gzip");
    let flow = v2("v2/pay/downloadfundflow", json!({"account_type": "Basic"}));
    let (bytes, _) = file(testing::calls(&mut world, READY, flow));
    assert_eq!(String::from_utf8(bytes).unwrap(), fundflow(&mut world, READY, "BASIC"));
}

#[test]
fn v2_says_what_is_wrong_in_its_own_way() {
    let (mut world, early) = (world(), NOW.plus_seconds(-1));
    let mut said = |at, other| {
        let (bytes, _) = file(testing::calls(&mut world, at, v2("v2/pay/downloadbill", other)));
        let xml = String::from_utf8(bytes).unwrap();
        assert!(xml.starts_with("<xml><return_code>FAIL</return_code>"));
        xml
    };
    assert!(said(READY, json!({"bill_date": "20261124"})).contains("No Bill Exist"));
    assert!(said(early, json!({"bill_date": "20261124"})).contains("Bill Creating"));
    assert!(said(NOW, json!({})).contains("invalid bill_date"));
    assert!(said(READY, json!({"bill_date": "2026年11月25日"})).contains("invalid bill_date"));
    assert!(said(READY, json!({"bill_type": "SOME"})).contains("invalid bill_type"));
    let mut code = |at, other| refused(testing::calls(&mut world, at, v2("v2/pay/downloadfundflow", other))).1;
    assert_eq!(code(READY, json!({"account_type": "Fees"})), "NO_BILL_EXIST");
    assert_eq!(code(early, json!({"account_type": "Basic", "bill_date": "20261124"})), "BILL_CREATING");
    assert_eq!(code(NOW, json!({"account_type": "Basic"})), "PARAM_ERROR");
    assert_eq!(code(READY, json!({"account_type": "Some"})), "PARAM_ERROR");
}
