//! Rules of notices.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use super::bench::{Bench, Case, case, seconds};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("notice.schedule", json!([7]), "15", "7", |bench| {
            let notice = told(bench, "http://127.0.0.1:1/paid");
            seconds(&bench.sim.get("clock").unwrap()["now"], &notice["next_at"])
        }),
        case("notice.same_body", json!(false), "the same", "another", |bench| {
            let first = told(bench, "http://127.0.0.1:1/paid");
            bench.advance(15);
            let second = bench.sim.get(&format!("notices/{}", first["id"].as_str().unwrap())).unwrap();
            assert_eq!(second["attempts"].as_array().unwrap().len(), 2);
            if first["body"] == second["body"] { "the same" } else { "another" }.to_owned()
        }),
        case("notice.code_fail", json!("refused"), "accepted", "failed", |bench| {
            told(bench, &fails())["state"].as_str().unwrap().to_owned()
        }),
    ]
}

/// The notice of a payment after its first attempt.
fn told(bench: &Bench, url: &str) -> Value {
    let number = bench.number();
    let mut body = Bench::order(&number);
    body["notify_url"] = url.into();
    bench.native(body).unwrap();
    bench.sim.pay(&number).wait_for_notices().send().unwrap()["notices"][0].clone()
}

/// A shop that answers one notice with 200 and `FAIL`.
fn fails() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/paid", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
        let body = r#"{"code":"FAIL","message":"x"}"#;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
    });
    url
}
