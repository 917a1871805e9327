//! The client in detail.

use std::fs;
use std::sync::Arc;

use tokio::net::TcpListener;
use wechatpay_chain::{Bill, ErrorKind, Method, json, mock};
use wechatpay_guide::notifications::handler::{Shop, router};
use wechatpay_guide::sdk::{answers, known, older, push, sealed, total};

use super::bench::{Done, Kept, openid, paid, start};

#[tokio::test]
async fn an_answer_is_read_by_members_that_must_be_there_and_such_that_may() -> Done {
    let (sim, wxpay) = start();
    let id = paid(&sim, &wxpay, "A-00001", 100).await;
    let order = answers::look_up(&wxpay, &id).await?;
    assert_eq!((order.state.as_str(), order.attach), ("SUCCESS", None));
    assert!(!order.openid.is_empty());
    let gateway = mock::Server::start()?;
    gateway.on(Method::GET, "v3/pay/transactions/id/{transaction_id}").reply(json!({"attach": "a"}));
    let error = answers::look_up(&gateway.client()?, "1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("/trade_state"), "{error}");
    Ok(())
}

#[tokio::test]
async fn named_members_are_sealed_and_absent_ones_left_alone() -> Done {
    let gateway = mock::Server::start()?;
    let wxpay = gateway.client()?;
    let mut receiver = json!({
        "appid": "wx8888888888888888", "type": "PERSONAL_OPENID", "account": "o-1", "relation_type": "USER",
    });
    let error = sealed::add(&wxpay, receiver.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("/name"), "{error}");
    receiver["name"] = json!("张三");
    sealed::add(&wxpay, receiver).await?;
    let part = json!({"type": "PERSONAL_OPENID", "account": "o-1", "amount": 1, "description": "a share"});
    let mut named = part.clone();
    named["name"] = json!("李四");
    let order = json!({
        "appid": "wx8888888888888888", "transaction_id": "4208450740201411110007820472", "out_order_no": "S-1",
        "receivers": [named, part], "unfreeze_unsplit": true,
    });
    sealed::share(wxpay, order).await?;
    let calls = gateway.calls();
    let [add, share] = &calls[..] else { panic!("what cannot be sealed is not sent: {calls:?}") };
    for (call, name) in [(add, "张三"), (share, "李四")] {
        assert!(!String::from_utf8_lossy(call.body()).contains(name), "{name}");
    }
    assert_eq!((&add.json()["name"], &share.json()["receivers"][0]["name"]), (&json!("张三"), &json!("李四")));
    assert_eq!(share.json().pointer("/receivers/1/name"), None);
    Ok(())
}

#[tokio::test]
async fn an_endpoint_is_found_and_what_is_wrong_known_before_it_is_sent() -> Done {
    let (sim, wxpay) = start();
    assert!(known::find("refund 退款").iter().any(|path| path.contains("refund")));
    let payer = openid(&sim, "alice", "wx0000000000000001");
    sim.patch("payers/alice", json!({"real_name": "张三"}))?;
    let mut receiver = json!({
        "appid": "wx0000000000000001", "type": "PERSONAL_OPENID", "account": payer, "name": "张三",
        "relation_type": "USER",
    });
    assert_eq!(known::problems(&receiver), Vec::<String>::new());
    known::add(&wxpay, receiver.clone()).await?;
    assert!(!sim.calls()?[0]["body"].as_str().unwrap().contains("张三"));
    receiver["relation_type"] = json!("FRIEND");
    let problems = known::problems(&receiver);
    assert!(problems.len() == 1 && problems[0].contains("relation_type"), "{problems:?}");
    Ok(())
}

#[test]
fn a_bill_adds_up_and_its_damaged_lines_are_shown() -> Done {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bill.csv");
    let head = "交易时间,商户订单号,应结订单金额\r\n";
    let tail = "总交易单数,应结订单总金额\r\n`2,`3.01\r\n";
    fs::write(&file, format!("{head}`10:00,`A-1,`1.00\r\n`10:01,`A-2\r\n`10:02,`A-3,`2.01\r\n{tail}"))?;
    let day = total::Day { total: 301, added: 301, damaged: vec!["`10:01,`A-2".to_owned()] };
    assert_eq!(total::day(&file)?, day);
    fs::write(&file, format!("{head}`10:00,`A-1,`1.00\r\n"))?;
    assert_eq!(total::day(&file).unwrap_err().kind(), ErrorKind::Decode);
    Ok(())
}

#[tokio::test]
async fn apiv2_refunds_and_streams_a_bill() -> Done {
    let gateway = mock::Server::start()?;
    let wxpay = gateway.client()?;
    let refund = older::refund(wxpay.clone(), "A-00001".into(), "R-00001".into()).await?;
    assert_eq!(refund["result_code"], "SUCCESS");
    push::sell(&gateway, 3);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bill.csv");
    older::bill(&wxpay, "20261121", &file).await?;
    let rows = Bill::open(&file)?.rows().collect::<Result<Vec<_>, _>>()?;
    let first = rows.iter().map(|row| row.get("商户订单号")).next().flatten();
    assert_eq!((rows.len(), first), (3, Some("A-00001")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_in_sends_notifications_right_and_forged() -> Done {
    let gateway = mock::Server::start()?;
    let kept = Arc::new(Kept::default());
    let shop = Shop { wxpay: gateway.client()?, books: kept.clone() };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/wxpay/notify", listener.local_addr()?);
    tokio::spawn(async { axum::serve(listener, router(shop)).await });
    let answers = tokio::task::spawn_blocking(move || push::push(&gateway, &url)).await??;
    assert_eq!(answers, (204, 401));
    assert_eq!(kept.0.lock().unwrap().len(), 1);
    Ok(())
}
