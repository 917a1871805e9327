//! The `APIv3` and `APIv2` keys: lengths and kinds of characters, never the keys.

use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::Facts;
use crate::doctor::facts::oddities::odd;
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("apiv3key.length", Group::Platform, ("the length of the APIv3 key", "APIv3 密钥长度"), length).of_v3(),
    Check::new(
        "apiv3key.characters",
        Group::Platform,
        ("the characters of the APIv3 key", "APIv3 密钥字符"),
        characters,
    )
    .needs(&["apiv3key.length"])
    .of_v3(),
    Check::new(
        "apiv3key.distinct",
        Group::Platform,
        ("whether APIv3 and APIv2 key differ", "两个密钥是否不同"),
        distinct,
    )
    .needs(&["apiv3key.length"])
    .of_v3(),
    Check::new("secret.length", Group::Platform, ("the length of the APIv2 key", "APIv2 密钥长度"), secret),
];

/// How long both keys are.
const LENGTH: usize = 32;

fn length(facts: &Facts) -> Outcome {
    let key = facts.value(names::API_V3_KEY)?;
    Ok(measured("APIv3", "WECHATPAY_API_V3_KEY", &key))
}

fn secret(facts: &Facts) -> Outcome {
    let key = facts.value(names::SECRET)?;
    Ok(measured("APIv2", "WECHATPAY_SECRET", &key))
}

fn measured(kind: &str, name: &str, key: &str) -> Verdict {
    let length = key.len();
    let is_hex = length == 2 * LENGTH && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (en, zh) = match () {
        () if is_hex => ("it looks like hexadecimal of the key", "看起来是密钥的十六进制形式"),
        () if length == 44 && key.ends_with('=') => ("it looks like base64 of the key", "看起来是密钥的 base64 形式"),
        () => odd(key).unwrap_or_default(),
    };
    let (before, beforezh) = if en.is_empty() { ("", "") } else { ("; ", "；") };
    match length {
        LENGTH => Verdict::ok(text!("the {kind} key has 32 bytes", "{kind} 密钥为 32 字节")),
        _ => Verdict::fail(
            text!(
                "{name} has {length} bytes, expected 32{before}{en}",
                "{name} 有 {length} 字节，应为 32 字节{beforezh}{zh}"
            ),
            text!(
                "set {name} to the {kind} key as it was set in the merchant platform (API security), 32 characters",
                "{name} 填写商户平台（API安全）设置的 32 位 {kind} 密钥"
            ),
        ),
    }
    .seen(format!("{length} bytes"))
    .wanted("32 bytes")
}

fn characters(facts: &Facts) -> Outcome {
    let key = facts.value(names::API_V3_KEY)?;
    if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(Verdict::ok(Text::new("letters and digits", "仅含字母和数字")));
    }
    let why = Text::new(
        "the APIv3 key has other characters than letters and digits, which the merchant platform does not take",
        "APIv3 密钥含有字母和数字以外的字符，商户平台不接受",
    );
    let remedy = Text::new(
        "set a new APIv3 key in the merchant platform, and in WECHATPAY_API_V3_KEY",
        "在商户平台重新设置 APIv3 密钥，并填入 WECHATPAY_API_V3_KEY",
    );
    // With others than those of ASCII the SDK makes no client.
    Ok(if key.is_ascii() { Verdict::warn(why, remedy) } else { Verdict::fail(why, remedy) })
}

fn distinct(facts: &Facts) -> Outcome {
    let (v3, v2) = (facts.value(names::API_V3_KEY)?, facts.settings.get(names::SECRET).ok_or(Reason::NotConfigured)?);
    Ok(match v3 == v2 {
        false => Verdict::ok(Text::new("two different keys", "两个密钥不同")),
        true => Verdict::warn(
            Text::new("APIv3 key and APIv2 key are the same", "APIv3 密钥与 APIv2 密钥相同"),
            Text::new(
                "set two different keys in the merchant platform, for WECHATPAY_API_V3_KEY and WECHATPAY_SECRET",
                "在商户平台把两个密钥分开设置，分别填入 WECHATPAY_API_V3_KEY 与 WECHATPAY_SECRET",
            ),
        ),
    })
}
