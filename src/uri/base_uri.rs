//! The part of a URL that the client's configuration decides: scheme, host, and a path prefix.

use std::fmt;

use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use crate::error::{Error, Result};

/// As many bytes as the `http` crate allows a URI.
const LONGEST: usize = 65_534;

/// An absolute `http` or `https` URI without user, query or fragment; its path ends in `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUri {
    scheme: Scheme,
    authority: Authority,
    /// `/` or a prefix such as `/hk/`.
    path: String,
}

impl BaseUri {
    /// Parses it, adding a missing final `/`; the error says what is wrong, without quoting credentials.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains('@') {
            return Err("names a user, expected only a host".to_owned());
        }
        let uri: Uri = text
            .parse()
            .map_err(|_| format!("{text:?} is no absolute URI, expected `https://host/` or `http://host/`"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(format!("{text:?} is no absolute URI, expected `https://host/` or `http://host/`"));
        };
        if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
            return Err(format!("has the scheme `{scheme}`, expected `https` or `http`"));
        }
        let port = authority.as_str().rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
        if authority.host().is_empty() || port.is_some() && authority.port_u16().is_none_or(|port| port == 0) {
            return Err(format!("{text:?} has no host, or a port that is none"));
        }
        if uri.path().split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err("has a `.` or `..` in its path, expected none".to_owned());
        }
        if uri.query().is_some() || text.contains('#') {
            return Err("has a query or a fragment, expected none".to_owned());
        }
        let mut path = uri.path().to_owned();
        if !path.ends_with('/') {
            path.push('/');
        }
        Ok(Self { scheme: scheme.clone(), authority: authority.clone(), path })
    }

    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether these are its own scheme and host.
    pub(crate) fn is_origin(&self, scheme: &Scheme, authority: &Authority) -> bool {
        let (own, other) = (self.authority.as_str(), authority.as_str());
        let bare = |authority| without_own_port(scheme, authority);
        self.scheme == *scheme && (own == other || bare(own).eq_ignore_ascii_case(bare(other)))
    }

    /// The path of a URL below it, with a leading `/`; `None` for a URL of another place.
    pub(crate) fn below<'a>(&self, uri: &'a Uri) -> Option<&'a str> {
        let is_own = self.is_origin(uri.scheme()?, uri.authority()?);
        uri.path().strip_prefix(self.path.trim_end_matches('/')).filter(|rest| is_own && rest.starts_with('/'))
    }

    pub(crate) fn has_path_of(&self, other: &Self) -> bool {
        self.path == other.path
    }

    pub(crate) fn has_origin_of(&self, other: &Self) -> bool {
        self.is_origin(&other.scheme, &other.authority)
    }

    /// The same path at this scheme and host.
    pub(crate) fn with_path_of(self, other: &Self) -> Self {
        Self { path: other.path.clone(), ..self }
    }

    /// Its own scheme, host and path, and behind them the path and query of another URI.
    ///
    /// # Errors
    ///
    /// As [`uri`](Self::uri).
    pub(crate) fn followed_by(&self, uri: &Uri) -> Result<Uri> {
        let target = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        self.uri(format!("{}{target}", self.path.strip_suffix('/').unwrap_or(&self.path)))
    }

    /// The host, without a port.
    pub(crate) fn host(&self) -> &str {
        self.authority.host()
    }

    /// The whole path of a relative reference, which may have a query: one that starts with `/` replaces the prefix (RFC 3986,
    /// section 5.2).
    pub(crate) fn resolve(&self, mut reference: String) -> String {
        if !reference.starts_with('/') {
            reference.insert_str(0, &self.path);
        }
        reference
    }

    /// The URI of a whole path, which may have a query.
    ///
    /// # Errors
    ///
    /// `Request`, for more than a URL can hold.
    pub(crate) fn uri(&self, target: String) -> Result<Uri> {
        let mut parts = Parts::default();
        (parts.scheme, parts.authority) = (Some(self.scheme.clone()), Some(self.authority.clone()));
        with_target(parts, target)
    }
}

/// A URI with this path and query in the place of its own, as [`BaseUri::uri`].
pub(crate) fn with_target(mut uri: Parts, target: String) -> Result<Uri> {
    let origin = [uri.scheme.as_ref().map(Scheme::as_str), uri.authority.as_ref().map(Authority::as_str)];
    let length = origin.iter().flatten().map(|part| part.len()).sum::<usize>() + "://".len() + target.len();
    if length > LONGEST {
        let message = format!("a URL of {length} bytes cannot be sent: at most 65,534 bytes are possible");
        return Err(Error::request(message));
    }
    let failed = |error: http::Error| Error::request("the path makes no URL").with_source(error);
    uri.path_and_query = Some(PathAndQuery::try_from(target).map_err(|error| failed(error.into()))?);
    Uri::from_parts(uri).map_err(|error| failed(error.into()))
}

impl fmt::Display for BaseUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.path)
    }
}

/// An authority without the port that its scheme has anyway.
fn without_own_port<'a>(scheme: &Scheme, authority: &'a str) -> &'a str {
    authority.strip_suffix(if *scheme == Scheme::HTTPS { ":443" } else { ":80" }).unwrap_or(authority)
}

/// The `Host` of a request: its authority, without a user and without the scheme's own port (RFC 9110, section 7.2).
pub(crate) fn host_header(uri: &Uri) -> Option<http::HeaderValue> {
    let authority = uri.authority()?.as_str();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = without_own_port(uri.scheme()?, host);
    http::HeaderValue::from_str(host.strip_suffix(':').unwrap_or(host)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_as_rfc_3986_says() {
        for (base, path, expected) in [
            ("https://h.example", "v3/x", "https://h.example/v3/x"),
            ("http://[::1]/", "v3/x", "http://[::1]/v3/x"),
            ("http://[::1]:8080/", "v3/x", "http://[::1]:8080/v3/x"),
            ("https://h.example/", "/v3/x?a=1", "https://h.example/v3/x?a=1"),
            ("http://127.0.0.1:80/hk", "v3/x", "http://127.0.0.1:80/hk/v3/x"),
            ("https://h.example/hk/", "/v3/x", "https://h.example/v3/x"),
        ] {
            let base = BaseUri::parse(base).unwrap();
            assert_eq!(base.uri(base.resolve(path.to_owned())).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_url_is_as_long_as_one_can_be_and_no_longer() {
        let base = BaseUri::parse("https://h.example/").unwrap();
        let path = |length: usize| format!("/{}", "x".repeat(length - base.to_string().len()));
        let longest = base.uri(path(LONGEST)).unwrap().to_string();
        assert!(longest.len() == LONGEST && longest.parse::<Uri>().is_ok());
        let error = base.uri(path(LONGEST + 1)).unwrap_err().to_string();
        assert!(error.contains("a URL of 65535 bytes cannot be sent"), "{error}");
    }

    #[test]
    fn anything_else_is_refused() {
        for (base, expected) in [
            ("", "expected `https://host/`"),
            ("h.example/", "expected `https://host/`"),
            ("/hk/", "no absolute URI"),
            ("ftp://h.example/", "scheme `ftp`"),
            ("https://user:secret@h.example/", "names a user"),
            ("https://h.example/?q=1", "query"),
            ("https://h.example/#x", "fragment"),
            ("http://127.0.0.1:80800/", "a port that is none"),
            ("http://127.0.0.1:-1/", "a port that is none"),
            ("http://127.0.0.1:/", "a port that is none"),
            ("http://127.0.0.1:0/", "a port that is none"),
            ("http://:80/", "no host"),
            ("https://h.example/../x", "`..`"),
            ("https://h é.example/", "no absolute URI"),
        ] {
            let error = BaseUri::parse(base).unwrap_err();
            assert!(error.contains(expected) && !error.contains("secret"), "{base}: {error}");
        }
    }

    #[test]
    fn the_host_is_the_authority_without_user_and_the_schemes_own_port() {
        for (uri, expected) in [
            ("https://api.mch.weixin.qq.com/v3/x", "api.mch.weixin.qq.com"),
            ("https://h.example:443/", "h.example"),
            ("https://h.example:80/", "h.example:80"),
            ("http://h.example:80/", "h.example"),
            ("http://h.example:/", "h.example"),
            ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
            ("http://[::1]/", "[::1]"),
            ("http://[::80]:8080/", "[::80]:8080"),
            ("http://[fe80::80]/", "[fe80::80]"),
            ("https://user:secret@h.example:8443/", "h.example:8443"),
        ] {
            assert_eq!(host_header(&uri.parse().unwrap()).unwrap(), expected, "{uri}");
        }
    }
}
