//! Of merchants whom nobody here knows, and of secrets, nothing is kept: not in the journal, not in the file.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use wechatpay_chain::json;
use wechatpay_sim::Simulator;

use super::{Done, place, start};

const SECRET: &str = "c2VjcmV0IHNpZ25hdHVyZQ==";
const BODY: &str = r#"{"name":"somebody's own"}"#;

/// Sends one request; the status.
fn send(sim: &Simulator, line: &str, headers: &str, body: &str) -> u16 {
    let host = sim.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut socket = TcpStream::connect(&host).unwrap();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept: */*\r\nUser-Agent: x\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    socket.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn authorization(mchid: &str) -> String {
    format!(
        "Content-Type: application/json\r\nAuthorization: WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"n\",\
         timestamp=\"1\",serial_no=\"AB\",signature=\"{SECRET}\"\r\n"
    )
}

#[test]
fn nothing_secret_of_a_stranger_is_kept() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    place(&sim, "A-00001")?;
    let stranger = authorization("1230000109");
    let xml = format!("<xml><mch_id>1230000109</mch_id><sign>{SECRET}</sign><body>somebody's own</body></xml>");
    let bearer = format!("Authorization: Bearer {SECRET}\r\n");
    for (line, headers, body, status) in [
        ("POST /v3/security/echo", stranger.as_str(), BODY, 401),
        // Before anybody looks who signed: a path, a verb, a header that is wrong.
        ("POST /v3/nowhere", &stranger, BODY, 404),
        ("GET /v3/pay/transactions/native", &stranger, BODY, 405),
        ("POST /v3/security/echo", &bearer, BODY, 401),
        ("POST /v3/nowhere", &bearer, BODY, 404),
        ("POST /pay/unifiedorder", "", &xml, 200),
        ("POST /pay/nowhere", "", &xml, 404),
    ] {
        assert_eq!(send(&sim, line, headers, body), status, "{line}");
        let call = sim.get("calls?limit=1")?["items"][0].clone();
        assert!(call["target"].as_str().is_some_and(|target| line.ends_with(target)));
        let text = call.to_string();
        assert!(!text.contains(SECRET) && !text.contains("somebody's own"), "{line}: {text}");
    }
    assert_eq!(sim.calls()?.len(), 8);
    drop(sim);
    let text = fs::read_to_string(folder.path().join("state.json"))?;
    assert!(!text.contains("1230000109") && !text.contains(SECRET) && !text.contains("somebody's own"));
    let sim = start(folder.path());
    assert_eq!(sim.calls()?.len(), 1, "nothing of them is in the file");
    Ok(())
}

#[test]
fn who_is_known_is_told_what_they_sent_to_the_wrong_path() -> Done {
    let sim = Simulator::builder().start()?;
    assert_eq!(send(&sim, "POST /v3/pay/transactions/natve", &authorization("1900000001"), BODY), 404);
    let call = sim.get("calls?limit=1")?["items"][0].clone();
    assert_eq!((call["mchid"].as_str(), call["body"].as_str()), (Some("1900000001"), Some(BODY)));
    Ok(())
}

#[test]
fn no_key_is_in_the_journal_or_in_the_file() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    let secrets = sim.get("merchants/1900000001/secrets")?;
    let given = sim.client()?.chain("v2/xdc/apiv2getsignkey/sign/getsignkey").post(json!({"mch_id": "1900000001"}))?;
    assert_eq!(given["sandbox_signkey"], secrets["secret"]);
    place(&sim, "A-00001")?;
    let calls = sim.get("calls")?.to_string();
    let state = sim.get("state")?.to_string();
    drop(sim);
    let file = fs::read_to_string(folder.path().join("state.json"))?;
    for (where_, text) in [("journal", calls), ("state", state), ("file", file)] {
        for name in ["api_v3_key", "secret"] {
            assert!(!text.contains(secrets[name].as_str().unwrap()), "{name} is in the {where_}");
        }
        assert!(!text.contains("PRIVATE KEY"), "{where_}");
    }
    Ok(())
}
