//! Hosts: WeChat Pay's, those that only look like them, and those that nobody outside reaches.

use std::net::IpAddr;

use http::Uri;

pub(in crate::doctor) use crate::base::hosts::{bare, is_loopback, is_private};

/// The hosts that the interfaces are reached at.
const WECHAT: [&str; 14] = [
    "api.mch.weixin.qq.com",
    "api2.mch.weixin.qq.com",
    "api.wechatpay.cn",
    "api2.wechatpay.cn",
    "apihk.mch.weixin.qq.com",
    "apius.mch.weixin.qq.com",
    "apieu.mch.weixin.qq.com",
    "fraud.mch.weixin.qq.com",
    "payapp.weixin.qq.com",
    "payapp.mch.weixin.qq.com",
    "pay.wechatpay.cn",
    "action.weixin.qq.com",
    "api.weixin.qq.com",
    "wx.tenpay.com",
];

/// So many letters wrong is still a slip.
const NEAR: usize = 3;

/// Parts that only names of WeChat have.
const PARTS: [&str; 4] = ["weixin.qq", "wechatpay.cn", "mch.weixin", "tenpay.com"];

pub(in crate::doctor) fn is_wechat(host: &str) -> bool {
    WECHAT.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// So many of the first are those that calls go to; what only resembles one is told to be one of them.
const OF_CALLS: usize = 7;

/// The host of WeChat Pay that a name resembles without being one.
pub(in crate::doctor) fn resembled(host: &str) -> Option<&'static str> {
    let host = host.to_ascii_lowercase();
    if is_wechat(&host) || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let is_near = WECHAT.iter().any(|known| distance(&host, known) <= NEAR);
    let resembles = is_near || PARTS.iter().any(|part| host.contains(part));
    WECHAT.into_iter().take(OF_CALLS).min_by_key(|known| distance(&host, known)).filter(|_| resembles)
}

/// Whether the port of a URL is one, or there is none.
pub(in crate::doctor) fn has_usable_port(uri: &Uri) -> bool {
    let Some(authority) = uri.authority() else { return false };
    let has_one = authority.as_str().rsplit(']').next().is_some_and(|rest| rest.contains(':'));
    !has_one || authority.port_u16().is_some_and(|port| port > 0)
}

/// How many letters must be put in, taken out or changed to make one of the other (Levenshtein).
pub(in crate::doctor) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, left) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, right) in other.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// Names that the internet does not have (RFC 2606, RFC 6761, and what routers and clusters use).
const RESERVED: [&str; 13] = [
    "test",
    "example",
    "invalid",
    "localhost",
    "local",
    "internal",
    "lan",
    "home",
    "corp",
    "intranet",
    "arpa",
    "onion",
    "localdomain",
];

/// Why nobody outside reaches a host, in English and Chinese.
pub(in crate::doctor) fn why_not_public(host: &str) -> Option<(&'static str, &'static str)> {
    let host = bare(host).trim_end_matches('.').to_ascii_lowercase();
    if is_loopback(&host) {
        return Some(("is this machine itself", "是本机"));
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return is_private(address).then_some(("is an address of a private network", "是内网地址"));
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_example = ["example.com", "example.net", "example.org"]
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.')));
    match () {
        () if !host.contains('.') => Some(("has no domain", "不是完整域名")),
        // Some programs read these as addresses of IPv4.
        () if last.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(("is no name and no address", "不是域名也不是 IP 地址"))
        }
        () if RESERVED.contains(&last) || is_example => {
            Some(("is a name that the internet does not have", "是保留域名，公网不可达"))
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_resemble_those_of_wechat_are_told() {
        for host in
            ["api.mch.weixin.qq.com", "API2.wechatpay.cn", "pay.corp.cn", "10.0.0.1", "wxpay-egress.shop.cn", "sim"]
        {
            assert_eq!(resembled(host), None, "{host}");
        }
        for host in [
            "api.mch.weixin.qq.cm",
            "api.mch.weixn.qq.com",
            "mch.weixin.qq.com",
            "api.mch.weixin.qq.com.evil.cn",
            "pay.weixin.qq.com",
        ] {
            assert!(resembled(host).is_some(), "{host}");
        }
    }

    #[test]
    fn only_public_names_are_public() {
        for host in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "100.64.0.1",
            "fd00::1",
            "shop",
            "shop.local",
            "a.example.com",
            "x.test",
            "svc.cluster.internal",
            "127.1",
            "0x7f.1",
        ] {
            assert!(why_not_public(host).is_some(), "{host}");
        }
        for host in ["shop.cn", "pay.shop.com.cn", "93.184.216.34", "notexample.com", "2606:2800:220:1::1"] {
            assert_eq!(why_not_public(host), None, "{host}");
        }
    }

    #[test]
    fn a_port_is_one_of_65535() {
        for (url, is_usable) in [
            ("https://a.cn/", true),
            ("https://a.cn:8443/", true),
            ("https://[::1]/", true),
            ("https://[::1]:80/", true),
            ("https://a.cn:0/", false),
            ("https://a.cn:99999/", false),
            ("https://[::1]:99999/", false),
        ] {
            assert_eq!(has_usable_port(&url.parse().unwrap()), is_usable, "{url}");
        }
    }

    #[test]
    fn the_distance_counts_letters() {
        assert_eq!((distance("", "abc"), distance("abc", "abc"), distance("kitten", "sitting")), (3, 0, 3));
    }
}
