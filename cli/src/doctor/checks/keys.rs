//! The merchant's private key and certificate, and whether they belong together and to the merchant.

use wechatpay_chain::{CertificateFacts, Found, PrivateKey, Thing};

use crate::base::sdk::with_causes;
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::things::described;
use crate::doctor::facts::{Facts, times};
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("key.readable", Group::Keys, ("the private key, a text or a file", "私钥文本或文件"), readable),
    Check::new("key.format", Group::Keys, ("whether it is an RSA private key", "是否为 RSA 私钥"), format)
        .needs(&["key.readable"]),
    Check::new("key.size", Group::Keys, ("the length of the key", "密钥长度"), size).needs(&["key.format"]),
    Check::new("key.permissions", Group::Keys, ("who can read the key file", "私钥文件权限"), permissions)
        .needs(&["key.readable"]),
    Check::new(
        "certificate.format",
        Group::Keys,
        ("the merchant certificate, configured or beside the key", "商户证书（已配置的，或私钥旁边的）"),
        certificate,
    ),
    Check::new(
        "key.fits_certificate",
        Group::Keys,
        ("whether key and certificate belong together", "私钥与证书是否配对"),
        fits,
    )
    .needs(&["key.format", "certificate.format"]),
    Check::new(
        "key.fits_serial",
        Group::Keys,
        ("whether the serial is the certificate's", "序列号是否属于该证书"),
        fits_serial,
    )
    .needs(&["key.fits_certificate", "serial.format"]),
    Check::new("cert.expiry", Group::Keys, ("how long the certificate is valid", "商户证书有效期"), expiry)
        .needs(&["certificate.format", "clock.plausible"]),
    Check::new("mchid.match", Group::Keys, ("whether the certificate is this merchant's", "证书是否属于该商户"), mchid)
        .needs(&["certificate.format", "mchid.format"]),
];

fn readable(facts: &Facts) -> Outcome {
    let key = facts.key.as_ref().ok_or_else(|| facts.absent(names::PRIVATE_KEY))?;
    let shown = key.shown();
    let (en, zh) = (shown.en(), shown.zh());
    Ok(match &key.found {
        Ok(_) => Verdict::ok(text!("{en} can be read", "{zh}可读取")),
        Err(why) => Verdict::fail(
            why.clone(),
            Text::new("check path and permissions of the private key", "检查私钥文件的路径与权限"),
        ),
    })
}

fn format(facts: &Facts) -> Outcome {
    let key = facts.key.as_ref().ok_or(Reason::NotConfigured)?;
    // One that is too short is told by its size.
    if facts.rsa_key().is_some_and(|found| found.bits().is_some_and(|bits| bits < SIZE)) {
        return Ok(Verdict::ok(Text::new("an RSA private key", "RSA 私钥")));
    }
    let error = match PrivateKey::load(key.source.as_str()) {
        Ok(_) => return Ok(Verdict::ok(Text::new("an RSA private key", "RSA 私钥")).seen("RSA")),
        Err(error) => with_causes(&error),
    };
    let found = key.all().iter().find(|found| found.thing() != Thing::Unknown).or_else(|| key.all().first());
    let what = found.map(described).unwrap_or_default();
    let chinese = what.zh();
    Ok(Verdict::fail(
        text!("{error}", "不是可用的 RSA 私钥，实际是：{chinese}"),
        Text::new(
            "use apiclient_key.pem, or turn it into one by `wxpay keys convert FILE --to pkcs8`",
            "使用 apiclient_key.pem，或用 `wxpay keys convert 文件 --to pkcs8` 转换",
        ),
    )
    .seen(what.en())
    .wanted("RSA private key"))
}

/// As long as WeChat Pay's keys are.
const SIZE: usize = 2048;

fn size(facts: &Facts) -> Outcome {
    let found = facts.rsa_key().ok_or(Reason::NotConfigured)?;
    let bits = found.bits().unwrap_or_default();
    let remedy = Text::new("apply for a new certificate in the merchant platform", "在商户平台重新申请 API 证书");
    Ok(match bits {
        SIZE => Verdict::ok(text!("{bits} bits", "{bits} 位")),
        ..SIZE => Verdict::fail(text!("a key of {bits} bits is too short", "密钥只有 {bits} 位，过短"), remedy),
        _ => Verdict::warn(
            text!("a key of {bits} bits, WeChat Pay's have 2048", "密钥有 {bits} 位，微信支付使用 2048 位"),
            remedy,
        ),
    }
    .seen(bits.to_string())
    .wanted("2048"))
}

fn permissions(facts: &Facts) -> Outcome {
    let key = facts.key.as_ref().ok_or(Reason::NotConfigured)?;
    let path = key.path.as_ref().ok_or(Reason::NotApplicable)?.display();
    Ok(match key.is_open_to_others() {
        false => Verdict::ok(text!("only its owner and group read {path}", "{path} 仅属主与属组可读")),
        true => Verdict::warn(
            text!("every user can read {path}", "所有用户都能读取 {path}"),
            text!("chmod 600 {path}", "执行 chmod 600 {path}"),
        ),
    })
}

fn certificate(facts: &Facts) -> Outcome {
    let material = facts.certificate.as_ref().ok_or_else(|| facts.absent(names::CERTIFICATE))?;
    let found = match &material.found {
        Ok(_) => facts.own_certificate(),
        Err(why) => return Ok(no_certificate(facts, why.clone())),
    };
    let shown = material.shown();
    let (en, zh) = (shown.en(), shown.zh());
    match found {
        Some(found) if found.bits().is_some() => {
            let serial = found.certificate().map(CertificateFacts::serial).unwrap_or_default();
            Ok(Verdict::ok(text!("the certificate {serial}", "证书 {serial}")).seen(serial))
        }
        Some(found) => {
            let (what, chinese) = (found.description(), described(found));
            let chinese = chinese.zh();
            Ok(no_certificate(facts, text!("{en}: found {what}", "{zh}：实际是{chinese}")))
        }
        None => {
            let what = material.all().first().map(described).unwrap_or_default();
            let (what, chinese) = (what.en(), what.zh());
            Ok(no_certificate(facts, text!("{en}: found {what}", "{zh}：实际是{chinese}")))
        }
    }
}

/// A certificate that nobody configured cannot make calls fail.
fn no_certificate(facts: &Facts, why: Text) -> Verdict {
    let remedy = Text::new("use apiclient_cert.pem of the merchant platform", "使用商户平台下载的 apiclient_cert.pem");
    match facts.is_certificate_beside {
        true => Verdict::warn(why, remedy),
        false => Verdict::fail(why, remedy),
    }
}

/// The merchant's certificate and what it says.
fn own(facts: &Facts) -> Result<(&Found, &CertificateFacts), Reason> {
    let found = facts.own_certificate().ok_or(Reason::NotConfigured)?;
    Ok((found, found.certificate().ok_or(Reason::NotConfigured)?))
}

fn fits(facts: &Facts) -> Outcome {
    let (found, certificate) = own(facts)?;
    let key = facts.rsa_key().ok_or(Reason::NotConfigured)?;
    let serial = certificate.serial();
    Ok(match key.fingerprint() == found.fingerprint() {
        true => Verdict::ok(Text::new("key and certificate belong together", "私钥与证书配对")),
        false => Verdict::fail(
            text!("the private key is not the one of the certificate {serial}", "私钥与证书 {serial} 不配对"),
            Text::new("take key and certificate from one download", "换成同一次下载的证书和私钥"),
        )
        .seen(serial),
    })
}

/// Serials of one certificate, however many zeros are before them.
pub(super) fn is_same_serial(one: &str, other: &str) -> bool {
    one.trim_start_matches('0').eq_ignore_ascii_case(other.trim_start_matches('0'))
}

fn fits_serial(facts: &Facts) -> Outcome {
    let (_, certificate) = own(facts)?;
    let (configured, serial) = (facts.value(names::SERIAL)?, certificate.serial());
    if is_same_serial(&configured, serial) {
        return Ok(Verdict::ok(Text::new("the serial is the certificate's", "序列号与证书一致")).seen(serial));
    }
    let configured = configured.as_str();
    Ok(Verdict::fail(
        text!(
            "the certificate has the serial {serial}, configured is {configured}",
            "证书序列号是 {serial}，配置的是 {configured}"
        ),
        text!("set the serial to {serial}", "把序列号改为 {serial}"),
    )
    .seen(configured)
    .wanted(serial))
}

fn expiry(facts: &Facts) -> Outcome {
    let (_, certificate) = own(facts)?;
    let (begin, end) = (certificate.not_before(), certificate.not_after());
    let (from, to, left) = (times::date(begin), times::date(end), times::days(facts.now, end));
    let remedy = Text::new("renew the API certificate in the merchant platform", "在商户平台更换 API 证书");
    Ok(match () {
        () if facts.now > end => {
            Verdict::fail(text!("the certificate ended on {to}", "商户证书已于 {to} 过期"), remedy)
        }
        () if facts.now < begin => {
            Verdict::fail(text!("the certificate is valid from {from} on only", "商户证书从 {from} 起才生效"), remedy)
        }
        () if facts.now + times::SOON >= end => Verdict::warn(
            text!("the certificate ends on {to}, in {left} days", "商户证书将于 {to} 过期，还剩 {left} 天"),
            remedy,
        ),
        () => Verdict::ok(text!("valid until {to}", "有效期至 {to}")),
    }
    .seen(to))
}

fn mchid(facts: &Facts) -> Outcome {
    let (_, certificate) = own(facts)?;
    let mchid = facts.value(names::MCHID)?;
    let name = certificate.common_name().unwrap_or_default();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reason::NotApplicable);
    }
    let mchid = mchid.as_str();
    Ok(match name == mchid {
        true => Verdict::ok(text!("the certificate is of the merchant {mchid}", "证书属于商户 {mchid}")),
        false => Verdict::fail(
            text!(
                "the certificate is of the merchant {name}, configured is {mchid}",
                "证书属于商户 {name}，配置的商户号是 {mchid}"
            ),
            Text::new("merchant number and certificate must be of the same merchant", "商户号与证书须同属一家商户"),
        )
        .seen(name)
        .wanted(mchid),
    })
}
