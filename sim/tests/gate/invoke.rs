//! What a front end hands to the WeChat client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechatpay_chain::{Client, PrivateKey, SignType};
use wechatpay_sim::Simulator;

use super::by_hand::{key, seconds};

const APPID: &str = "wx0000000000000001";
const MCHID: &str = "1900000001";
const SUB_APPID: &str = "wx0000000000000011";

fn openid(sim: &Simulator, appid: &str) -> Value {
    sim.get("payers/alice").unwrap()["openids"][appid].clone()
}

fn order(wxpay: &Client, sim: &Simulator, number: &str, kind: &str) -> String {
    let mut body = json!({
        "appid": APPID, "mchid": MCHID, "description": "a book", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    });
    if kind == "jsapi" {
        body["payer"] = json!({"openid": openid(sim, APPID)});
    }
    let answer = wxpay.chain(format!("v3/pay/transactions/{kind}")).post(body).unwrap();
    answer["prepay_id"].as_str().unwrap().to_owned()
}

fn order_v2(wxpay: &Client, sim: &Simulator, number: &str, kind: &str, sign_type: SignType) -> String {
    let body = json!({
        "appid": APPID, "mch_id": MCHID, "body": "a book", "out_trade_no": number, "total_fee": "100",
        "spbill_create_ip": "203.0.113.7", "notify_url": "http://127.0.0.1:9/paid", "trade_type": kind,
        "openid": openid(sim, APPID), "sign_type": sign_type.as_str(),
    });
    let answer = wxpay.chain("v2/pay/unifiedorder").post(body).unwrap();
    answer["prepay_id"].as_str().unwrap().to_owned()
}

fn invoke(sim: &Simulator, kind: &str, params: &Value) -> Value {
    sim.post("invoke", json!({"kind": kind, "params": params})).unwrap()
}

/// The parameters of a page, signed by a key over four lines.
fn signed(key: &PrivateKey, appid: &str, prepay_id: &str, time: &str, message: &str) -> Value {
    json!({
        "appId": appid, "timeStamp": time, "nonceStr": "n1", "package": format!("prepay_id={prepay_id}"),
        "signType": "RSA", "paySign": STANDARD.encode(key.sign(message.as_bytes()).unwrap()),
    })
}

/// What was refused: the word, the client's words, and what differs.
fn refused(answer: &Value) -> (&str, &str, &Value) {
    assert_eq!(answer["ok"], false, "{answer}");
    (answer["error"].as_str().unwrap(), answer["client_text"].as_str().unwrap(), &answer["differs"])
}

#[test]
fn what_the_sdk_signs_the_client_takes() {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let prepay_id = order(&wxpay, &sim, "A-00001", "jsapi");
    let mut page = serde_json::to_value(wxpay.pay_params().jsapi(APPID, &prepay_id).unwrap()).unwrap();
    for kind in ["jsapi", "mini"] {
        let taken = invoke(&sim, kind, &page);
        assert_eq!((&taken["ok"], &taken["order"]["out_trade_no"]), (&json!(true), &json!("A-00001")), "{taken}");
        assert_eq!(taken["pay_url"], format!("{}_/pay/{prepay_id}", sim.url()));
    }
    // A mini program does not name itself.
    page.as_object_mut().unwrap().remove("appId");
    assert_eq!(invoke(&sim, "mini", &page)["ok"], true);
    let prepay_id = order(&wxpay, &sim, "A-00002", "app");
    let app = serde_json::to_value(wxpay.pay_params().app(APPID, &prepay_id).unwrap()).unwrap();
    assert_eq!(invoke(&sim, "app", &app)["ok"], true);
    let sdk = json!({
        "appId": app["appid"], "partnerId": app["partnerid"], "prepayId": app["prepayid"], "packageValue": app["package"],
        "nonceStr": app["noncestr"], "timeStamp": app["timestamp"].as_str().unwrap().parse::<u64>().unwrap(),
        "sign": app["sign"],
    });
    assert_eq!(invoke(&sim, "app", &sdk)["ok"], true);
}

#[test]
fn what_is_signed_with_the_apiv2_key_is_taken_for_its_orders() {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    for (number, kind) in [("A-00001", SignType::Md5), ("A-00002", SignType::HmacSha256)] {
        let prepay_id = order_v2(&wxpay, &sim, number, "JSAPI", kind);
        let page = serde_json::to_value(wxpay.pay_params_v2().jsapi(APPID, &prepay_id, kind).unwrap()).unwrap();
        assert_eq!(invoke(&sim, "jsapi", &page)["order"]["out_trade_no"], number);
        let other = if kind == SignType::Md5 { SignType::HmacSha256 } else { SignType::Md5 };
        let page = serde_json::to_value(wxpay.pay_params_v2().jsapi(APPID, &prepay_id, other).unwrap()).unwrap();
        assert_eq!(refused(&invoke(&sim, "jsapi", &page)).0, "sign_type");
        let page = serde_json::to_value(wxpay.pay_params().jsapi(APPID, &prepay_id).unwrap()).unwrap();
        assert_eq!(refused(&invoke(&sim, "jsapi", &page)).0, "sign_type");
    }
    let prepay_id = order_v2(&wxpay, &sim, "A-00003", "APP", SignType::HmacSha256);
    let mut app =
        serde_json::to_value(wxpay.pay_params_v2().app(APPID, &prepay_id, SignType::HmacSha256).unwrap()).unwrap();
    assert_eq!(invoke(&sim, "app", &app)["ok"], true);
    app["noncestr"] = "another".into();
    assert_eq!(refused(&invoke(&sim, "app", &app)), ("signature", "支付验证签名失败", &Value::Null));
}

#[test]
fn what_is_wrong_is_named_with_what_the_client_says() {
    const SIGNATURE: &str = "支付验证签名失败";
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let prepay_id = order(&wxpay, &sim, "A-00001", "jsapi");
    let right = serde_json::to_value(wxpay.pay_params().jsapi(APPID, &prepay_id).unwrap()).unwrap();
    let milliseconds = format!("{}000", right["timeStamp"].as_str().unwrap());
    for (name, value, error, text) in [
        ("appId", json!("wx0000000000000002"), "app_id", SIGNATURE),
        ("package", json!(prepay_id), "package", SIGNATURE),
        ("package", json!("prepay_id=wx1"), "prepay_id", SIGNATURE),
        ("timeStamp", json!("1"), "too_old", "支付请求已失效"),
        ("timeStamp", json!("-9223372036854775808"), "too_old", "支付请求已失效"),
        ("timeStamp", json!("soon"), "time_stamp", "支付请求已失效"),
        ("timeStamp", json!(milliseconds), "milliseconds", "支付请求已失效"),
        ("timeStamp", json!(1), "missing", "调用支付JSAPI缺少参数：timeStamp"),
        ("nonceStr", json!(""), "missing", "调用支付JSAPI缺少参数：nonceStr"),
        ("signType", json!("MD5"), "sign_type", SIGNATURE),
        ("paySign", json!("AAAA"), "signature", SIGNATURE),
        ("paySign", json!("no base64"), "signature", SIGNATURE),
        ("nonceStr", json!("another"), "signature", SIGNATURE),
    ] {
        let mut params = right.clone();
        params[name] = value.clone();
        let answer = invoke(&sim, "jsapi", &params);
        let (found, said, differs) = refused(&answer);
        assert_eq!((found, said), (error, text), "{name}: {value}");
        if !["prepay_id", "missing", "signature"].contains(&error) {
            let sent = (&differs["part"], &differs["sent"]);
            assert_eq!(sent, (&json!(name), &params[name]), "{name}: {value}");
        }
    }
    assert_eq!(refused(&invoke(&sim, "app", &right)).0, "missing");
    for body in
        [json!({"kind": "x", "params": {}}), json!({"kind": "app"}), json!({"kind": "app", "params": {}, "x": 1})]
    {
        assert_eq!(sim.post("invoke", body).unwrap_err().code(), "BAD_REQUEST");
    }
    sim.post("orders/A-00001/close", json!({})).unwrap();
    assert_eq!(refused(&invoke(&sim, "jsapi", &right)), ("ended", "支付请求已失效", &Value::Null));
}

#[test]
fn an_apps_order_is_the_apps_of_its_merchant() {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let prepay_id = order(&wxpay, &sim, "A-00001", "app");
    let right = serde_json::to_value(wxpay.pay_params().app(APPID, &prepay_id).unwrap()).unwrap();
    for (name, value, error) in [
        ("partnerid", json!("1900000002"), "partner_id"),
        ("package", json!(format!("prepay_id={prepay_id}")), "package"),
        ("prepayid", json!("wx1"), "prepay_id"),
    ] {
        let mut params = right.clone();
        params[name] = value;
        assert_eq!(refused(&invoke(&sim, "app", &params)).0, error);
    }
    // Signed like a page's.
    let page = serde_json::to_value(wxpay.pay_params().jsapi(APPID, &prepay_id).unwrap()).unwrap();
    assert_eq!(refused(&invoke(&sim, "jsapi", &page)).0, "prepay_id");
    let as_page = json!({
        "appid": APPID, "partnerid": MCHID, "prepayid": prepay_id, "package": "Sign=WXPay", "noncestr": page["nonceStr"],
        "timestamp": page["timeStamp"], "sign": page["paySign"],
    });
    let answer = invoke(&sim, "app", &as_page);
    let expected = json!({
        "line": 4, "part": "line 4", "sent": format!("prepay_id={prepay_id}"), "expected": prepay_id,
    });
    assert_eq!(refused(&answer), ("signature", "支付验证签名失败", &expected));
}

#[test]
fn the_usual_mistakes_of_a_signature_are_found() {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let prepay_id = order(&wxpay, &sim, "A-00001", "jsapi");
    let (own, (other_serial, other)) = (key(&sim, MCHID).1, key(&sim, "1900000002"));
    let time = seconds().to_string();
    let right = format!("{APPID}\n{time}\nn1\nprepay_id={prepay_id}\n");
    let answer =
        |key: &PrivateKey, message: &str| invoke(&sim, "jsapi", &signed(key, APPID, &prepay_id, &time, message));
    assert_eq!(answer(&own, &right)["ok"], true);
    let of_other = answer(&other, &right);
    assert_eq!(of_other["differs"]["sent"], format!("{other_serial} of 1900000002"));
    assert_eq!(of_other["differs"]["expected"], format!("a valid one of {MCHID}"));
    for (message, sent) in [
        (right.trim_end().to_owned(), format!("prepay_id={prepay_id}")),
        (format!("{right}\n"), format!("prepay_id={prepay_id}\\n\\n")),
        (format!("{APPID}\n{time}\nn1\n{prepay_id}\n"), prepay_id.clone()),
    ] {
        let answer = answer(&own, &message);
        assert_eq!((&answer["differs"]["line"], &answer["differs"]["sent"]), (&json!(4), &json!(sent)));
    }
    assert_eq!(answer(&own, "something else")["differs"], Value::Null);
}

#[test]
fn a_certificate_that_was_revoked_signs_nothing() {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let prepay_id = order(&wxpay, &sim, "A-00001", "jsapi");
    let page = serde_json::to_value(wxpay.pay_params().jsapi(APPID, &prepay_id).unwrap()).unwrap();
    assert_eq!(invoke(&sim, "jsapi", &page)["ok"], true);
    let serial = key(&sim, MCHID).0;
    sim.post(&format!("merchants/{MCHID}/certificates"), json!({})).unwrap();
    sim.delete(&format!("merchants/{MCHID}/certificates/{serial}")).unwrap();
    let answer = invoke(&sim, "jsapi", &page);
    assert_eq!(refused(&answer).0, "signature");
    assert_eq!(answer["differs"]["part"], "key");
}

#[test]
fn a_partner_signs_for_the_app_that_asks() {
    const P: &str = "1900000010";
    let sim = Simulator::builder().start().unwrap();
    let partner = sim.merchant(P).unwrap().client().unwrap();
    let place = |number: &str, payer: Value| {
        let body = json!({
            "sp_appid": APPID, "sp_mchid": P, "sub_mchid": "1900000011", "sub_appid": SUB_APPID,
            "description": "a book", "out_trade_no": number, "notify_url": "http://127.0.0.1:9/paid",
            "amount": {"total": 100, "currency": "CNY"}, "payer": payer,
        });
        let answer = partner.chain("v3/pay/partner/transactions/jsapi").post(body).unwrap();
        answer["prepay_id"].as_str().unwrap().to_owned()
    };
    let page = |appid: &str, prepay_id: &str| {
        let params = partner.pay_params().jsapi(appid, prepay_id).unwrap();
        invoke(&sim, "jsapi", &serde_json::to_value(params).unwrap())
    };
    let of_sub = place("A-00001", json!({"sub_openid": openid(&sim, SUB_APPID)}));
    assert_eq!(page(SUB_APPID, &of_sub)["ok"], true);
    assert_eq!(refused(&page(APPID, &of_sub)).0, "app_id");
    let of_partner = place("A-00002", json!({"sp_openid": openid(&sim, APPID)}));
    assert_eq!(page(APPID, &of_partner)["ok"], true);
    // The sub-merchant's app, but the partner's app was signed.
    let time = seconds().to_string();
    let message = format!("{APPID}\n{time}\nn1\nprepay_id={of_sub}\n");
    let answer = invoke(&sim, "jsapi", &signed(&key(&sim, P).1, SUB_APPID, &of_sub, &time, &message));
    assert_eq!((&answer["differs"]["line"], &answer["differs"]["sent"]), (&json!(1), &json!(APPID)));
    // The key is the partner's, not the sub-merchant's.
    let message = format!("{SUB_APPID}\n{time}\nn1\nprepay_id={of_sub}\n");
    let (serial, sub) = key(&sim, "1900000011");
    let answer = invoke(&sim, "jsapi", &signed(&sub, SUB_APPID, &of_sub, &time, &message));
    assert_eq!(answer["differs"]["sent"], format!("{serial} of 1900000011"));
}

#[test]
fn an_order_names_the_calls_that_were_about_it() {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let prepay_id = order(&wxpay, &sim, "A-00001", "jsapi");
    order(&wxpay, &sim, "A-00002", "app");
    let path = "v3/pay/transactions/out-trade-no/A-00001";
    wxpay.chain(path).query("mchid", MCHID).get().unwrap();
    let one = sim.get("orders/A-00001").unwrap();
    assert_eq!(one["refs"]["calls"], json!(["call_1", "call_3"]));
    let all = sim.get("orders").unwrap();
    assert_eq!((&all["items"][0]["refs"]["calls"], &all["items"][1]), (&json!(["call_2"]), &one));
    let page = serde_json::to_value(wxpay.pay_params().jsapi(APPID, &prepay_id).unwrap()).unwrap();
    assert_eq!(invoke(&sim, "jsapi", &page)["order"], one);
    sim.delete("calls").unwrap();
    assert_eq!(sim.get("orders/A-00001").unwrap()["refs"]["calls"], json!([]));
}
