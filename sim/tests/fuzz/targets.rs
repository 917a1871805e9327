//! What is fuzzed of the simulator: each function takes any bytes. The simulator must neither panic nor break an invariant of its money,
//! and what a target says besides. Shared by the fuzz targets of `fuzz/` and by the test that replays their seeds.
//!
//! Heads of requests are read by hyper; what is done with them is ours, and is here.
#![allow(dead_code, unreachable_pub, clippy::missing_panics_doc, reason = "each program uses its part")]

#[path = "wire.rs"]
mod wire;
#[path = "world.rs"]
mod world;

use std::path::Path;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wechatpay_chain::gateway::{Form, request_message, v2};
use wechatpay_chain::http::Uri;
use wechatpay_sim::Simulator;

use wire::send;
use world::{Bench, M, with};

/// The codes of failures that section 8 of the interface has, with waiting's.
const CODES: [&str; 9] =
    ["AMBIGUOUS", "BAD_REQUEST", "EXPIRED", "FORBIDDEN", "NOT_FOUND", "PAYER_MISMATCH", "REAL_KEY", "STATE", "TIMEOUT"];

/// A control: `METHOD path`, a line break, the body. It is done, or refused with a code.
pub fn control(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (line, body) = text.split_once('\n').unwrap_or((&text, ""));
    let Some((method, path)) = line.split_once(' ') else { return };
    // An empty body is none.
    let body = if body.trim().is_empty() { Ok(Value::Null) } else { serde_json::from_str(body) };
    let Some(mut body) = body.ok().filter(|body| stays_here(body) && (body.is_null() || body.is_object())) else {
        return;
    };
    hasten(&mut body);
    if path.trim_matches('/').ends_with("/wait") && body.get("timeout_ms").is_none() && body.is_object() {
        body["timeout_ms"] = 1.into();
    }
    with(|Bench { sim, .. }| {
        let done = match method {
            "GET" => sim.get(path),
            "POST" => sim.post(path, body),
            "PUT" => sim.put(path, body),
            "PATCH" => sim.patch(path, body),
            "DELETE" => sim.delete(path),
            _ => return,
        };
        if let Err(error) = done {
            // The face alone says that a stream is read over HTTP, and that a path is none: BAD_REQUEST as well.
            assert!(CODES.contains(&error.code()), "{line}: {} {error}", error.code());
        }
    });
}

/// The same as it comes over HTTP, JSON or not: answered, and by something that is JSON where it failed.
pub fn control_body(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let line = String::from_utf8_lossy(&data[..end]);
    let body = data.get(end + 1..).unwrap_or_default();
    let Some((method, path)) = line.split_once(' ') else { return };
    let target = format!("/_/api/{path}");
    // Streams do not end, and what waits is looked at by the target beside this one.
    let waits = ["events", "/wait", "script"].iter().any(|word| path.contains(word)) || path.contains('%');
    let harmless = serde_json::from_slice(body).map_or(true, |body| stays_here(&body));
    if !["POST", "PUT", "PATCH", "DELETE"].contains(&method) || !is_target(&target) || waits || !harmless {
        return;
    }
    with(|Bench { sim, .. }| {
        let json: [(&str, &[u8]); 1] = [("Content-Type", b"application/json")];
        let (status, answer) = send(sim, method, &target, &json, body);
        let error = || serde_json::from_slice::<Value>(&answer).ok().map(|answer| answer["error"]["code"].clone());
        let is_known = || error().is_some_and(|code| code.as_str().is_some_and(|code| CODES.contains(&code)));
        assert!(matches!(status, 200 | 204) || is_known(), "{line}: {status} {}", String::from_utf8_lossy(&answer));
    });
}

/// A state that is put back: taken or refused; the one that was taken can be read, and put back again.
pub fn state(data: &[u8]) {
    if serde_json::from_slice(data).is_ok_and(|state| !stays_here(&state)) {
        return;
    }
    with(|Bench { sim, .. }| {
        let json: [(&str, &[u8]); 1] = [("Content-Type", b"application/json")];
        let before = sim.get("state").unwrap();
        let (status, answer) = send(sim, "PUT", "/_/api/state", &json, data);
        if status == 400 {
            // It is taken whole, or not at all.
            assert!(sim.get("state").unwrap() == before, "a state that was refused has changed something");
            return;
        }
        assert!(matches!(status, 200 | 204), "{status} {}", String::from_utf8_lossy(&answer));
        // Whoever writes a file by hand may write one in which the sums are wrong: that is told, and nothing ends.
        sim.get("invariants").unwrap();
        for list in
            ["orders", "refunds", "transfers", "sharings", "returns", "complaints", "notices", "calls", "merchants"]
        {
            sim.get(&format!("{list}?limit=1000")).unwrap();
        }
        let kept = sim.get("state").unwrap();
        sim.put("state", kept).unwrap();
        sim.put("state", before).unwrap();
    });
}

/// `Authorization` of a request that nobody signed: it is refused, whatever it says.
pub fn authorization(data: &[u8]) {
    if data.iter().any(|byte| !matches!(byte, b' '..=b'~' | 0x80..)) {
        return;
    }
    with(|Bench { sim, .. }| {
        let headers: [(&str, &[u8]); 3] = [("Accept", b"*/*"), ("User-Agent", b"fuzz"), ("Authorization", data)];
        let (status, answer) = send(sim, "GET", "/v3/certificates", &headers, b"");
        let code = serde_json::from_slice::<Value>(&answer).map(|answer| answer["code"].clone());
        assert!(status == 401 && code.is_ok_and(|code| code == "SIGN_ERROR"), "{status}");
    });
}

/// A call of APIv3: `METHOD target`, `Content-Type`, the body, and it is signed as it stands. It is answered, and never by an error of
/// the simulator's own.
pub fn call(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let line = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let (content_type, body) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let Some((method, target)) = line.split_once(' ').filter(|(_, target)| is_target(target)) else { return };
    let is_clean = content_type.iter().all(|byte| matches!(byte, b' '..=b'~' | 0x80..));
    let harmless = serde_json::from_slice(body).map_or(true, |body| stays_here(&body));
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method)
        || target.starts_with("/_/")
        || !is_clean
        || !harmless
    {
        return;
    }
    with(|bench| {
        let content_type_text = String::from_utf8_lossy(content_type);
        let form = Form::parse(&content_type_text, body);
        let signed = form.as_ref().and_then(Form::meta).unwrap_or(body);
        let authorization = signature(bench, method, target, signed);
        let headers: [(&str, &[u8]); 4] = [
            ("Accept", b"*/*"),
            ("User-Agent", b"fuzz"),
            ("Authorization", authorization.as_bytes()),
            ("Content-Type", content_type),
        ];
        let (status, answer) = send(&bench.sim, method, target, &headers, body);
        assert!(status < 500, "{line}: {status} {}", String::from_utf8_lossy(&answer));
    });
}

/// A call of APIv2: a path, the document; as it stands, and signed if it can be. It is answered.
pub fn xml(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (path, body) = (String::from_utf8_lossy(&data[..end]), data.get(end + 1..).unwrap_or_default());
    if !is_target(&path) || path.starts_with("/_/") || path.starts_with("/v3/") {
        return;
    }
    with(|Bench { sim, secret, .. }| {
        let headers: [(&str, &[u8]); 1] = [("Content-Type", b"text/xml")];
        assert!(send(sim, "POST", &path, &headers, body).0 < 500, "{path}");
        let Ok(mut fields) = v2::parse(body) else { return };
        fields.insert("mch_id".to_owned(), M.to_owned());
        let Some(kind) = v2::sign_type(&fields) else { return };
        fields.insert("sign".to_owned(), v2::sign(&fields, kind, secret).unwrap());
        let (status, answer) = send(sim, "POST", &path, &headers, v2::write(&fields).as_bytes());
        assert!(status < 500, "{path}: {status} {}", String::from_utf8_lossy(&answer));
    });
}

/// `Authorization` that the first merchant signs now.
fn signature(Bench { serial, key, .. }: &Bench, method: &str, target: &str, signed: &[u8]) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    let signature = STANDARD.encode(key.sign(&request_message(method, target, &now, "nonce", signed)).unwrap());
    format!(
        r#"WECHATPAY2-SHA256-RSA2048 mchid="{M}",nonce_str="nonce",timestamp="{now}",serial_no="{serial}",signature="{signature}""#
    )
}

/// A key folder in which one file is another: its name, a line break, its content. The simulator starts, or says why not and of which file.
pub fn folder(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (name, content) = (String::from_utf8_lossy(&data[..end]), data.get(end + 1..).unwrap_or_default());
    let keys = template();
    let state = keys.path().join("state.json");
    if name == "state.json" {
        std::fs::write(&state, content).unwrap();
        let started = Simulator::builder().keys(keys.path()).state(&state).start();
        assert!(started.map_or_else(|error| error.code() == "STATE_FILE", |_| true));
        return;
    }
    if !FILES.contains(&&*name) {
        return;
    }
    std::fs::write(keys.path().join(&*name), content).unwrap();
    if let Err(error) = Simulator::builder().keys(keys.path()).start() {
        let file = name.rsplit('/').next().unwrap_or_default();
        assert!(error.code() == "KEYS" && error.to_string().contains(file), "{name}: {} {error}", error.code());
    }
}

/// What people write into a key folder, and some of what they might change there.
const FILES: [&str; 7] = [
    "settings.json",
    "rules.json",
    "merchants.json",
    "ca.pem",
    "platform/pub_key_id.txt",
    "merchants/1900000001/api_v3_key.txt",
    "merchants/1900000001/apiclient_cert.pem",
];

/// A new folder with keys that were made once.
fn template() -> tempfile::TempDir {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        drop(Simulator::builder().keys(folder.path()).start().unwrap());
        folder
    });
    let folder = tempfile::tempdir().unwrap();
    copy(made.path(), folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if entry.is_dir() {
            std::fs::create_dir_all(&to).unwrap();
            copy(&entry, &to);
        } else {
            std::fs::copy(&entry, &to).unwrap();
        }
    }
}

/// Whether a text can stand in the first line of a request; hyper answers others.
fn is_target(text: &str) -> bool {
    text.starts_with('/') && text.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) && text.parse::<Uri>().is_ok()
}

/// Whether no address in it is another machine's: notices go there. Names lead nowhere, so it is those that begin with a digit.
fn stays_here(value: &Value) -> bool {
    match value {
        Value::String(text) => text.split("://").skip(1).all(|rest| {
            rest.starts_with("127.0.0.1") || !rest.starts_with(|first: char| first.is_ascii_digit() || first == '[')
        }),
        Value::Array(items) => items.iter().all(stays_here),
        Value::Object(members) => members.values().all(stays_here),
        _ => true,
    }
}

/// Nothing is waited for for long.
fn hasten(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(hasten),
        Value::Object(members) => {
            if members.get("timeout_ms").is_some_and(|time| time.as_u64().is_some_and(|time| time > 20)) {
                members.insert("timeout_ms".to_owned(), 20.into());
            }
            members.values_mut().for_each(hasten);
        }
        _ => {}
    }
}
