//! Products with a state in the simulator: payment codes, combined orders, bills, transfers, sharing.

use std::collections::BTreeMap;
use std::time::Duration;

use wechatpay_chain::{Client, json, serde_json};
use wechatpay_guide::micropay::charge::Till;
use wechatpay_guide::transfers::query::Transfer;
use wechatpay_guide::{bills, combined, micropay, native, refunds, sharing, transfers};
use wechatpay_sim::{Fault, Simulator};

use super::bench::{Done, RECEIVER, code, openid, paid, start};

fn auth_code(sim: &Simulator) -> String {
    sim.get("payers/alice/auth_code").unwrap()["auth_code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_scanned_code_pays_or_does_not() -> Done {
    let (sim, wxpay) = start();
    let till = micropay::charge::charge(&wxpay, "A-00001", 100, &auth_code(&sim)).await?;
    let Till::Paid { transaction_id } = till else { panic!("{till:?}") };
    assert_eq!(sim.orders()?[0]["transaction_id"], transaction_id);
    sim.fault(Fault::MicropayPayerror).on("POST", "pay/micropay").times(1).set()?;
    let till = micropay::charge::charge(&wxpay, "A-00002", 100, &auth_code(&sim)).await?;
    assert_eq!(till, Till::NotPaid);
    Ok(())
}

#[tokio::test]
async fn by_apiv3_a_password_makes_it_wait_and_reversing_gives_back() -> Done {
    let (sim, wxpay) = start();
    let at_once = micropay::codepay::charge(&wxpay, "A-00001", 100, &auth_code(&sim)).await?;
    assert_eq!((at_once.is_pending(), &at_once["trade_state"]), (false, &json!("SUCCESS")));
    let waits = micropay::codepay::charge(&wxpay, "A-00002", 200_000, &auth_code(&sim)).await?;
    assert!(waits.is_pending());
    for number in ["A-00001", "A-00002", "A-00002"] {
        micropay::codepay::reverse(&wxpay, number).await?;
    }
    assert!(sim.orders()?.iter().all(|order| order["state"] == "REVOKED"));
    Ok(())
}

#[tokio::test]
async fn parts_are_paid_together_or_closed_together() -> Done {
    let (sim, wxpay) = start();
    let part = |mchid, number| combined::create::Part { mchid, number, fen: 100 };
    for (whole, one, other) in [("C-00001", "A-00001", "B-00001"), ("C-00002", "A-00002", "B-00002")] {
        let parts = [part("1900000001", one), part(RECEIVER, other)];
        assert!(combined::create::create(&wxpay, whole, &parts).await?.starts_with("weixin://"));
    }
    sim.pay("C-00001").send()?;
    let both = |one: &str, other: &str, paid| vec![(one.to_owned(), paid), (other.to_owned(), paid)];
    assert_eq!(combined::query::query(&wxpay, "C-00001").await?, both("A-00001", "B-00001", true));
    let all = [("1900000001", "A-00002"), (RECEIVER, "B-00002")];
    assert_eq!(code(&combined::query::close(&wxpay, "C-00002", &all[..1]).await.unwrap_err()), "INVALID_REQUEST");
    combined::query::close(&wxpay, "C-00002", &all).await?;
    assert_eq!(combined::query::query(&wxpay, "C-00002").await?, both("A-00002", "B-00002", false));
    Ok(())
}

#[tokio::test]
async fn a_bill_shows_where_the_books_differ() -> Done {
    let (sim, wxpay) = start();
    for (number, fen) in [("A-00001", 100), ("A-00002", 250), ("A-00003", 300)] {
        paid(&sim, &wxpay, number, fen).await;
    }
    for number in ["A-00001", "A-00002"] {
        let fen = if number == "A-00001" { 100 } else { 250 };
        refunds::refund::refund(wxpay.clone(), number.into(), format!("R-{number}"), 40, fen).await?;
    }
    sim.advance(Duration::from_secs(86_400))?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bill.csv");
    bills::day::fetch(&wxpay, "2026-11-25", &file).await?;
    let books = [("A-00001", 100), ("A-00002", 200), ("A-00009", 500)];
    let books: BTreeMap<_, _> = books.map(|(number, fen)| (number.to_owned(), fen)).into();
    let mut found = bills::day::differences(&file, books)?;
    found.sort();
    let differences =
        |all: [(&str, i64, i64); 3]| all.map(|(number, billed, booked)| (number.to_owned(), billed, booked));
    assert_eq!(found, differences([("A-00002", 250, 200), ("A-00003", 300, 0), ("A-00009", 0, 500)]));
    let books = [("R-A-00001", 30), ("R-9", 50)].map(|(number, fen)| (number.to_owned(), fen));
    let mut found = bills::day::refund_differences(&file, books.into())?;
    found.sort();
    assert_eq!(found, differences([("R-9", 0, 50), ("R-A-00001", 40, 30), ("R-A-00002", 40, 0)]));
    let today = bills::day::fetch(&wxpay, "2026-11-26", &folder.path().join("today.csv")).await.unwrap_err();
    let today = today.rejection().ok_or("the gateway says it")?;
    assert_eq!((today.code(), today.message()), ("INVALID_REQUEST", "账单日期不正确"));
    sim.fault(Fault::WrongHash).always().set()?;
    let wrong = folder.path().join("wrong.csv");
    assert!(bills::day::fetch(&wxpay, "2026-11-25", &wrong).await.is_err());
    assert!(!wrong.exists());
    Ok(())
}

async fn transferred(
    sim: &Simulator,
    wxpay: &Client,
    number: &str,
) -> wechatpay_chain::Result<wechatpay_chain::Response> {
    let payer = openid(sim, "alice", "wx0000000000000001");
    transfers::transfer::transfer(wxpay.clone(), payer, number.to_owned(), 100).await
}

#[tokio::test]
async fn a_transfer_waits_for_its_payer_or_is_cancelled() -> Done {
    let (sim, wxpay) = start();
    let bill = transferred(&sim, &wxpay, "T00001").await?;
    assert_eq!(bill["state"], "WAIT_USER_CONFIRM");
    assert_eq!(transferred(&sim, &wxpay, "T00001").await?["transfer_bill_no"], bill["transfer_bill_no"]);
    let params = transfers::confirm::confirm(&wxpay, &bill)?.ok_or("it waits")?;
    let page = sim.post("invoke", json!({"kind": "transfer", "params": serde_json::to_value(params)?}))?;
    assert_eq!(page["ok"], true, "{page}");
    sim.post("transfers/T00001/confirm", json!({}))?;
    assert!(transfers::confirm::confirm(&wxpay, &transferred(&sim, &wxpay, "T00001").await?)?.is_none());
    assert_eq!(transfers::query::query(&wxpay, "T00001").await?, Transfer::Open);
    assert_eq!(code(&transfers::cancel::cancel(&wxpay, "T00001").await.unwrap_err()), "INVALID_REQUEST");
    assert_eq!(transfers::query::query(&wxpay, "T00002").await?, Transfer::Unknown);
    transferred(&sim, &wxpay, "T00002").await?;
    assert_eq!(transfers::cancel::cancel(&wxpay, "T00002").await?, "CANCELING");
    sim.advance(Duration::from_secs(2))?;
    assert_eq!(transfers::query::query(&wxpay, "T00001").await?, Transfer::Paid);
    assert_eq!(transfers::query::query(&wxpay, "T00002").await?, Transfer::Ended("MCH_CANCEL".into()));
    Ok(())
}

#[tokio::test]
async fn a_transfer_that_nobody_confirms_fails_after_a_day() -> Done {
    let (sim, wxpay) = start();
    transferred(&sim, &wxpay, "T00001").await?;
    sim.post("clock/advance", json!({"by": "24h"}))?;
    assert_eq!(transfers::query::query(&wxpay, "T00001").await?, Transfer::Ended("OVERDUE_CLOSE".into()));
    Ok(())
}

#[tokio::test]
async fn what_a_share_is_refused_for() -> Done {
    let (sim, wxpay) = start();
    let plain = paid(&sim, &wxpay, "A-00001", 100).await;
    let refused = |id: &str, number: &str, fen: u32| {
        let share = sharing::share::share(wxpay.clone(), id.to_owned(), number.to_owned(), RECEIVER.to_owned(), fen);
        async { share.await.unwrap_err().rejection().map(|no| (no.code().to_owned(), no.message().to_owned())) }
    };
    let says = |said: Option<(String, String)>, words: &str| {
        let (code, message) = said.unwrap();
        assert!(code == "INVALID_REQUEST" && message.contains(words), "{code} {message}");
        for page in [include_str!("../../../en/sharing.md"), include_str!("../../../zh/sharing.md")] {
            assert!(page.contains(&format!("\n| `{words}` | ")), "no row for {words}");
        }
    };
    let shared = frozen(&sim, &wxpay, "A-00002").await?;
    says(refused(&shared, "S-1", 100).await, "订单处理中");
    sim.advance(Duration::from_secs(61))?;
    says(refused(&plain, "S-1", 10).await, "非分账订单不支持分账");
    says(refused(&shared, "S-1", 100).await, "分账接收方关系不存在");
    sharing::share::receiver(&wxpay, RECEIVER, "示例商户二").await?;
    says(refused(&shared, "S-1", 3_001).await, "分账金额超出最大分账比例");
    sharing::results::unfreeze(&wxpay, &shared, "S-2").await?;
    sim.advance(Duration::from_secs(2))?;
    says(refused(&shared, "S-1", 100).await, "订单已完结分账");
    Ok(())
}

/// An order of 100 yuan that alice has paid and whose money is frozen: WeChat Pay's number of it.
async fn frozen(sim: &Simulator, wxpay: &Client, number: &str) -> Result<String, wechatpay_chain::BoxError> {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": wxpay.mchid(), "description": "a book", "out_trade_no": number,
        "notify_url": "https://shop.example.com/wxpay/notify", "amount": {"total": 10_000, "currency": "CNY"},
        "settle_info": {"profit_sharing": true},
    });
    wxpay.chain("v3/pay/transactions/native").post_async(order).await?;
    Ok(sim.pay(number).send()?["transaction_id"].as_str().ok_or("no number")?.to_owned())
}

#[tokio::test]
async fn a_payment_is_shared_released_and_taken_back() -> Done {
    let (sim, wxpay) = start();
    let paid = frozen(&sim, &wxpay, "A-00001").await?;
    sharing::share::receiver(&wxpay, RECEIVER, "示例商户二").await?;
    sim.patch(&format!("merchants/{RECEIVER}"), json!({"allow_return": true}))?;
    let share = |number: &str, fen| {
        sharing::share::share(wxpay.clone(), paid.clone(), number.to_owned(), RECEIVER.to_owned(), fen)
    };
    assert!(share("S-1", 1_000).await.is_err(), "a minute has not passed");
    sim.advance(Duration::from_secs(61))?;
    assert_eq!(share("S-1", 1_000).await?["state"], "PROCESSING");
    assert_eq!(sharing::results::failed(&wxpay, &paid, "S-1").await?, None);
    sim.advance(Duration::from_secs(1))?;
    assert_eq!(sharing::results::failed(&wxpay, &paid, "S-1").await?, Some(Vec::new()));
    assert_eq!(sharing::results::take_back(&wxpay, "S-1", "B-1", RECEIVER, 400).await?, "SUCCESS");
    share("S-2", 500).await?;
    sim.post("sharings/S-2/result", json!({"result": "CLOSED", "fail_reason": "NO_RELATION"}))?;
    let failed = sharing::results::failed(&wxpay, &paid, "S-2").await?.ok_or("it has ended")?;
    assert_eq!(failed[0]["fail_reason"], "NO_RELATION");
    // The number of a share: answered with 200, and nothing is released, however long one waits.
    let frozen = sharing::results::unfreeze(&wxpay, &paid, "S-1").await?;
    sim.advance(Duration::from_secs(60))?;
    assert_eq!(sharing::results::frozen(&wxpay, &paid).await?, frozen);
    assert_eq!(frozen, 10_000 - 60 - 1_000);
    sharing::results::unfreeze(&wxpay, &paid, "S-3").await?;
    sim.advance(Duration::from_secs(2))?;
    assert_eq!(sharing::results::frozen(&wxpay, &paid).await?, 0);
    assert_eq!(sharing::results::unfreeze(&wxpay, &paid, "S-3").await?, 0);
    assert_eq!(sharing::results::failed(&wxpay, &paid, "S-3").await?, Some(Vec::new()));
    assert!(share("S-4", 100).await.is_err(), "nothing can be shared any more");
    assert_eq!(sim.get("invariants")?["ok"], true);
    native::query::query(&wxpay, "A-00001").await?;
    Ok(())
}

/// The table of the page on testing.
#[tokio::test]
async fn the_control_interface_is_as_the_page_says() -> Done {
    let (sim, wxpay) = start();
    let mapped = |sim: &Simulator| sim.get("settings").map(|settings| settings["notify"]["map"].clone());
    let (map, at_start) = (json!({"https://shop.example.com/": "http://127.0.0.1:9/"}), mapped(&sim)?);
    sim.patch("settings", json!({"notify": {"map": map}}))?;
    native::create::create(&wxpay, "A-00001", 100).await?;
    let order = sim.post("orders/A-00001/pay", json!({"payer": "bob"}))?;
    assert_eq!(order["payer"]["name"], "bob");
    let notices = sim.notices()?;
    let id = notices[0]["id"].as_str().ok_or("no id")?;
    sim.post(&format!("notices/{id}/duplicate"), json!({"count": 2}))?;
    assert_eq!(sim.post("clock", json!({"mode": "frozen"}))?["mode"], "frozen");
    sim.post("clock/advance", json!({"by": "90s"}))?;
    sim.post("reset", json!({"keep": ["settings", "clock"]}))?;
    assert_eq!((sim.orders()?.len(), mapped(&sim)?), (0, map));
    assert_eq!(sim.get("clock")?["mode"], "frozen");
    sim.post("reset", json!({}))?;
    assert_eq!((mapped(&sim)?, &sim.get("clock")?["mode"]), (at_start, &json!("wall")));
    Ok(())
}
