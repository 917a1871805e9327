//! A complaint from its making to its end: told, read, its images fetched, answered, finished.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_chain::{Client, Media};
use wechatpay_sim::Simulator;

use crate::receiver::{Done, Receiver, frozen};

const LIST: &str = "v3/merchant-service/complaints-v2";

/// An order that alice has paid.
fn paid(sim: &Simulator, client: &Client, number: &str) -> Done {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "茶", "out_trade_no": number,
        "notify_url": "https://shop.example/paid", "amount": {"total": 100, "currency": "CNY"},
    });
    client.chain("v3/pay/transactions/native").post(order)?;
    sim.pay(number).send()?;
    Ok(())
}

#[test]
fn it_is_told_read_answered_and_finished() -> Done {
    let sim = frozen();
    let client = sim.client()?;
    let receiver = Receiver::verifying(client.clone());
    let set = client.chain("v3/merchant-service/complaint-notifications").post(json!({"url": receiver.url()}))?;
    assert_eq!(set["url"], receiver.url());
    paid(&sim, &client, "A-00001")?;
    let photo = b"\xff\xd8\xff\xe0a wet book";
    let made = sim.post(
        "complaints?wait=notices",
        json!({"order": "A-00001", "text": "it is wet", "phone": "13912345678", "images": [STANDARD.encode(photo)]}),
    )?;
    assert_eq!(made["notices"][0]["state"], "accepted", "{made}");
    let notice = receiver.received()[0].notice(&client)?;
    assert_eq!((notice.event_type(), notice.original_type()), ("COMPLAINT.CREATE", Some("complaint")));
    let id = notice.resource()["complaint_id"].as_str().ok_or("a number")?.to_owned();
    assert_eq!(notice.resource(), &json!({"complaint_id": id, "action_type": "CREATE_COMPLAINT"}));

    let list = client.chain(LIST).query("begin_date", "2026-11-25").query("end_date", "2026-11-25").get()?;
    assert_eq!((&list["total_count"], &list["data"][0]["complaint_id"]), (&json!(1), &json!(id)));
    let one = client.chain(format!("{LIST}/{id}")).get()?;
    assert_ne!(one["payer_phone"], "13912345678");
    assert_eq!(
        (one.decrypt("/payer_phone")?, list.decrypt("/data/0/payer_phone")?),
        ("13912345678".into(), "13912345678".into())
    );

    let url = one["complaint_media_list"][0]["media_url"][0].as_str().ok_or("an address")?;
    assert!(url.starts_with(sim.url().trim_end_matches('/')) && url.contains("%2F"), "{url}");
    let mut bytes = Vec::new();
    client.download_url(url)?.to_writer(&mut bytes)?;
    assert_eq!(bytes, photo);

    let upload = client.chain("v3/merchant-service/images/upload").post(Media::new("dry.png", "\u{89}PNG"))?;
    let answer = json!({
        "complainted_mchid": "1900000001", "response_content": "a dry one is on its way",
        "response_images": [upload["media_id"]],
    });
    assert_eq!(client.chain(format!("{LIST}/{id}/response")).post(answer)?.status().as_u16(), 204);
    client.chain(format!("{LIST}/{id}/complete")).post(json!({"complainted_mchid": "1900000001"}))?;
    let actions: Vec<Value> = receiver
        .wait(3)
        .iter()
        .map(|received| received.notice(&client).map(|notice| notice.resource()["action_type"].clone()))
        .collect::<Result<_, _>>()?;
    assert_eq!(actions, ["CREATE_COMPLAINT", "MERCHANT_RESPONSE", "MERCHANT_CONFIRM_COMPLETE"]);

    let history = client.chain(format!("{LIST}/{id}/negotiation-historys")).get()?;
    assert_eq!(history["total_count"], 3);
    let url = history["data"][1]["image_list"][0].as_str().ok_or("an address")?;
    let mut bytes = Vec::new();
    client.download_url(url)?.to_writer(&mut bytes)?;
    assert_eq!(bytes, "\u{89}PNG".as_bytes());
    Ok(())
}

#[test]
fn a_payer_who_is_not_content_is_told_of_too() -> Done {
    let sim = frozen();
    let client = sim.client()?;
    let receiver = Receiver::verifying(client.clone());
    sim.patch("merchants/1900000001", json!({"complaint_notify_url": receiver.url()}))?;
    paid(&sim, &client, "A-00001")?;
    let id =
        sim.post("complaints", json!({"order": "A-00001"}))?["complaint_id"].as_str().ok_or("a number")?.to_owned();
    client.chain(format!("{LIST}/{id}/complete")).post(json!({"complainted_mchid": "1900000001"}))?;
    let again = sim.post(&format!("complaints/{id}/user_reply?wait=notices"), json!({"text": "no"}))?;
    assert_eq!(
        (&again["state"], &again["notices"][0]["event_type"]),
        (&json!("PENDING"), &json!("COMPLAINT.STATE_CHANGE"))
    );
    let last = receiver.wait(3).pop().ok_or("a notice")?;
    assert_eq!(last.notice(&client)?.resource()["action_type"], "CONTINUE_COMPLAINT");
    let events = sim.get("complaints?state=PENDING")?;
    assert_eq!(events["items"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[test]
fn an_address_must_be_one() -> Done {
    let sim = frozen();
    let client = sim.client()?;
    for url in ["shop", "https://shop.example/x?a=1", ""] {
        let refused =
            client.chain("v3/merchant-service/complaint-notifications").post(json!({"url": url})).unwrap_err();
        assert_eq!(
            refused.rejection().map(|rejection| rejection.code().to_owned()),
            Some("PARAM_ERROR".to_owned()),
            "{url}"
        );
    }
    Ok(())
}
