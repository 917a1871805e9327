//! What the page for coding assistants shows.

use wechatpay_chain::{Method, json, mock};
use wechatpay_guide::agents::{spellings, values};

use super::bench::{Done, code, paid, start};

#[tokio::test(flavor = "multi_thread")]
async fn all_spellings_are_one_endpoint() -> Done {
    let gateway = mock::Server::start()?;
    gateway.lenient();
    gateway.on(Method::POST, "v3/offlineface/contracts/presign").reply(json!({"presign_token": "t"}));
    let wxpay = gateway.client()?;
    let body = json!({"appid": "wx0000000000000001"});
    spellings::asynchronous(&wxpay, &body).await?;
    let calls =
        tokio::task::spawn_blocking(move || spellings::blocking(&wxpay, &body).map(|()| gateway.calls())).await??;
    assert_eq!(calls.len(), 6);
    assert!(calls.iter().all(|call| call.path() == "/v3/offlineface/contracts/presign"), "{calls:?}");
    Ok(())
}

#[tokio::test]
async fn a_value_is_encoded_and_found() -> Done {
    let (sim, wxpay) = start();
    let id = paid(&sim, &wxpay, "A-00001", 100).await;
    assert_eq!(values::look_up(&wxpay, &id).await?["out_trade_no"], "A-00001");
    let odd = values::look_up(&wxpay, "1/../../certificates").await.unwrap_err();
    assert!(code(&odd).is_empty() || code(&odd) == "ORDER_NOT_EXIST" || code(&odd) == "PARAM_ERROR", "{odd}");
    assert!(sim.calls()?[0]["target"].as_str().unwrap().contains("1%2F..%2F..%2Fcertificates"));
    Ok(())
}
