//! Orders, by QR code and within WeChat.

use jiff::Timestamp;
use wechatpay_chain::json;
use wechatpay_chain_shop::model::openid::Openid;
use wechatpay_chain_shop::model::order::OrderState;
use wechatpay_chain_shop::{Error, Wanted};
use wechatpay_sim::Fault;

use crate::support::{Done, NATIVE, PAID, Place, Town, wanted};

pub async fn an_order_within_wechat_is_paid(place: Place) -> Done {
    let town = Town::open(place).await?;
    let wanted = Wanted { openid: Some(town.openid("alice")?), ..wanted("tea") };
    let order = town.shop.order(wanted, Timestamp::now()).await?;
    let prepay_id = order.usable_credential(Timestamp::now()).ok_or("it can be paid")?;
    // The phone: what the shop's page gives WeChat is right.
    let params = town.shop.pay_params(prepay_id)?;
    let invoked = town.sim.post("invoke", json!({"kind": "jsapi", "params": params}))?;
    assert_eq!((&invoked["ok"], &invoked["order"]["out_trade_no"]), (&json!(true), &json!(order.number)), "{invoked}");
    assert_eq!(town.pay(&order.number, "alice")?["notices"][0]["state"], "accepted");
    town.agree(&order.number, 6_800, 0).await?;
    town.in_order()
}

pub async fn a_code_on_a_screen_is_paid(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("taste").await?;
    let code = order.usable_credential(Timestamp::now()).ok_or("it can be paid")?;
    assert!(code.starts_with("weixin://wxpay/bizpayurl?pr="), "{code}");
    // Somebody tries with a card that is refused, and another one pays.
    assert_eq!(town.sim.pay(&order.number).payer("alice").outcome("NOT_ENOUGH").send()?["state"], "NOTPAY");
    town.agree(&order.number, 0, 0).await?;
    assert_eq!(town.pay(&order.number, "alice")?["state"], "SUCCESS");
    town.agree(&order.number, 100, 0).await?;
    let paid = town.shop.look_up(&order.number).await?;
    assert_eq!((paid.state, paid.usable_credential(Timestamp::now())), (OrderState::Paid, None));
    assert_eq!(town.settled().await?, 0, "nothing is left to be asked for");
    Ok(())
}

pub async fn twice_the_same_is_one_order(place: Place) -> Done {
    let town = Town::open(place).await?;
    let (other, wanted) = (town.another().await?, wanted("tea"));
    // A double click reaches two processes.
    let (one, two) =
        tokio::join!(town.shop.order(wanted.clone(), Timestamp::now()), other.order(wanted.clone(), Timestamp::now()));
    let (one, two) = (one?, two?);
    assert_eq!(one.number, two.number);
    assert_eq!(town.sim.orders()?.len(), 1);
    // The code that is kept is the one that can be paid.
    let kept = town.shop.order(wanted.clone(), Timestamp::now()).await?.credential.ok_or("it has a code")?.0;
    assert_eq!(town.sim.orders()?[0]["credential"]["value"], kept.as_str());
    assert_eq!(town.calls(NATIVE)?, 1);
    let other = Wanted { thing: "cup".to_owned(), ..wanted };
    let error = town.shop.order(other, Timestamp::now()).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(why) if why.contains("another order")), "{error}");
    Ok(())
}

/// Whether they were executed or not: asked for again they are the same order.
pub async fn answers_that_are_lost_are_asked_for_again_as_the_same_order(place: Place) -> Done {
    let town = Town::open(place).await?;
    for (fault, executed, open) in [
        (Fault::ResetAfter, true, true),
        (Fault::ResetBefore, false, true),
        (Fault::SystemErrorAfter, true, true),
        (Fault::BadGateway, false, true),
        (Fault::Unsigned, true, true),
        (Fault::RateLimit, false, false),
    ] {
        town.sim.fault(fault.clone()).on("POST", NATIVE).times(1);
        let wanted = wanted("taste");
        let number = town.shop.take(wanted.clone(), Timestamp::now()).await?.number;
        let error = town.shop.ready(&number, Timestamp::now()).await.unwrap_err();
        assert_eq!(matches!(error, Error::Open { .. }), open, "{fault}: {error}");
        assert_eq!(town.sim.get(&format!("orders/{number}")).is_ok(), executed, "{fault}");
        let again = town.shop.order(wanted.clone(), Timestamp::now()).await?;
        assert_eq!(again.number, number, "{fault}");
        town.pay(&number, "bob")?;
        town.agree(&number, 100, 0).await?;
        let calls = town.calls(NATIVE)?;
        assert_eq!(town.shop.order(wanted, Timestamp::now()).await?.state, OrderState::Paid);
        assert_eq!(town.calls(NATIVE)?, calls, "what is paid is not ordered again");
    }
    assert_eq!(town.sim.orders()?.len(), 6);
    town.in_order()
}

pub async fn a_payment_that_nobody_told_is_found_by_asking(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("tea").await?;
    assert_eq!(town.settled().await?, 0, "nobody has paid");
    town.sim.fault(Fault::Lost).on_notice(PAID).times(1);
    town.pay(&order.number, "alice")?;
    assert_eq!(town.settled().await?, 1);
    town.agree(&order.number, 6_800, 0).await?;
    // An answer that cannot be believed books nothing.
    let order = town.order("tea").await?;
    town.sim.fault(Fault::Lost).on_notice(PAID).times(1);
    town.pay(&order.number, "alice")?;
    for fault in [Fault::Unsigned, Fault::Tampered, Fault::Stale, Fault::BadGateway] {
        town.sim.fault(fault.clone()).on("GET", "v3/pay/transactions/out-trade-no/*").times(1);
        let report = town.ask().await?;
        assert_eq!((report.settled, report.troubles.len()), (0, 1), "{fault}");
        assert!(report.troubles[0].contains(&order.number), "{fault}: {:?}", report.troubles);
    }
    assert_eq!(town.settled().await?, 1);
    town.agree(&order.number, 6_800, 0).await
}

/// Two hours later a code is dead; a new one of the same order is not.
pub async fn an_old_code_is_replaced(place: Place) -> Done {
    let town = Town::with(place, |settings| settings.order_minutes = 600).await?;
    let order = town.order("tea").await?;
    town.advance(2 * 3600 + 1)?;
    assert_eq!(town.sim.pay(&order.number).send().unwrap_err().code(), "EXPIRED");
    let later = Timestamp::now() + jiff::SignedDuration::from_secs(2 * 3600 + 1);
    let again = town.shop.ready(&order.number, later).await?;
    assert_ne!(again.credential, order.credential);
    town.pay(&order.number, "alice")?;
    town.agree(&order.number, 6_800, 0).await
}

pub async fn what_cannot_be_ordered_is_refused_by_name(place: Place) -> Done {
    let town = Town::open(place).await?;
    let wrong = [
        ("thing", Wanted { thing: "gold".to_owned(), ..wanted("tea") }),
        ("request", Wanted { request: "short".to_owned(), ..wanted("tea") }),
        ("request", Wanted { request: "with a space".to_owned(), ..wanted("tea") }),
        ("openid", Wanted { openid: Some(Openid::new("<script>")), ..wanted("tea") }),
    ];
    for (member, wanted) in wrong {
        let error = town.shop.order(wanted, Timestamp::now()).await.unwrap_err();
        assert!(matches!(&error, Error::Refused(why) if why.starts_with(member)), "{member}: {error}");
    }
    assert!(matches!(town.shop.ready("S0", Timestamp::now()).await.unwrap_err(), Error::NotFound(_)));
    // WeChat Pay refuses it, for good: the order is there, unpaid, and the customer is told.
    town.sim.fault(Fault::code("NO_AUTH")).on("POST", NATIVE).times(1);
    let error = town.order("tea").await.unwrap_err();
    assert!(matches!(&error, Error::Gateway(error) if error.to_string().contains("NO_AUTH")), "{error}");
    assert_eq!(town.sim.orders()?.len(), 0);
    Ok(())
}
