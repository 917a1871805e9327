//! Hosts of this machine and of networks that are not the internet.

use std::net::IpAddr;

/// The host of a URL without the brackets of an IPv6 address.
pub(crate) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = bare(host).trim_end_matches('.');
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether an address is of a network that is not the internet.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private()
                || address.is_link_local()
                || address.is_loopback()
                || address.is_unspecified()
                || is_shared
        }
        IpAddr::V6(address) => {
            let first = address.segments()[0];
            address.is_loopback() || address.is_unspecified() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
        }
    }
}

/// Whether a host is this machine, or an address of a network that is not the internet.
pub(crate) fn is_near(host: &str) -> bool {
    is_loopback(host) || bare(host).parse().is_ok_and(is_private)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        for host in
            ["localhost", "LOCALHOST", "shop.localhost", "127.0.0.1", "127.8.9.1", "[::1]", "[::ffff:127.0.0.1]"]
        {
            assert!(is_loopback(host) && is_near(host), "{host}");
        }
        for host in ["10.0.0.1", "192.168.1.2", "[fd00::1]"] {
            assert!(!is_loopback(host) && is_near(host), "{host}");
        }
        for host in ["api.mch.weixin.qq.com", "localhost.example", "128.0.0.1", "127.0.0.1.example", ""] {
            assert!(!is_near(host), "{host}");
        }
    }
}
