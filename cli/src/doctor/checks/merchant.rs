//! The forms of merchant number, `AppID` and serial.

use wechatpay_chain::{CertificateFacts, Found};

use super::keys::is_same_serial;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::Facts;
use crate::doctor::verdict::Verdict;
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("mchid.format", Group::Settings, ("the form of the merchant number", "商户号格式"), mchid),
    Check::new("appid.format", Group::Settings, ("the form of the AppID", "AppID 格式"), appid),
    Check::new("serial.format", Group::Settings, ("the form of the certificate's serial", "证书序列号格式"), serial)
        .of_v3(),
];

fn mchid(facts: &Facts) -> Outcome {
    let mchid = facts.value(names::MCHID)?;
    let length = mchid.chars().count();
    if (8..=10).contains(&length) && mchid.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Verdict::ok(text!("merchant number {}", "商户号 {}", mchid.as_str())).seen(mchid.as_str()));
    }
    let found = if is_appid(&mchid) { ("an AppID", "是 AppID") } else { ("no merchant number", "不是商户号") };
    let (en, zh) = found;
    Ok(Verdict::fail(
        text!("WECHATPAY_MCHID has {length} characters and is {en}", "WECHATPAY_MCHID 有 {length} 个字符，{zh}"),
        Text::new(
            "set the merchant number of the merchant platform, 8 to 10 digits",
            "填写商户平台的商户号（8–10 位数字）",
        ),
    )
    .seen(brief(&mchid))
    .wanted("8-10 digits"))
}

fn appid(facts: &Facts) -> Outcome {
    let appid = facts.value(names::APPID)?;
    if is_appid(&appid) {
        return Ok(Verdict::ok(Text::new("it has the form of an AppID", "AppID 格式正确")).seen(appid.as_str()));
    }
    let length = appid.chars().count();
    Ok(Verdict::fail(
        text!(
            "WECHATPAY_APPID has {length} characters and is no AppID",
            "WECHATPAY_APPID 有 {length} 个字符，不是 AppID"
        ),
        Text::new(
            "set the AppID of the official account, mini program or app: `wx` and 16 lower-case letters or digits",
            "填写公众号、小程序或 App 的 AppID：`wx` 加 16 位小写字母或数字",
        ),
    )
    .seen(brief(&appid))
    .wanted("wx + 16"))
}

fn is_appid(text: &str) -> bool {
    let is_right = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.strip_prefix("wx").is_some_and(|rest| rest.len() == 16 && rest.bytes().all(is_right))
}

/// As many digits as WeChat Pay's serials have.
const SERIAL: usize = 40;

fn serial(facts: &Facts) -> Outcome {
    let serial = facts.value(names::SERIAL)?;
    let is_hex = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_hexdigit());
    let significant = serial.trim_start_matches('0').len();
    let is_mchid = facts.settings.get(names::MCHID).is_some_and(|mchid| mchid == serial);
    if !is_hex || !(1..=SERIAL).contains(&significant) || is_mchid {
        return Ok(no_serial(facts, &serial));
    }
    let upper = serial.to_ascii_uppercase();
    if upper != *serial {
        return Ok(Verdict::warn(
            Text::new("the serial is in lower case; WeChat Pay writes upper case", "序列号是小写；微信支付使用大写"),
            text!("set the serial to {upper}", "把序列号改为 {upper}"),
        )
        .seen(serial.as_str())
        .wanted(upper));
    }
    let length = serial.len();
    if length < SERIAL && !is_judged_by_certificate(facts, &serial) {
        return Ok(Verdict::warn(
            text!(
                "the serial has {length} digits, those of WeChat Pay have 40",
                "序列号有 {length} 位，微信支付的序列号为 40 位"
            ),
            Text::new(
                "compare it with what `wxpay keys check apiclient_cert.pem` shows",
                "用 `wxpay keys check apiclient_cert.pem` 核对序列号",
            ),
        )
        .seen(serial.as_str()));
    }
    Ok(Verdict::ok(Text::new("a serial of hexadecimal digits", "序列号格式正确")).seen(serial.as_str()))
}

/// Whether the certificate says more about a short serial: it is just that, or another one altogether, which is a finding of its own.
fn is_judged_by_certificate(facts: &Facts, serial: &str) -> bool {
    let certificate = facts.own_certificate().and_then(Found::certificate).map(CertificateFacts::serial);
    certificate.is_some_and(|own| own == serial || !is_same_serial(own, serial))
}

/// What is there in the place of a serial.
fn no_serial(facts: &Facts, serial: &str) -> Verdict {
    let is_mchid = facts.settings.get(names::MCHID).is_some_and(|mchid| mchid.as_str() == serial);
    let digits: String = serial.chars().filter(|c| !matches!(c, ':' | ' ')).collect();
    let (en, zh) = match () {
        () if serial.starts_with("PUB_KEY_ID_") => ("is the id of WeChat Pay's public key", "是微信支付公钥 ID"),
        () if is_mchid => ("is the merchant number", "是商户号"),
        () if is_appid(serial) => ("is an AppID", "是 AppID"),
        () if serial.contains("-----BEGIN") => ("is a PEM text", "是 PEM 文本"),
        () if serial.contains(['/', '\\']) || serial.contains(".pem") => ("is a path", "是文件路径"),
        () if serial.len() > SERIAL && serial.bytes().all(|byte| byte.is_ascii_digit()) => ("is decimal", "是十进制"),
        () if digits.len() != serial.len() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            ("has colons or blanks in it", "含有冒号或空格")
        }
        () => ("is no serial", "不是序列号"),
    };
    Verdict::fail(
        text!(
            "WECHATPAY_SERIAL {en}; expected are up to 40 hexadecimal digits",
            "WECHATPAY_SERIAL {zh}；应为不超过 40 位的十六进制"
        ),
        Text::new(
            "read the serial from the certificate: `wxpay keys check apiclient_cert.pem`",
            "用 `wxpay keys check apiclient_cert.pem` 查看证书序列号",
        ),
    )
    .seen(brief(serial))
    .wanted("40 hex digits")
}

/// What stands in the place of a public value may be a secret: only its length is told, unless it is short and of digits.
fn brief(value: &str) -> String {
    let is_shown = value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_shown { value.to_owned() } else { format!("{} characters", value.chars().count()) }
}
