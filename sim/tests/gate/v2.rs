//! APIv2: signed and refused, with the SDK and by hand.

use std::collections::BTreeMap;

use serde_json::json;
use wechatpay_chain::SignType;
use wechatpay_chain::gateway::v2;
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Done, last, plain};

const QUERY: &str = "/payitil/report";

fn start() -> Simulator {
    Simulator::builder().start().unwrap()
}

fn secret(sim: &Simulator) -> String {
    sim.get("merchants/1900000001/secrets").unwrap()["secret"].as_str().unwrap().to_owned()
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let usual = [("appid", "wx0000000000000001"), ("mch_id", "1900000001"), ("nonce_str", "n1")];
    usual.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn signed(sim: &Simulator, mut fields: BTreeMap<String, String>) -> String {
    let kind = if fields.get("sign_type").is_some_and(|kind| kind == "HMAC-SHA256") {
        SignType::HmacSha256
    } else {
        SignType::Md5
    };
    let sign = v2::sign(&fields, kind, &secret(sim)).unwrap();
    fields.insert("sign".to_owned(), sign);
    v2::write(&fields)
}

fn send(sim: &Simulator, path: &str, body: &str) -> Answer {
    plain(sim, "POST", path, "Content-Type: text/xml; charset=utf-8\r\n", body)
}

/// Of an answer in plain text: its two members.
fn turned_away(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("text/plain; charset=utf-8")));
    let fields = v2::parse(&answer.body).unwrap();
    assert_eq!((fields.len(), fields["return_code"].as_str()), (2, "FAIL"));
    fields["return_msg"].clone()
}

#[test]
fn the_sdk_believes_a_signed_answer() -> Done {
    let sim = start();
    let wxpay = sim.client()?;
    let body = json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "long_url": "weixin://wxpay/x"});
    let answer = wxpay.chain("v2/tools/shorturl").post(body)?;
    assert_eq!((&answer["return_code"], &answer["result_code"]), (&json!("SUCCESS"), &json!("SUCCESS")));
    assert_eq!((&answer["appid"], &answer["mch_id"]), (&json!("wx0000000000000001"), &json!("1900000001")));
    assert_eq!(answer.headers()["sim-example"], "1");
    Ok(())
}

#[test]
fn hmac_is_answered_with_hmac() -> Done {
    let sim = start();
    let body = signed(&sim, fields(&[("long_url", "weixin://wxpay/x"), ("sign_type", "HMAC-SHA256")]));
    let answer = v2::parse(&send(&sim, "/tools/shorturl", &body).body)?;
    assert_eq!(answer["sign"].len(), 64);
    let kind = SignType::HmacSha256;
    let mut unsigned = answer.clone();
    unsigned.remove("sign");
    assert_eq!(answer["sign"], v2::sign(&unsigned, kind, &secret(&sim))?);
    Ok(())
}

#[test]
fn what_is_wrong_with_the_document_is_told_in_plain_text() {
    let sim = start();
    let right = [("long_url", "weixin://wxpay/x")];
    let right = signed(&sim, fields(&right));
    let dtd = format!("<!DOCTYPE xml [<!ENTITY a \"b\">]>{right}");
    let mut other = fields(&[("long_url", "x")]);
    other.insert("mch_id".to_owned(), "1900009191".to_owned());
    let mut nobody = fields(&[("long_url", "x")]);
    nobody.remove("mch_id");
    let mut two = fields(&[("long_url", "x"), ("mchid", "1900000002")]);
    two.remove("sign");
    let mut nonceless = fields(&[("long_url", "x")]);
    nonceless.remove("nonce_str");
    let mut long = fields(&[("long_url", "x")]);
    long.insert("nonce_str".to_owned(), "n".repeat(33));
    for (body, message, why) in [
        ("", "XML格式错误", "xml"),
        ("<xml><a>", "XML格式错误", "xml"),
        (dtd.as_str(), "XML格式错误", "xml"),
        ("<xml></xml>", "XML格式错误", "xml"),
        (&signed(&sim, nobody), "mch_id参数错误", "mch_id"),
        (&signed(&sim, two), "mch_id参数错误", "mch_id"),
        (&signed(&sim, other), "mch_id参数错误", "unknown_mchid"),
        (&right.replace("weixin", "weiyin"), "签名错误", "unknown"),
        (&signed(&sim, fields(&[("long_url", "x"), ("sign_type", "SHA1")])), "签名错误", "sign"),
        (&v2::write(&fields(&[("long_url", "x")])), "缺少参数", "missing"),
        (&signed(&sim, nonceless), "缺少参数", "missing"),
        (&signed(&sim, long), "nonce_str参数长度有误", "nonce"),
        (&signed(&sim, fields(&[])), "缺少参数", "form"),
    ] {
        assert_eq!(turned_away(&send(&sim, "/tools/shorturl", body)), message, "{body}");
        let call = last(&sim);
        assert_eq!((call["refused"]["why"].as_str(), &call["verdict"]), (Some(why), &json!("refused")), "{body}");
    }
}

#[test]
fn some_paths_take_hmac_alone() {
    let sim = start();
    let body = signed(&sim, fields(&[("bill_date", "20261124"), ("account_type", "Basic"), ("sign_type", "MD5")]));
    assert_eq!(turned_away(&send(&sim, "/pay/downloadfundflow", &body)), "签名错误");
    assert_eq!(last(&sim)["refused"]["why"], "sign_type");
}

#[test]
fn unknown_members_and_missing_certificates_are_warned_of() {
    let sim = start();
    let body = signed(&sim, fields(&[("long_url", "weixin://wxpay/x"), ("tea", "1")]));
    let answer = send(&sim, "/tools/shorturl", &body);
    assert_eq!((answer.status, answer.header("Sim-Warning")), (200, Some("v2.unknown_member")));
    sim.patch("rules", json!({"schema.v2_unknown": "refuse"})).unwrap();
    assert_eq!(turned_away(&send(&sim, "/tools/shorturl", &body)), "tea参数格式错误");
    let body = signed(&sim, fields(&[("sub_mch_id", "1900000011"), ("sign_type", "HMAC-SHA256")]));
    send(&sim, "/risk/getviolation", &body);
    assert!(last(&sim)["warnings"].to_string().contains("v2.certificate"));
}

#[test]
fn an_unknown_path_and_another_verb_are_refused_as_in_apiv3() {
    let sim = start();
    assert_eq!(send(&sim, "/tools/shorturls", "").status, 404);
    assert_eq!(plain(&sim, "GET", "/tools/shorturl", "", "").status, 405);
    assert_eq!(plain(&sim, "POST", "/v2/tools/shorturl", "", "").status, 404);
    assert_eq!(plain(&sim, "GET", QUERY, "", "").status, 405);
}

#[test]
fn the_secret_is_renewed() -> Done {
    let sim = start();
    let (wxpay, old) = (sim.client()?, secret(&sim));
    let body = json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "long_url": "weixin://wxpay/x"});
    sim.post("merchants/1900000001/secret", json!({}))?;
    assert_ne!(secret(&sim), old);
    assert!(wxpay.chain("v2/tools/shorturl").post(body.clone()).unwrap_err().to_string().contains("签名错误"));
    assert_eq!(sim.client()?.chain("v2/tools/shorturl").post(body)?["result_code"], "SUCCESS");
    Ok(())
}
