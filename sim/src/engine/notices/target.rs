//! Where a notice goes: the merchant's address, led elsewhere by the settings, and never to a public host.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::super::settings::Notify;

/// An address that a notice would be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) url: String,
    is_allowed: bool,
}

impl Target {
    /// The address that `url` is led to: by the longest prefix that `notify.map` has.
    pub(crate) fn of(settings: &Notify, url: &str) -> Self {
        let fits = settings.map.iter().filter(|(from, _)| !from.is_empty() && url.starts_with(from.as_str()));
        let url = match fits.max_by_key(|(from, _)| from.len()) {
            Some((from, to)) => format!("{to}{}", &url[from.len()..]),
            None => url.to_owned(),
        };
        let is_allowed = host(&url).is_some_and(|host| is_near(&host) || is_listed(settings, &host));
        Self { url, is_allowed }
    }

    /// Whether it is this machine's or this network's, or named by `notify.hosts`.
    pub(crate) fn is_allowed(&self) -> bool {
        self.is_allowed
    }
}

/// Whether a text is an http or https address with a host, whether anything may be sent there or not.
pub(crate) fn is_address(url: &str) -> bool {
    host(url).is_some_and(|host| !host.is_empty())
}

/// The host of an http or https address, in lower case and without the brackets of IPv6.
fn host(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme()?;
    if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS || uri.authority()?.as_str().contains('@') {
        return None;
    }
    let host = uri.host()?.to_ascii_lowercase();
    Some(host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_owned())
}

fn is_listed(settings: &Notify, host: &str) -> bool {
    settings.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// Loopback, private and link-local addresses. Of names only `localhost`: what others stand for is for others to say.
fn is_near(host: &str) -> bool {
    let is_near_v4 = |ip: std::net::Ipv4Addr| ip.is_loopback() || ip.is_private() || ip.is_link_local();
    match host.parse() {
        Ok(IpAddr::V4(ip)) => is_near_v4(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_near_v4(ip),
            None => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        },
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::settings::Settings;
    use super::*;

    fn allowed(settings: &Notify, url: &str) -> bool {
        Target::of(settings, url).is_allowed()
    }

    #[test]
    fn near_hosts_get_notices_and_public_ones_do_not() {
        let settings = Settings::default().notify;
        for near in [
            "http://127.0.0.1:3000/n",
            "https://127.9.9.9/n",
            "http://localhost/n",
            "http://LOCALHOST:1/n",
            "http://shop.localhost/n",
            "http://10.1.2.3/n",
            "http://172.16.0.1/n",
            "http://192.168.1.1/n",
            "http://169.254.1.1/n",
            "http://[::1]:8080/n",
            "http://[fd00::1]/n",
            "http://[fe80::1]/n",
            "http://[::ffff:192.168.1.1]/n",
        ] {
            assert!(allowed(&settings, near), "{near}");
        }
        for far in [
            "https://shop.example.com/n",
            "http://8.8.8.8/n",
            "http://172.32.0.1/n",
            "http://[2001:db8::1]/n",
            "http://[::ffff:8.8.8.8]/n",
            "http://localhost.example.com/n",
            "http://127.0.0.1.example.com/n",
            "http://127.0.0.1@example.com/n",
            "http://shop/n",
            "ftp://127.0.0.1/n",
            "/n",
            "",
        ] {
            assert!(!allowed(&settings, far), "{far}");
        }
    }

    #[test]
    fn named_hosts_are_allowed() {
        let mut settings = Settings::default().notify;
        settings.hosts = vec!["Shop.example.com".to_owned()];
        assert!(allowed(&settings, "https://shop.example.com:8443/n"));
        assert!(!allowed(&settings, "https://other.example.com/n"));
    }

    #[test]
    fn the_longest_prefix_leads_elsewhere() {
        let mut settings = Settings::default().notify;
        let pairs = [
            ("https://shop.example.com/", "http://127.0.0.1:3000/"),
            ("https://shop.example.com/pay/", "http://127.0.0.1:4000/p/"),
        ];
        settings.map = pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).into();
        let target = |url| Target::of(&settings, url).url;
        assert_eq!(target("https://shop.example.com/pay/n"), "http://127.0.0.1:4000/p/n");
        assert_eq!(target("https://shop.example.com/n"), "http://127.0.0.1:3000/n");
        assert_eq!(target("https://shop.example.org/n"), "https://shop.example.org/n");
        assert!(allowed(&settings, "https://shop.example.com/pay/n"));
        assert!(!allowed(&settings, "https://shop.example.org/n"));
    }
}
