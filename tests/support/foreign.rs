//! A client in another language: its requests are written by hand, and its answers are read byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{PrivateKey, Value};

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Self { status, head, body: bytes[end + 4..].to_vec() };
        if answer.header("Transfer-Encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body);
        }
        answer
    }

    /// A header by its name, whose case matters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(known, _)| *known == name).map(|(_, value)| value).next()
    }

    /// The names of the headers as they stand, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.head.lines().skip(1).map(|line| line.split_once(": ").unwrap().0).collect();
        names.sort_unstable();
        names
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[(end + 4 + length).min(rest.len())..];
    }
    body
}

/// Sends bytes as they are and reads until the other side closes.
pub fn exchange(gateway: &Server, request: &[u8]) -> Vec<u8> {
    fn talk(mut stream: impl Read + Write, request: &[u8]) -> Vec<u8> {
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        // Of TLS the end may come without a goodbye.
        let end = stream.read_to_end(&mut answer).map_err(|error| error.kind());
        let waiting = matches!(end, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut));
        assert!(!waiting, "the other side does not close");
        answer
    }
    let url = gateway.url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let stream = TcpStream::connect(rest.trim_end_matches('/')).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    if scheme == "http" {
        return talk(stream, request);
    }
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(gateway.ca().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    talk(StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream), request)
}

/// A request with these headers and body, as it goes over the wire.
pub fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
    let defaults = [("Host", "localhost"), ("Accept", "*/*"), ("User-Agent", "foreign/1.0")];
    let given = |name: &str| headers.iter().any(|(known, _)| *known == name);
    for (name, value) in defaults.iter().filter(|(name, _)| !given(name)).chain(headers) {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.extend(["Content-Length: ", &body.len().to_string(), "\r\n\r\n"]);
    [head.as_bytes(), body].concat()
}

/// An `Authorization` of now, over `signed` in the place of the body.
pub fn authorization(gateway: &Server, method: &str, target: &str, signed: &[u8]) -> String {
    static NONCES: AtomicU64 = AtomicU64::new(1);
    let nonce = format!("foreign{}", NONCES.fetch_add(1, Ordering::Relaxed));
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let message = [format!("{method}\n{target}\n{time}\n{nonce}\n").as_bytes(), signed, b"\n"].concat();
    let signature = base64(&PrivateKey::from_pem(gateway.merchant_key()).unwrap().sign(&message).unwrap());
    let env = gateway.env();
    let var = |name: &str| env.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let (mchid, serial) = (var("WECHATPAY_MCHID"), var("WECHATPAY_SERIAL"));
    format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",timestamp=\"{time}\",serial_no=\"{serial}\",signature=\"{signature}\""
    )
}

/// A call of APIv3 that is signed over `signed`; a body of JSON is that.
pub fn call(
    gateway: &Server,
    (method, target): (&str, &str),
    headers: &[(&str, &str)],
    body: &[u8],
    signed: &[u8],
) -> Answer {
    let authorization = authorization(gateway, method, target, signed);
    let headers = [&[("Authorization", authorization.as_str())], headers].concat();
    Answer::read(&exchange(gateway, &request(method, target, &headers, body)))
}

/// A call that is not signed.
pub fn unsigned(gateway: &Server, (method, target): (&str, &str), headers: &[(&str, &str)], body: &[u8]) -> Answer {
    Answer::read(&exchange(gateway, &request(method, target, headers, body)))
}

/// A `POST` of JSON.
pub fn post(gateway: &Server, target: &str, body: &str) -> Answer {
    call(gateway, ("POST", target), &[("Content-Type", "application/json")], body.as_bytes(), body.as_bytes())
}

/// A `GET`.
pub fn get(gateway: &Server, target: &str) -> Answer {
    call(gateway, ("GET", target), &[], b"", b"")
}

pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let digit = |place: usize| char::from(ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]);
        (0..4).map(|place| if place <= chunk.len() { digit(place) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}
