//! Where the stand-in listens, and how.

use super::merchant::Parties;
use super::server::Server;
use super::tls::{self, Clients};
use crate::error::{BoxError, Error, ErrorKind, Result};

/// Settings of a stand-in that is about to start; what [`Server::builder`] gives.
///
/// ```
/// let gateway = wechatpay_chain::mock::Server::builder().port(0).tls().start()?;
/// assert!(gateway.url().starts_with("https://127.0.0.1:"));
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing listens before `start()`"]
pub struct ServerBuilder {
    port: u16,
    tls: Option<Clients>,
}

impl ServerBuilder {
    /// Listens on this port of 127.0.0.1, so that other processes know it beforehand. By default, and with 0, the system
    /// chooses a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Speaks TLS, with a certificate of its own authority ([`Server::ca`]) for 127.0.0.1, `localhost` and WeChat Pay's hosts;
    /// asks nobody for a certificate.
    pub fn tls(mut self) -> Self {
        self.tls = Some(Clients::Any);
        self
    }

    /// Speaks TLS and demands the merchant certificate of everybody, in the handshake.
    pub fn mtls(mut self) -> Self {
        self.tls = Some(Clients::Certified);
        self
    }

    /// Starts it. The first of a process makes the keys, which takes a moment.
    ///
    /// # Errors
    ///
    /// `Io`, naming the port, when it is taken; or when the system gives no port or thread.
    pub fn start(self) -> Result<Server> {
        let failed = |error: BoxError| Error::new(ErrorKind::Io, "no TLS for the stand-in gateway").with_source(error);
        let acceptor = |clients| tls::acceptor(Parties::get()?, clients).map_err(failed);
        Server::listen(self.port, self.tls.map(acceptor).transpose()?)
    }
}
