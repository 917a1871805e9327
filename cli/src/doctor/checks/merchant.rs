//! The forms of merchant number, `AppID` and serial.

use wechatpay_chain::{CertificateFacts, Found};

use super::keys::is_same_serial;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::Facts;
use crate::doctor::facts::oddities::{is_appid, is_mchid, odd};
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
    if is_mchid(&mchid) {
        return Ok(Verdict::ok(text!("merchant number {}", "商户号 {}", mchid.as_str())).seen(mchid.as_str()));
    }
    let length = mchid.chars().count();
    let (en, zh) = odd(&mchid).unwrap_or(("it is no merchant number", "不是商户号"));
    Ok(Verdict::fail(
        text!("WECHATPAY_MCHID has {length} characters: {en}", "WECHATPAY_MCHID 有 {length} 个字符：{zh}"),
        Text::new(
            "set WECHATPAY_MCHID to the merchant number of the merchant platform, 8 to 10 digits",
            "WECHATPAY_MCHID 填写商户平台的商户号（8–10 位数字）",
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
    let (en, zh) = match () {
        () if appid.starts_with("gh_") => ("it is an original id (gh_…)", "这是公众号原始 ID（gh_…）"),
        () if is_appid(&appid.to_ascii_lowercase()) => ("it has upper-case letters", "含有大写字母"),
        () => odd(&appid).unwrap_or(("it is no AppID", "不是 AppID")),
    };
    Ok(Verdict::fail(
        text!("WECHATPAY_APPID has {length} characters: {en}", "WECHATPAY_APPID 有 {length} 个字符：{zh}"),
        Text::new(
            "set WECHATPAY_APPID to the AppID of the official account, mini program or app: `wx` and 16 lower-case letters or digits",
            "WECHATPAY_APPID 填写公众号、小程序或 App 的 AppID：`wx` 加 16 位小写字母或数字",
        ),
    )
    .seen(brief(&appid))
    .wanted("wx + 16"))
}

/// As many digits as WeChat Pay's serials have.
const SERIAL: usize = 40;

fn serial(facts: &Facts) -> Outcome {
    let serial = facts.value(names::SERIAL)?;
    let is_hex = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_hexdigit());
    let significant = serial.trim_start_matches('0').len();
    let is_number = is_mchid(&serial) && !is_judged_by_certificate(facts, &serial, true);
    if !is_hex || !(1..=SERIAL).contains(&significant) || is_number {
        return Ok(no_serial(facts, &serial));
    }
    let upper = serial.to_ascii_uppercase();
    if upper != *serial {
        return Ok(Verdict::warn(
            Text::new("the serial is in lower case; WeChat Pay writes upper case", "序列号是小写；微信支付使用大写"),
            text!("set WECHATPAY_SERIAL to {upper}", "把 WECHATPAY_SERIAL 改为 {upper}"),
        )
        .seen(serial.as_str())
        .wanted(upper));
    }
    let length = serial.len();
    if length < SERIAL && !is_judged_by_certificate(facts, &serial, false) {
        return Ok(Verdict::warn(
            text!(
                "the serial has {length} digits, those of WeChat Pay have 40",
                "序列号有 {length} 位，微信支付的序列号为 40 位"
            ),
            read_it(facts),
        )
        .seen(serial.as_str()));
    }
    Ok(Verdict::ok(Text::new("a serial of hexadecimal digits", "序列号格式正确")).seen(serial.as_str()))
}

/// Whether the certificate says more about a short serial: it is just that, or, unless only that is asked, another one altogether, which is a
/// finding of its own.
fn is_judged_by_certificate(facts: &Facts, serial: &str, is_just_that: bool) -> bool {
    let certificate = facts.own_certificate().and_then(Found::certificate).map(CertificateFacts::serial);
    certificate.is_some_and(|own| own == serial || !is_just_that && !is_same_serial(own, serial))
}

/// Where the serial is to be had: of a certificate that fits the key it is told.
fn read_it(facts: &Facts) -> Text {
    let own = facts.own_certificate().filter(|found| {
        let key = facts.rsa_key().and_then(Found::fingerprint);
        key.is_some() && key == found.fingerprint()
    });
    match own.and_then(Found::certificate).map(CertificateFacts::serial) {
        Some(serial) => text!(
            "set WECHATPAY_SERIAL to {serial}, which is the serial of the merchant certificate",
            "把 WECHATPAY_SERIAL 改为商户证书的序列号 {serial}"
        ),
        None => Text::new(
            "set WECHATPAY_SERIAL to the serial that `wxpay keys check apiclient_cert.pem` shows",
            "用 `wxpay keys check apiclient_cert.pem` 查看证书序列号，填入 WECHATPAY_SERIAL",
        ),
    }
}

/// What is there in the place of a serial.
fn no_serial(facts: &Facts, serial: &str) -> Verdict {
    let digits: String = serial.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let behind = |before: &str| serial.to_ascii_lowercase().strip_prefix(before).is_some_and(is_hex);
    let (en, zh) = match () {
        () if serial.len() > SERIAL && serial.bytes().all(|byte| byte.is_ascii_digit()) => {
            ("it is decimal", "这是十进制的序列号")
        }
        () if digits.len() != serial.len() && is_hex(&digits) => {
            ("it has colons or blanks in it", "含有冒号、空格或连字符")
        }
        () if behind("0x") || behind("serial=") => ("it has `0x` or `serial=` before it", "前面多了 `0x` 或 `serial=`"),
        () if is_hex(serial) && serial.len() > SERIAL => ("it has more than 40 digits", "超过 40 位"),
        () => odd(serial).unwrap_or(("it is no serial", "不是序列号")),
    };
    Verdict::fail(
        text!(
            "WECHATPAY_SERIAL: {en}; expected are up to 40 hexadecimal digits",
            "WECHATPAY_SERIAL：{zh}；应为不超过 40 位的十六进制"
        ),
        read_it(facts),
    )
    .seen(brief(serial))
    .wanted("40 hex digits")
}

/// What stands in the place of a public value may be a secret: only its length is told, unless it is short and of digits.
fn brief(value: &str) -> String {
    let is_shown = value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_shown { value.to_owned() } else { format!("{} characters", value.chars().count()) }
}
