//! The way to a URL, walked step by step; each step is taken once, when it is first asked for.

use std::cell::{OnceCell, RefCell};
use std::net::{IpAddr, SocketAddr, TcpStream};

use http::uri::Scheme;
use wechatpay_chain::{Network, Route, Via};

use super::steps::{self, Handshake};
use crate::doctor::facts::hosts::bare;

/// The way to a URL.
pub(in crate::doctor) struct Way {
    network: Network,
    route: Route,
    addresses: OnceCell<Result<Vec<SocketAddr>, String>>,
    tcp: OnceCell<Result<(), String>>,
    proxy: OnceCell<Result<(), String>>,
    tls: OnceCell<Handshake>,
    /// The connection that is there, until TLS takes it.
    stream: RefCell<Option<TcpStream>>,
}

impl Way {
    /// # Errors
    ///
    /// What is wrong with the URL or the proxy.
    pub(super) fn to(network: Network, url: &str) -> Result<Self, String> {
        let route = network.route(url).map_err(|error| error.to_string())?;
        Ok(Self {
            network,
            route,
            addresses: OnceCell::new(),
            tcp: OnceCell::new(),
            proxy: OnceCell::new(),
            tls: OnceCell::new(),
            stream: RefCell::new(None),
        })
    }

    pub(in crate::doctor) fn host(&self) -> &str {
        bare(self.route.to().host().unwrap_or_default())
    }

    fn port(&self) -> u16 {
        self.route.to().port_u16().unwrap_or(if self.is_tls() { 443 } else { 80 })
    }

    pub(in crate::doctor) fn is_tls(&self) -> bool {
        self.route.to().scheme() == Some(&Scheme::HTTPS)
    }

    pub(in crate::doctor) fn is_address(&self) -> bool {
        self.host().parse::<IpAddr>().is_ok()
    }

    pub(in crate::doctor) fn via(&self) -> Option<&Via> {
        self.route.via()
    }

    /// The addresses of the host.
    pub(in crate::doctor) fn addresses(&self) -> &Result<Vec<SocketAddr>, String> {
        self.addresses.get_or_init(|| steps::resolve(self.host(), self.port()))
    }

    /// Whether the host takes connections.
    pub(in crate::doctor) fn tcp(&self) -> &Result<(), String> {
        self.tcp.get_or_init(|| {
            let addresses = self.addresses().as_ref().map_err(String::clone)?;
            self.keep(steps::connect(addresses)?);
            Ok(())
        })
    }

    /// Whether the proxy connects to the host.
    pub(in crate::doctor) fn proxy(&self) -> &Result<(), String> {
        self.proxy.get_or_init(|| {
            let via = self.via().ok_or("there is no proxy")?;
            self.keep(steps::tunnel(via, self.host(), self.port())?);
            Ok(())
        })
    }

    /// Only TLS goes on with it; a server that talks to one at a time must not wait for it.
    fn keep(&self, stream: TcpStream) {
        *self.stream.borrow_mut() = Some(stream).filter(|_| self.is_tls());
    }

    /// What the host's certificate is worth.
    pub(in crate::doctor) fn tls(&self) -> &Handshake {
        self.tls.get_or_init(|| {
            let failed = |why: &str| Handshake { chain: Err(why.to_owned()), name: Ok(()), issuer: None };
            let connected = if self.via().is_some() { self.proxy() } else { self.tcp() };
            if let Err(why) = connected {
                return failed(why);
            }
            let Some(stream) = self.stream.borrow_mut().take() else { return failed("the connection was closed") };
            match self.network.trust_roots() {
                Ok(roots) => steps::handshake(stream, self.host(), roots),
                Err(error) => failed(&error.to_string()),
            }
        })
    }
}
