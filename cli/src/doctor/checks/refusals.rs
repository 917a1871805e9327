//! The first answer of the gateway: whether there is one, when, and what it refuses.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::DATE;
use wechatpay_chain::SignInformation;

use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::Facts;
use crate::doctor::online::{Answer, Online, Trouble};
use crate::doctor::verdict::{Reason, Verdict};

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::online("http.answer", Group::Gateway, ("whether WeChat Pay answers", "微信支付是否应答"), answer)
        .needs(&["tcp", "tls.name"])
        .of_v3(),
    Check::online("http.speed", Group::Gateway, ("how fast it answers", "应答速度"), speed)
        .needs(&["http.answer"])
        .of_v3(),
    Check::online("clock.skew", Group::Gateway, ("the clock against the gateway's", "本机时钟与网关的差"), skew)
        .needs(&["http.answer"])
        .of_v3(),
    Check::online("access.ip", Group::Gateway, ("whether this address is let in", "IP 白名单"), ip)
        .needs(&["http.answer"])
        .of_v3(),
    Check::online("access.permitted", Group::Gateway, ("whether the merchant may call", "接口权限"), permitted)
        .needs(&["access.ip"])
        .of_v3(),
    Check::online("sign.accepted", Group::Gateway, ("whether the signature is accepted", "签名是否被接受"), signature)
        .needs(&["clock.skew", "http.answer"])
        .of_v3(),
];

/// The first answer; only asked for when there is one.
pub(super) fn first(online: &Online) -> Result<&Answer, Reason> {
    online.certificates().as_ref().map_err(|_| Reason::Needs("http.answer"))
}

/// What an answer's absence is, in both languages.
pub(super) fn told(trouble: &Trouble) -> Text {
    match trouble {
        Trouble::Late(time) => {
            let seconds = time.as_secs_f64();
            text!("no answer within {seconds} s", "{seconds} 秒内没有应答")
        }
        Trouble::Broken(why) => text!("{why}", "连接中断或无法建立：{why}"),
    }
}

fn answer(_: &Facts, online: &Online) -> Outcome {
    let failed = |why: Text| {
        Verdict::fail(
            why,
            Text::new("look at what stands between: proxy, gateway, firewall", "检查中间的代理、网关或防火墙"),
        )
    };
    let answer = match online.certificates() {
        Ok(answer) => answer,
        Err(trouble) => return Ok(failed(told(trouble))),
    };
    let status = answer.status.as_u16();
    let failed = |en: &str, zh: &str| failed(text!("{status}: {en}", "{status}：{zh}")).seen(status.to_string());
    Ok(match () {
        () if answer.status.is_redirection() => {
            failed("a redirect, which WeChat Pay never gives", "重定向，微信支付不会这样应答")
        }
        () if answer.status.is_server_error() => {
            failed("a fault of the server, or of what stands before it", "服务器或其前端出错")
        }
        () if !is_of_wechat(answer) => failed("nothing of WeChat Pay is in the answer", "应答里没有微信支付的内容"),
        () => Verdict::ok(text!("WeChat Pay answers with {status}", "微信支付应答 {status}")).seen(status.to_string()),
    })
}

/// Whether anything in an answer is WeChat Pay's.
fn is_of_wechat(answer: &Answer) -> bool {
    let json = answer.json();
    let has_header = answer.headers.keys().any(|name| name == "request-id" || name.as_str().starts_with("wechatpay-"));
    has_header || ["code", "data"].iter().any(|name| json.get(name).is_some())
}

/// Slower answers are told of.
const SLOW: Duration = Duration::from_secs(3);

fn speed(_: &Facts, online: &Online) -> Outcome {
    let took = first(online)?.took;
    let ms = took.as_millis();
    Ok(match took > SLOW {
        false => Verdict::ok(text!("it answers in {ms} ms", "应答用时 {ms} 毫秒")),
        true => Verdict::warn(
            text!("it answers in {ms} ms only", "应答用时 {ms} 毫秒，过慢"),
            Text::new("check the network", "检查网络"),
        ),
    }
    .seen(format!("{ms} ms")))
}

/// So far the clock may be off before signatures are refused, and before it is told of.
const REFUSED: u64 = 300;
const TOLD: u64 = 30;

fn skew(_: &Facts, online: &Online) -> Outcome {
    let answer = first(online)?;
    let date = answer.headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let Some(date) = date else {
        return Ok(Verdict::ok(Text::new("the answer has no date to compare with", "应答没有 Date 可比较")));
    };
    Ok(compared(answer.received, date))
}

fn compared(here: SystemTime, there: SystemTime) -> Verdict {
    let (en, zh, off) = match here.duration_since(there) {
        Ok(ahead) => ("ahead of", "快", ahead.as_secs()),
        Err(behind) => ("behind", "慢", behind.duration().as_secs()),
    };
    let message = text!("the clock is {off} s {en} the gateway's", "本机时钟比网关{zh} {off} 秒");
    let remedy = Text::new("synchronise the clock by NTP", "用 NTP 同步系统时间");
    match off {
        off if off > REFUSED => Verdict::fail(message, remedy),
        off if off > TOLD => Verdict::warn(message, remedy),
        _ => Verdict::ok(message),
    }
    .seen(format!("{off} s"))
    .wanted("0 s")
}

/// Whether a refusal is about the address that the call came from.
fn names_address(answer: &Answer) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    let is_word = |word: &str| word.eq_ignore_ascii_case("ip");
    body.contains("白名单") || body.split(|c: char| !c.is_ascii_alphanumeric()).any(is_word)
}

fn ip(_: &Facts, online: &Online) -> Outcome {
    let answer = first(online)?;
    let said = answer.said();
    Ok(match answer.status == StatusCode::FORBIDDEN && names_address(answer) {
        false => Verdict::ok(Text::new("the gateway does not refuse this address", "网关未拒绝本机 IP")),
        true => Verdict::fail(
            text!("the gateway refuses this address: {said}", "网关拒绝了本机出口 IP：{said}"),
            Text::new(
                "put this machine's outgoing address on the allow-list of the merchant platform (API security)",
                "在商户平台（API安全）把本机出口 IP 加入白名单",
            ),
        )
        .seen("403"),
    })
}

fn permitted(_: &Facts, online: &Online) -> Outcome {
    let answer = first(online)?;
    let said = answer.said();
    Ok(match answer.status == StatusCode::FORBIDDEN {
        false => Verdict::ok(Text::new("the gateway does not refuse the call", "网关未拒绝调用")),
        true => Verdict::fail(
            text!("the gateway refuses the call: {said}", "网关拒绝调用：{said}"),
            Text::new("open the product's permission in the merchant platform", "在商户平台开通产品权限"),
        )
        .seen("403"),
    })
}

fn signature(_: &Facts, online: &Online) -> Outcome {
    let answer = first(online)?;
    if answer.status != StatusCode::UNAUTHORIZED {
        return Ok(Verdict::ok(Text::new("the signature is accepted", "签名被接受")));
    }
    let (said, which) = (answer.said(), which(answer));
    let (en, zh) = match which.as_str() {
        "timestamp" => ("synchronise the clock by NTP", "用 NTP 同步系统时间"),
        "serial" => (
            "is WECHATPAY_SERIAL the serial of the key's certificate, and is that certificate of WECHATPAY_MCHID and not withdrawn?",
            "核对 WECHATPAY_SERIAL 是否为该私钥证书的序列号，证书是否属于 WECHATPAY_MCHID 且未作废",
        ),
        "header form" => ("does a proxy change the header Authorization?", "检查代理是否改动了 Authorization 头"),
        _ => (
            "in this order: WECHATPAY_MCHID; WECHATPAY_SERIAL and WECHATPAY_PRIVATE_KEY belong together; path without host and with its query as sent; timestamp and nonce; body as sent; Authorization on one line",
            "依次检查：WECHATPAY_MCHID；WECHATPAY_SERIAL 与 WECHATPAY_PRIVATE_KEY 是否配套；路径不含域名且查询串原样；时间戳与随机串；报文原样；Authorization 在同一行",
        ),
    };
    Ok(Verdict::fail(
        text!("the gateway does not accept the signature ({which}): {said}", "网关验签未通过（{which}）：{said}"),
        Text::new(en, zh),
    )
    .seen(which))
}

/// What of a signature is refused: header form, timestamp, serial, or the signature and which of its lines differs.
fn which(answer: &Answer) -> String {
    let (json, said) = (answer.json(), answer.said());
    if let Some(information) = SignInformation::of(&json) {
        return differing(&answer.signed, &information);
    }
    match () {
        () if said.contains("timestamp") || said.contains("时间") => "timestamp".to_owned(),
        () if said.contains("序列号") || said.contains("serial") => "serial".to_owned(),
        () if said.contains("值格式") || said.contains("Authorization") => "header form".to_owned(),
        () => "signature".to_owned(),
    }
}

/// The first line of the text that the gateway saw signed that is another than ours.
fn differing(ours: &[u8], information: &SignInformation) -> String {
    match information.differences(ours).first() {
        Some(difference) if difference.name() == "length" => "signature: body differs".to_owned(),
        Some(difference) => format!("signature: {} differs", difference.name()),
        None => "signature: key or serial".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::doctor::verdict::State;

    #[test]
    fn the_line_that_differs_is_named() {
        let ours = b"GET\n/v3/certificates\n1554208460\nABC\n\n";
        for (theirs, length, expected) in [
            ("GET\n/v3/certificates\n15", 37, "signature: key or serial"),
            ("POST\n/v3/", 40, "signature: method differs"),
            ("GET\n/v3/certificates?x=1", 41, "signature: url differs"),
            ("GET\n/v3/certificates\n15", 39, "signature: body differs"),
        ] {
            let information =
                json!({"sign_information": {"truncated_sign_message": theirs, "sign_message_length": length}});
            assert_eq!(differing(ours, &SignInformation::of(&information).unwrap()), expected);
        }
    }

    #[test]
    fn the_clock_may_be_off_a_little() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for (off, expected) in
            [(0, State::Ok), (30, State::Ok), (31, State::Warn), (300, State::Warn), (301, State::Fail)]
        {
            let other = now + Duration::from_secs(off);
            assert_eq!((compared(now, other).state, compared(other, now).state), (expected, expected), "{off}");
        }
    }
}
