//! How a notice looks.

use serde_json::{Value, json};

use crate::receiver::{Done, Receiver, advance, frozen, now, send};

const PAID: &str = "TRANSACTION.SUCCESS";

#[test]
fn the_sdk_believes_and_reads_it() -> Done {
    let sim = frozen();
    let receiver = Receiver::verifying(sim.client()?);
    let notice = send(&sim, PAID, &receiver.url());
    assert_eq!((&notice["state"], &notice["attempts"][0]["status"]), (&json!("accepted"), &json!(204)));
    let came = receiver.received();
    let read = came[0].notice(&sim.client()?)?;
    assert_eq!((read.event_type(), read.original_type()), (PAID, Some("transaction")));
    assert_eq!((read.summary(), read.create_time()), ("支付成功", "2026-11-25T10:00:00+08:00"));
    assert_eq!(read.id(), notice["notice_id"]);
    assert_eq!((read.resource(), &read.resource()["sp_mchid"]), (&notice["resource"], &json!("1900000001")));
    Ok(())
}

#[test]
fn names_of_headers_are_spelled_as_the_documents_have_them() {
    let sim = frozen();
    let receiver = Receiver::always(204);
    send(&sim, PAID, &receiver.url());
    let came = receiver.received().remove(0);
    assert_eq!(came.head[0], "POST /notify HTTP/1.1");
    for name in ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial", "Request-ID"] {
        assert!(!came.header(name).is_empty(), "{name} is missing: {:?}", came.head);
    }
    for (name, value) in [
        ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048"),
        ("Content-Type", "application/json"),
        ("User-Agent", "Mozilla/4.0"),
        ("Accept", "*/*"),
        ("Pragma", "no-cache"),
    ] {
        assert_eq!(came.header(name), value);
    }
    let (nonce, timestamp) = (came.header("Wechatpay-Nonce"), came.header("Wechatpay-Timestamp"));
    let since: u64 = timestamp.parse().unwrap();
    let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(
        nonce.len() == 32 && wall.abs_diff(since) < 10,
        "signed by the wall clock whatever the simulated one shows"
    );
}

#[test]
fn the_envelope_has_its_members_in_order() {
    let sim = frozen();
    let receiver = Receiver::always(204);
    send(&sim, PAID, &receiver.url());
    let text = String::from_utf8(receiver.received().remove(0).body).unwrap();
    let body: Value = serde_json::from_str(&text).unwrap();
    let names = ["\"id\"", "\"create_time\"", "\"event_type\"", "\"resource_type\"", "\"summary\"", "\"resource\""];
    let places: Vec<_> = names.iter().map(|name| text.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(body["resource"]["algorithm"], "AEAD_AES_256_GCM");
    assert_eq!(body["resource"]["associated_data"], body["resource"]["original_type"]);
    assert_eq!(body["resource"]["nonce"].as_str().unwrap().len(), 12);
    let id = body["id"].as_str().unwrap();
    assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "a UUID: {id}");
}

#[test]
fn the_body_is_the_same_at_each_attempt_and_the_signature_is_not() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(500);
    let notice = send(&sim, PAID, &receiver.url());
    advance(&sim, 30);
    let came = receiver.received();
    assert_eq!(came.len(), 3);
    for other in &came[1..] {
        assert_eq!(other.body, came[0].body);
        for name in ["Wechatpay-Nonce", "Wechatpay-Signature", "Request-ID"] {
            assert_ne!(other.header(name), came[0].header(name), "{name}");
        }
        assert!(other.notice(&sim.client()?).is_ok());
    }
    let shown = now(&sim, &notice);
    assert_eq!(shown["body"].as_str().unwrap().as_bytes(), came[2].body);
    assert_eq!(shown["headers"]["Wechatpay-Signature"], came[2].header("Wechatpay-Signature"));

    sim.patch("rules", json!({"notice.same_body": false}))?;
    advance(&sim, 30);
    let anew = receiver.received().remove(3);
    assert_ne!(anew.body, came[0].body);
    let (anew, first) = (anew.notice(&sim.client()?)?, came[0].notice(&sim.client()?)?);
    assert_eq!((anew.id(), anew.resource()), (first.id(), first.resource()));
    Ok(())
}

#[test]
fn the_body_stays_what_it_was_when_the_key_changes() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(500);
    let before = sim.client()?;
    send(&sim, PAID, &receiver.url());
    sim.post("merchants/1900000001/api_v3_key", json!({}))?;
    advance(&sim, 15);
    assert!(receiver.received()[1].notice(&before).is_ok());
    Ok(())
}

#[test]
fn a_merchant_without_api_v3_key_gets_none() -> Done {
    let sim = frozen();
    sim.delete("merchants/1900000001/api_v3_key")?;
    let body = json!({"event_type": PAID, "mchid": "1900000001", "url": "http://127.0.0.1:1/n"});
    assert_eq!(sim.post("notices", body).unwrap_err().code(), "STATE");
    assert_eq!(sim.get("notices")?["items"], json!([]));
    Ok(())
}

#[test]
fn each_key_mode_is_believed() -> Done {
    let sim = frozen();
    for (mode, merchant) in [("public_key", "1900000001"), ("certificate", "1900000002"), ("grey", "1900000010")] {
        sim.patch(&format!("merchants/{merchant}"), json!({"key_mode": mode}))?;
        let client = sim.merchant(merchant)?.client()?;
        let receiver = Receiver::always(204);
        for _ in 0..8 {
            let body = json!({"event_type": PAID, "mchid": merchant, "url": receiver.url()});
            sim.post("notices?wait=notices", body)?;
        }
        if mode != "public_key" {
            client.certificates().refresh()?;
        }
        let came = receiver.received();
        let by_public_key = came.iter().filter(|one| one.header("Wechatpay-Serial").starts_with("PUB_KEY_ID_"));
        match (mode, by_public_key.count()) {
            ("public_key", 8) | ("certificate", 0) | ("grey", 1..8) => {}
            (_, count) => panic!("{mode}: {count} of 8 by the public key"),
        }
        for one in &came {
            assert!(one.notice(&client).is_ok(), "{mode}: {:?}", one.notice(&client).err());
        }
    }
    Ok(())
}

#[test]
fn any_of_the_112_can_be_sent_and_read() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    sim.patch("settings", json!({"notify": {"concurrency": 16}}))?;
    let events = wechatpay_catalog::notifications().map(|known| match known.protocol() {
        wechatpay_catalog::Protocol::V2 => format!("v2:{}", known.event_type()),
        _ => known.event_type().to_owned(),
    });
    let events: Vec<_> = events.collect();
    for event in &events {
        sim.post("notices", json!({"event_type": event, "mchid": "1900000001", "url": receiver.url()}))?;
    }
    let came = receiver.wait(112);
    let client = sim.client()?;
    let (xml, envelopes): (Vec<_>, Vec<_>) = came.iter().partition(|one| one.header("Content-Type") == "text/xml");
    assert_eq!((xml.len(), envelopes.len()), (10, 102));
    for one in envelopes {
        assert!(one.notice(&client).is_ok(), "{}: {:?}", one.json()["event_type"], one.notice(&client).err());
    }
    let plain = xml.iter().filter(|one| !String::from_utf8_lossy(&one.body).contains("req_info"));
    for one in plain {
        assert!(client.notice_v2(&one.body).is_ok(), "{:?}", client.notice_v2(&one.body).err());
    }
    Ok(())
}

#[test]
fn members_of_an_example_can_be_other_ones() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    let merge = json!({"amount": {"total": 4711}, "attach": null});
    let body = json!({"event_type": PAID, "mchid": "1900000001", "url": receiver.url(), "merge": merge});
    sim.post("notices?wait=notices", body)?;
    let read = receiver.received()[0].notice(&sim.client()?)?;
    assert_eq!(
        (&read.resource()["amount"]["total"], &read.resource()["amount"]["payer_total"]),
        (&json!(4711), &json!(1))
    );
    assert!(read.resource().get("attach").is_none());

    let resource = json!({"hello": "world"});
    let body = json!({"event_type": PAID, "original_type": "profitsharing", "mchid": "1900000001", "url": receiver.url(), "resource": resource});
    sim.post("notices?wait=notices", body)?;
    let read = receiver.received()[1].notice(&sim.client()?)?;
    assert_eq!((read.resource(), read.original_type()), (&resource, Some("profitsharing")));
    Ok(())
}

#[test]
fn what_cannot_be_made_says_why() {
    let sim = frozen();
    let good = json!({"event_type": PAID, "mchid": "1900000001", "url": "http://127.0.0.1:1/n"});
    for (name, value, code, said) in [
        ("event_type", json!("TRANSACTION.SUCCES"), "BAD_REQUEST", "event_type"),
        ("mchid", json!("1"), "NOT_FOUND", "merchant 1"),
        ("url", json!(""), "BAD_REQUEST", "url"),
        ("merge", json!([]), "BAD_REQUEST", "merge"),
        ("resource", json!("x"), "BAD_REQUEST", "resource"),
        ("fault", json!("TIMEOUT_AFTER"), "BAD_REQUEST", "fault"),
        ("fault", json!("NOT A FAULT"), "BAD_REQUEST", "fault"),
        ("uri", json!("x"), "BAD_REQUEST", "uri"),
    ] {
        let mut body = good.clone();
        body[name] = value;
        let error = sim.post("notices", body).unwrap_err();
        assert!(error.code() == code && error.to_string().contains(said), "{name}: {error}");
    }
    assert_eq!(sim.get("notices/not_0").unwrap_err().code(), "NOT_FOUND");
    assert_eq!(sim.post("notices/not_0/resend", json!({})).unwrap_err().code(), "NOT_FOUND");
}
