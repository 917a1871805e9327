//! Forms of texts: addresses, times, URLs.

use std::net::IpAddr;

use http::Uri;

use super::overlay::Form;
use crate::engine::time::Time;

/// What is wrong with a text of a form; `None` if nothing is.
pub(super) fn fault(form: Form, text: &str) -> Option<&'static str> {
    match form {
        Form::Ip => text.parse::<IpAddr>().err().map(|_| "不是有效的IP地址"),
        Form::Time => Time::parse(text).is_none().then_some("不符合rfc3339格式，应带时区"),
        Form::NotifyUrl => notify_url(text).err(),
    }
}

/// An absolute http(s) URL with a host and a path, without query, fragment and user, and without blanks around it.
fn notify_url(text: &str) -> Result<(), &'static str> {
    if text.trim() != text {
        return Err("首尾含有空格");
    }
    if text.contains('#') {
        return Err("不能携带锚点");
    }
    let uri: Uri = text.parse().map_err(|_| "不是有效的URL")?;
    let (Some("http" | "https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("应为http或https的绝对URL");
    };
    if authority.as_str().contains('@') {
        return Err("不能携带用户信息");
    }
    if authority.host().is_empty() {
        return Err("缺少域名");
    }
    if uri.query().is_some() {
        return Err("不能携带参数");
    }
    // `http::Uri` reads no path as `/`; as it was written there must be one.
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    match rest.split_once('/') {
        Some(_) => Ok(()),
        None => Err("缺少路径"),
    }
}

/// Whether the real gateway could not reach a host: loopback, private, link-local, or a name without a dot.
pub(super) fn is_unreachable(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Err(_) => !host.contains('.'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notify_urls_are_what_the_page_asks_for() {
        for right in ["https://shop.example/paid", "http://127.0.0.1:3000/n", "https://shop.example/"] {
            assert_eq!(fault(Form::NotifyUrl, right), None, "{right}");
        }
        for (wrong, issue) in [
            (" https://shop.example/paid", "首尾含有空格"),
            ("https://shop.example/paid#x", "不能携带锚点"),
            ("shop", "应为http或https的绝对URL"),
            ("ftp://shop.example/x", "应为http或https的绝对URL"),
            ("https://me@shop.example/x", "不能携带用户信息"),
            ("https://shop.example/paid?a=1", "不能携带参数"),
            ("https://shop.example", "缺少路径"),
            ("https://shop example/x", "不是有效的URL"),
        ] {
            assert_eq!(fault(Form::NotifyUrl, wrong), Some(issue), "{wrong}");
        }
    }

    #[test]
    fn hosts_that_the_real_gateway_cannot_reach_are_known() {
        for url in
            ["http://localhost/x", "http://127.0.0.1/x", "http://10.0.0.1/x", "http://[::1]:80/x", "http://[fd00::1]/x"]
        {
            assert!(is_unreachable(url), "{url}");
        }
        assert!(!is_unreachable("https://shop.example/x") && !is_unreachable("http://8.8.8.8/x"));
    }

    #[test]
    fn times_and_addresses() {
        assert_eq!(fault(Form::Time, "2026-11-25T10:00:00+08:00"), None);
        assert!(fault(Form::Time, "2026-11-25 10:00:00").is_some());
        assert_eq!(fault(Form::Ip, "2001:db8::1"), None);
        assert!(fault(Form::Ip, "1.2.3").is_some());
    }
}
