//! Products that the simulator answers by example, and complaints.

use wechatpay_chain::http::StatusCode;
use wechatpay_chain::{Method, json, mock};
use wechatpay_guide::{applyment, complaints, coupons, entrust, overseas, payscore};

use super::bench::{Done, PARTNER, SUB, openid, paid, start};

#[tokio::test]
async fn a_contract_is_signed_charged_and_ended() -> Done {
    let (sim, wxpay) = start();
    let payer = openid(&sim, "alice", "wx0000000000000001");
    assert!(!entrust::sign::sign(&wxpay, &payer, "A-00001").await?.is_empty());
    let answer =
        entrust::charge::charge(wxpay.clone(), "Wx15463511252015071056489715".into(), "A-00002".into()).await?;
    assert_eq!(answer["result_code"], "SUCCESS");
    entrust::charge::end(&wxpay, "Wx15463511252015071056489715").await?;
    let calls = sim.calls()?;
    assert!(calls.len() == 3 && calls.iter().all(|call| call["verdict"] == "accepted"), "{calls:?}");
    Ok(())
}

#[test]
fn a_notification_of_apiv2_is_verified_and_answered_by_xml() -> Done {
    let gateway = mock::Server::start()?;
    let wxpay = gateway.client()?;
    let notice = gateway.notice_v2(json!({
        "return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": wxpay.mchid(), "out_trade_no": "A-1",
        "total_fee": "1500", "nonce_str": "n",
    }));
    let answer = |body: &str, price: &str| {
        entrust::notify::notify(&wxpay, body.as_bytes(), |notice| notice["total_fee"] == price)
    };
    assert!(answer(&notice, "1500").body().contains("SUCCESS"));
    assert!(answer(&notice, "1400").body().contains("FAIL"));
    let forged = answer(&notice.replace("1500", "1400"), "1400");
    assert!(forged.body().contains("FAIL") && forged.status() != StatusCode::NO_CONTENT);
    Ok(())
}

#[tokio::test]
async fn a_service_order_is_created_confirmed_and_completed() -> Done {
    let (_sim, wxpay) = start();
    let params = payscore::create::create(&wxpay, "A-00001").await?;
    assert_eq!(params.as_json()["mch_id"], wxpay.mchid());
    assert!(params.to_query().contains("sign="));
    let done = payscore::complete::complete(wxpay, "A-00001".into(), 200).await?;
    assert_eq!(done["out_order_no"], "A-00001");
    Ok(())
}

#[tokio::test]
async fn coupons_are_sent_and_stocks_listed_to_the_end() -> Done {
    let (sim, wxpay) = start();
    let payer = openid(&sim, "alice", "wx0000000000000001");
    assert!(!coupons::send::send(&wxpay, &payer, "9856000", "R-1").await?.is_empty());
    let gateway = mock::Server::start()?;
    gateway.on(Method::GET, "v3/marketing/favor/stocks").reply_with(|call| {
        let from: u32 = call
            .query()
            .and_then(|query| query.split("offset=").nth(1))
            .map_or(0, |rest| rest.split('&').next().and_then(|number| number.parse().ok()).unwrap_or(0));
        let data: Vec<_> = (from..(from + 10).min(13)).map(|n| json!({"stock_id": n.to_string()})).collect();
        json!({"total_count": 13, "limit": 10, "offset": from, "data": data})
    });
    let names = coupons::stocks::stocks(&gateway.client()?).await?;
    assert_eq!(names, (0..13).map(|n| n.to_string()).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn a_complaint_is_seen_answered_and_gone() -> Done {
    let (sim, wxpay) = start();
    paid(&sim, &wxpay, "A-00001", 100).await;
    complaints::answer::notify_at(&wxpay, "https://shop.example.com/wxpay/complaints").await?;
    sim.post("complaints", json!({"order": "A-00001", "text": "no book came", "phone": "13800138000"}))?;
    let open = complaints::list::open(&wxpay, "2026-11-20", "2026-11-25").await?;
    assert_eq!((open.len(), open[0].text.as_str(), open[0].phone.as_deref()), (1, "no book came", Some("13800138000")));
    complaints::answer::answer(&wxpay, &open[0].id, "it is on its way").await?;
    assert_eq!(complaints::list::open(&wxpay, "2026-11-20", "2026-11-25").await?.len(), 0);
    assert_eq!(sim.get("complaints")?["items"][0]["state"], "PROCESSED");
    Ok(())
}

#[tokio::test]
async fn a_merchant_applies_with_pictures_and_sealed_names() -> Done {
    let (sim, _) = start();
    let partner = sim.merchant(PARTNER)?.client()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("license.jpg");
    std::fs::write(&file, [0xff, 0xd8, 0xff, 0xe0, 0, 0])?;
    assert!(!applyment::apply::upload(&partner, file.to_str().unwrap()).await?.is_empty());
    let form = wechatpay_chain::catalog::operation("POST", "v3/applyment4sub/applyment/").ok_or("unknown")?;
    let mut form = form.example_request().body().clone();
    form["contact_info"]["contact_name"] = json!("张三");
    assert!(applyment::apply::apply(&partner, form).await? > 0);
    let call = &sim.calls()?[0];
    assert_eq!(call["plain"]["contact_info"]["contact_name"], "张三", "{call}");
    assert!(!call["body"].as_str().unwrap().contains("张三"));
    let (state, _) = applyment::apply::state(&partner, "1900013511_10000").await?;
    assert!(state.starts_with("APPLYMENT_STATE_"), "{state}");
    Ok(())
}

/// By the stand-in: the catalogue joins both ways of ordering overseas, and so does not let one of them pass.
#[tokio::test]
async fn an_overseas_order_goes_to_its_own_host() -> Done {
    let gateway = mock::Server::start()?;
    gateway.lenient();
    gateway.on(Method::POST, "v3/global/transactions/native").reply(json!({"code_url": "weixin://wxpay/x"}));
    let builder = gateway.builder().egress("apihk.mch.weixin.qq.com", gateway.url());
    let partner = overseas::order::client(builder)?;
    assert_eq!(overseas::order::order(&partner, SUB, "A-00001").await?, "weixin://wxpay/x");
    let call = &gateway.calls()[0];
    assert_eq!(call.headers()["x-forwarded-host"], "apihk.mch.weixin.qq.com");
    assert_eq!(call.json()["sp_mchid"], partner.mchid());
    Ok(())
}
