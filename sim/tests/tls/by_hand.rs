//! Clients with a merchant's keys, and TLS without a client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use serde_json::Value;
use wechatpay_chain::{Client, ClientBuilder, PublicKey};
use wechatpay_sim::Simulator;

pub(crate) type Done = Result<(), Box<dyn std::error::Error>>;

pub(crate) const FIRST: &str = "1900000001";

pub(crate) fn start() -> Simulator {
    Simulator::builder().tls().proxy().start().unwrap()
}

/// A client of the first merchant's, as it is before anything says where the gateway is.
pub(crate) fn keys(sim: &Simulator) -> ClientBuilder {
    let secrets = sim.get(&format!("merchants/{FIRST}/secrets")).unwrap();
    let env = sim.get("env").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Client::builder()
        .mchid(FIRST)
        .merchant_identity(text(&secrets["certificate"]), text(&secrets["private_key"]))
        .platform_key(
            text(&env["WECHATPAY_PUBLIC_KEY_ID"]),
            PublicKey::load(text(&env["WECHATPAY_PUBLIC_KEY"])).unwrap(),
        )
        .api_v3_key(text(&secrets["api_v3_key"]))
        .secret(text(&secrets["secret"]))
}

/// A client that goes by TLS and trusts the simulator's CA.
pub(crate) fn by_tls(sim: &Simulator) -> ClientBuilder {
    keys(sim).base_uri(sim.tls_url().unwrap()).root_certificate(sim.ca().unwrap())
}

/// A client whose gateway is the real one, and that goes by the proxy.
pub(crate) fn by_proxy(sim: &Simulator) -> ClientBuilder {
    keys(sim).proxy(sim.proxy_url().unwrap()).root_certificate(sim.ca().unwrap())
}

/// The newest call of the journal.
pub(crate) fn last(sim: &Simulator) -> Value {
    sim.get("calls?limit=1").unwrap()["items"][0].clone()
}

/// `host:port` of a URL.
pub(crate) fn address(url: &str) -> String {
    url.split("://").nth(1).unwrap().trim_end_matches('/').to_owned()
}

/// How a client shakes hands.
pub(crate) struct Hand {
    pub(crate) versions: Vec<&'static SupportedProtocolVersion>,
    pub(crate) alpn: &'static [&'static str],
    /// Certificate and key, PEM.
    pub(crate) identity: Option<(String, String)>,
}

impl Default for Hand {
    fn default() -> Self {
        Self { versions: vec![&TLS13, &TLS12], alpn: &[], identity: None }
    }
}

pub(crate) type Tls<S> = StreamOwned<ClientConnection, S>;

impl Hand {
    fn config(&self, ca: &str) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(CertificateDer::pem_slice_iter(ca.as_bytes()).flatten());
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let builder = builder.with_protocol_versions(&self.versions).unwrap().with_root_certificates(roots);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect::<Result<_, _>>().unwrap();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        };
        config.alpn_protocols = self.alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        config
    }

    /// A connection for a name, on a stream to the simulator; it shakes hands when something is written.
    pub(crate) fn on<S: Read + Write>(&self, stream: S, ca: &str, name: &str) -> Tls<S> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        StreamOwned::new(ClientConnection::new(Arc::new(self.config(ca)), name).unwrap(), stream)
    }

    /// The same to the TLS listener.
    pub(crate) fn to(&self, sim: &Simulator, name: &str) -> Tls<TcpStream> {
        self.on(TcpStream::connect(address(&sim.tls_url().unwrap())).unwrap(), &sim.ca().unwrap(), name)
    }
}

/// Sends a request that ends its connection; status, and the whole answer.
pub(crate) fn ask(stream: &mut (impl Read + Write), head: &str, body: &str) -> std::io::Result<(u16, String)> {
    let length = body.len();
    write!(stream, "{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or(std::io::ErrorKind::UnexpectedEof)?, answer))
}
