//! The notify URL as it answers: to a notice that nobody at WeChat Pay wrote.

use std::time::Duration;

use http::StatusCode;

use super::notify_url::url;
use super::refusals::told;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::Facts;
use crate::doctor::online::{Answer, Online, Way};
use crate::doctor::verdict::{Reason, Verdict};

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::online("notify_url.resolves", Group::Notify, ("the addresses of its host", "回调域名解析"), resolves)
        .needs(&["notify_url.public"]),
    Check::online("notify_url.connects", Group::Notify, ("whether it takes connections", "回调地址能否连接"), connects)
        .needs(&["notify_url.resolves"]),
    Check::online("notify_url.speed", Group::Notify, ("how fast it answers a notice", "回调应答速度"), speed)
        .needs(&["notify_url.connects"])
        .of_v3(),
    Check::online("notify_url.redirect", Group::Notify, ("whether it redirects", "回调是否跳转"), redirect)
        .needs(&["notify_url.speed"])
        .of_v3(),
    Check::online("notify_url.route", Group::Notify, ("whether a handler is there", "回调路由与方法"), route)
        .needs(&["notify_url.redirect"])
        .of_v3(),
    Check::online(
        "notify_url.refuses_forged",
        Group::Notify,
        ("whether it refuses a forged notice", "是否拒绝伪造通知"),
        refuses,
    )
    .needs(&["notify_url.route"])
    .of_v3(),
];

/// The way to the notify URL.
fn way<'o>(facts: &Facts, online: &'o Online) -> Result<&'o Way, Reason> {
    url(facts)?;
    online.notify().map(|notify| &notify.way).ok_or(Reason::NotConfigured)
}

fn resolves(facts: &Facts, online: &Online) -> Outcome {
    let way = way(facts, online)?;
    if way.is_address() || way.via().is_some() {
        return Err(Reason::NotApplicable);
    }
    let host = way.host();
    Ok(match way.addresses() {
        Ok(_) => Verdict::ok(text!("{host} has an address", "{host} 可解析")).seen(host),
        Err(why) => Verdict::fail(
            text!("{host} has no address: {why}", "{host} 解析失败：{why}"),
            text!(
                "set DNS for {host}, or mend WECHATPAY_NOTIFY_URL",
                "为 {host} 配置 DNS，或改正 WECHATPAY_NOTIFY_URL"
            ),
        )
        .seen(host),
    })
}

fn connects(facts: &Facts, online: &Online) -> Outcome {
    let way = way(facts, online)?;
    let host = way.host();
    let failed = |why: &str| {
        Verdict::fail(
            text!("no connection to {host}: {why}", "无法连到 {host}：{why}"),
            Text::new(
                "let the firewall pass it, and serve the whole chain of a public certificate",
                "检查防火墙；服务器证书须由公共 CA 签发并带完整证书链",
            ),
        )
        .seen(host)
    };
    let connected = if way.via().is_some() { way.proxy() } else { way.tcp() };
    if let Err(why) = connected {
        return Ok(failed(why));
    }
    if way.is_tls() {
        let shaken = way.tls();
        if let Err(why) = shaken.chain.as_ref().and(shaken.name.as_ref()) {
            return Ok(failed(why));
        }
    }
    Ok(Verdict::ok(text!("{host} takes connections", "可连到 {host}")).seen(host))
}

/// Slower answers are told of.
const SLOW: Duration = Duration::from_secs(3);

fn speed(facts: &Facts, online: &Online) -> Outcome {
    url(facts)?;
    Ok(match online.notified().ok_or(Reason::NotConfigured)? {
        Ok(answer) => timed(answer.took),
        Err(trouble) => Verdict::fail(told(trouble), faster()).wanted("within 5 s"),
    })
}

fn faster() -> Text {
    Text::new("store the notice, answer, then work", "先落库并应答，再异步处理")
}

fn timed(took: Duration) -> Verdict {
    let ms = took.as_millis();
    match took > SLOW {
        false => Verdict::ok(text!("it answers in {ms} ms", "应答用时 {ms} 毫秒")),
        true => Verdict::warn(
            text!(
                "it answers in {ms} ms only; after 5 s WeChat Pay gives up",
                "应答用时 {ms} 毫秒，过慢；超过 5 秒微信支付即放弃"
            ),
            faster(),
        ),
    }
    .seen(format!("{ms} ms"))
}

/// What the notify URL answered; only asked for when it did.
fn answered<'o>(facts: &Facts, online: &'o Online) -> Result<&'o Answer, Reason> {
    url(facts)?;
    let came = online.notified().ok_or(Reason::NotConfigured)?;
    came.as_ref().map_err(|_| Reason::Needs("notify_url.speed"))
}

fn redirect(facts: &Facts, online: &Online) -> Outcome {
    let status = answered(facts, online)?.status;
    let code = status.as_u16();
    Ok(match status.is_redirection() {
        false => Verdict::ok(Text::new("no redirect", "不跳转")),
        true => Verdict::fail(
            text!("it redirects ({code}), and WeChat Pay does not follow", "回调地址跳转（{code}），微信支付不会跟随"),
            Text::new(
                "give the final URL in WECHATPAY_NOTIFY_URL, and do not redirect",
                "WECHATPAY_NOTIFY_URL 填写最终地址，不要跳转",
            ),
        ),
    }
    .seen(code.to_string()))
}

fn route(facts: &Facts, online: &Online) -> Outcome {
    let status = answered(facts, online)?.status;
    let code = status.as_u16();
    let is_none = matches!(status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE);
    Ok(match is_none {
        false => Verdict::ok(Text::new("a handler is there", "有处理程序")),
        true => Verdict::fail(
            text!("no handler takes a POST there ({code})", "该地址没有处理 POST 的程序（{code}）"),
            Text::new(
                "check path and method of the handler's route, and the path in WECHATPAY_NOTIFY_URL",
                "检查路由与请求方法，以及 WECHATPAY_NOTIFY_URL 的路径",
            ),
        ),
    }
    .seen(code.to_string()))
}

fn refuses(facts: &Facts, online: &Online) -> Outcome {
    let status = answered(facts, online)?.status;
    let code = status.as_u16();
    Ok(match status.is_success() {
        false => Verdict::ok(text!("it refuses a forged notice ({code})", "已拒绝伪造通知（{code}）")),
        true => Verdict::fail(
            text!(
                "it accepts a notice that nobody at WeChat Pay signed ({code})",
                "接受了并非微信支付签名的通知（{code}）"
            ),
            Text::new("verify the signature first, and answer 4xx when it is wrong", "先验签再处理；验签失败应答 4xx"),
        ),
    }
    .seen(code.to_string())
    .wanted("4xx or 5xx"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::verdict::State;

    #[test]
    fn a_slow_answer_is_told_of() {
        let state = |ms| timed(Duration::from_millis(ms)).state;
        assert_eq!((state(3000), state(3001), state(4999)), (State::Ok, State::Warn, State::Warn));
    }
}
