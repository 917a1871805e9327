//! The SDK over TLS and by the proxy: what it sends, what it believes, and what the journal says of the way.

use serde_json::{Value, json};
use wechatpay_chain::{Client, ErrorKind};
use wechatpay_sim::Simulator;

use super::by_hand::{Done, address, by_proxy, by_tls, keys, last, start};

fn native(number: &str) -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": number,
        "notify_url": "https://shop.example.com/notify", "amount": {"total": 100},
    })
}

/// An order from its creation to its bill; the base of the bill's URL.
fn lives(sim: &Simulator, wxpay: &Client, number: &str) -> Result<String, Box<dyn std::error::Error>> {
    let made = wxpay.chain("v3/pay/transactions/native").post(native(number))?;
    assert!(made["code_url"].as_str().is_some_and(|url| url.starts_with("weixin://")));
    sim.pay(number).send()?;
    let asked = wxpay.chain(format!("v3/pay/transactions/out-trade-no/{number}")).query("mchid", "1900000001").get()?;
    assert_eq!(asked["trade_state"], "SUCCESS");
    sim.patch("settings", json!({"bills": {"immediate": true}}))?;
    let today = sim.get("clock")?["now"].as_str().unwrap()[..10].to_owned();
    let bill = wxpay.chain("v3/bill/tradebill").query("bill_date", &today).get()?;
    let url = bill["download_url"].as_str().unwrap().to_owned();
    let mut file = Vec::new();
    wxpay.download(&bill)?.to_writer(&mut file)?;
    assert!(String::from_utf8(file)?.contains(number));
    Ok(url[..url.find("/v3/").unwrap()].to_owned())
}

#[test]
fn an_order_lives_over_tls() -> Done {
    let sim = start();
    let base = lives(&sim, &by_tls(&sim).build()?, "A00001")?;
    let tls = sim.tls_url().unwrap();
    assert_eq!(base, tls.trim_end_matches('/'));
    let call = last(&sim);
    assert_eq!((&call["listener"], &call["host"]), (&json!("tls"), &json!(address(&tls))));
    Ok(())
}

#[test]
fn an_order_lives_by_the_proxy_with_the_base_uri_untouched() -> Done {
    let sim = start();
    let base = lives(&sim, &by_proxy(&sim).build()?, "A00001")?;
    assert_eq!(base, "https://api.mch.weixin.qq.com");
    let call = last(&sim);
    assert_eq!((&call["listener"], &call["host"]), (&json!("tls"), &json!("api.mch.weixin.qq.com")));
    Ok(())
}

#[test]
fn the_second_host_is_led_too() -> Done {
    let sim = start();
    let wxpay = by_proxy(&sim).base_uri("https://api2.mch.weixin.qq.com").build()?;
    wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?;
    assert_eq!(last(&sim)["host"], "api2.mch.weixin.qq.com");
    Ok(())
}

#[test]
fn who_does_not_trust_the_ca_sends_nothing() -> Done {
    let sim = start();
    let wxpay = keys(&sim).base_uri(sim.tls_url().unwrap()).build()?;
    let error = wxpay.chain("v3/pay/transactions/native").post(native("A00001")).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Connect, false), "{error}");
    assert!(sim.orders()?.is_empty() && sim.calls()?.is_empty());
    Ok(())
}

#[test]
fn pages_for_payers_are_never_at_a_host_of_wechat_pay() -> Done {
    let sim = start();
    sim.patch("settings", json!({"code_url": "http"}))?;
    let h5 = |number: &str| {
        let mut body = native(number);
        body["scene_info"] = json!({"payer_client_ip": "10.0.0.1", "h5_info": {"type": "Wap"}});
        body
    };
    let mut number = 0;
    for (wxpay, base) in [
        (by_proxy(&sim).build()?, sim.url()),
        (by_tls(&sim).build()?, sim.tls_url().unwrap()),
        (sim.client()?, sim.url()),
    ] {
        number += 1;
        let url = wxpay.chain("v3/pay/transactions/h5").post(h5(&format!("H0000{number}")))?;
        assert!(url["h5_url"].as_str().unwrap().starts_with(&format!("{base}_/h5?")), "{url:?}");
        let url = wxpay.chain("v3/pay/transactions/native").post(native(&format!("N0000{number}")))?;
        assert!(url["code_url"].as_str().unwrap().starts_with(&format!("{base}_/pay/")), "{url:?}");
    }
    Ok(())
}

#[test]
fn the_environment_names_every_way() -> Done {
    let sim = start();
    let env = sim.get("env")?;
    let info = sim.get("info")?;
    for (variable, member, url) in
        [("WECHATPAY_SIM_TLS", "tls", sim.tls_url()), ("WECHATPAY_SIM_PROXY", "proxy", sim.proxy_url())]
    {
        let url = url.unwrap().trim_end_matches('/').to_owned();
        assert_eq!((&env[variable], &info[member]), (&json!(url), &json!(url)));
    }
    assert_eq!(env["WECHATPAY_SIM_CA"], sim.ca()?);
    let plain = Simulator::builder().start()?;
    assert_eq!((plain.tls_url(), plain.proxy_url()), (None, None));
    assert_eq!((&plain.get("info")?["tls"], &plain.get("info")?["proxy"]), (&Value::Null, &Value::Null));
    Ok(())
}

#[test]
fn an_address_in_use_is_told_of_its_listener() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for (builder, code) in [
        (Simulator::builder().listen(address), "ADDRESS"),
        (Simulator::builder().tls_at(address), "TLS_ADDRESS"),
        (Simulator::builder().proxy_at(address), "PROXY_ADDRESS"),
    ] {
        assert_eq!(builder.start().map(|_| ()).unwrap_err().code(), code);
    }
}
