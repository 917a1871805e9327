//! Where calls go, by which proxy, and the clock.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Uri;
use http::uri::Scheme;
use wechatpay_chain::Client;

use crate::base::sdk::told;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::{Facts, hosts, times};
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("base_uri.format", Group::Settings, ("the form of the base URI", "网关地址格式"), format),
    Check::new("base_uri.https", Group::Settings, ("whether the base URI is https", "网关地址是否 https"), https)
        .needs(&["base_uri.format"]),
    Check::new("base_uri.host", Group::Settings, ("the host of the base URI", "网关地址的主机"), host)
        .needs(&["base_uri.format"]),
    Check::new("proxy.scheme", Group::Settings, ("the proxy in force for the base URI", "生效的代理"), proxy),
    Check::new("clock.plausible", Group::Settings, ("the system's time", "系统时间"), clock),
];

fn format(facts: &Facts) -> Outcome {
    let base = facts.value(names::BASE_URI)?;
    let wrong = |en, zh| {
        Verdict::fail(
            Text::new(format!("WECHATPAY_BASE_URI {en}"), format!("WECHATPAY_BASE_URI {zh}")),
            Text::new(
                "give scheme and host only in WECHATPAY_BASE_URI, such as https://api.mch.weixin.qq.com/",
                "WECHATPAY_BASE_URI 只写协议和域名，例如 https://api.mch.weixin.qq.com/",
            ),
        )
        .wanted("https://host/")
    };
    let uri = base.parse::<Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    let Some(uri) = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https"))) else {
        return Ok(wrong("is no absolute URL of http or https", "不是完整的 http(s) 网址"));
    };
    Ok(match () {
        () if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) => {
            wrong("names a user", "含有用户名")
        }
        () if !hosts::has_usable_port(&uri) => wrong("has a port that is none", "端口无效"),
        () if base.contains('#') => wrong("has a fragment", "含有 # 片段"),
        () if base.contains('?') => wrong("has a query", "含有 ? 查询串"),
        () if !matches!(uri.path(), "" | "/" | "/hk" | "/hk/") => wrong("has a path", "含有路径"),
        () => Verdict::ok(Text::new("scheme and host", "格式正确")).seen(base.as_str()),
    })
}

/// The base URI, taken apart; only asked for when its form is right.
fn base(facts: &Facts) -> Result<Uri, Reason> {
    let base = facts.value(names::BASE_URI)?;
    base.parse().map_err(|_| Reason::Needs("base_uri.format"))
}

fn https(facts: &Facts) -> Outcome {
    let uri = base(facts)?;
    let host = uri.host().unwrap_or_default();
    Ok(match uri.scheme() == Some(&Scheme::HTTPS) {
        true => Verdict::ok(Text::new("https", "使用 https")),
        false if hosts::is_loopback(host) => Verdict::ok(Text::new("http on this machine", "本机 http")),
        false => Verdict::fail(
            text!("calls to {host} go over http, for everybody on the way to read", "到 {host} 的请求走 http 明文"),
            Text::new("use https in WECHATPAY_BASE_URI", "WECHATPAY_BASE_URI 改用 https"),
        )
        .seen("http")
        .wanted("https"),
    })
}

fn host(facts: &Facts) -> Outcome {
    let uri = base(facts)?;
    let host = hosts::bare(uri.host().unwrap_or_default());
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(match hosts::is_private(address) {
            true => Verdict::ok(Text::new("an address of this network", "本网络内的地址")).seen(host),
            false => Verdict::fail(
                text!(
                    "{host} is an address, and WeChat Pay is reached by name only",
                    "{host} 是 IP 地址，微信支付只能用域名访问"
                ),
                Text::new(
                    "use the domain name in WECHATPAY_BASE_URI, api.mch.weixin.qq.com",
                    "WECHATPAY_BASE_URI 使用官方域名 api.mch.weixin.qq.com",
                ),
            )
            .seen(host),
        });
    }
    Ok(match hosts::resembled(host) {
        None => Verdict::ok(text!("the host {host}", "主机 {host}")).seen(host),
        Some(known) => Verdict::warn(
            text!("{host} only resembles {known}", "{host} 与 {known} 相似但不同"),
            text!("use the domain name {known} in WECHATPAY_BASE_URI", "WECHATPAY_BASE_URI 使用官方域名 {known}"),
        )
        .seen(host)
        .wanted(known),
    })
}

fn proxy(facts: &Facts) -> Outcome {
    const EXPECTED: &str = "http://host:port";
    let remedy = || {
        Text::new(
            "use an http proxy, `http://host:port`, or set NO_PROXY for the host",
            "换用 http 代理（http://主机:端口），或设置 NO_PROXY",
        )
    };
    let wrong = |why: &Text| {
        let (en, zh) = (why.en(), why.zh());
        let said = Text::new(format!("the proxy cannot be used: {en}"), format!("代理不可用：{zh}"));
        Verdict::fail(said, remedy()).wanted(EXPECTED)
    };
    // Nothing else of the settings is needed for that, and nothing else may stand in its way.
    let network = facts.settings.reached_by(Client::builder()).network();
    let route = match network.and_then(|network| network.route(&facts.base_uri())) {
        Ok(route) => route,
        Err(error) if error.kind() == wechatpay_chain::ErrorKind::Config => return Ok(wrong(&told(&error))),
        Err(_) => return Err(Reason::Needs("base_uri.format")),
    };
    let via = route.via().ok_or(Reason::NotConfigured)?;
    let (scheme, host) = (via.uri().scheme_str().unwrap_or_default(), via.uri().host().unwrap_or_default());
    Ok(match scheme {
        "http" => Verdict::ok(text!("the proxy {host}", "代理 {host}")).seen(host),
scheme => Verdict::fail(
            text!(
                "the proxy {host} is one of {scheme}: this SDK goes by it, but most others do not, and nothing behind it can be looked at here",
                "代理 {host} 是 {scheme} 代理：本 SDK 可用，多数其他 SDK 不可用，此处也无法检查其后的连接"
            ),
            remedy(),
        )
        .wanted(EXPECTED)
        .seen(scheme),
    })
}

/// When this program was built, in seconds since 1970.
const BUILT: &str = env!("WXPAY_BUILT");

/// The clock of the machine that built it may have been some hours ahead.
const SLACK: Duration = Duration::from_secs(24 * 3600);

fn clock(facts: &Facts) -> Outcome {
    let built = UNIX_EPOCH + Duration::from_secs(BUILT.parse().unwrap_or_default());
    Ok(plausible(facts.now, built))
}

fn plausible(now: SystemTime, built: SystemTime) -> Verdict {
    let (now_date, built_date) = (times::date(now), times::date(built));
    match now + SLACK < built {
        false => Verdict::ok(text!("today is {now_date}", "今天是 {now_date}")).seen(now_date),
        true => Verdict::fail(
            text!(
                "the clock says {now_date}, and this program was built on {built_date}",
                "系统日期为 {now_date}，而本程序构建于 {built_date}"
            ),
            Text::new("set the clock, by NTP", "同步系统时间（NTP）"),
        )
        .seen(now_date)
        .wanted(built_date),
    }
}
