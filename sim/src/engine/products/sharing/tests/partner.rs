//! A partner shares its sub-merchants' money.

use super::*;

/// A world in which alice has paid an order `P00001` of 100 yuan of a sub-merchant, and the other merchant is its receiver.
fn world() -> (World, String) {
    let mut world = testing::world();
    let body = json!({
        "sp_appid": APPID, "sp_mchid": PARTNER, "sub_mchid": SUB, "description": "a book", "out_trade_no": "P00001",
        "notify_url": "http://8.8.8.8/paid", "amount": {"total": 10_000, "currency": "CNY"},
        "settle_info": {"profit_sharing": true},
    });
    fields(testing::calls(&mut world, NOW, testing::call(PARTNER, "POST", "v3/pay/partner/transactions/native", body)));
    let order = testing::control(&mut world, NOW, "POST", "orders/P00001/pay", json!({})).unwrap();
    let body =
        json!({"sub_mchid": SUB, "appid": APPID, "type": "MERCHANT_ID", "account": OTHER, "relation_type": "PARTNER"});
    let shown = ask(&mut world, NOW, testing::call(PARTNER, "POST", ADD, body));
    assert_eq!(shown["sub_mchid"], SUB);
    (world, order["transaction_id"].as_str().unwrap().to_owned())
}

fn sharing(transaction_id: &str, sub: &str, receivers: Value) -> Call {
    let body = json!({
        "sub_mchid": sub, "appid": APPID, "transaction_id": transaction_id, "out_order_no": "S1", "receivers": receivers,
        "unfreeze_unsplit": true,
    });
    testing::call(PARTNER, "POST", ORDERS, body)
}

fn basic(world: &World, mchid: &str) -> [i64; 2] {
    [Account::Basic(mchid.into()), Account::BasicFrozen(mchid.into())].map(|account| world.ledger.balance(&account))
}

#[test]
fn all_money_is_the_sub_merchants() {
    let (mut world, transaction_id) = world();
    world.merchants.get_mut(OTHER).unwrap().sharing_notify_url = Some("http://127.0.0.1:3000/sharing".to_owned());
    assert_eq!(basic(&world, SUB), [0, 9_940]);
    let shown = ask(&mut world, READY, sharing(&transaction_id, SUB, json!([to(OTHER, 1_000)])));
    assert_eq!((&shown["sub_mchid"], &shown["state"]), (&json!(SUB), &json!("PROCESSING")));
    testing::until(&mut world, DONE);
    assert_eq!((basic(&world, SUB), basic(&world, OTHER), basic(&world, PARTNER)), ([8_940, 0], [1_000, 0], [0, 0]));
    let path = format!("{ORDERS}/S1?sub_mchid={SUB}&transaction_id={transaction_id}");
    let asked = ask(&mut world, DONE, testing::call(PARTNER, "GET", &path, Value::Null));
    assert_eq!((&asked["sub_mchid"], &asked["state"]), (&json!(SUB), &json!("FINISHED")));
    let notice = world.notices.iter().find(|notice| notice.original_type == "profitsharing").unwrap();
    let resource: Value = serde_json::from_str(&notice.resource.text()).unwrap();
    assert_eq!((&resource["sp_mchid"], &resource["sub_mchid"]), (&json!(PARTNER), &json!(SUB)));

    let body = json!({
        "sub_mchid": SUB, "out_order_no": "S1", "out_return_no": "B1", "return_mchid": OTHER, "amount": 300,
        "description": "back",
    });
    let back = ask(&mut world, DONE, testing::call(PARTNER, "POST", RETURNS, body));
    assert_eq!((&back["sub_mchid"], &back["result"]), (&json!(SUB), &json!("SUCCESS")));
    assert_eq!((basic(&world, SUB), basic(&world, OTHER)), ([9_240, 0], [700, 0]));
    let path = format!("{RETURNS}/B1?sub_mchid={SUB}&out_order_no=S1");
    assert_eq!(ask(&mut world, DONE, testing::call(PARTNER, "GET", &path, Value::Null)), back);
    let path = format!("{RETURNS}/B1?sub_mchid=1900000012&out_order_no=S1");
    assert_eq!(refused(&mut world, testing::call(PARTNER, "GET", &path, Value::Null)).0, 404);
}

#[test]
fn the_partner_itself_may_receive_but_not_the_sub_merchant() {
    let (mut world, transaction_id) = world();
    let add = |account: &str| {
        let body = json!({
            "sub_mchid": SUB, "appid": APPID, "type": "MERCHANT_ID", "account": account, "relation_type": "SERVICE_PROVIDER",
        });
        testing::call(PARTNER, "POST", ADD, body)
    };
    assert_eq!(refused(&mut world, add(SUB)).1, "PARAM_ERROR");
    ask(&mut world, NOW, add(PARTNER));
    ask(&mut world, READY, sharing(&transaction_id, SUB, json!([to(PARTNER, 500)])));
    testing::until(&mut world, DONE);
    assert_eq!(basic(&world, PARTNER), [500, 0]);
}

#[test]
fn relations_and_receivers_are_each_sub_merchants_own() {
    let (mut world, transaction_id) = world();
    for (sub, message) in [
        ("1900000012", "非本商户的订单不支持分账"),
        ("", "受理机构必须传入sub_mch_id"),
        (OTHER, "受理关系不存在"),
        (PARTNER, "子商户mchid不能与自身mchid相同"),
    ] {
        let why = refused(&mut world, sharing(&transaction_id, sub, json!([to(OTHER, 1)])));
        assert_eq!((why.0, why.2.as_str()), (400, message), "{sub}");
    }
    let body = json!({"sub_mchid": "1900000012", "appid": APPID, "type": "MERCHANT_ID", "account": OTHER});
    fields(testing::calls(&mut world, NOW, testing::call(PARTNER, "POST", "v3/profitsharing/receivers/delete", body)));
    ask(&mut world, READY, sharing(&transaction_id, SUB, json!([to(OTHER, 1)])));
}

#[test]
fn a_sub_openid_is_known_at_the_sub_merchants_app() {
    const SUB_APPID: &str = "wx0000000000000011";
    let (mut world, transaction_id) = world();
    let openid = openids::openid(SUB_APPID, &world.payers["bob"]);
    let body = json!({
        "sub_mchid": SUB, "appid": APPID, "sub_appid": SUB_APPID, "type": "PERSONAL_SUB_OPENID", "account": openid,
        "relation_type": "USER",
    });
    ask(&mut world, NOW, testing::call(PARTNER, "POST", ADD, body));
    let receivers = json!([{"type": "PERSONAL_SUB_OPENID", "account": openid, "amount": 10, "description": "x"}]);
    let mut call = sharing(&transaction_id, SUB, receivers);
    call.body["sub_appid"] = SUB_APPID.into();
    let has = |world: &World| world.ledger.balance(&Account::Wallet("bob".into()));
    let before = has(&world);
    ask(&mut world, READY, call);
    testing::until(&mut world, DONE);
    assert_eq!(has(&world) - before, 10);
}

#[test]
fn what_is_left_and_how_much_may_be_shared_are_asked_for() {
    let (mut world, transaction_id) = world();
    let path = format!("v3/profitsharing/transactions/{transaction_id}/amounts");
    assert_eq!(ask(&mut world, READY, testing::call(PARTNER, "GET", &path, Value::Null))["unsplit_amount"], 9_940);
    assert_eq!(refused(&mut world, testing::call(MERCHANT, "GET", &path, Value::Null)).2, "非本商户的订单不支持分账");
    let config =
        |mchid, sub| testing::call(mchid, "GET", &format!("v3/profitsharing/merchant-configs/{sub}"), Value::Null);
    world.merchants.get_mut(SUB).unwrap().share_ratio_bp = 2_000;
    let shown = ask(&mut world, READY, config(PARTNER, SUB));
    assert_eq!(shown, json!({"sub_mchid": SUB, "max_ratio": 2_000}));
    assert_eq!(ask(&mut world, READY, config(PARTNER, "1900000012"))["max_ratio"], 3_000);
    for (mchid, sub) in [(PARTNER, OTHER), (MERCHANT, SUB), (MERCHANT, MERCHANT)] {
        assert_eq!(refused(&mut world, config(mchid, sub)).2, "受理关系不存在");
    }
    let why = refused(&mut world, sharing(&transaction_id, SUB, json!([to(OTHER, 2_001)])));
    assert_eq!(why.0, 400, "the sub-merchant's ratio counts");
}
