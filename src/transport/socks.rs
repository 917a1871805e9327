//! What is particular to proxies of SOCKS5: their port, and what their errors say.

use http::Uri;
use http::uri::Authority;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::SocksV5;
use tower_service::Service;

use crate::error::{BoxError, Error, ErrorKind};

/// hyper-util has room for as many, beside a host's name.
pub(super) const LONGEST_CREDENTIALS: usize = 160;

/// RFC 1928, section 3.
const PORT: u16 = 1080;

type Failure = <SocksV5<HttpConnector> as Service<Uri>>::Error;

/// Where to connect to: with SOCKS's own port where none is given.
pub(super) fn with_port(proxy: Uri) -> Uri {
    let given = proxy.authority().filter(|_| proxy.port().is_none());
    let Some(authority) = given.and_then(|given| format!("{given}:{PORT}").parse::<Authority>().ok()) else {
        return proxy;
    };
    let mut parts = proxy.clone().into_parts();
    parts.authority = Some(authority);
    Uri::from_parts(parts).unwrap_or(proxy)
}

/// Says at which step it failed; hyper-util keeps the cause to itself.
pub(super) fn failed(failure: Failure) -> BoxError {
    let error = |what: &'static str| Error::new(ErrorKind::Connect, what);
    match failure {
        Failure::Inner(cause) => error("the SOCKS5 proxy was not reached").with_source(cause).into(),
        Failure::Io(cause) => error("the SOCKS5 proxy broke off its handshake").with_source(cause).into(),
        other => error("the SOCKS5 proxy made no connection").with_source(other.to_string()).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_1080_where_none_is_given() {
        for (proxy, expected) in [
            ("socks5://a/", "socks5://a:1080/"),
            ("socks5h://[::1]/", "socks5h://[::1]:1080/"),
            ("socks5://a:9050/", "socks5://a:9050/"),
        ] {
            assert_eq!(with_port(proxy.parse().unwrap()), expected);
        }
    }
}
