//! Requests as no client would send them: each piece can be another.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wechatpay_chain::PrivateKey;
use wechatpay_chain::gateway::request_message;
use wechatpay_sim::Simulator;

pub(crate) type Done = Result<(), Box<dyn std::error::Error>>;

pub(crate) const NATIVE: &str = "/v3/pay/transactions/native";
pub(crate) const ECHO: &str = "/v3/security/echo";

/// A request to be signed and sent.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    /// Sent as they stand, `Authorization` besides.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) mchid: String,
    pub(crate) serial: String,
    pub(crate) key: Option<PrivateKey>,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    /// The text to sign, if it is another than it should be.
    pub(crate) message: Option<Vec<u8>>,
    /// The whole header, if it is another.
    pub(crate) authorization: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names as they were written.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A merchant's serial and key.
pub(crate) fn key(sim: &Simulator, mchid: &str) -> (String, PrivateKey) {
    let merchant = sim.get(&format!("merchants/{mchid}")).unwrap();
    let secrets = sim.get(&format!("merchants/{mchid}/secrets")).unwrap();
    let key = PrivateKey::from_pem(secrets["private_key"].as_str().unwrap()).unwrap();
    (merchant["serial"].as_str().unwrap().to_owned(), key)
}

pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

impl Ask {
    /// A right request of the first merchant.
    pub(crate) fn new(sim: &Simulator, method: &str, target: &str, body: &str) -> Self {
        Self::of(sim, "1900000001", method, target, body)
    }

    pub(crate) fn of(sim: &Simulator, mchid: &str, method: &str, target: &str, body: &str) -> Self {
        static NONCES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let (serial, key) = key(sim, mchid);
        let mut headers = vec![("Accept", "application/json"), ("User-Agent", "by hand")];
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json"));
        }
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            body: body.as_bytes().to_vec(),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            mchid: mchid.to_owned(),
            serial,
            key: Some(key),
            timestamp: seconds().to_string(),
            nonce: format!("nonce{}", NONCES.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
            message: None,
            authorization: None,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// The text that should be signed.
    pub(crate) fn right(&self) -> Vec<u8> {
        request_message(&self.method, &self.target, &self.timestamp, &self.nonce, &self.body)
    }

    /// The same with other pieces.
    pub(crate) fn signing(mut self, target: &str, timestamp: &str, body: &[u8]) -> Self {
        self.message = Some(request_message(&self.method, target, timestamp, &self.nonce, body));
        self
    }

    pub(crate) fn authorization(&self) -> String {
        let message = self.message.clone().unwrap_or_else(|| self.right());
        let signature = STANDARD.encode(self.key.as_ref().unwrap().sign(&message).unwrap());
        let Self { mchid, serial, timestamp, nonce, .. } = self;
        format!(
            r#"WECHATPAY2-SHA256-RSA2048 mchid="{mchid}",nonce_str="{nonce}",timestamp="{timestamp}",serial_no="{serial}",signature="{signature}""#
        )
    }

    pub(crate) fn send(self, sim: &Simulator) -> Answer {
        let authorization = self.authorization.clone().unwrap_or_else(|| self.authorization());
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.method, self.target, host(sim));
        if !authorization.is_empty() {
            _ = write!(head, "Authorization: {authorization}\r\n");
        }
        for (name, value) in &self.headers {
            _ = write!(head, "{name}: {value}\r\n");
        }
        _ = write!(head, "Content-Length: {}\r\n\r\n", self.body.len());
        exchange(sim, &[head.as_bytes(), &self.body].concat())
    }
}

pub(crate) fn host(sim: &Simulator) -> String {
    sim.url().trim_start_matches("http://").trim_end_matches('/').to_owned()
}

/// Sends bytes, and reads what comes until the end.
pub(crate) fn exchange(sim: &Simulator, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(host(sim)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut read = Vec::new();
    stream.read_to_end(&mut read).unwrap();
    let end = read.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8(read[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Answer { status, headers, body: read[end + 4..].to_vec() }
}

/// A request without anything of WeChat Pay's.
pub(crate) fn plain(sim: &Simulator, method: &str, target: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n",
        host(sim)
    );
    exchange(sim, &[head.as_bytes(), body.as_bytes()].concat())
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// By its name exactly as it was written.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has anything of WeChat Pay's signature.
    pub(crate) fn is_signed(&self) -> bool {
        self.headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("wechatpay-"))
    }

    pub(crate) fn code(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap().to_owned())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// The newest call of the journal.
pub(crate) fn last(sim: &Simulator) -> Value {
    sim.get("calls?limit=1").unwrap()["items"][0].clone()
}

pub(crate) const HELLO: &str = r#"{"echo_message":"hello"}"#;

pub(crate) fn start() -> Simulator {
    Simulator::builder().start().unwrap()
}

/// What the journal says of the last call: step, why, hint.
pub(crate) fn refused(sim: &Simulator) -> (String, String, String) {
    let refused = last(sim)["refused"].clone();
    let text = |name: &str| refused[name].as_str().unwrap_or_default().to_owned();
    (text("step"), text("why"), text("hint"))
}

pub(crate) fn step(sim: &Simulator) -> String {
    refused(sim).0
}
