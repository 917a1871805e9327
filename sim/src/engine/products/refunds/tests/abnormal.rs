//! Refunds that could not arrive.

use super::*;

fn apply(world: &mut World, other: Value) -> Call {
    let refund_id = world.refunds.by_number(MERCHANT, "R1").unwrap().refund_id.clone();
    let body = with(json!({"out_refund_no": "R1", "type": "MERCHANT_BANK_CARD"}), other);
    testing::call(MERCHANT, "POST", &format!("{REFUNDS}/{refund_id}/apply-abnormal-refund"), body)
}

fn abnormal() -> World {
    let mut world = world();
    refund(&mut world, "R1", 5_000);
    ends(&mut world, "R1", "ABNORMAL");
    world
}

#[test]
fn abnormal_keeps_the_money_set_aside() {
    let world = abnormal();
    assert_eq!((basic(&world), wallet(&world)), (4_970, 99_990_000));
    assert_eq!(world.ledger.balance(&Account::RefundReserve), 5_000);
    assert!(world.refunds.by_number(MERCHANT, "R1").unwrap().done_at.is_none());
}

#[test]
fn applied_for_it_is_processing_and_arrives_on_another_card() {
    let mut world = abnormal();
    let call = apply(&mut world, json!({}));
    let shown = fields(testing::calls(&mut world, NOW, call));
    assert_eq!((&shown["status"], &shown["channel"]), (&json!("PROCESSING"), &json!("ORIGINAL")));
    // What was left of the first three seconds does not end it; its own do.
    testing::until(&mut world, NOW.plus_seconds(3));
    let shown = fields(testing::calls(&mut world, NOW, get("R1")));
    assert_eq!((&shown["status"], &shown["channel"]), (&json!("SUCCESS"), &json!("OTHER_BANKCARD")));
    assert_eq!(shown["user_received_account"], "商户银行卡");
    assert_eq!(wallet(&world), 99_995_000);
}

#[test]
fn the_first_deadline_does_not_end_a_refund_that_went_another_way() {
    let mut world = world();
    refund(&mut world, "R1", 5_000);
    ends(&mut world, "R1", "ABNORMAL");
    let call = apply(&mut world, json!({}));
    let later = NOW.plus_seconds(2);
    fields(testing::calls(&mut world, later, call));
    testing::until(&mut world, NOW.plus_seconds(4));
    assert_eq!(fields(testing::calls(&mut world, NOW, get("R1")))["status"], "PROCESSING");
    testing::until(&mut world, NOW.plus_seconds(5));
    assert_eq!(fields(testing::calls(&mut world, NOW, get("R1")))["status"], "SUCCESS");
}

#[test]
fn a_payers_card_is_named_by_its_last_four_digits() {
    let mut world = abnormal();
    let card = json!({"type": "USER_BANK_CARD", "bank_type": "CMB_DEBIT", "bank_account": "6222000011112222", "real_name": "爱丽丝"});
    let call = apply(&mut world, card);
    fields(testing::calls(&mut world, NOW, call));
    ends(&mut world, "R1", "SUCCESS");
    assert_eq!(world.refunds.by_number(MERCHANT, "R1").unwrap().user_received_account, "CMB_DEBIT2222");
}

#[test]
fn a_payers_card_needs_bank_number_and_name() {
    let mut world = abnormal();
    let call = apply(&mut world, json!({"type": "USER_BANK_CARD", "bank_type": "CMB_DEBIT", "bank_account": "6222"}));
    let refusal = testing::calls(&mut world, NOW, call).unwrap_err();
    assert_eq!((refusal.code.as_str(), &refusal.detail.unwrap()["field"]), ("PARAM_ERROR", &json!("/real_name")));
}

#[test]
fn only_an_abnormal_refund_can_go_another_way() {
    for status in ["PROCESSING", "SUCCESS", "CLOSED"] {
        let mut world = world();
        refund(&mut world, "R1", 5_000);
        if status != "PROCESSING" {
            ends(&mut world, "R1", status);
        }
        let call = apply(&mut world, json!({}));
        let refusal = refused(&mut world, call);
        assert_eq!((refusal.0, refusal.1.as_str()), (400, "INVALID_REQUEST"), "{status}");
    }
}

#[test]
fn both_numbers_must_be_of_one_refund_of_ones_own() {
    let mut world = abnormal();
    let call = apply(&mut world, json!({"out_refund_no": "R2"}));
    assert_eq!(refused(&mut world, call).0, 400);
    let own = apply(&mut world, json!({}));
    let other = Call { mchid: "1900000002".to_owned(), ..own };
    assert_eq!(refused(&mut world, other).0, 404);
}
