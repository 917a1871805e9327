//! Money shared with the maker of what was bought.

use jiff::Timestamp;
use wechatpay_chain::json;
use wechatpay_chain_shop::Error;
use wechatpay_chain_shop::model::order::Order;
use wechatpay_chain_shop::model::sharing::{Sharing, SharingState};
use wechatpay_sim::Fault;

use crate::support::{Done, MAKER, Place, Town};

const SHARINGS: &str = "v3/profitsharing/orders";
const RETURNS: &str = "v3/profitsharing/return-orders";
/// A fifth of what a cup costs.
const SHARE: i64 = 2_580;

/// A cup that was paid more than a minute ago.
async fn cup(town: &Town) -> Done<Order> {
    let order = town.paid("cup").await?;
    town.advance(90)?;
    Ok(order)
}

async fn sharing(town: &Town, order: &Order) -> Done<Sharing> {
    Ok(town.shop.sharing_of(&order.number).await?.ok_or("its maker gets a share")?)
}

fn end(town: &Town, sharing: &Sharing, result: serde_json::Value) -> Done {
    town.post(&format!("sharings/{}/result", sharing.number), result)?;
    Ok(())
}

/// One that its maker has.
async fn shared(town: &Town) -> Done<Order> {
    let order = cup(town).await?;
    assert_eq!(town.settled().await?, 1);
    end(town, &sharing(town, &order).await?, json!({"result": "SUCCESS"}))?;
    assert_eq!(town.settled().await?, 1);
    assert_eq!(sharing(town, &order).await?.state, SharingState::Success);
    Ok(order)
}

fn basic(town: &Town, mchid: &str) -> Done<(i64, i64)> {
    let account = town.sim.get(&format!("merchants/{mchid}"))?["accounts"]["BASIC"].clone();
    let part = |name: &str| account[name].as_i64().ok_or("no account");
    Ok((part("available")?, part("frozen")?))
}

pub async fn a_maker_gets_his_share_and_the_shop_the_rest(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    // Tea has no maker.
    let tea = town.paid("tea").await?;
    assert_eq!(town.shop.sharing_of(&tea.number).await?, None);
    let before = basic(&town, "1900000001")?.0;
    let order = cup(&town).await?;
    assert_eq!(sharing(&town, &order).await?.state, SharingState::Waiting);
    assert_eq!(town.settled().await?, 1);
    let known = sharing(&town, &order).await?;
    assert_eq!((known.state, known.amount.get()), (SharingState::Processing, SHARE));
    assert_eq!(town.settled().await?, 0, "FINISHED or not, the receiver's result counts");
    end(&town, &known, json!({"result": "SUCCESS"}))?;
    assert_eq!(town.settled().await?, 1);
    assert_eq!(sharing(&town, &order).await?.state, SharingState::Success);
    // 0.60 % of 129 yuan, rounded, is WeChat Pay's.
    assert_eq!(basic(&town, "1900000001")?, (before + 12_900 - 77 - SHARE, 0));
    assert_eq!(basic(&town, MAKER)?, (SHARE, 0));
    assert_eq!(town.settled().await?, 0, "nothing is left to be asked for");
    town.in_order()
}

pub async fn a_sharing_whose_answer_is_lost_is_one(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    for (fault, path) in [
        (Fault::ResetAfter, SHARINGS),
        (Fault::ResetBefore, SHARINGS),
        (Fault::Unsigned, SHARINGS),
        (Fault::RateLimit, SHARINGS),
        (Fault::SystemError, "v3/profitsharing/receivers/add"),
    ] {
        let order = cup(&town).await?;
        town.sim.fault(fault.clone()).on("POST", path).times(1);
        let report = town.ask().await?;
        assert_eq!(report.troubles.len(), 1, "{fault}");
        assert_eq!(sharing(&town, &order).await?.state, SharingState::Open, "{fault}");
        assert!(town.refund(&order.number, "r", 1).await.unwrap_err().to_string().contains("being shared"), "{fault}");
        assert_eq!(town.settled().await?, 1, "{fault}");
        end(&town, &sharing(&town, &order).await?, json!({"result": "SUCCESS"}))?;
        assert_eq!(town.settled().await?, 1, "{fault}");
    }
    // Refused although it was made: what WeChat Pay says of the sharing itself decides.
    let order = cup(&town).await?;
    town.sim.fault(Fault::ResetAfter).on("POST", SHARINGS).times(1);
    town.ask().await?;
    town.sim.fault(Fault::code("RULE_LIMIT")).on("POST", SHARINGS).times(1);
    assert_eq!(town.settled().await?, 1);
    assert_eq!(sharing(&town, &order).await?.state, SharingState::Processing);
    assert_eq!(basic(&town, MAKER)?.0, 5 * SHARE);
    town.in_order()
}

pub async fn a_maker_who_cannot_be_paid_gets_nothing_and_all_is_released(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    // Refused at once.
    let order = cup(&town).await?;
    town.sim.fault(Fault::code("RULE_LIMIT")).on("POST", SHARINGS).times(1);
    let report = town.ask().await?;
    assert!(report.troubles[0].contains("RULE_LIMIT"), "{report:?}");
    let known = sharing(&town, &order).await?;
    assert_eq!((known.state, known.reason.as_deref()), (SharingState::Releasing, Some("RULE_LIMIT")));
    // The answer to the release is lost; asked for twice, it is one.
    town.sim.fault(Fault::ResetAfter).on("POST", "v3/profitsharing/orders/unfreeze").times(1);
    assert_eq!(town.ask().await?.troubles.len(), 1);
    assert_eq!(town.settled().await?, 1);
    assert_eq!(sharing(&town, &order).await?.state, SharingState::Released);
    assert_eq!(basic(&town, "1900000001")?, (12_900 - 77, 0));
    // Taken, and then it cannot be done.
    let order = cup(&town).await?;
    assert_eq!(town.settled().await?, 1);
    let result = json!({"result": "CLOSED", "fail_reason": "ACCOUNT_ABNORMAL"});
    end(&town, &sharing(&town, &order).await?, result)?;
    assert_eq!(town.settled().await?, 1);
    assert_eq!(sharing(&town, &order).await?.reason.as_deref(), Some("ACCOUNT_ABNORMAL"));
    assert_eq!(town.settled().await?, 1);
    assert_eq!(basic(&town, "1900000001")?, (2 * (12_900 - 77), 0));
    // What was released can be refunded.
    let refund = town.refund(&order.number, "r1", 12_900).await?;
    town.end_refund(&refund, "SUCCESS")?;
    town.agree(&order.number, 12_900, 12_900).await?;
    town.in_order()
}

pub async fn shared_money_comes_back_before_it_is_refunded(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    let order = shared(&town).await?;
    let error = town.refund(&order.number, "r1", 12_900).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(why) if why.contains("ask that back first")), "{error}");
    town.sim.fault(Fault::ResetAfter).on("POST", RETURNS).times(1);
    let error = town.shop.return_share(&order.number, Timestamp::now()).await.unwrap_err();
    assert!(matches!(error, Error::Open { .. }), "{error}");
    assert!(town.refund(&order.number, "r1", 12_900).await.unwrap_err().to_string().contains("on its way back"));
    assert_eq!(town.settled().await?, 1);
    let known = town.shop.return_share(&order.number, Timestamp::now()).await?;
    assert_eq!(known.state, SharingState::Returned, "once more is no harm");
    assert_eq!(basic(&town, MAKER)?, (0, 0));
    let refund = town.refund(&order.number, "r1", 12_900).await?;
    town.end_refund(&refund, "SUCCESS")?;
    town.agree(&order.number, 12_900, 12_900).await?;
    town.in_order()
}

pub async fn a_return_that_fails_can_be_asked_for_again(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    let order = shared(&town).await?;
    let asked = |allowed: bool| town.sim.patch(&format!("merchants/{MAKER}"), json!({"allow_return": allowed}));
    asked(false)?;
    let known = town.shop.return_share(&order.number, Timestamp::now()).await;
    let state = sharing(&town, &order).await?;
    // Refused or failed, the maker has his share, and nothing is refunded.
    assert!(matches!(state.state, SharingState::Success | SharingState::Returning), "{known:?} {state:?}");
    assert!(town.refund(&order.number, "r1", 1).await.is_err());
    asked(true)?;
    let known = town.shop.return_share(&order.number, Timestamp::now()).await?;
    assert_eq!(known.state, SharingState::Returned);
    assert_eq!(basic(&town, MAKER)?, (0, 0));
    // There is nothing to be returned of these.
    for order in [town.paid("cup").await?, town.paid("tea").await?] {
        assert!(town.shop.return_share(&order.number, Timestamp::now()).await.is_err());
    }
    town.in_order()
}

pub async fn what_was_refunded_before_is_not_shared(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    let (all, half) = (town.paid("cup").await?, town.paid("cup").await?);
    for (order, amount) in [(&all, 12_900), (&half, 6_450)] {
        let refund = town.refund(&order.number, &order.number, amount).await?;
        town.end_refund(&refund, "SUCCESS")?;
        town.agree(&order.number, 12_900, amount).await?;
    }
    town.advance(90)?;
    assert_eq!(town.settled().await?, 2);
    assert_eq!(sharing(&town, &all).await?.state, SharingState::Dropped);
    let known = sharing(&town, &half).await?;
    assert_eq!((known.state, known.amount.get()), (SharingState::Processing, SHARE / 2));
    end(&town, &known, json!({"result": "SUCCESS"}))?;
    assert_eq!(town.settled().await?, 1);
    assert_eq!(basic(&town, MAKER)?, (SHARE / 2, 0));
    assert_eq!(basic(&town, "1900000001")?.1, 0, "nothing is left frozen");
    town.in_order()
}
