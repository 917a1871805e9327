//! The notify URL as it is written.

use http::Uri;
use http::uri::Scheme;

use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::{Facts, hosts};
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("notify_url.format", Group::Notify, ("the form of the notify URL", "回调地址格式"), format),
    Check::new("notify_url.https", Group::Notify, ("whether it is https", "回调地址是否 https"), https)
        .needs(&["notify_url.format"]),
    Check::new("notify_url.query", Group::Notify, ("whether it has a query", "回调地址是否带参数"), query)
        .needs(&["notify_url.format"]),
    Check::new(
        "notify_url.public",
        Group::Notify,
        ("whether WeChat Pay can reach its host", "公网能否到达该主机"),
        public,
    )
    .needs(&["notify_url.format"]),
    Check::new("notify_url.apiv3key", Group::Notify, ("whether notices can be opened", "通知能否解密"), key).of_v3(),
];

/// How long a notify URL may be.
const LONGEST: usize = 255;

fn format(facts: &Facts) -> Outcome {
    let url = facts.value(names::NOTIFY_URL)?;
    let length = url.chars().count();
    let wrong = |en: &str, zh: &str| {
        Verdict::fail(
            Text::new(format!("WECHATPAY_NOTIFY_URL {en}"), format!("WECHATPAY_NOTIFY_URL {zh}")),
            Text::new(
                "give a whole URL in WECHATPAY_NOTIFY_URL, such as https://pay.shop.cn/notify",
                "改正回调地址 WECHATPAY_NOTIFY_URL，例如 https://pay.shop.cn/notify",
            ),
        )
        .seen(format!("{length} characters"))
    };
    if url.contains(char::is_whitespace) {
        return Ok(wrong("has a blank in it", "中间有空白"));
    }
    if length > LONGEST {
        return Ok(wrong("has more than 255 characters", "超过 255 个字符"));
    }
    if let Some((en, zh)) = unfit(&url) {
        return Ok(wrong(en, zh));
    }
    let uri = url.parse::<Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    let Some(uri) = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https"))) else {
        return Ok(wrong("is no absolute URL of http or https", "不是完整的 http(s) 网址"));
    };
    Ok(match () {
        () if url.contains('#') => wrong("has a fragment", "含有 # 片段"),
        () if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) => {
            wrong("names a user", "含有用户名")
        }
        () if !hosts::has_usable_port(&uri) => wrong("has a port that is none", "端口无效"),
        () if uri.host().is_some_and(|host| host.contains('*')) => wrong("has a `*` in its host", "域名中含有 *"),
        // The reader of URLs puts a `/` where there is none.
        () if !url.split("://").nth(1).unwrap_or_default().contains('/') => wrong("has no path", "没有路径"),
        () => Verdict::ok(Text::new("the form is right", "格式正确")).seen(uri.host().unwrap_or_default()),
    })
}

/// Characters that a URL cannot have.
fn unfit(url: &str) -> Option<(&'static str, &'static str)> {
    match () {
        () if url.contains(['{', '}', '<', '>']) || url.contains("://$") => {
            Some(("has a placeholder in it that nothing replaced", "含有未替换的占位符"))
        }
        () if !url.is_ascii() => Some((
            "has characters outside ASCII; a host is written as xn--…, a path as %XX",
            "含有非 ASCII 字符；域名须写成 xn--…，路径须写成 %XX",
        )),
        () if url.contains(['\\', '"', '^', '`', '|']) => {
            Some(("has characters that no URL has", "含有网址中不能出现的字符"))
        }
        () => None,
    }
}

/// The notify URL, taken apart; only asked for when its form is right.
pub(super) fn url(facts: &Facts) -> Result<Uri, Reason> {
    let url = facts.value(names::NOTIFY_URL)?;
    url.parse().map_err(|_| Reason::Needs("notify_url.format"))
}

fn https(facts: &Facts) -> Outcome {
    // Of the stand-in on this machine nothing else is asked.
    let uri = url(facts)?;
    let is_here = hosts::is_loopback(uri.host().unwrap_or_default()) && facts.is_base_here();
    Ok(match uri.scheme() == Some(&Scheme::HTTPS) {
        true => Verdict::ok(Text::new("https", "使用 https")),
        false if is_here => Verdict::ok(Text::new("http on this machine", "本机 http")),
        false => Verdict::warn(
            Text::new("notices come over http, for everybody on the way to read", "通知走 http 明文"),
            Text::new("use https in WECHATPAY_NOTIFY_URL", "WECHATPAY_NOTIFY_URL 改用 https"),
        )
        .seen("http")
        .wanted("https"),
    })
}

fn query(facts: &Facts) -> Outcome {
    Ok(match url(facts)?.query() {
        None => Verdict::ok(Text::new("no query", "不带参数")),
        Some(_) => Verdict::fail(
            Text::new("the notify URL has a query, which WeChat Pay does not take", "回调地址带有参数，微信支付不接受"),
            Text::new("drop what follows the `?` in WECHATPAY_NOTIFY_URL", "去掉 WECHATPAY_NOTIFY_URL 中 ? 之后的参数"),
        ),
    })
}

fn public(facts: &Facts) -> Outcome {
    let uri = url(facts)?;
    if facts.is_base_here() {
        return Err(Reason::NotApplicable);
    }
    let host = uri.host().unwrap_or_default();
    Ok(match hosts::why_not_public(host) {
        None => Verdict::ok(text!("{host} is a public name", "{host} 是公网域名")).seen(host),
        Some((en, zh)) => Verdict::fail(
            text!("WeChat Pay does not reach {host}: it {en}", "微信支付无法访问 {host}：{zh}"),
            Text::new("use a public name in WECHATPAY_NOTIFY_URL", "WECHATPAY_NOTIFY_URL 使用公网域名"),
        )
        .seen(host),
    })
}

fn key(facts: &Facts) -> Outcome {
    facts.value(names::NOTIFY_URL)?;
    Ok(match facts.settings.has(names::API_V3_KEY) {
        true => Verdict::ok(Text::new("there is an APIv3 key to open notices with", "有用于解密通知的 APIv3 密钥")),
        false => Verdict::fail(
            Text::new(
                "a notify URL without an APIv3 key: no notice is sent, or can be opened",
                "有回调地址但没有 APIv3 密钥：收不到通知，也无法解密",
            ),
            Text::new(
                "set the APIv3 key in the merchant platform, and in WECHATPAY_API_V3_KEY",
                "在商户平台设置 APIv3 密钥，并填入 WECHATPAY_API_V3_KEY",
            ),
        ),
    })
}
