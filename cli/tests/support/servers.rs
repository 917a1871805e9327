//! Servers that are no gateway: they answer as they are told.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test uses its part")]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;

/// A port that nobody listens at.
pub fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An answer with this status, more headers (each with its line end), and body.
pub fn answer(status: u16, head: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n{head}\r\n{body}",
        body.len()
    )
}

/// A server of plain HTTP that answers every request by a function of its text; it ends when it is dropped.
pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(respond: impl Fn(&str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (noted, over) = (Arc::clone(&seen), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                // A connection that only looks whether somebody is there sends nothing.
                if let Some(request) = request(&mut stream) {
                    noted.lock().unwrap().push(request.clone());
                    _ = stream.write_all(respond(&request).as_bytes());
                }
            }
        });
        Self { port, seen, ended, thread: Some(thread) }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The requests that came.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        _ = TcpStream::connect(("127.0.0.1", self.port));
        _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Head and body of a request; `None` for a connection that is closed before.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok()
            });
            if body.len() >= length.unwrap_or_default() {
                return Some(text);
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend(&buffer[..read]),
        }
        // What speaks TLS never ends its head.
        if bytes.first() == Some(&0x16) {
            return Some("TLS".to_owned());
        }
    }
}

/// A proxy that leads every CONNECT to a port of this machine; it serves as long as the process lives.
pub fn proxy(to: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            std::thread::spawn(move || {
                let asked = request(&mut client).unwrap_or_default();
                assert!(asked.starts_with("CONNECT "), "{asked}");
                let mut server = TcpStream::connect(("127.0.0.1", to)).unwrap();
                client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
                let (mut from, mut back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let there = std::thread::spawn(move || {
                    std::io::copy(&mut from, &mut back).and_then(|_| back.shutdown(Shutdown::Write))
                });
                _ = std::io::copy(&mut server, &mut client);
                _ = client.shutdown(Shutdown::Write);
                _ = there.join();
            });
        }
    });
    port
}

/// A server of TLS with a certificate for another host than its own: its URL, and the PEM of who issued the certificate.
pub fn tls(name: &str) -> (String, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    // It serves as long as the process lives.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while connection.is_handshaking()
                && connection.complete_io(&mut stream).is_ok_and(|(read, written)| read + written > 0)
            {}
        }
    });
    (url, authority)
}
