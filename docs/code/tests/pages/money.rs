//! Refunds, unknown outcomes, errors.

use std::cell::RefCell;
use std::time::Duration;

use wechatpay_chain::{ErrorKind, Response, Result, json, mock};
use wechatpay_guide::errors::advice::{Advice, advice};
use wechatpay_guide::money::outcome::{Outcome, outcome};
use wechatpay_guide::money::sweep::Open;
use wechatpay_guide::native::query::Order;
use wechatpay_guide::refunds::query::Refund;
use wechatpay_guide::{money, native, refunds};
use wechatpay_sim::Fault;

use super::bench::{Done, code, openid, paid, start};

const REFUNDS: &str = "v3/refund/domestic/refunds";
const TRANSFERS: &str = "v3/fund-app/mch-transfer/transfer-bills";

#[tokio::test]
async fn a_refund_is_accepted_then_done_and_repeated_it_is_one() -> Done {
    let (sim, wxpay) = start();
    paid(&sim, &wxpay, "A-00001", 100).await;
    assert_eq!(refunds::refund::refund_for_page(&wxpay, "A-00001").await?, "PROCESSING");
    assert_eq!(refunds::refund::refund_for_page(&wxpay, "A-00001").await?, "PROCESSING");
    assert_eq!(refunds::query::query(&wxpay, "R-A-00001").await?, Refund::Processing);
    sim.advance(Duration::from_secs(3))?;
    assert_eq!(refunds::query::query(&wxpay, "R-A-00001").await?, Refund::Success);
    assert_eq!(sim.refunds()?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn refunds_that_end_otherwise() -> Done {
    let (sim, wxpay) = start();
    for (order, status, seen) in [("A-00001", "CLOSED", Refund::Closed), ("A-00002", "ABNORMAL", Refund::Abnormal)] {
        paid(&sim, &wxpay, order, 100).await;
        refunds::refund::refund_for_page(&wxpay, order).await?;
        sim.post(&format!("refunds/R-{order}/result"), json!({"status": status}))?;
        assert_eq!(refunds::query::query(&wxpay, &format!("R-{order}")).await?, seen);
    }
    Ok(())
}

/// The answer is lost after the refund was made, or the call before it.
#[tokio::test]
async fn an_unknown_outcome_is_settled_and_moves_money_once() -> Done {
    for (fault, repeats) in [(Fault::ResetAfter, 0), (Fault::ResetBefore, 1)] {
        let (sim, wxpay) = start();
        paid(&sim, &wxpay, "A-00001", 100).await;
        let body = json!({
            "out_trade_no": "A-00001", "out_refund_no": "R-1", "amount": {"refund": 40, "total": 100, "currency": "CNY"},
        });
        sim.fault(fault).on("POST", REFUNDS).times(1).set()?;
        let lost: Result<Response> = wxpay.chain(REFUNDS).post_async(body.clone()).await;
        assert_eq!(outcome(&lost), Outcome::Unknown);
        assert_eq!(advice(&lost.unwrap_err()), Advice::Query);
        let settled = money::settle::settle(wxpay, body).await?;
        assert_eq!((&settled["out_refund_no"], &settled["amount"]["refund"]), (&json!("R-1"), &json!(40)));
        assert_eq!(sim.refunds()?.len(), 1);
        let sent = sim
            .calls()?
            .iter()
            .filter(|call| call["method"] == "POST" && call["target"] == format!("/{REFUNDS}"))
            .count();
        assert_eq!(sent, 1 + repeats);
    }
    Ok(())
}

#[tokio::test]
async fn a_transfer_is_settled_too() -> Done {
    for fault in [Fault::ResetAfter, Fault::ResetBefore] {
        let (sim, wxpay) = start();
        let body = json!({
            "appid": "wx0000000000000001", "out_bill_no": "T00001", "transfer_amount": 200_000, "transfer_remark": "a reward",
            "openid": openid(&sim, "alice", "wx0000000000000001"), "user_name": "爱丽丝", "transfer_scene_id": "1000",
            "transfer_scene_report_infos": [
                {"info_type": "活动名称", "info_content": "新会员有礼"},
                {"info_type": "奖励说明", "info_content": "注册会员抽奖一等奖"},
            ],
        });
        sim.fault(fault).on("POST", TRANSFERS).times(1).set()?;
        let lost = wxpay.chain(TRANSFERS).encrypt("/user_name").post_async(body.clone()).await;
        assert_eq!(outcome(&lost), Outcome::Unknown);
        let settled = money::settle::settle_transfer(wxpay, body).await?;
        assert_eq!(settled["state"], "WAIT_USER_CONFIRM");
        let all = sim.get("transfers")?;
        assert_eq!(all["items"].as_array().or(all.as_array()).map(Vec::len), Some(1));
    }
    Ok(())
}

#[tokio::test]
async fn settling_hands_on_another_error() -> Done {
    let (sim, wxpay) = start();
    sim.fault(Fault::RateLimit).on("GET", &format!("{REFUNDS}/{{out_refund_no}}")).always().set()?;
    let wxpay = wxpay.clone();
    let error = money::settle::settle(wxpay, json!({"out_refund_no": "R-1"})).await.unwrap_err();
    assert_eq!(code(&error), "FREQUENCY_LIMITED");
    assert_eq!(sim.refunds()?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn outcomes_are_told_apart() -> Done {
    let (sim, wxpay) = start();
    paid(&sim, &wxpay, "A-00001", 100).await;
    let refund = |fen: u32| refunds::refund::refund(wxpay.clone(), "A-00001".into(), "R-1".into(), fen, 100);
    let Outcome::Refused(why) = outcome(&refund(101).await) else { panic!("too much") };
    assert!(why.contains("INVALID_REQUEST"), "{why}");
    sim.fault(Fault::RateLimit).on("POST", REFUNDS).always().set()?;
    assert_eq!(outcome(&refund(10).await), Outcome::Later);
    sim.delete("faults")?;
    assert_eq!(outcome(&refund(10).await), Outcome::Accepted);
    Ok(())
}

#[tokio::test]
async fn the_same_number_and_body_are_one_order() -> Done {
    let (sim, wxpay) = start();
    let stored = money::numbers::Stored { number: "A-00001".into(), fen: 100, description: "a book".into() };
    money::numbers::place(&wxpay, &stored).await?;
    money::numbers::place(&wxpay, &stored).await?;
    assert_eq!(sim.orders()?.len(), 1);
    let changed = money::numbers::Stored { fen: 200, ..stored };
    assert_eq!(code(&money::numbers::place(&wxpay, &changed).await.unwrap_err()), "INVALID_REQUEST");
    Ok(())
}

#[tokio::test]
async fn the_sweep_books_what_is_paid_and_closes_what_is_overdue() -> Done {
    let (sim, wxpay) = start();
    paid(&sim, &wxpay, "A-00001", 100).await;
    paid(&sim, &wxpay, "A-00002", 100).await;
    paid(&sim, &wxpay, "A-00006", 100).await;
    refunds::refund::refund_for_page(&wxpay, "A-00006").await?;
    for number in ["A-00003", "A-00004"] {
        native::create::create(&wxpay, number, 100).await?;
    }
    let open = |number: &str, fen, overdue| Open { number: number.into(), fen, overdue };
    let all = [
        open("A-00001", 100, false),
        open("A-00002", 999, true),
        open("A-00003", 100, true),
        open("A-00004", 100, false),
        open("A-00005", 100, true),
        open("A-00006", 100, true),
    ];
    let booked = RefCell::new(Vec::new());
    money::sweep::sweep(&wxpay, &all, |order| booked.borrow_mut().push(order.number.clone())).await;
    assert_eq!(*booked.borrow(), ["A-00001", "A-00006"]);
    assert_eq!(native::query::query(&wxpay, "A-00003").await?, Order::Ended);
    assert_eq!(native::query::query(&wxpay, "A-00004").await?, Order::Open);
    Ok(())
}

#[test]
fn every_error_has_an_advice() -> Done {
    let gateway = mock::Server::start()?;
    let wxpay = gateway.client()?;
    let order = json!({"out_trade_no": "A-00001", "out_refund_no": "R1", "amount": {"refund": 1, "total": 1, "currency": "CNY"}});
    let said = |status: u16, code: &str| {
        gateway.reset();
        let method = wechatpay_chain::Method::POST;
        gateway.on(method, REFUNDS).status(status, json!({"code": code, "message": "no"}));
        advice(&wxpay.chain(REFUNDS).post(&order).unwrap_err())
    };
    assert_eq!(said(500, "SYSTEM_ERROR"), Advice::Query);
    assert_eq!(said(429, "FREQUENCY_LIMITED"), Advice::RepeatLater);
    assert_eq!(said(401, "SIGN_ERROR"), Advice::FixSettings);
    assert_eq!(said(403, "NO_AUTH"), Advice::FixSettings);
    assert_eq!(said(400, "PARAM_ERROR"), Advice::FixRequest);
    assert_eq!(said(403, "USER_ACCOUNT_ABNORMAL"), Advice::TellPayer);
    assert_eq!(said(403, "NOT_ENOUGH"), Advice::AskSomebody);
    assert_eq!(advice(&wxpay.chain("v3/a{b}").get().unwrap_err()), Advice::FixRequest);
    let unset = wechatpay_chain::Client::builder().build().unwrap_err();
    assert_eq!((unset.kind(), advice(&unset)), (ErrorKind::Config, Advice::FixSettings));
    Ok(())
}
