//! Answers that are genuine, and about something else: they book nothing.

use jiff::Timestamp;
use wechatpay_chain::{Value, json};
use wechatpay_chain_shop::model::money::Fen;
use wechatpay_chain_shop::model::order::OrderState;
use wechatpay_chain_shop::model::refund::RefundState;
use wechatpay_chain_shop::model::sharing::SharingState;
use wechatpay_chain_shop::model::transfer::TransferState;
use wechatpay_chain_shop::{Error, Payout};

use crate::support::{Done, MAKER, Place, REFUNDS, Town};

const TRANSFERS: &str = "v3/fund-app/mch-transfer/transfer-bills";
const SHARINGS: &str = "v3/profitsharing/orders";
const RETURNS: &str = "v3/profitsharing/return-orders";

type Change = fn(&mut Value);

/// The next call is answered so, and signed as any other.
fn answer(town: &Town, method: &str, path: &str, right: &Value, change: Change) -> Done {
    let mut body = right.clone();
    change(&mut body);
    town.post("replies", json!({"method": method, "path": path, "status": 200, "body": body, "times": 1}))?;
    Ok(())
}

/// Asked about once, there is trouble, and nothing is settled.
async fn troubled(town: &Town, what: usize) -> Done {
    let report = town.ask().await?;
    assert_eq!((report.settled, report.troubles.len()), (0, 1), "{what}: {report:?}");
    Ok(())
}

pub async fn an_order_is_not_paid_by_anothers_payment(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    let path = "v3/pay/transactions/out-trade-no/{out_trade_no}";
    let right = json!({
        "trade_state": "SUCCESS", "out_trade_no": order.number, "mchid": "1900000001", "transaction_id": "42",
        "success_time": "2026-11-25T09:00:00+08:00", "amount": {"total": 6_800, "currency": "CNY"},
    });
    let wrong: [Change; 7] = [
        |paid| paid["out_trade_no"] = json!("S0"),
        |paid| paid["mchid"] = json!("1900000002"),
        |paid| paid["amount"]["currency"] = json!("USD"),
        |paid| paid["amount"]["total"] = json!(1),
        |paid| paid["success_time"] = json!("2026-11-25T01:00:00Z"),
        |paid| _ = paid.as_object_mut().map(|paid| paid.remove("transaction_id")),
        |paid| _ = paid.as_object_mut().map(|paid| paid.remove("trade_state")),
    ];
    for (what, change) in wrong.into_iter().enumerate() {
        answer(&town, "GET", path, &right, change)?;
        troubled(&town, what).await?;
        assert_eq!(town.shop.look_up(&order.number).await?.state, OrderState::Unpaid, "{what}");
    }
    // A word that is not known yet is no end.
    answer(&town, "GET", path, &right, |paid| paid["trade_state"] = json!("ON_ITS_WAY"))?;
    assert_eq!(town.settled().await?, 0);
    // An order that was refunded, was paid.
    answer(&town, "GET", path, &right, |paid| paid["trade_state"] = json!("REFUND"))?;
    assert_eq!(town.settled().await?, 1);
    assert_eq!(town.shop.look_up(&order.number).await?.paid, order.price);
    Ok(())
}

pub async fn a_refund_is_not_settled_by_anothers(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("tea").await?;
    let number = format!("{}-R1", order.number);
    let right = json!({
        "out_refund_no": number, "out_trade_no": order.number, "status": "SUCCESS",
        "create_time": "2026-11-25T09:00:00+08:00", "amount": {"refund": 800, "total": 6_800},
    });
    let wrong: [Change; 5] = [
        |refund| refund["out_refund_no"] = json!("S0-R1"),
        |refund| refund["out_trade_no"] = json!("S0"),
        |refund| refund["amount"]["refund"] = json!(801),
        |refund| _ = refund.as_object_mut().map(|refund| refund.remove("status")),
        |refund| _ = refund.as_object_mut().map(|refund| refund.remove("create_time")),
    ];
    for (what, change) in wrong.into_iter().enumerate() {
        answer(&town, "POST", REFUNDS, &right, change)?;
        let error = town.refund(&order.number, "r1", 800).await.unwrap_err();
        assert!(matches!(error, Error::Mismatch(_) | Error::Gateway(_)), "{what}: {error}");
        answer(&town, "GET", &format!("{REFUNDS}/{{out_refund_no}}"), &right, change)?;
        troubled(&town, what).await?;
        assert_eq!(town.shop.look_up_refund(&number).await?.state, RefundState::Pending, "{what}");
    }
    answer(&town, "POST", REFUNDS, &right, |refund| refund["status"] = json!("ON_ITS_WAY"))?;
    assert_eq!(town.refund(&order.number, "r1", 800).await?, number, "a word that is not known yet is no end");
    answer(&town, "POST", REFUNDS, &right, |_| ())?;
    town.refund(&order.number, "r1", 800).await?;
    assert_eq!(town.shop.look_up(&order.number).await?.refunded, Fen::new(800));
    Ok(())
}

pub async fn a_transfer_is_not_settled_by_anothers(place: Place) -> Done {
    let town = Town::open(place).await?;
    let payout = Payout {
        request: "t1".to_owned(),
        openid: town.openid("alice")?,
        amount: Fen::new(5_000),
        remark: "有礼".to_owned(),
    };
    let made = town.shop.transfer(payout, Timestamp::now()).await?;
    let right = json!({"out_bill_no": made.number, "state": "SUCCESS", "transfer_amount": 5_000});
    let wrong: [Change; 3] = [
        |transfer| transfer["out_bill_no"] = json!("T0"),
        |transfer| transfer["transfer_amount"] = json!(5_001),
        |transfer| _ = transfer.as_object_mut().map(|transfer| transfer.remove("state")),
    ];
    let path = format!("{TRANSFERS}/out-bill-no/{{out_bill_no}}");
    for (what, change) in wrong.into_iter().enumerate() {
        answer(&town, "GET", &path, &right, change)?;
        troubled(&town, what).await?;
        assert_eq!(town.shop.look_up_transfer(&made.number).await?.state, TransferState::WaitUserConfirm, "{what}");
    }
    answer(&town, "GET", &path, &right, |transfer| transfer["state"] = json!("ON_ITS_WAY"))?;
    assert_eq!(town.settled().await?, 0);
    answer(&town, "GET", &path, &right, |_| ())?;
    assert_eq!(town.settled().await?, 1);
    Ok(())
}

pub async fn a_sharing_is_not_settled_by_anothers(place: Place) -> Done {
    let town = Town::with_maker(place).await?;
    let order = town.paid("cup").await?;
    town.advance(90)?;
    let number = format!("{}-P", order.number);
    let right = json!({
        "out_order_no": number, "state": "FINISHED",
        "receivers": [{"account": MAKER, "type": "MERCHANT_ID", "amount": 2_580, "result": "SUCCESS"}],
    });
    let wrong: [Change; 2] =
        [|shared| shared["out_order_no"] = json!("S0-P"), |shared| shared["receivers"][0]["amount"] = json!(1)];
    for (what, change) in wrong.into_iter().enumerate() {
        answer(&town, "POST", SHARINGS, &right, change)?;
        // It is written down that it was sent, and it is not known what became of it.
        assert_eq!(town.ask().await?.troubles.len(), 1, "{what}");
        assert_eq!(town.shop.look_up_sharing(&number).await?.state, SharingState::Open, "{what}");
    }
    // Finished, and the maker is not among those who got something: that is no success.
    answer(&town, "POST", SHARINGS, &right, |shared| shared["receivers"] = json!([]))?;
    town.ask().await?;
    assert_eq!(town.shop.look_up_sharing(&number).await?.state, SharingState::Processing);
    answer(&town, "GET", &format!("{SHARINGS}/{{out_order_no}}"), &right, |_| ())?;
    assert_eq!(town.settled().await?, 1);
    a_return_that_is_anothers(&town, &order.number).await
}

async fn a_return_that_is_anothers(town: &Town, order: &str) -> Done {
    let right = json!({"out_return_no": format!("{order}-B1"), "amount": 2_580, "result": "SUCCESS"});
    let wrong: [Change; 3] = [
        |back| back["out_return_no"] = json!("S0-B1"),
        |back| back["amount"] = json!(1),
        |back| _ = back.as_object_mut().map(|back| back.remove("result")),
    ];
    let state = async || Done::Ok(town.shop.sharing_of(order).await?.map(|sharing| sharing.state));
    for (what, change) in wrong.into_iter().enumerate() {
        answer(town, "POST", RETURNS, &right, change)?;
        assert!(town.shop.return_share(order, Timestamp::now()).await.is_err(), "{what}");
        assert_eq!(state().await?, Some(SharingState::Returning), "{what}");
    }
    answer(town, "POST", RETURNS, &right, |back| back["result"] = json!("PROCESSING"))?;
    assert_eq!(town.settled().await?, 0);
    // Failed: the maker has his share. The next return has another number.
    answer(town, "POST", RETURNS, &right, |back| {
        back["result"] = json!("FAILED");
        back["fail_reason"] = json!("BALANCE_NOT_ENOUGH");
    })?;
    assert_eq!(town.settled().await?, 1);
    let failed = town.shop.sharing_of(order).await?.ok_or("it has one")?;
    assert_eq!((failed.state, failed.reason.as_deref()), (SharingState::Success, Some("BALANCE_NOT_ENOUGH")));
    let second = json!({"out_return_no": format!("{order}-B2"), "amount": 2_580, "result": "SUCCESS"});
    answer(town, "POST", RETURNS, &second, |_| ())?;
    town.shop.return_share(order, Timestamp::now()).await?;
    assert_eq!(state().await?, Some(SharingState::Returned));
    Ok(())
}
