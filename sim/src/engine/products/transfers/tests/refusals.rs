//! What is refused, and what is not.

use super::*;
use crate::engine::merchants::Status;

/// Code and message of a new transfer's refusal.
fn check(world: &mut World, amount: i64, other: Value) -> (u16, String, String) {
    let call = post(world, "T1", amount, other);
    refused(world, call)
}

fn accepted(world: &mut World, number: &str, amount: i64, other: Value) {
    let call = post(world, number, amount, other);
    fields(testing::calls(world, NOW, call));
}

fn named(code: &(u16, String, String)) -> (u16, &str) {
    (code.0, code.1.as_str())
}

#[test]
fn amounts_are_between_the_least_and_the_most() {
    let mut world = world();
    for amount in [9, 0, -1] {
        let why = check(&mut world, amount, json!({}));
        assert_eq!(named(&why), (400, "PARAM_ERROR"));
        assert!(why.2.ends_with("值低于最小值 10"), "{}", why.2);
    }
    let why = check(&mut world, 2_000_001, json!({"user_name": "爱丽丝"}));
    assert!(named(&why) == (400, "PARAM_ERROR") && why.2.ends_with("值高于最大值 2000000"), "{why:?}");
    accepted(&mut world, "T1", 10, json!({}));
    accepted(&mut world, "T2", 2_000_000, json!({"user_name": "爱丽丝"}));
}

#[test]
fn from_2000_yuan_on_a_name_is_due() {
    let mut world = world();
    assert_eq!(named(&check(&mut world, 200_000, json!({}))), (400, "PARAM_ERROR"));
    accepted(&mut world, "T1", 199_999, json!({}));
    accepted(&mut world, "T2", 200_000, json!({"user_name": "爱丽丝"}));
}

#[test]
fn a_name_that_is_not_the_payers_fails_at_the_confirmation() {
    let mut world = world();
    accepted(&mut world, "T1", 100, json!({"user_name": "鲍勃"}));
    assert_eq!(state(&world, "T1"), ("WAIT_USER_CONFIRM", None));
    confirm(&mut world, "T1");
    assert_eq!(state(&world, "T1"), ("FAIL", Some("NAME_NOT_CORRECT")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
    accepted(&mut world, "T2", 100, json!({"user_name": "爱丽丝"}));
    assert_eq!(confirm(&mut world, "T2")["state"], "TRANSFERING");
    // Of somebody who came as an openid no name is known, so none is compared.
    accepted(&mut world, "T3", 100, json!({"openid": "oStranger", "user_name": "无名氏"}));
    assert_eq!(confirm(&mut world, "T3")["state"], "TRANSFERING");
}

#[test]
fn a_payer_who_has_left_gets_nothing() {
    let mut world = world();
    create(&mut world, "T1", 100);
    world.payers.get_mut("alice").unwrap().closed = true;
    confirm(&mut world, "T1");
    assert_eq!(state(&world, "T1"), ("FAIL", Some("PAYEE_ACCOUNT_ABNORMAL")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
}

#[test]
fn a_scene_must_be_the_merchants() {
    let mut world = world();
    let (status, code, message) = check(&mut world, 100, json!({"transfer_scene_id": "1004"}));
    assert_eq!((status, code.as_str(), message.as_str()), (400, "INVALID_REQUEST", "你尚未获取该转账场景"));
    world.merchants.get_mut(MERCHANT).unwrap().transfer_scenes.push("9999".to_owned());
    // Of a scene that no page lists nothing is known.
    accepted(&mut world, "T1", 100, json!({"transfer_scene_id": "9999", "transfer_scene_report_infos": []}));
}

#[test]
fn every_scene_wants_all_its_reports_and_knows_its_own_perceptions() {
    let mut world = world();
    let scenes: &[(&str, &[&str], &[&str])] = &[
        ("1000", &["活动名称", "奖励说明"], &["活动奖励", "现金奖励"]),
        ("1002", &["补贴类型"], &["行政补贴", "行政奖励"]),
        ("1004", &["保险产品备案编号", "保险名称", "保险操作单号"], &["保险理赔款"]),
        ("1005", &["岗位类型", "报酬说明"], &["劳务报酬", "报销款", "企业补贴", "开工利是"]),
        ("1009", &["采购商品名称"], &["货款"]),
        ("1010", &["回收商品名称"], &["二手回收货款"]),
        ("1011", &["赔付原因"], &["退款", "商家赔付"]),
        ("1013", &["公益活动名称", "公益活动备案编号"], &["公益补助金"]),
    ];
    let own = &mut world.merchants.get_mut(MERCHANT).unwrap().transfer_scenes;
    *own = scenes.iter().map(|(id, ..)| (*id).to_owned()).collect();
    for (id, kinds, perceptions) in scenes {
        let infos = |kinds: &[&str], content: &str| -> Value {
            kinds.iter().map(|kind| json!({"info_type": kind, "info_content": content})).collect()
        };
        let other = |infos: Value, perception: Option<&str>| {
            let mut other = json!({"transfer_scene_id": id, "transfer_scene_report_infos": infos});
            if let Some(perception) = perception {
                other["user_recv_perception"] = perception.into();
            }
            other
        };
        for left_out in 0..kinds.len() {
            let some: Vec<_> =
                kinds.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, kind)| *kind).collect();
            let why = check(&mut world, 100, other(infos(&some, "x"), None));
            assert!(named(&why) == (400, "PARAM_ERROR") && why.2.contains(kinds[left_out]), "{id}: {why:?}");
        }
        assert_eq!(named(&check(&mut world, 100, other(infos(kinds, " "), None))), (400, "PARAM_ERROR"), "{id}");
        let why = check(&mut world, 100, other(infos(kinds, "x"), Some("礼物")));
        assert_eq!(named(&why), (400, "INVALID_REQUEST"));
        assert_eq!(why.2, "暂不支持展示当前传入的用户收款感知");
        for (at, perception) in perceptions.iter().enumerate() {
            accepted(&mut world, &format!("{id}{at}"), 100, other(infos(kinds, "x"), Some(perception)));
        }
    }
}

#[test]
fn an_openid_of_another_app_is_refused() {
    let mut world = world();
    let other = openids::openid("wx0000000000000002", &world.payers["alice"]);
    let why = check(&mut world, 100, json!({"openid": other}));
    assert_eq!((named(&why), why.2.as_str()), ((400, "INVALID_REQUEST"), "appid与openid不匹配"));
    world.settings.openids = "known".to_owned();
    assert_eq!(named(&check(&mut world, 100, json!({"openid": "oStranger"}))), (400, "INVALID_REQUEST"));
}

#[test]
fn a_merchant_without_the_product_or_the_app_is_refused() {
    let mut world = world();
    assert_eq!(named(&check(&mut world, 100, json!({"appid": "wx0000000000000099"}))), (400, "APPID_MCHID_NOT_MATCH"));
    create(&mut world, "T2", 100);
    let get = testing::call(MERCHANT, "GET", &format!("{BILLS}/out-bill-no/T2"), Value::Null);
    world.merchants.get_mut(MERCHANT).unwrap().status = Status::Restricted;
    assert_eq!(named(&check(&mut world, 100, json!({}))), (403, "NO_AUTH"));
    fields(testing::calls(&mut world, NOW, get.clone()));
    let merchant = world.merchants.get_mut(MERCHANT).unwrap();
    merchant.status = Status::Normal;
    merchant.products = Some(["native".to_owned()].into());
    assert_eq!(named(&check(&mut world, 100, json!({}))), (403, "NO_AUTH"));
    assert_eq!(named(&refused(&mut world, get)), (403, "NO_AUTH"));
}

#[test]
fn unknown_numbers_and_those_of_others_are_not_found() {
    let mut world = world();
    let made = create(&mut world, "T1", 100);
    let bill = made["transfer_bill_no"].as_str().unwrap();
    let by_bill = format!("{BILLS}/transfer-bill-no/{bill}");
    assert_eq!(
        fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "GET", &by_bill, Value::Null)))["out_bill_no"],
        "T1"
    );
    for (mchid, method, path) in [
        (MERCHANT, "GET", format!("{BILLS}/out-bill-no/T9")),
        (MERCHANT, "GET", format!("{BILLS}/transfer-bill-no/9")),
        (MERCHANT, "POST", format!("{BILLS}/out-bill-no/T9/cancel")),
        ("1900000002", "GET", format!("{BILLS}/out-bill-no/T1")),
        ("1900000002", "GET", by_bill),
        ("1900000002", "POST", format!("{BILLS}/out-bill-no/T1/cancel")),
    ] {
        let why = refused(&mut world, testing::call(mchid, method, &path, Value::Null));
        assert_eq!((named(&why), why.2.as_str()), ((404, "NOT_FOUND"), "记录不存在"), "{mchid} {path}");
    }
}

#[test]
fn after_30_days_a_transfer_is_not_found_any_more() {
    let mut world = world();
    create(&mut world, "T1", 100);
    let get = || testing::call(MERCHANT, "GET", &format!("{BILLS}/out-bill-no/T1"), Value::Null);
    fields(testing::calls(&mut world, NOW.plus_seconds(30 * DAY), get()));
    let why = testing::calls(&mut world, NOW.plus_seconds(30 * DAY + 1), get()).unwrap_err();
    assert_eq!((why.status, why.code.as_str()), (404, "NOT_FOUND"));
}
