//! Connections by way of a proxy: an http one by `CONNECT`, or one of SOCKS5, with credentials where there are some. hyper-util knows the rules.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tower_service::Service;
use zeroize::Zeroizing;

use super::socks;
use crate::crypto::secret::Secret;
use crate::error::{BoxError, Error, Result};
use crate::keys::signer::BoxFuture;
use crate::uri::base_uri::BaseUri;

const EXPECTED: &str =
    "expected `http://host:port` or `socks5://host:port`, before the host `user:password@` where it asks for them";

/// Which proxy a client uses for https.
#[derive(Clone, Debug, Default)]
pub(crate) enum Proxy {
    /// What `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say; for this machine itself none.
    #[default]
    Environment,
    None,
    /// This one, for every host.
    Given(Secret),
}

/// The variables that [`Rules::of_environment`] asks for.
const VARIABLES: [&str; 7] =
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"];

impl Proxy {
    /// Whether nothing was said about it.
    pub(crate) fn is_of_environment(&self) -> bool {
        matches!(self, Self::Environment)
    }

    /// All that the rules are made of, equal for equal rules. There may be a password in it.
    pub(crate) fn inputs(&self) -> Vec<Zeroizing<String>> {
        // What is absent differs from what is empty.
        let variable = |name| std::env::var(name).map_or_else(|_| String::new(), |value| format!("={value}"));
        match self {
            Self::None => vec![Zeroizing::new("none".to_owned())],
            Self::Given(uri) => vec![Zeroizing::new(format!("given {}", uri.expose()))],
            Self::Environment => VARIABLES.iter().map(|name| Zeroizing::new(variable(name))).collect(),
        }
    }

    /// # Errors
    ///
    /// `Config`, for a proxy that was given and cannot be used.
    pub(crate) fn rules(&self) -> Result<Rules> {
        match self {
            Self::None => Ok(Rules::default()),
            Self::Environment => Ok(Rules::of_environment(|name| std::env::var(name).ok())),
            Self::Given(uri) => {
                let uri = checked(uri.expose()).map_err(|why| Error::config(format!("proxy {why}, {EXPECTED}")))?;
                Ok(Rules { matcher: Some(Matcher::builder().https(uri).build()), given: true, unusable: None })
            }
        }
    }
}

/// For which URIs there is a proxy, and which.
#[derive(Default)]
pub(crate) struct Rules {
    matcher: Option<Matcher>,
    /// It was given, so it is for this machine too.
    given: bool,
    /// Why the proxy of the environment cannot be used.
    unusable: Option<String>,
}

impl Rules {
    /// What curl would make of the environment.
    fn of_environment(var: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&'static str; 2]| names.into_iter().find_map(|name| Some((name, var(name)?)));
        let pairs = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
        let found = pairs.into_iter().filter_map(first).find(|(_, uri)| !uri.trim().is_empty());
        // A CGI program gets a client's `Proxy` header as a variable.
        let Some((name, uri)) = found.filter(|_| var("REQUEST_METHOD").is_none()) else { return Self::default() };
        let uri = if uri.contains("://") { uri } else { format!("http://{}", uri.trim()) };
        let (uri, unusable) = match checked(&uri) {
            Ok(uri) => (uri, None),
            // One that is never asked, for the hosts that would be reached by it.
            Err(why) => ("http://proxy.invalid".to_owned(), Some(format!("{name} {why}, {EXPECTED}"))),
        };
        let no = first(["NO_PROXY", "no_proxy"]).map_or_else(String::new, |(_, hosts)| hosts);
        Self { matcher: Some(Matcher::builder().https(uri).no(no).build()), given: false, unusable }
    }

    /// The proxy for a URI, if there is one.
    pub(super) fn find(&self, uri: &Uri) -> Result<Option<Intercept>> {
        if uri.scheme_str() != Some("https") || !self.given && is_here(uri) {
            return Ok(None);
        }
        let found = self.matcher.as_ref().and_then(|matcher| matcher.intercept(uri));
        match &self.unusable {
            Some(why) if found.is_some() => Err(Error::config(format!("the proxy of the environment: {why}"))),
            _ => Ok(found),
        }
    }

    /// Whether this URI can be reached, as far as the proxy goes.
    ///
    /// # Errors
    ///
    /// `Config`, naming the variable that cannot be used.
    pub(crate) fn check(&self, uri: &Uri) -> Result<()> {
        self.find(uri).map(drop)
    }
}

/// The URI of a proxy that can be used, its scheme in small letters; the error does not quote it: it may have a password in it.
fn checked(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").ok_or("is no URI")?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "socks5" | "socks5h" => {}
        "https" => return Err("is an https one: TLS to the proxy itself is not supported".to_owned()),
        "socks4" | "socks4a" => return Err("is one of SOCKS4, which is not supported".to_owned()),
        other if !other.is_empty() && other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            return Err(format!("has the scheme `{other}`, which is not supported"));
        }
        _ => return Err("is no URI".to_owned()),
    }
    let uri: Uri = format!("{scheme}://{rest}").parse().map_err(|_| "is no URI")?;
    let authority = uri.authority().ok_or("is no URI")?.as_str();
    let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if BaseUri::parse(&format!("http://{host}/")).is_err() {
        return Err("is no URI".to_owned());
    }
    if credentials.contains('@') {
        return Err("has two `@`, and not `%40` in the user or the password".to_owned());
    }
    if scheme != "http" && credentials.len() > socks::LONGEST_CREDENTIALS {
        return Err("has a longer user and password than can be sent".to_owned());
    }
    Ok(format!("{scheme}://{rest}"))
}

/// A connector that goes by way of a proxy where one is in force.
#[derive(Clone)]
pub(crate) struct Proxied {
    http: HttpConnector,
    rules: Arc<Rules>,
}

impl Proxied {
    pub(crate) fn new(http: HttpConnector, proxy: &Proxy) -> Result<Self> {
        Ok(Self { http, rules: Arc::new(proxy.rules()?) })
    }
}

/// Whether a URI names this machine.
fn is_here(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Service<Uri> for Proxied {
    type Response = <HttpConnector as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.http.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let found = match self.rules.find(&uri) {
            Ok(Some(found)) => found,
            Ok(None) => {
                let connecting = self.http.call(uri);
                return Box::pin(async move { Ok(connecting.await?) });
            }
            Err(error) => return Box::pin(async { Err(error.into()) }),
        };
        let (proxy, http) = (found.uri().clone(), self.http.clone());
        if proxy.scheme_str() != Some("http") {
            let proxy = SocksV5::new(socks::with_port(proxy), http);
            let mut proxy = match found.raw_auth() {
                Some((user, password)) => proxy.with_auth(user.to_owned(), password.to_owned()),
                None => proxy,
            };
            return Box::pin(async move { proxy.call(uri).await.map_err(socks::failed) });
        }
        let tunnel = Tunnel::new(proxy, http);
        let mut tunnel = match found.basic_auth() {
            Some(credentials) => tunnel.with_auth(credentials.clone()),
            None => tunnel,
        };
        Box::pin(async move { Ok(tunnel.call(uri).await?) })
    }
}

impl fmt::Debug for Proxied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxied").field("given", &self.rules.given).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of `https://api.mch.weixin.qq.com/`, with these variables.
    fn found(vars: &[(&str, &str)]) -> Result<Option<String>, String> {
        let var = |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let uri = Uri::from_static("https://api.mch.weixin.qq.com/");
        let found = Rules::of_environment(var).find(&uri).map_err(|error| error.to_string())?;
        Ok(found.map(|found| found.uri().to_string()))
    }

    #[test]
    fn the_environment_is_read_as_curl_reads_it() {
        for (vars, expected) in [
            (&[][..], None),
            (&[("HTTPS_PROXY", "http://a:1")], Some("http://a:1/")),
            (&[("https_proxy", "a:1")], Some("http://a:1/")),
            (&[("HTTP_PROXY", "http://a:1")], None),
            (&[("ALL_PROXY", "SOCKS5://b:2"), ("HTTPS_PROXY", " ")], Some("socks5://b:2/")),
            (&[("ALL_PROXY", "ftp://b:2"), ("HTTPS_PROXY", "http://u:p@a:1/")], Some("http://a:1/")),
            (&[("all_proxy", "socks5h://u:p@b:2"), ("NO_PROXY", "example.com")], Some("socks5h://b:2/")),
            (&[("HTTPS_PROXY", "http://a:1"), ("no_proxy", ".weixin.qq.com")], None),
            (&[("HTTPS_PROXY", "socks4://a:1"), ("NO_PROXY", "*")], None),
            (&[("HTTPS_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")], None),
        ] {
            assert_eq!(found(vars), Ok(expected.map(str::to_owned)), "{vars:?}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_and_not_passed_over() {
        for (name, value, expected) in [
            ("HTTPS_PROXY", "https://me:geheim@a:1", "HTTPS_PROXY is an https one"),
            ("https_proxy", "socks4a://a:1", "https_proxy is one of SOCKS4"),
            (
                "ALL_PROXY",
                "ftp://a:1",
                "ALL_PROXY has the scheme `ftp`, which is not supported, expected `http://host:port`",
            ),
            ("all_proxy", "http://me:geheim@a:99999", "all_proxy is no URI"),
            ("HTTPS_PROXY", "http://me:ge@heim@a:1", "HTTPS_PROXY has two `@`"),
            ("HTTPS_PROXY", "me:geheim://a:1", "HTTPS_PROXY is no URI"),
        ] {
            let error = found(&[(name, value)]).unwrap_err();
            assert!(error.contains(expected) && !error.contains("heim"), "{name}={value}: {error}");
        }
        let long = format!("socks5://me:{}@a:1", "x".repeat(300));
        assert!(found(&[("ALL_PROXY", &long)]).unwrap_err().contains("longer user and password"));
    }
}
