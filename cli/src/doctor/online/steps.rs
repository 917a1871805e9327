//! The steps of a connection, each by itself: name, TCP, proxy, TLS.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rustls::RootCertStore;
use wechatpay_chain::Via;

use super::trust::{self, Trust};

/// How long one step may take.
pub(super) const STEP: Duration = Duration::from_secs(5);

/// The longest head of a proxy's answer.
const LONGEST_HEAD: u64 = 16 * 1024;

/// The addresses of a host.
///
/// # Errors
///
/// Why there is none, in the system's words.
pub(super) fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let (sender, answer) = mpsc::channel();
    let host = host.to_owned();
    // The system's resolver knows no deadline; the thread is left alone when it takes longer.
    std::thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        _ = sender.send(found);
    });
    match answer.recv_timeout(STEP) {
        Ok(Ok(found)) if !found.is_empty() => Ok(found),
        Ok(Ok(_)) => Err("no address".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", STEP.as_secs())),
    }
}

/// A connection to the first of the addresses that takes one.
///
/// # Errors
///
/// What the last of them said.
pub(super) fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let end = Instant::now() + STEP;
    let mut why = "no address".to_owned();
    for address in addresses {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(address, left) {
            Ok(stream) => return limited(stream).map_err(|error| error.to_string()),
            Err(error) => why = format!("{address}: {error}"),
        }
    }
    Err(why)
}

fn limited(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_read_timeout(Some(STEP))?;
    stream.set_write_timeout(Some(STEP))?;
    Ok(stream)
}

/// A connection to a host by way of an http proxy.
///
/// # Errors
///
/// What the proxy, or the way to it, said; never its password.
pub(super) fn tunnel(via: &Via, host: &str, port: u16) -> Result<TcpStream, String> {
    let proxy = via.uri();
    let (name, proxy_port) = (proxy.host().unwrap_or_default(), proxy.port_u16().unwrap_or(80));
    let addresses = resolve(name.trim_matches(['[', ']']), proxy_port)?;
    let mut stream = connect(&addresses)?;
    let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(value) = via.authorization() {
        head.extend(b"Proxy-Authorization: ");
        head.extend(value.as_bytes());
        head.extend(b"\r\n");
    }
    head.extend(b"\r\n");
    stream.write_all(&head).map_err(|error| error.to_string())?;
    let status = answered(&stream).map_err(|error| format!("no answer to CONNECT: {error}"))?;
    match status.split_whitespace().nth(1) {
        Some(code) if code.starts_with('2') => Ok(stream),
        Some(code) if code.len() == 3 => Err(format!("it refuses CONNECT with {code}")),
        _ => Err("it does not speak HTTP".to_owned()),
    }
}

/// The status line of an answer whose head is read to its end.
fn answered(stream: &TcpStream) -> io::Result<String> {
    // A server speaks TLS only after we did, so nothing behind the head is lost in the buffer.
    let mut reader = io::Read::take(BufReader::new(stream), LONGEST_HEAD);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok(status)
}

/// What a TLS handshake shows of the server's certificate.
pub(in crate::doctor) struct Handshake {
    /// Why its chain is not trusted, or no handshake came about.
    pub(in crate::doctor) chain: Result<(), String>,
    /// Why it is not the host's.
    pub(in crate::doctor) name: Result<(), String>,
    /// Who issued it.
    pub(in crate::doctor) issuer: Option<String>,
}

/// Shakes hands, looks at the certificate, and hangs up; nothing is sent.
pub(super) fn handshake(stream: TcpStream, host: &str, roots: Arc<RootCertStore>) -> Handshake {
    match trust::shake(stream, host, roots) {
        Ok(Trust { chain, name, issuer }) => Handshake { chain, name, issuer },
        Err(why) => Handshake { chain: Err(why), name: Ok(()), issuer: None },
    }
}
