//! Transfers to somebody's WeChat.

use jiff::Timestamp;
use wechatpay_chain::json;
use wechatpay_chain_shop::model::money::Fen;
use wechatpay_chain_shop::model::openid::Openid;
use wechatpay_chain_shop::model::transfer::{Transfer, TransferState};
use wechatpay_chain_shop::{Error, Payout};
use wechatpay_sim::Fault;

use crate::support::{Done, Place, Town};

const BILLS: &str = "v3/fund-app/mch-transfer/transfer-bills";
const FINISHED: &str = "MCHTRANSFER.BILL.FINISHED";

fn payout(town: &Town, request: &str) -> Done<Payout> {
    let (openid, remark) = (town.openid("alice")?, "评价有礼".to_owned());
    Ok(Payout { request: request.to_owned(), openid, amount: Fen::new(5_000), remark })
}

async fn transfer(town: &Town, request: &str) -> Done<Result<Transfer, Error>> {
    Ok(town.shop.transfer(payout(town, request)?, Timestamp::now()).await)
}

/// WeChat Pay's money that is set aside for payees.
fn frozen(town: &Town) -> Done<i64> {
    let merchant = town.sim.get("merchants/1900000001")?;
    Ok(merchant["accounts"]["OPERATION"]["frozen"].as_i64().ok_or("no account")?)
}

fn alice_has(town: &Town) -> Done<i64> {
    let payers = town.sim.get("payers")?;
    let found = payers["items"].as_array().into_iter().flatten().find(|payer| payer["name"] == "alice");
    Ok(found.and_then(|alice| alice["balance"].as_i64()).ok_or("no alice")?)
}

pub async fn a_transfer_is_confirmed_told_and_booked(place: Place) -> Done {
    let town = Town::open(place).await?;
    let before = alice_has(&town)?;
    let made = transfer(&town, "t1").await??;
    assert_eq!(made.state, TransferState::WaitUserConfirm);
    assert_eq!(transfer(&town, "t1").await??, made, "the same again is the same");
    // The payee's phone: what his page gives WeChat opens the transfer.
    let params = town.shop.transfer_params(&made)?.ok_or("he is asked")?;
    let opened = town.sim.post("invoke", json!({"kind": "transfer", "params": params}))?;
    assert_eq!((&opened["ok"], &opened["transfer"]["out_bill_no"]), (&json!(true), &json!(made.number)), "{opened}");
    town.post(&format!("transfers/{}/confirm", made.number), json!({"payer": "alice"}))?;
    town.advance(1)?;
    let done = town.shop.look_up_transfer(&made.number).await?;
    assert_eq!((done.state, town.shop.transfer_params(&done)?), (TransferState::Success, None));
    assert_eq!((alice_has(&town)? - before, frozen(&town)?), (5_000, 0));
    assert_eq!(town.settled().await?, 0, "nothing is left to be asked for");
    town.in_order()
}

pub async fn a_transfer_that_nobody_confirms_or_that_fails(place: Place) -> Done {
    let town = Town::open(place).await?;
    let left = transfer(&town, "t1").await??;
    let fails = transfer(&town, "t2").await??;
    town.post(&format!("transfers/{}/confirm", fails.number), json!({"payer": "alice"}))?;
    let result = json!({"state": "FAIL", "fail_reason": "ACCOUNT_FROZEN"});
    town.post(&format!("transfers/{}/result?wait=notices", fails.number), result)?;
    let failed = town.shop.look_up_transfer(&fails.number).await?;
    assert_eq!((failed.state, failed.reason.as_deref()), (TransferState::Fail, Some("ACCOUNT_FROZEN")));
    // A day passes, and the notice is lost.
    town.sim.fault(Fault::Lost).on_notice(FINISHED).times(1);
    town.advance(24 * 3600 + 1)?;
    assert_eq!(town.settled().await?, 1);
    let ended = town.shop.look_up_transfer(&left.number).await?;
    assert_eq!((ended.state, ended.reason.as_deref()), (TransferState::Fail, Some("OVERDUE_CLOSE")));
    assert_eq!(frozen(&town)?, 0);
    town.in_order()
}

pub async fn answers_that_are_lost_are_one_transfer(place: Place) -> Done {
    let town = Town::open(place).await?;
    let faults = [
        (Fault::ResetAfter, TransferState::Open),
        (Fault::SystemErrorAfter, TransferState::Open),
        (Fault::Unsigned, TransferState::Open),
        (Fault::ResetBefore, TransferState::Open),
        (Fault::RateLimit, TransferState::Pending),
    ];
    for (n, (fault, state)) in faults.into_iter().enumerate() {
        town.sim.fault(fault.clone()).on("POST", BILLS).times(1);
        let request = format!("t{n}");
        let error = transfer(&town, &request).await?.unwrap_err();
        assert_eq!(matches!(error, Error::Open { .. }), state == TransferState::Open, "{fault}: {error}");
        // The job finds it, or sends it again under its number; either way it has what the payee's phone needs.
        assert_eq!(town.settled().await?, 1, "{fault}");
        let known = transfer(&town, &request).await??;
        assert_eq!((known.state, known.package.is_some()), (TransferState::WaitUserConfirm, true), "{fault}");
    }
    assert_eq!(frozen(&town)?, 5 * 5_000);
    // Refused for good: it did not happen, and the same again tries it again.
    town.sim.fault(Fault::code("NO_AUTH")).on("POST", BILLS).times(1);
    assert!(transfer(&town, "t9").await?.unwrap_err().to_string().contains("NO_AUTH"));
    assert_eq!(transfer(&town, "t9").await??.state, TransferState::WaitUserConfirm);
    // What may have happened is not refused.
    for fault in [Fault::ResetBefore, Fault::code("NO_AUTH")] {
        town.sim.fault(fault.clone()).on("POST", BILLS).times(1);
        assert!(matches!(transfer(&town, "t10").await?.unwrap_err(), Error::Open { .. }), "{fault}");
    }
    assert_eq!(transfer(&town, "t10").await??.state, TransferState::WaitUserConfirm);
    assert_eq!(frozen(&town)?, 7 * 5_000);
    town.in_order()
}

pub async fn one_that_waits_for_money_is_asked_for_again(place: Place) -> Done {
    let town = Town::open(place).await?;
    let all =
        town.sim.get("merchants/1900000001")?["accounts"]["OPERATION"]["available"].as_i64().ok_or("no account")?;
    town.post("merchants/1900000001/balance", json!({"account": "OPERATION", "amount": -all}))?;
    let made = transfer(&town, "t1").await??;
    assert_eq!((made.state, made.package.as_deref()), (TransferState::Processing, None));
    assert_eq!(town.settled().await?, 0, "there is still no money");
    town.post("merchants/1900000001/balance", json!({"account": "OPERATION", "amount": 5_000}))?;
    assert_eq!(town.settled().await?, 1);
    assert_eq!(town.shop.look_up_transfer(&made.number).await?.state, TransferState::WaitUserConfirm);
    assert_eq!(frozen(&town)?, 5_000);
    town.in_order()
}

pub async fn a_transfer_is_asked_back(place: Place) -> Done {
    let town = Town::open(place).await?;
    let made = transfer(&town, "t1").await??;
    let cancel = format!("{BILLS}/out-bill-no/*");
    town.sim.fault(Fault::ResetAfter).on("POST", &cancel).times(1);
    assert!(matches!(town.shop.cancel_transfer(&made.number).await.unwrap_err(), Error::Open { .. }));
    assert_eq!(town.shop.cancel_transfer(&made.number).await?.state, TransferState::Canceling);
    town.advance(1)?;
    let back = town.shop.look_up_transfer(&made.number).await?;
    assert_eq!((back.state, back.reason.as_deref()), (TransferState::Cancelled, Some("MCH_CANCEL")));
    assert!(matches!(town.shop.cancel_transfer(&made.number).await.unwrap_err(), Error::Refused(_)));
    // Too late.
    let late = transfer(&town, "t2").await??;
    town.post(&format!("transfers/{}/confirm", late.number), json!({"payer": "alice"}))?;
    assert!(matches!(town.shop.cancel_transfer(&late.number).await.unwrap_err(), Error::Gateway(_)));
    town.advance(1)?;
    assert_eq!(town.shop.look_up_transfer(&late.number).await?.state, TransferState::Success);
    town.in_order()
}

pub async fn what_cannot_be_transferred_is_refused_by_name(place: Place) -> Done {
    let town = Town::open(place).await?;
    let right = payout(&town, "t1")?;
    let wrong = [
        ("amount", Payout { amount: Fen::new(9), ..right.clone() }),
        ("amount", Payout { amount: Fen::new(200_000), ..right.clone() }),
        ("openid", Payout { openid: Openid::new(""), ..right.clone() }),
        ("remark", Payout { remark: "字".repeat(33), ..right.clone() }),
        ("request", Payout { request: String::new(), ..right.clone() }),
    ];
    for (member, payout) in wrong {
        let error = town.shop.transfer(payout, Timestamp::now()).await.unwrap_err();
        assert!(matches!(&error, Error::Refused(why) if why.starts_with(member)), "{member}: {error}");
    }
    assert_eq!(town.calls(BILLS)?, 0, "nothing was sent");
    town.shop.transfer(right.clone(), Timestamp::now()).await?;
    let other = Payout { amount: Fen::new(10), ..right };
    let error = town.shop.transfer(other, Timestamp::now()).await.unwrap_err();
    assert!(error.to_string().contains("another transfer"), "{error}");
    Ok(())
}
