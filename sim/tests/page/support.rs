//! Requests as a browser sends them, and the files as they are in the source.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wechatpay_sim::Simulator;

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// By its name, in whatever case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn code(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap().to_owned())
    }
}

pub(crate) fn port(sim: &Simulator) -> u16 {
    sim.url().trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap()
}

/// Sends one request to 127.0.0.1; `Host` is that unless a header says otherwise.
pub(crate) fn send(sim: &Simulator, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut socket = TcpStream::connect(("127.0.0.1", port(sim))).unwrap();
    let mut text = format!("{request} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text.extend(["Host: 127.0.0.1:", &port(sim).to_string(), "\r\n"]);
    }
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    socket.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

pub(crate) fn get(sim: &Simulator, target: &str) -> Answer {
    send(sim, &format!("GET {target}"), &[], "")
}

/// A write of JSON.
pub(crate) fn post(sim: &Simulator, target: &str, body: &str) -> Answer {
    send(sim, &format!("POST {target}"), &[("Content-Type", "application/json")], body)
}

/// All files of the page: name and text.
pub(crate) fn files() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("page");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 20, "{} files", found.len());
    found.sort();
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}
