//! The way out of a merchant's network: for each host the URL that calls to it are sent to instead.
//!
//! It is taken last, when a request is signed and has gone through every layer: whatever is decided by a host is decided by the real one.

use http::header::HOST;
use http::request::Parts;
use http::uri::{Authority, Scheme};
use http::{HeaderName, Uri};

use crate::error::{Error, Result};
use crate::request::body::PresentCertificate;
use crate::uri::base_uri::{BaseUri, host_header};

/// Stands for every host that has no line of its own.
const ANY: &str = "*";

/// Says for which host a request is meant that was sent to the way out.
const REAL_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// For each host the URL that takes its place; a host without one is reached directly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Egress(Vec<(String, BaseUri)>);

impl Egress {
    /// Checks the lines, each a host and a URL.
    ///
    /// # Errors
    ///
    /// `Config`, for the first that cannot be used.
    pub(crate) fn new(lines: &[(String, String)]) -> Result<Self> {
        let mut checked: Vec<(String, BaseUri)> = Vec::with_capacity(lines.len());
        for (host, url) in lines {
            check_host(host)?;
            if checked.iter().any(|(known, _)| known.eq_ignore_ascii_case(host)) {
                return Err(Error::config(format!("egress names the host `{host}` twice, expected once")));
            }
            let bad = |why: String| Error::config(format!("egress of the host `{host}`: the URL {why}"));
            let url = BaseUri::parse(url).map_err(bad)?;
            if url.is_https() && cfg!(not(feature = "tls")) {
                return Err(bad("is https, which needs the feature `tls` of this crate".to_owned()));
            }
            checked.push((host.clone(), url));
        }
        Ok(Self(checked))
    }

    /// Where a request for this URI is sent; `None` for its host itself.
    fn way(&self, uri: &Uri) -> Option<&BaseUri> {
        // Most clients have no line.
        let host = uri.host().filter(|_| !self.0.is_empty())?;
        let of = |name: &str| self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        of(host).or_else(|| of(ANY)).map(|(_, url)| url)
    }

    /// The URI that is asked in the place of this one; `None` where it is asked itself.
    ///
    /// # Errors
    ///
    /// `Request`, for more than a URL can hold.
    pub(crate) fn instead_of(&self, uri: &Uri) -> Result<Option<Uri>> {
        self.way(uri).map(|way| way.followed_by(uri)).transpose()
    }

    /// Whether a request for this URI is spoken over TLS, whatever its own scheme is.
    pub(crate) fn is_tls(&self, uri: &Uri) -> bool {
        self.way(uri).map_or(uri.scheme() == Some(&Scheme::HTTPS), BaseUri::is_https)
    }

    /// Turns a request to the way out that its host has; what takes the host's place, if there is one.
    ///
    /// # Errors
    ///
    /// `Config`, for a certificate that nobody would see; `Request`, for more than a URL can hold.
    pub(crate) fn turn(&self, parts: &mut Parts) -> Result<Option<Authority>> {
        let Some(uri) = self.instead_of(&parts.uri)? else { return Ok(None) };
        let loses_tls = parts.uri.scheme() == Some(&Scheme::HTTPS) && !self.is_tls(&parts.uri);
        if loses_tls && parts.extensions.get::<PresentCertificate>().is_some() {
            let (host, url) = (parts.uri.host().unwrap_or_default(), uri.authority().map_or("", Authority::as_str));
            return Err(Error::config(format!(
                "egress leads the calls for {host} over http, to {url}; this call presents the merchant certificate, \
                 which needs an https URL there"
            )));
        }
        if let Some(host) = parts.headers.remove(HOST) {
            parts.headers.insert(REAL_HOST, host);
        }
        parts.headers.extend(host_header(&uri).map(|host| (HOST, host)));
        let via = uri.authority().cloned();
        parts.uri = uri;
        Ok(via)
    }
}

/// A host's name or address alone, or `*`.
fn check_host(host: &str) -> Result<()> {
    let expected = "expected its name alone, such as `api.mch.weixin.qq.com`, or `*` for every other host";
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_address = inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    if host.is_empty() {
        return Err(Error::config(format!("egress has an empty host, {expected}")));
    }
    if host == ANY || is_address || is_name(host) {
        return Ok(());
    }
    // Not quoted where it may have a password in it.
    let shown = if host.contains('@') { String::new() } else { format!(" {host:?}") };
    let what = match host {
        _ if host.contains('@') => "with a user",
        _ if host.contains("://") => "with a scheme",
        _ if host.contains('/') => "with a path",
        _ if host.contains(':') => "with a port",
        _ => "with characters that no host has",
    };
    Err(Error::config(format!("egress has a host{shown} {what}, {expected}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn egress(lines: &[(&str, &str)]) -> Result<Egress> {
        let lines: Vec<_> = lines.iter().map(|(host, url)| ((*host).to_owned(), (*url).to_owned())).collect();
        Egress::new(&lines)
    }

    #[test]
    fn the_line_of_the_host_comes_before_that_of_every_other() {
        let lines =
            [("Api.mch.weixin.qq.com", "http://10.0.0.5:8080/wxpay"), ("*", "http://10.0.0.6/"), ("[::1]", "http://c")];
        let egress = egress(&lines).unwrap();
        for (uri, expected) in [
            ("https://api.mch.weixin.qq.com/v3/x%2F?a=%20", "http://10.0.0.5:8080/wxpay/v3/x%2F?a=%20"),
            ("https://API.MCH.weixin.qq.com:443/hk/v3/x", "http://10.0.0.5:8080/wxpay/hk/v3/x"),
            ("http://api.mch.weixin.qq.com:1234", "http://10.0.0.5:8080/wxpay/"),
            ("https://api2.mch.weixin.qq.com/v3//x", "http://10.0.0.6/v3//x"),
            ("http://[::1]:9/v3/x?", "http://c/v3/x?"),
        ] {
            assert_eq!(egress.instead_of(&uri.parse().unwrap()).unwrap().unwrap(), expected, "{uri}");
        }
        let only = self::egress(&lines[..1]).unwrap();
        assert_eq!(only.instead_of(&"https://api2.mch.weixin.qq.com/".parse().unwrap()).unwrap(), None);
        assert_eq!(Egress::default().instead_of(&"https://a.example/".parse().unwrap()).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_a_line_is_named() {
        for (host, url, expected) in [
            ("", "http://b/", "egress has an empty host"),
            ("https://a.example", "http://b/", "egress has a host \"https://a.example\" with a scheme"),
            ("a.example:443", "http://b/", "egress has a host \"a.example:443\" with a port"),
            ("a.example/hk", "http://b/", "egress has a host \"a.example/hk\" with a path"),
            ("me:geheim@a.example", "http://b/", "egress has a host with a user"),
            ("*.a.example", "http://b/", "with characters that no host has"),
            (" a.example", "http://b/", "with characters that no host has"),
            ("::1", "http://b/", "with a port"),
            ("a.example", "", "egress of the host `a.example`: the URL \"\" is no absolute URI"),
            ("a.example", "b.example:80/x", "is no absolute URI"),
            ("a.example", "ftp://b/", "the URL has the scheme `ftp`"),
            ("a.example", "http://b/?q=geheim", "the URL has a query"),
            ("a.example", "http://b/#x", "the URL has a query or a fragment"),
            ("a.example", "http://me:geheim@b/", "the URL names a user"),
            ("a.example", "http://b/../x", "the URL has a `.` or `..`"),
        ] {
            let error = egress(&[(host, url)]).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("geheim"), "{host} {url}: {error}");
        }
        for (first, second) in [("a.example", "A.EXAMPLE"), ("*", "*")] {
            let error = egress(&[(first, "http://b/"), (second, "http://c/")]).unwrap_err().to_string();
            assert_eq!(error, format!("egress names the host `{second}` twice, expected once"));
        }
    }

    #[test]
    fn a_url_that_becomes_too_long_is_refused() {
        let egress = egress(&[("*", "http://b.example/way/")]).unwrap();
        let uri = format!("http://a.example/{}", "x".repeat(65_515)).parse().unwrap();
        assert!(egress.instead_of(&uri).unwrap_err().to_string().contains("bytes cannot be sent"));
    }
}
