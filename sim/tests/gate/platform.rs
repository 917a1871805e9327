//! Which key signs: the three modes, rotation, and what is encrypted.

use std::time::Duration;

use serde_json::json;
use wechatpay_chain::{Certificate, Client, PrivateKey, PublicKey};
use wechatpay_sim::Simulator;

use super::by_hand::{Ask, Done, ECHO, seconds};

const HELLO: &str = r#"{"echo_message":"hello"}"#;
const SECOND: &str = "1900000002";

fn start() -> Simulator {
    Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start().unwrap()
}

fn public_key_id(sim: &Simulator) -> String {
    sim.get("platform").unwrap()["public_key_id"].as_str().unwrap().to_owned()
}

/// Serials of the platform, the oldest first, and the one that signs.
fn serials(sim: &Simulator) -> (Vec<String>, String) {
    let platform = sim.get("platform").unwrap();
    let all = platform["certificates"].as_array().unwrap();
    let serial = |known: &serde_json::Value| known["serial"].as_str().unwrap().to_owned();
    let signing = all.iter().find(|known| known["signing"] == true).map(serial).unwrap_or_default();
    (all.iter().map(serial).collect(), signing)
}

/// Who signs the answer to a request that names a key.
fn signer(sim: &Simulator, mchid: &str, named: &str) -> String {
    let answer = Ask::of(sim, mchid, "POST", ECHO, HELLO).header("Wechatpay-Serial", named).send(sim);
    assert_eq!(answer.status, 200);
    answer.header("Wechatpay-Serial").unwrap().to_owned()
}

/// Lets the frozen clock show another time, by the state.
fn later(sim: &Simulator, span: Duration) {
    let mut state = sim.get("state").unwrap();
    let now = state["clock"]["now"].as_i64().unwrap();
    state["clock"]["now"] = (now + i64::try_from(span.as_millis()).unwrap()).into();
    sim.put("state", state).unwrap();
}

#[test]
fn public_key_mode_has_the_public_key_and_no_certificates() -> Done {
    let sim = start();
    let (all, _) = serials(&sim);
    for named in ["", "PUB_KEY_ID_0", all[0].as_str()] {
        assert_eq!(signer(&sim, "1900000001", named), public_key_id(&sim));
    }
    let answer = Ask::new(&sim, "GET", "/v3/certificates", "").send(&sim);
    assert_eq!(answer.code(), (404, "RESOURCE_NOT_EXISTS".to_owned()));
    assert_eq!(answer.json()["message"], "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。");
    sim.patch("rules", json!({"certificates.none": 200}))?;
    let answer = Ask::new(&sim, "GET", "/v3/certificates", "").send(&sim);
    assert_eq!((answer.status, answer.json()), (200, json!({"data": []})));
    Ok(())
}

#[test]
fn certificate_mode_has_the_newest_certificate_whatever_is_named() -> Done {
    let sim = start();
    let (_, signing) = serials(&sim);
    for named in ["", "PUB_KEY_ID_0", public_key_id(&sim).as_str()] {
        assert_eq!(signer(&sim, SECOND, named), signing);
    }
    // The SDK fetches them, opens them, and believes the answer.
    let wxpay = sim.merchant(SECOND)?.client()?;
    assert_eq!(wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    for path in ["/v3/certificates?algorithm_type=SM2", "/v3/certificates"] {
        let data = Ask::of(&sim, SECOND, "GET", path, "").send(&sim).json()["data"].as_array().unwrap().len();
        assert_eq!(data, usize::from(!path.contains("SM2")));
    }
    Ok(())
}

#[test]
fn grey_mode_has_the_key_that_is_named() -> Done {
    let sim = start();
    sim.patch("merchants/1900000001", json!({"key_mode": "grey"}))?;
    let (all, signing) = serials(&sim);
    let id = public_key_id(&sim);
    for (named, expected) in [("", &signing), ("x", &signing), (all[0].as_str(), &all[0]), (id.as_str(), &id)] {
        assert_eq!(&signer(&sim, "1900000001", named), expected);
    }
    let answer = Ask::new(&sim, "GET", "/v3/certificates", "").send(&sim);
    assert_eq!(answer.json()["data"][0]["serial_no"], signing.as_str());
    let wxpay = sim.client()?;
    assert_eq!(wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    Ok(())
}

#[test]
fn a_rotation_lists_first_and_signs_later() -> Done {
    let sim = start();
    let wxpay = sim.merchant(SECOND)?.client()?;
    let echo = |wxpay: &Client| wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"})).map(|_| ());
    echo(&wxpay)?;
    let (before, old) = serials(&sim);
    let platform = sim.post("platform/certificates", json!({"effective_in": "30h", "lifetime": "400d"}))?;
    assert_eq!(platform["certificates"].as_array().unwrap().len(), before.len() + 1);
    let new = serials(&sim).0.pop().unwrap();
    let listed = || {
        let answer = Ask::of(&sim, SECOND, "GET", "/v3/certificates", "").send(&sim).json();
        let data = answer["data"].as_array().unwrap();
        data.iter().map(|entry| entry["serial_no"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(!listed().contains(&new) && signer(&sim, SECOND, "") == old);
    later(&sim, Duration::from_secs(7 * 3600));
    assert!(listed().contains(&new) && signer(&sim, SECOND, "") == old);
    later(&sim, Duration::from_secs(24 * 3600));
    assert_eq!((signer(&sim, SECOND, ""), serials(&sim).1), (new.clone(), new.clone()));
    // A client that knows the old one alone learns of the new one, and goes on.
    echo(&wxpay)?;
    assert_eq!(signer(&sim, "1900000001", ""), public_key_id(&sim));
    // The old one is thrown away; the last that is in force is not.
    for serial in before {
        sim.delete(&format!("platform/certificates/{serial}"))?;
    }
    assert_eq!((listed(), serials(&sim).1), (vec![new.clone()], new.clone()));
    assert_eq!(sim.delete(&format!("platform/certificates/{new}")).unwrap_err().code(), "STATE");
    assert_eq!(sim.delete("platform/certificates/ABCD").unwrap_err().code(), "NOT_FOUND");
    for (body, member) in [(json!({"effective_in": "soon"}), "effective_in"), (json!({"lifetime": 0}), "lifetime")] {
        let error = sim.post("platform/certificates", body).unwrap_err();
        assert!(error.code() == "BAD_REQUEST" && error.to_string().contains(member), "{error}");
    }
    assert_eq!(sim.post("platform/certificates", json!({"in": 1})).unwrap_err().code(), "BAD_REQUEST");
    Ok(())
}

#[test]
fn a_certificate_that_has_ended_signs_no_more() -> Done {
    let sim = start();
    let (_, old) = serials(&sim);
    sim.post("platform/certificates", json!({"lifetime": 3600}))?;
    let new = serials(&sim).1;
    assert_ne!(new, old);
    assert_eq!(signer(&sim, SECOND, ""), new);
    later(&sim, Duration::from_secs(3601));
    assert_eq!(signer(&sim, SECOND, ""), old);
    Ok(())
}

#[test]
fn the_public_key_gets_another_id() -> Done {
    let sim = start();
    let (old, wxpay) = (public_key_id(&sim), sim.client()?);
    let platform = sim.post("platform/public_key", json!({}))?;
    assert_ne!(platform["public_key_id"], old.as_str());
    let error = wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"})).unwrap_err();
    assert!(error.to_string().contains(&public_key_id(&sim)), "{error}");
    assert_eq!(sim.client()?.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    Ok(())
}

#[test]
fn certificates_are_sealed_with_the_merchants_key() -> Done {
    let sim = start();
    let answer = Ask::of(&sim, SECOND, "GET", "/v3/certificates", "").send(&sim);
    let entry = answer.json()["data"][0].clone();
    assert_eq!(entry["encrypt_certificate"]["associated_data"], "certificate");
    assert_eq!(entry["encrypt_certificate"]["nonce"].as_str().unwrap().len(), 12);
    assert!(entry["effective_time"].as_str().unwrap().ends_with("+08:00"));
    // It is the SDK that opens them: those it fetched verify the answer that brought them.
    let wxpay = sim.merchant(SECOND)?.client()?;
    wxpay.chain("v3/certificates").get()?;
    sim.delete(&format!("merchants/{SECOND}/api_v3_key"))?;
    assert_eq!(Ask::of(&sim, SECOND, "GET", "/v3/certificates", "").send(&sim).status, 400);
    Ok(())
}

#[test]
fn echo_is_decrypted_and_comes_back_for_the_merchant() -> Done {
    let sim = start();
    for mchid in ["1900000001", SECOND] {
        let wxpay = sim.merchant(mchid)?.client()?;
        // With certificates the first call brings them.
        wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?;
        let echo = wxpay.chain("v3/security/echo").encrypt("/encrypted_echo_message");
        let answer = echo.post(json!({"echo_message": "x", "encrypted_echo_message": "秘密"}))?;
        assert_eq!(answer.decrypt("/encrypted_echo_message")?, "秘密");
        assert!(!answer.text()?.contains("秘密"));
    }
    Ok(())
}

#[test]
fn echo_with_an_address_makes_a_notice() -> Done {
    let sim = start();
    let body = json!({"echo_message": "hello", "notify_url": "http://127.0.0.1:9/n"});
    sim.client()?.chain("v3/security/echo").post(body)?;
    let notices = sim.get("state")?["notices"].to_string();
    assert!(notices.contains("SECURITY_ECHO.SUCCESS") && notices.contains("http://127.0.0.1:9/n"), "{notices}");
    Ok(())
}

#[test]
fn a_merchants_own_public_part_is_registered() -> Done {
    let sim = start();
    let other = Simulator::builder().keys(tempfile::tempdir()?.path()).start()?;
    let secrets = other.get("merchants/1900000001/secrets")?;
    let text = |name: &str| secrets[name].as_str().unwrap().to_owned();
    let (key, pem) = (PrivateKey::from_pem(text("private_key"))?, text("certificate"));
    let certificate = Certificate::from_pem(&pem)?;
    let merchant = sim.post("merchants/1900000001/certificates", json!({"certificate": pem}))?;
    assert_eq!(merchant["serial"], certificate.serial());
    let mut ask = Ask { key: Some(key), ..right(&sim) };
    ask.serial = certificate.serial().to_owned();
    assert_eq!(ask.send(&sim).status, 200);
    let secrets = sim.get("merchants/1900000001/secrets")?;
    assert!(secrets["private_key"].is_null() && secrets["certificate"].is_string());
    let refuse = |body: serde_json::Value| sim.post("merchants/1900000001/certificates", body).unwrap_err();
    assert_eq!(refuse(json!({"certificate": pem})).code(), "BAD_REQUEST");
    assert_eq!(refuse(json!({"certificate": "x"})).code(), "BAD_REQUEST");
    assert_eq!(refuse(json!({"certificate": text("private_key")})).code(), "REAL_KEY");
    assert_eq!(refuse(json!({"certificate": pem, "public_key": pem})).code(), "BAD_REQUEST");
    Ok(())
}

/// A request of the first merchant whose key is to be replaced.
fn right(sim: &Simulator) -> Ask {
    let serials = sim.get("merchants/1900000001").unwrap()["serials"].clone();
    let newest = serials.as_array().unwrap().last().unwrap()["serial"].as_str().unwrap().to_owned();
    let mut ask = Ask::of(sim, SECOND, "POST", ECHO, HELLO);
    (ask.mchid, ask.serial) = ("1900000001".to_owned(), newest);
    ask
}

#[test]
fn a_public_key_alone_gets_a_serial_and_at_most_three_are_valid() -> Done {
    let sim = start();
    // Any public key will do: here it is the platform's.
    let pem = sim.get("env")?["WECHATPAY_PUBLIC_KEY"].as_str().unwrap().to_owned();
    PublicKey::from_pem(&pem)?;
    let merchant = sim.post("merchants/1900000001/certificates", json!({"public_key": pem}))?;
    assert_eq!(merchant["serials"].as_array().unwrap().len(), 2);
    assert_eq!(merchant["serial"].as_str().unwrap().len(), 40);
    sim.post("merchants/1900000001/certificates", json!({}))?;
    assert_eq!(sim.post("merchants/1900000001/certificates", json!({})).unwrap_err().code(), "STATE");
    let serial = sim.get("merchants/1900000001")?["serial"].as_str().unwrap().to_owned();
    sim.delete(&format!("merchants/1900000001/certificates/{serial}"))?;
    assert_ne!(sim.get("merchants/1900000001")?["serial"], serial.as_str());
    sim.post("merchants/1900000001/certificates", json!({}))?;
    assert_eq!(sim.client()?.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    Ok(())
}

#[test]
fn the_wall_clock_signs_at_any_simulated_time() -> Done {
    let sim = Simulator::builder().frozen("2020-01-01T00:00:00+08:00").start()?;
    let answer = Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
    assert!(answer.header("Wechatpay-Timestamp").unwrap().parse::<u64>()?.abs_diff(seconds()) <= 5);
    let wxpay = sim.merchant(SECOND)?.client()?;
    assert_eq!(wxpay.chain("v3/security/echo").post(json!({"echo_message": "x"}))?["echo_message"], "x");
    Ok(())
}
