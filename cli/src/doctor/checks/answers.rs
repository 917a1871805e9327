//! The signatures of the gateway's answers, and the platform certificates it lists.

use std::time::SystemTime;

use http::StatusCode;
use wechatpay_chain::Certificate;

use super::keys::is_same_serial;
use super::refusals::first;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::{Facts, Mode, times};
use crate::doctor::online::signature::{self, Wrong};
use crate::doctor::online::{Answer, Online, entries};
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::online("answer.signed", Group::Gateway, ("whether its answers are signed", "应答是否带签名"), signed)
        .needs(&["sign.accepted"])
        .of_v3(),
    Check::online(
        "certificates.available",
        Group::Gateway,
        ("whether there are platform certificates", "是否有平台证书"),
        available,
    )
    .needs(&["answer.signed", "access.permitted"])
    .of_v3(),
    Check::online(
        "apiv3key.decrypts",
        Group::Gateway,
        ("whether the APIv3 key opens them", "APIv3 密钥能否解密"),
        decrypts,
    )
    .needs(&["apiv3key.length", "certificates.available"])
    .of_v3(),
    Check::online(
        "platform.current",
        Group::Gateway,
        ("whether the platform certificates are the present ones", "平台证书是否最新"),
        current,
    )
    .needs(&["apiv3key.decrypts"])
    .of_v3(),
    Check::online(
        "platform.known",
        Group::Gateway,
        ("whether the key that signs is held", "签名所用公钥是否已配置"),
        known,
    )
    .needs(&["answer.signed", "apiv3key.decrypts"])
    .of_v3(),
    Check::online("answer.fresh", Group::Gateway, ("the time in the answer's signature", "应答签名时间"), fresh)
        .needs(&["platform.known"])
        .of_v3(),
    Check::online("answer.verified", Group::Gateway, ("the answer's signature", "应答验签"), verified)
        .needs(&["answer.fresh"])
        .of_v3(),
];

/// The answers that say yes.
fn good(online: &Online) -> Vec<&Answer> {
    let all = [Some(online.certificates()), online.echo()].into_iter().flatten();
    all.filter_map(|came| came.as_ref().ok()).filter(|answer| answer.status.is_success()).collect()
}

fn signed(_: &Facts, online: &Online) -> Outcome {
    let answers = good(online);
    if answers.is_empty() {
        return Err(Reason::NotApplicable);
    }
    Ok(match answers.into_iter().map(signature::lacking).find(|lacking| !lacking.is_empty()) {
        None => Verdict::ok(Text::new("the answers are signed", "应答带有签名")),
        Some(lacking) => {
            let names = lacking.join(", ");
            Verdict::fail(
                text!("the answer lacks {names}", "应答缺少 {names}"),
                Text::new(
                    "a proxy on the way strips headers: let it pass Wechatpay-*",
                    "中间代理丢弃了响应头：放行 Wechatpay-*",
                ),
            )
            .seen(names)
        }
    })
}

fn available(facts: &Facts, online: &Online) -> Outcome {
    if facts.mode() != Mode::Certificate {
        return Err(Reason::NotApplicable);
    }
    let answer = first(online)?;
    let count = entries(answer).len();
    let is_none = answer.status == StatusCode::NOT_FOUND || answer.status.is_success() && count == 0;
    Ok(match is_none {
        false => Verdict::ok(text!("the gateway lists {count} certificates", "网关列出 {count} 个平台证书"))
            .seen(count.to_string()),
        true => Verdict::fail(
            Text::new("this merchant has no platform certificates", "该商户没有平台证书"),
            Text::new(
                "use the WeChat Pay public key: WECHATPAY_PUBLIC_KEY_ID and WECHATPAY_PUBLIC_KEY",
                "改用微信支付公钥：配置 WECHATPAY_PUBLIC_KEY_ID 与 WECHATPAY_PUBLIC_KEY",
            ),
        )
        .seen(answer.status.as_u16().to_string()),
    })
}

/// Nothing was met that the key would open: whether it is the right one is open as well.
pub(in crate::doctor) fn unproven() -> Text {
    Text::new(
        "the APIv3 key was not proven: there is no platform certificate to open with it; `wxpay notice decrypt FILE` with a saved notification proves it",
        "APIv3 密钥是否正确尚未验证：没有可供解密的平台证书；可用保存的通知验证：`wxpay notice decrypt 文件`",
    )
}

fn decrypts(facts: &Facts, online: &Online) -> Outcome {
    let key = names::API_V3_KEY;
    if !facts.settings.has(key) {
        return Err(Reason::NotConfigured);
    }
    let fetched = online.fetched();
    if fetched.is_empty() {
        return Ok(Verdict::skipped_as(Reason::NotApplicable, unproven()));
    }
    Ok(match fetched.iter().find_map(|entry| entry.as_ref().err()) {
        None => Verdict::ok(Text::new("the APIv3 key opens the certificates", "APIv3 密钥可解密平台证书")),
        Some(why) => Verdict::fail(
            text!("the APIv3 key does not open the platform certificates: {why}", "APIv3 密钥无法解密平台证书：{why}"),
            Text::new(
                "compare WECHATPAY_API_V3_KEY with the APIv3 key set in the merchant platform, of this merchant",
                "与商户平台核对 WECHATPAY_API_V3_KEY（须为本商户的 APIv3 密钥）",
            ),
        ),
    })
}

fn current(facts: &Facts, online: &Online) -> Outcome {
    let listed: Vec<&Certificate> = online.fetched().iter().filter_map(|entry| entry.as_ref().ok()).collect();
    // Who verifies by the public key need not mind them.
    if listed.is_empty() || facts.mode() == Mode::PublicKey {
        return Err(Reason::NotApplicable);
    }
    let given: Vec<&str> = facts.given_certificates().map(wechatpay_chain::CertificateFacts::serial).collect();
    let is_lacking =
        |certificate: &&&Certificate| !given.iter().any(|serial| is_same_serial(serial, certificate.serial()));
    let lacking = listed.iter().find(is_lacking).filter(|_| !given.is_empty());
    let remedy = Text::new(
        "fetch the present ones by `wxpay certs save DIR`, and name them in WECHATPAY_PLATFORM_CERTIFICATE",
        "用 `wxpay certs save 目录` 更新，并填入 WECHATPAY_PLATFORM_CERTIFICATE",
    );
    let last = listed.iter().map(|certificate| certificate.not_after()).max().unwrap_or(SystemTime::UNIX_EPOCH);
    let (to, left) = (times::date(last), times::days(facts.now, last));
    Ok(match lacking {
        Some(certificate) => {
            let serial = certificate.serial();
            Verdict::warn(
                text!(
                    "the gateway lists the platform certificate {serial}, which is not among the given ones",
                    "网关列出了平台证书 {serial}，但本地没有"
                ),
                remedy,
            )
            .seen(serial)
        }
        None if facts.now + times::SOON >= last => Verdict::warn(
            text!(
                "the newest platform certificate ends on {to}, in {left} days",
                "最新的平台证书将于 {to} 过期，还剩 {left} 天"
            ),
            remedy,
        )
        .seen(to),
        None => Verdict::ok(text!("the newest ends on {to}", "最新的平台证书有效期至 {to}")).seen(to),
    })
}

/// The signed answers; there is nothing to look at without one.
fn all_signed(online: &Online) -> Result<Vec<&Answer>, Reason> {
    let answers = online.signed();
    if answers.is_empty() { Err(Reason::NotApplicable) } else { Ok(answers) }
}

fn known(_: &Facts, online: &Online) -> Outcome {
    let answers = all_signed(online)?;
    let held = online.held();
    let serials: Vec<_> = held.iter().map(|held| held.serial.as_str()).collect();
    let ours = if serials.is_empty() { "-".to_owned() } else { serials.join(", ") };
    let unknown = answers.into_iter().find(|answer| signature::named(answer, &held).is_none());
    Ok(match unknown.and_then(|answer| answer.header(signature::HEADERS[0])) {
        None => {
            Verdict::ok(text!("the answers are signed by a key that is held: {ours}", "应答由已配置的公钥签名：{ours}"))
                .wanted(ours)
        }
        Some(serial) => {
            let theirs: String = serial.chars().take(80).collect();
            Verdict::fail(
                text!("the answer is signed by {theirs}, held are: {ours}", "应答由 {theirs} 签名，本地只有：{ours}"),
                Text::new(
                    "compare WECHATPAY_PUBLIC_KEY_ID with the merchant platform; while switching hold WECHATPAY_PLATFORM_CERTIFICATE as well",
                    "在商户平台核对 WECHATPAY_PUBLIC_KEY_ID；灰度切换期间同时配置 WECHATPAY_PLATFORM_CERTIFICATE",
                ),
            )
            .seen(theirs)
            .wanted(ours)
        }
    })
}

fn fresh(_: &Facts, online: &Online) -> Outcome {
    let off = all_signed(online)?.into_iter().find_map(signature::stale);
    Ok(match off {
        None => Verdict::ok(Text::new("the signature is of now", "签名时间正常")),
        Some(off) => Verdict::fail(
            text!("the timestamp of the answer is off by {off} s", "应答时间戳相差 {off} 秒"),
            Text::new(
                "a cache on the way gives old answers: let it pass the gateway's",
                "检查中间的缓存代理：不要缓存网关应答",
            ),
        )
        .seen(format!("{off} s"))
        .wanted("within 300 s"),
    })
}

fn verified(_: &Facts, online: &Online) -> Outcome {
    let held = online.held();
    let wrong = all_signed(online)?.into_iter().find_map(|answer| {
        // One whose key is not held was told of already.
        let key = signature::named(answer, &held)?;
        Some((signature::wrong(answer, &key.key)?, key.serial.clone()))
    });
    let remedy = || {
        Text::new(
            "compare WECHATPAY_PUBLIC_KEY (or the platform certificate) with the merchant platform; else something on the way changes the body",
            "与商户平台核对 WECHATPAY_PUBLIC_KEY（或平台证书）；若无误，则有中间设备改写了应答",
        )
    };
    Ok(match wrong {
        None => Verdict::ok(Text::new("the signatures are right", "验签通过")),
        Some((Wrong::Probe, serial)) => Verdict::fail(
            text!(
                "the signature is a probe of WeChat Pay's (WECHATPAY/SIGNTEST/), which must not verify",
                "这是微信支付的签名探测（WECHATPAY/SIGNTEST/），本就不应通过"
            ),
            Text::new(
                "run the doctor again: the next answer is signed as usual",
                "重新运行 doctor：下一次应答会正常签名",
            ),
        )
        .seen(serial),
        Some((Wrong::NotBase64, serial)) => {
            Verdict::fail(Text::new("the signature is not base64", "签名不是 base64"), remedy()).seen(serial)
        }
        Some((Wrong::Mismatch, serial)) => Verdict::fail(
            text!("the signature does not match the key {serial}", "签名与公钥 {serial} 不匹配"),
            remedy(),
        )
        .seen(serial),
    })
}
