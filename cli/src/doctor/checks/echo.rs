//! The gateway's self test: a text goes there and back, plain and encrypted. It moves no money.

use http::StatusCode;
use serde_json::Value;

use super::refusals::told;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::Facts;
use crate::doctor::online::{Answer, Online, Opened, Trouble};
use crate::doctor::verdict::{Reason, Verdict};

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::online("echo.accepted", Group::Gateway, ("whether the self test is accepted", "自检接口是否成功"), plain)
        .needs(&["answer.verified", "access.permitted"])
        .of_v3(),
    Check::online(
        "encrypt.accepted",
        Group::Gateway,
        ("whether the gateway opens what is encrypted for it", "网关能否解密敏感字段"),
        encrypted,
    )
    .needs(&["echo.accepted"])
    .of_v3(),
    Check::online(
        "decrypt.answer",
        Group::Gateway,
        ("whether the merchant opens what is encrypted for it", "商户能否解密敏感字段"),
        decrypted,
    )
    .needs(&["encrypt.accepted"])
    .of_v3(),
];

/// Whether the gateway offers the self test.
fn is_offered(came: &Result<Answer, Trouble>) -> bool {
    !came.as_ref().is_ok_and(|answer| matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED))
}

/// Why a self test did not work; `None` if it did.
fn trouble(came: &Result<Answer, Trouble>, text: &str) -> Option<(Text, String)> {
    let answer = match came {
        Ok(answer) => answer,
        Err(trouble) => return Some((told(trouble), "-".to_owned())),
    };
    let (said, status) = (answer.said(), answer.status.as_u16().to_string());
    if !answer.status.is_success() {
        return Some((text!("the gateway refuses the self test: {said}", "网关拒绝了自检：{said}"), status));
    }
    let back = answer.json().get("echo_message").and_then(Value::as_str).map(str::to_owned);
    let is_other = back.is_some_and(|back| back != text);
    is_other.then(|| (Text::new("another text came back than was sent", "返回的文本与发送的不同"), status))
}

fn plain(_: &Facts, online: &Online) -> Outcome {
    let came = online.echo().ok_or(Reason::NotApplicable)?;
    if !is_offered(came) {
        return Err(Reason::NotApplicable);
    }
    Ok(match trouble(came, online.text()) {
        None => Verdict::ok(Text::new("the self test is accepted", "自检成功")),
        Some((why, status)) => {
            Verdict::fail(why, Text::new("see what the gateway says", "按网关返回的原文处理")).seen(status)
        }
    })
}

fn encrypted(_: &Facts, online: &Online) -> Outcome {
    if online.echo().is_none_or(|came| !is_offered(came)) {
        return Err(Reason::NotApplicable);
    }
    let came = online.sealed().ok_or(Reason::NotConfigured)?;
    if !is_offered(came) {
        return Err(Reason::NotApplicable);
    }
    Ok(match trouble(came, online.text()) {
        None => Verdict::ok(Text::new("the gateway opens what is encrypted for it", "网关可解密敏感字段")),
        Some((why, status)) => Verdict::fail(
            why,
            Text::new(
                "compare the key that encrypts, WECHATPAY_PUBLIC_KEY, and WECHATPAY_PUBLIC_KEY_ID that names it, with the merchant platform",
                "与商户平台核对用于加密的 WECHATPAY_PUBLIC_KEY 及其 WECHATPAY_PUBLIC_KEY_ID",
            ),
        )
        .seen(status),
    })
}

fn decrypted(_: &Facts, online: &Online) -> Outcome {
    let opened = online.opened().ok_or(Reason::NotApplicable)?;
    let failed = |en, zh| {
        Verdict::fail(
            Text::new(en, zh),
            Text::new(
                "the merchant certificate was renewed: set WECHATPAY_PRIVATE_KEY and WECHATPAY_SERIAL to those of the present one",
                "商户证书已更换：WECHATPAY_PRIVATE_KEY 与 WECHATPAY_SERIAL 改用当前证书的",
            ),
        )
    };
    Ok(match opened {
        Opened::Absent => return Err(Reason::NotApplicable),
        Opened::Same => Verdict::ok(Text::new("the merchant opens what is encrypted for it", "商户可解密敏感字段")),
        Opened::Other => failed("another text came back encrypted than was sent", "返回的密文解开后与发送的不同"),
        Opened::Closed => {
            failed("what the gateway encrypted for the merchant does not open", "网关返回的密文无法用商户私钥解开")
        }
    })
}
