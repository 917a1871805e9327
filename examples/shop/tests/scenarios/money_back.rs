//! Refunds.

use wechatpay_chain_shop::Error;
use wechatpay_chain_shop::model::refund::RefundState;
use wechatpay_sim::Fault;

use crate::support::{Done, Place, REFUNDS, Town};

async fn state(town: &Town, number: &str) -> Done<RefundState> {
    Ok(town.shop.look_up_refund(number).await?.state)
}

pub async fn a_refund_is_taken_told_and_booked(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("tea").await?;
    let refund = town.refund(&order.number, "r1", 800).await?;
    assert_eq!(refund, format!("{}-R1", order.number));
    assert_eq!(town.refund(&order.number, "r1", 800).await?, refund, "the same again is the same");
    assert_eq!(town.sim.refunds()?.len(), 1);
    town.agree(&order.number, 6_800, 0).await?;
    town.end_refund(&refund, "SUCCESS")?;
    town.agree(&order.number, 6_800, 800).await?;
    assert_eq!(town.settled().await?, 0, "nothing is left to be asked for");
    // Nobody tells: a query finds its end.
    let refund = town.refund(&order.number, "r2", 6_000).await?;
    town.sim.fault(Fault::Lost).on_notice("REFUND.SUCCESS").times(1);
    town.end_refund(&refund, "SUCCESS")?;
    assert_eq!(town.settled().await?, 1);
    town.agree(&order.number, 6_800, 6_800).await?;
    town.in_order()
}

pub async fn answers_that_are_lost_are_found_out_under_the_same_number(place: Place) -> Done {
    let town = Town::open(place).await?;
    let faults = [Fault::ResetAfter, Fault::SystemErrorAfter, Fault::BadGatewayAfter, Fault::Unsigned, Fault::Tampered];
    for fault in faults {
        let order = town.paid("taste").await?;
        town.sim.fault(fault.clone()).on("POST", REFUNDS).times(1);
        let error = town.refund(&order.number, &order.number, 60).await.unwrap_err();
        let Error::Open { number, .. } = error else { panic!("{fault}: {error}") };
        assert_eq!(state(&town, &number).await?, RefundState::Open, "{fault}");
        // Its money stays taken until WeChat Pay has said what became of it.
        assert!(matches!(town.refund(&order.number, "other", 41).await.unwrap_err(), Error::Refused(_)), "{fault}");
        assert_eq!(town.settled().await?, 1, "{fault}");
        assert_eq!(state(&town, &number).await?, RefundState::Accepted, "{fault}");
        town.end_refund(&number, "SUCCESS")?;
        town.agree(&order.number, 100, 60).await?;
    }
    assert_eq!(town.sim.refunds()?.len(), 5);
    town.in_order()
}

pub async fn what_was_not_executed_is_sent_again_by_the_job_as_one_refund(place: Place) -> Done {
    let town = Town::open(place).await?;
    // Not sent for a reason that passes; and lost on the way, which nobody can know.
    for (fault, open) in [(Fault::RateLimit, RefundState::Pending), (Fault::ResetBefore, RefundState::Open)] {
        let order = town.paid("taste").await?;
        town.sim.fault(fault.clone()).on("POST", REFUNDS).times(1);
        assert!(town.refund(&order.number, &order.number, 60).await.is_err(), "{fault}");
        let number = format!("{}-R1", order.number);
        assert_eq!(state(&town, &number).await?, open, "{fault}");
        assert_eq!(town.sim.get(&format!("refunds/{number}")).unwrap_err().code(), "NOT_FOUND", "{fault}");
        // Whoever asks again and the job do the same.
        let (again, asked) = tokio::join!(town.refund(&order.number, &order.number, 60), town.ask());
        assert_eq!((again?, asked?.troubles.len()), (number.clone(), 0), "{fault}");
        assert_eq!(state(&town, &number).await?, RefundState::Accepted, "{fault}");
        town.end_refund(&number, "SUCCESS")?;
        town.agree(&order.number, 100, 60).await?;
    }
    // The job alone: a process ended before it sent anything.
    let order = town.paid("taste").await?;
    town.sim.fault(Fault::ResetBefore).on("POST", REFUNDS).times(1);
    town.refund(&order.number, &order.number, 60).await.unwrap_err();
    assert_eq!(town.settled().await?, 1);
    assert_eq!(town.sim.refunds()?.len(), 3);
    town.in_order()
}

pub async fn refused_for_good_it_did_not_happen_and_may_be_tried_again(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("taste").await?;
    town.sim.fault(Fault::code("NOT_ENOUGH")).on("POST", REFUNDS).times(1);
    let error = town.refund(&order.number, "r1", 60).await.unwrap_err();
    assert!(matches!(&error, Error::Gateway(error) if error.to_string().contains("NOT_ENOUGH")), "{error}");
    let number = format!("{}-R1", order.number);
    assert_eq!(state(&town, &number).await?, RefundState::Failed);
    // Its money is free.
    let other = town.refund(&order.number, "r2", 100).await?;
    assert_eq!(other, format!("{}-R2", order.number));
    assert!(matches!(town.refund(&order.number, "r1", 60).await.unwrap_err(), Error::Refused(_)));
    town.end_refund(&other, "CLOSED")?;
    // It counts again when it is tried again, under its number.
    assert_eq!(town.refund(&order.number, "r1", 60).await?, number);
    assert!(town.refund(&order.number, "r3", 41).await.is_err());
    town.end_refund(&number, "SUCCESS")?;
    town.agree(&order.number, 100, 60).await?;
    town.in_order()
}

pub async fn an_open_refund_is_never_given_up_for_another(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("taste").await?;
    let (first, number) = ("r1", format!("{}-R1", order.number));
    for fault in [Fault::ResetBefore, Fault::RateLimit, Fault::code("NOT_ENOUGH"), Fault::SystemError] {
        town.sim.fault(fault.clone()).on("POST", REFUNDS).times(1);
        assert!(town.refund(&order.number, first, 60).await.is_err(), "{fault}");
        assert_eq!(state(&town, &number).await?, RefundState::Open, "{fault}");
        assert!(town.refund(&order.number, "r2", 60).await.is_err(), "{number} may have happened");
    }
    assert_eq!(town.refund(&order.number, first, 60).await?, number);
    let calls = town.sim.calls()?;
    let sent = calls.iter().filter(|call| call["path_template"] == REFUNDS);
    let sent: Vec<_> = sent.map(|call| call["body"].to_string()).collect();
    assert!(sent.len() == 5 && sent.iter().all(|body| body.contains(&number)), "{sent:?}");
    Ok(())
}

pub async fn no_more_goes_back_than_was_paid(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.order("taste").await?;
    let error = town.refund(&order.number, "r0", 1).await.unwrap_err();
    assert!(error.to_string().contains("is not paid"), "{error}");
    town.pay(&order.number, "alice")?;
    for amount in [0, -1, 101, i64::MAX, i64::MIN] {
        let error = town.refund(&order.number, "r1", amount).await.unwrap_err();
        assert!(matches!(&error, Error::Refused(why) if why.starts_with("amount")), "{amount}: {error}");
    }
    // Two processes at once, each of which would be right alone.
    let other = town.another().await?;
    let wish = |request: &str| wechatpay_chain_shop::Wish {
        request: request.to_owned(),
        order: order.number.clone(),
        amount: wechatpay_chain_shop::model::money::Fen::new(60),
        reason: "x".to_owned(),
    };
    let now = jiff::Timestamp::now();
    let (one, two) = tokio::join!(town.shop.refund(wish("r2"), now), other.refund(wish("r3"), now));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    assert!(town.refund("S0", "r4", 1).await.is_err());
    let long = wechatpay_chain_shop::Wish { reason: "x".repeat(81), ..wish("r5") };
    assert!(town.shop.refund(long, now).await.unwrap_err().to_string().starts_with("reason"));
    assert!(town.shop.refund(wish(""), now).await.unwrap_err().to_string().starts_with("request"));
    // A mark stands for one refund.
    let error = town.refund(&order.number, if one.is_ok() { "r2" } else { "r3" }, 40).await.unwrap_err();
    assert!(error.to_string().contains("another refund"), "{error}");
    town.in_order()
}

pub async fn closed_and_abnormal_ones(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("taste").await?;
    // Closed: its money can be refunded under another number.
    let closed = town.refund(&order.number, "r1", 70).await?;
    assert!(town.refund(&order.number, "r2", 70).await.is_err());
    town.end_refund(&closed, "CLOSED")?;
    assert_eq!(state(&town, &closed).await?, RefundState::Closed);
    town.agree(&order.number, 100, 0).await?;
    // The way back is barred; the money is sent to a card, and the notice of that is lost.
    let odd = town.refund(&order.number, "r2", 70).await?;
    town.end_refund(&odd, "ABNORMAL")?;
    assert_eq!(state(&town, &odd).await?, RefundState::Abnormal);
    assert!(town.refund(&order.number, "r3", 70).await.is_err(), "its money is still on its way");
    assert_eq!(town.settled().await?, 0);
    let id = town.sim.get(&format!("refunds/{odd}"))?["refund_id"].as_str().unwrap_or_default().to_owned();
    let card = town.shop.wxpay.chain(REFUNDS).arg(id).seg("apply-abnormal-refund");
    card.post_async(wechatpay_chain::json!({"out_refund_no": odd, "type": "MERCHANT_BANK_CARD"})).await?;
    town.sim.fault(Fault::Lost).on_notice("REFUND.SUCCESS").times(1);
    town.end_refund(&odd, "SUCCESS")?;
    assert_eq!(town.settled().await?, 1);
    town.agree(&order.number, 100, 70).await?;
    town.in_order()
}

pub async fn an_order_has_fifty_refunds(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("taste").await?;
    for n in 1..=50 {
        town.refund(&order.number, &format!("r{n}"), 1).await?;
    }
    let error = town.refund(&order.number, "r51", 1).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(why) if why.contains("50 refunds")), "{error}");
    assert_eq!(town.sim.refunds()?.len(), 50, "the last one was refused here");
    Ok(())
}
