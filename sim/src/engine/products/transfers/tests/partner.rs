//! The partner's family: the sub-merchant's money under the partner's number.

use super::*;

fn call(world: &World, mchid: &str, number: &str, other: Value) -> Call {
    let mut body = body(world, number, 5_000, other);
    if body.get("sub_mchid").is_none() {
        body["sub_mchid"] = SUB.into();
    }
    testing::call(mchid, "POST", PARTNER_BILLS, body)
}

fn query(mchid: &str, number: &str, sub: &str) -> Call {
    testing::call(mchid, "GET", &format!("{PARTNER_BILLS}/out-bill-no/{number}?sub_mchid={sub}"), Value::Null)
}

fn cancel(mchid: &str, number: &str, sub: &str) -> Call {
    let path = format!("{PARTNER_BILLS}/out-bill-no/{number}/cancel");
    testing::call(mchid, "POST", &path, json!({"sub_mchid": sub}))
}

fn operation(world: &World, mchid: &str) -> [i64; 2] {
    [Account::Operation(mchid.into()), Account::OperationFrozen(mchid.into())]
        .map(|account| world.ledger.balance(&account))
}

#[test]
fn the_sub_merchants_money_is_locked_and_paid() {
    let mut world = world();
    let asked = call(&world, PARTNER, "T1", json!({}));
    let shown = fields(testing::calls(&mut world, NOW, asked));
    assert_eq!((&shown["sub_mchid"], &shown["state"]), (&json!(SUB), &json!("WAIT_USER_CONFIRM")));
    assert_eq!(wechatpay_catalog::operation("POST", PARTNER_BILLS).unwrap().check_response(&shown), []);
    assert_eq!(operation(&world, SUB), [OPERATION - 5_000, 5_000]);
    assert_eq!(operation(&world, PARTNER), [OPERATION, 0]);
    let call = query(PARTNER, "T1", SUB);
    let template = call.template;
    let asked = fields(testing::calls(&mut world, NOW, call));
    assert_eq!(wechatpay_catalog::operation("GET", template).unwrap().check_response(&asked), []);
    assert_eq!((&asked["mchid"], &asked["sub_mchid"], asked.get("mch_id")), (&json!(PARTNER), &json!(SUB), None));
    control(&mut world, "transfers/T1/confirm", json!({})).unwrap();
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(operation(&world, SUB), [OPERATION - 5_000, 0]);
    let notice = world.notices.iter().next().unwrap();
    let resource: Value = serde_json::from_str(&notice.resource.text()).unwrap();
    assert_eq!(
        (notice.mchid.as_str(), &resource["mchid"], &resource["sub_mchid"]),
        (PARTNER, &json!(PARTNER), &json!(SUB))
    );
}

#[test]
fn it_is_cancelled_in_its_family() {
    let mut world = world();
    let asked = call(&world, PARTNER, "T1", json!({}));
    fields(testing::calls(&mut world, NOW, asked));
    let shown = fields(testing::calls(&mut world, NOW, cancel(PARTNER, "T1", SUB)));
    assert_eq!((&shown["state"], &shown["sub_mchid"]), (&json!("CANCELING"), &json!(SUB)));
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(operation(&world, SUB), [OPERATION, 0]);
}

#[test]
fn it_is_of_its_family_and_its_sub_merchant_alone() {
    let mut world = world();
    let asked = call(&world, PARTNER, "T1", json!({}));
    fields(testing::calls(&mut world, NOW, asked));
    let ordinary = testing::call(PARTNER, "GET", &format!("{BILLS}/out-bill-no/T1"), Value::Null);
    for call in [query(PARTNER, "T1", "1900000012"), ordinary, cancel(PARTNER, "T1", "1900000012")] {
        assert_eq!(refused(&mut world, call).0, 404);
    }
    // The same number for another sub-merchant is another request.
    let other = call(&world, PARTNER, "T1", json!({"sub_mchid": "1900000012"}));
    assert_eq!(refused(&mut world, other).2, "商户单号已存在但信息不一致");
}

#[test]
fn relations_are_looked_at() {
    let mut world = world();
    for (mchid, sub, message) in [
        (PARTNER, "1900000002", "受理关系不存在"),
        (PARTNER, PARTNER, "子商户mchid不能与自身mchid相同"),
        (PARTNER, "1999999999", "商户号不存在"),
        (MERCHANT, SUB, "受理关系不存在"),
    ] {
        let asked = call(&world, mchid, "T1", json!({"sub_mchid": sub}));
        let why = refused(&mut world, asked);
        assert_eq!((why.0, why.2.as_str()), (400, message), "{mchid} {sub}");
    }
    let other = openids::openid("wx0000000000000002", &world.payers["alice"]);
    let asked = call(&world, PARTNER, "T1", json!({"openid": other}));
    let why = refused(&mut world, asked);
    assert_eq!((why.0, why.1.as_str()), (500, "OPENID_MISMATCH"));
}
