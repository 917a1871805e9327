//! Who you are; orders of every kind.

use std::path::Path;

use wechatpay_chain::{Client, ErrorKind, Value, json, serde_json};
use wechatpay_guide::native::query::Order;
use wechatpay_guide::{app, h5, jsapi, native, who};
use wechatpay_sim::{Fault, Simulator};

use super::bench::{Done, PARTNER, SUB, code, openid, paid, start};

/// What the client would say to these parameters.
fn invoke(sim: &Simulator, kind: &str, params: &Value) -> bool {
    sim.post("invoke", json!({"kind": kind, "params": params})).unwrap()["ok"] == true
}

/// Whether the folder has a whole certificate.
fn saved(folder: &Path) -> bool {
    let names = folder.read_dir().into_iter().flatten().map(|entry| entry.unwrap().file_name());
    names.into_iter().any(|name| name.to_string_lossy().ends_with(".pem"))
}

#[test]
fn a_client_is_built_once_its_keys_are_there() {
    let error = who::public_key::client("1900000001", "3775B6A45ACD588826D15E583A95F5DD3775B6A4", "PUB_KEY_ID_1");
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("/etc/wxpay/apiclient_key.pem"), "{error}");
}

#[tokio::test]
async fn certificates_are_fetched_and_kept() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = Simulator::builder().start()?;
    let secrets = sim.get("merchants/1900000002/secrets")?;
    let [key, certificate] = ["private_key", "certificate"].map(|name| secrets[name].as_str().unwrap().to_owned());
    let builder = Client::builder().mchid("1900000002").merchant_identity(certificate, key).base_uri(sim.url());
    let kept = folder.path().join("certificates");
    let wxpay = who::certificates::client(builder, secrets["api_v3_key"].as_str().unwrap(), kept.to_str().unwrap())?;
    native::create::create(&wxpay, "A-00001", 100).await?;
    // The call does not wait for it to be saved.
    while !saved(&kept) {
        tokio::task::yield_now().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_partner_orders_for_a_merchant() -> Done {
    let (sim, _) = start();
    let partner = sim.merchant(PARTNER)?.client()?;
    assert!(who::partner::order(&partner, SUB, "A-00001").await?.starts_with("weixin://"));
    assert_eq!(sim.orders()?[0]["sub_mchid"], SUB);
    let stranger = who::partner::order(&partner, "1900000001", "A-00002").await.unwrap_err();
    assert_eq!(code(&stranger), "INVALID_REQUEST");
    Ok(())
}

#[tokio::test]
async fn parameters_for_pages_and_apps_are_what_their_clients_take() -> Done {
    let (sim, wxpay) = start();
    let payer = openid(&sim, "alice", "wx0000000000000001");
    let page = jsapi::create::create(&wxpay, &payer, "A-00001", 100).await?;
    assert!(invoke(&sim, "jsapi", &serde_json::to_value(page)?));
    let app = app::create::create(&wxpay, "A-00002", 100).await?;
    assert!(invoke(&sim, "app", &serde_json::to_value(app)?));
    assert!(jsapi::create::create(&wxpay, "", "A-00003", 100).await.is_err());
    Ok(())
}

#[tokio::test]
async fn an_h5_order_has_an_address() -> Done {
    let (sim, wxpay) = start();
    let address = h5::create::create(&wxpay, "203.0.113.7", "A-00001", 100).await?;
    assert!(address.starts_with("http"), "{address}");
    assert_eq!(sim.orders()?[0]["trade_type"], "MWEB");
    Ok(())
}

#[tokio::test]
async fn an_order_is_open_then_paid_or_ended_or_unknown() -> Done {
    let (sim, wxpay) = start();
    assert_eq!(native::query::query(&wxpay, "A-00001").await?, Order::Unknown);
    native::create::create(&wxpay, "A-00001", 100).await?;
    assert_eq!(native::query::query(&wxpay, "A-00001").await?, Order::Open);
    sim.pay("A-00001").send()?;
    let Order::Paid { fen, transaction_id } = native::query::query(&wxpay, "A-00001").await? else {
        panic!("it is paid")
    };
    assert_eq!((fen, transaction_id.len()), (100, 28));
    assert_eq!(code(&native::close::close(&wxpay, "A-00001").await.unwrap_err()), "ORDER_PAID");
    native::create::create(&wxpay, "A-00002", 100).await?;
    native::close::close(&wxpay, "A-00002").await?;
    native::close::close(&wxpay, "A-00002").await?;
    assert_eq!(native::query::query(&wxpay, "A-00002").await?, Order::Ended);
    assert_eq!(native::query::query(&wxpay, "../A-00002").await?, Order::Unknown);
    sim.fault(Fault::code("NO_AUTH")).on("GET", "v3/pay/transactions/out-trade-no/{out_trade_no}").always().set()?;
    assert_eq!(code(&native::query::query(&wxpay, "A-00001").await.unwrap_err()), "NO_AUTH");
    Ok(())
}

#[tokio::test]
async fn what_was_refunded_was_paid() -> Done {
    let (sim, wxpay) = start();
    paid(&sim, &wxpay, "A-00001", 100).await;
    wechatpay_guide::refunds::refund::refund_for_page(&wxpay, "A-00001").await?;
    assert!(matches!(native::query::query(&wxpay, "A-00001").await?, Order::Paid { .. }));
    Ok(())
}
