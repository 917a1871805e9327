//! The handlers of notifications.

use std::sync::Arc;
use std::time::Duration;

use wechatpay_chain::http::StatusCode;
use wechatpay_chain::{Client, json, mock};
use wechatpay_guide::notifications::handler::Shop;
use wechatpay_guide::{combined, native, notifications, refunds};
use wechatpay_sim::{Fault, Simulator};

use super::bench::{Done, Kept, RECEIVER, serve, start};

async fn shop(sim: &Simulator, wxpay: &Client) -> Arc<Kept> {
    let kept = Arc::new(Kept::default());
    serve(sim, Shop { wxpay: wxpay.clone(), books: kept.clone() }).await;
    kept
}

/// Waits for notices in a thread of its own: the shop answers in this runtime.
async fn wait(sim: &Arc<Simulator>, what: wechatpay_chain::Value) -> wechatpay_chain::Value {
    let sim = sim.clone();
    tokio::task::spawn_blocking(move || sim.post("notices/wait", what).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_and_its_refund_are_booked_once() -> Done {
    let (sim, wxpay) = start();
    let kept = shop(&sim, &wxpay).await;
    let sim = Arc::new(sim);
    native::create::create(&wxpay, "A-00001", 100).await?;
    sim.patch("settings", json!({"notify": {"duplicate": 3}}))?;
    sim.pay("A-00001").send()?;
    wait(&sim, json!({"ref": "A-00001", "event_type": "TRANSACTION.SUCCESS", "timeout_ms": 60_000})).await;
    refunds::refund::refund_for_page(&wxpay, "A-00001").await?;
    let clock = sim.clone();
    tokio::task::spawn_blocking(move || clock.advance(Duration::from_secs(3)).map(|_| ())).await??;
    wait(&sim, json!({"event_type": "REFUND.SUCCESS", "timeout_ms": 60_000})).await;
    let kept = kept.0.lock().unwrap();
    let booked: Vec<_> = kept.iter().map(|(_, resource)| &resource["out_trade_no"]).collect();
    assert_eq!(booked, ["A-00001", "A-00001"]);
    assert_eq!(kept[1].1["refund_status"], "SUCCESS");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_and_a_foreign_order_are_not_booked() -> Done {
    let (sim, wxpay) = start();
    let kept = shop(&sim, &wxpay).await;
    let sim = Arc::new(sim);
    // The shop's price is 100 fen, and its orders begin with A-.
    for (number, fen) in [("A-00001", 101), ("B-00001", 100)] {
        native::create::create(&wxpay, number, fen).await?;
        sim.pay(number).send()?;
        let item = wait(&sim, json!({"ref": number, "state": "failed", "timeout_ms": 60_000})).await;
        assert_eq!(item["items"][0]["attempts"][0]["status"], 500, "{item}");
    }
    assert_eq!(kept.0.lock().unwrap().len(), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_a_combined_order_is_compared() -> Done {
    let (sim, wxpay) = start();
    let kept = shop(&sim, &wxpay).await;
    let sim = Arc::new(sim);
    let part = |mchid, number, fen| combined::create::Part { mchid, number, fen };
    for (whole, one, other, fen, state) in
        [("C-00001", "A-00001", "A-00002", 100, "accepted"), ("C-00002", "A-00003", "A-00004", 99, "failed")]
    {
        let parts = [part("1900000001", one, 100), part(RECEIVER, other, fen)];
        combined::create::create(&wxpay, whole, &parts).await?;
        sim.pay(whole).send()?;
        wait(&sim, json!({"ref": whole, "state": state, "timeout_ms": 60_000})).await;
    }
    let kept = kept.0.lock().unwrap();
    let booked: Vec<_> = kept.iter().map(|(_, resource)| &resource["combine_out_trade_no"]).collect();
    assert_eq!(booked, ["C-00001"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_never_gets_in() -> Done {
    let (sim, wxpay) = start();
    let kept = shop(&sim, &wxpay).await;
    let sim = Arc::new(sim);
    native::create::create(&wxpay, "A-00001", 100).await?;
    sim.fault(Fault::Forged).on_notice("TRANSACTION.SUCCESS").times(1).set()?;
    sim.pay("A-00001").send()?;
    let item = wait(&sim, json!({"ref": "A-00001", "state": "failed", "timeout_ms": 60_000})).await;
    assert_eq!(item["items"][0]["attempts"][0]["status"], 401, "{item}");
    assert_eq!(kept.0.lock().unwrap().len(), 0);
    Ok(())
}

#[test]
fn any_framework_answers_from_headers_and_bytes() -> Done {
    let gateway = mock::Server::start()?;
    let wxpay = gateway.client()?;
    let resource = json!({"mchid": wxpay.mchid(), "out_trade_no": "A-1", "amount": {"total": 100}});
    let notice = || gateway.notice("TRANSACTION.SUCCESS", "transaction", resource.clone());
    let answer = |notice: &mock::Notification, price: u32| {
        let check = |notice: &wechatpay_chain::Notice| notice.expect("/amount/total", price).map(|_| ());
        notifications::raw::answer(&wxpay, &notice.headers(), &notice.body(), check).status()
    };
    assert_eq!(answer(&notice(), 100), StatusCode::NO_CONTENT);
    assert_eq!(answer(&notice(), 99), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer(&notice().forged(), 100), StatusCode::UNAUTHORIZED);
    assert_eq!(answer(&notice().stale(), 100), StatusCode::UNAUTHORIZED);
    Ok(())
}
