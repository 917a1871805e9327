//! The other process: a keep-alive server on loopback with one fixed answer, signed beforehand, plain and over TLS; and one
//! whose signature is broken, which no client may accept.

use std::cell::{Cell, RefCell};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::LocalSet;
use tokio_rustls::TlsAcceptor;

use crate::crypto::SigningKey;
use crate::{Error, PLATFORM_ID};

/// An answer is signed anew when it is this old; clients refuse one that is older than five minutes.
const FRESH: Duration = Duration::from_secs(60);

const BODY: &str = r#"{"code_url":"weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}"#;

/// Serves until the standard input is closed.
pub fn serve() -> Result<(), Error> {
    let local = LocalSet::new();
    let runtime = crate::runtime(1)?;
    let right = Rc::new(Answer::new(false)?);
    let wrong = Rc::new(Answer::new(true)?);
    local.block_on(&runtime, async {
        let [plain, tls, broken] =
            [bind().await?, bind().await?, bind().await?].map(|(listener, address)| (listener, address.to_string()));
        println!("http://{}/ https://{}/ http://{}/", plain.1, tls.1, broken.1);
        tokio::task::spawn_local(accept(plain.0, None, Rc::clone(&right)));
        tokio::task::spawn_local(accept(tls.0, Some(acceptor()?), right));
        tokio::task::spawn_local(accept(broken.0, None, wrong));
        let closed = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        closed.await??;
        Ok(())
    })
}

async fn bind() -> Result<(TcpListener, std::net::SocketAddr), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn acceptor() -> Result<TlsAcceptor, Error> {
    let chain = CertificateDer::from_pem_slice(include_bytes!("../../tests/fixtures/tls_cert.pem"))?;
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../tests/fixtures/tls_key.pem"))?;
    let config = rustls::ServerConfig::builder_with_provider(crate::provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, answer: Rc<Answer>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, answer) = (tls.clone(), Rc::clone(&answer));
        // A client that goes away is its own affair.
        tokio::task::spawn_local(async move {
            stream.set_nodelay(true)?;
            match tls {
                Some(tls) => {
                    let stream = tls.accept(stream).await?;
                    answer.handshakes.set(answer.handshakes.get() + 1);
                    converse(stream, &answer).await
                }
                None => converse(stream, &answer).await,
            }
        });
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &Answer) -> Result<(), Error> {
    let (mut buffer, mut filled) = (vec![0; 16 * 1024], 0);
    loop {
        let length = loop {
            if let Some(length) = length(&buffer[..filled]).filter(|length| *length <= filled) {
                break length;
            }
            match stream.read(&mut buffer[filled..]).await? {
                0 => return Ok(()),
                read => filled += read,
            }
        };
        if buffer.starts_with(b"GET /handshakes ") {
            let count = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", answer.handshakes.get());
            return Ok(stream.write_all(count.as_bytes()).await?);
        }
        buffer.copy_within(length..filled, 0);
        filled -= length;
        let bytes = answer.bytes()?;
        stream.write_all(&bytes).await?;
        stream.flush().await?;
    }
}

/// How long the request is that begins here, once its head is whole; every client writes the header in lower case.
fn length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).ok()?;
    let body = text.split_once("content-length: ").and_then(|(_, rest)| rest.split("\r\n").next()?.parse().ok());
    Some(head + body.unwrap_or(0))
}

struct Answer {
    key: SigningKey,
    broken: bool,
    /// How many TLS handshakes were made where it is given.
    handshakes: Cell<u64>,
    current: RefCell<Option<(Instant, Rc<[u8]>)>>,
}

impl Answer {
    fn new(broken: bool) -> Result<Self, Error> {
        let key = SigningKey::from_pem(include_str!("../fixtures/platform_key.pem"))?;
        Ok(Self { key, broken, handshakes: Cell::new(0), current: RefCell::default() })
    }

    fn bytes(&self) -> Result<Rc<[u8]>, Error> {
        let mut current = self.current.borrow_mut();
        if let Some((_, bytes)) = current.as_ref().filter(|(made, _)| made.elapsed() < FRESH) {
            return Ok(Rc::clone(bytes));
        }
        let bytes = Rc::from(self.write()?.into_bytes());
        *current = Some((Instant::now(), Rc::clone(&bytes)));
        Ok(bytes)
    }

    fn write(&self) -> Result<String, Error> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let nonce = crate::crypto::nonce()?;
        let mut signature = self.key.sign(format!("{time}\n{nonce}\n{BODY}\n").as_bytes())?;
        signature[100] ^= u8::from(self.broken);
        let (signature, length) = (STANDARD.encode(&signature), BODY.len());
        Ok(format!(
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n\
             Connection: keep-alive\r\nCache-Control: no-cache, must-revalidate\r\nRequest-ID: 08F78BB5AF0610D302189F94E8A4062083AE0228CA8F5A-0\r\n\
             Wechatpay-Nonce: {nonce}\r\nWechatpay-Signature: {signature}\r\nWechatpay-Signature-Type: WECHATPAY2-SHA256-RSA2048\r\n\
             Wechatpay-Timestamp: {time}\r\nWechatpay-Serial: {PLATFORM_ID}\r\n\r\n{BODY}"
        ))
    }
}

/// The process that serves, and where.
pub struct Gateway {
    child: Child,
    pub plain: String,
    pub tls: String,
    pub broken: String,
}

impl Gateway {
    pub fn start() -> Result<Self, Error> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let mut urls = line.split_whitespace().map(str::to_owned);
        let mut next = || urls.next().ok_or("an address is missing");
        Ok(Self { plain: next()?, tls: next()?, broken: next()?, child })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        _ = self.child.wait();
    }
}
