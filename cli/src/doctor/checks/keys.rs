//! The merchant's private key and certificate, and whether they belong together and to the merchant.

use wechatpay_chain::{CertificateFacts, Found, PrivateKey, Thing};

use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::material::Material;
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
        Err(why) => Verdict::fail(why.clone(), unreadable(names::PRIVATE_KEY, &key.source)),
    })
}

/// What to do about a file that cannot be read, named by this variable.
pub(super) fn unreadable(name: &str, source: &str) -> Text {
    match () {
        () if source.starts_with("PUB_KEY_ID_") => text!(
            "{name} takes the file or its text; this is the id, which belongs to WECHATPAY_PUBLIC_KEY_ID",
            "{name} 填公钥文件路径或内容；这是公钥 ID，应填入 WECHATPAY_PUBLIC_KEY_ID"
        ),
        () if source.starts_with(['~', '$', '%']) => text!(
            "write out the whole path in {name}: only a shell replaces `~` and variables",
            "{name} 写完整路径：只有 shell 会展开 `~` 和变量"
        ),
        () => text!("check the path in {name}, and its permissions", "检查 {name} 的路径与文件权限"),
    }
}

fn format(facts: &Facts) -> Outcome {
    let key = facts.key.as_ref().ok_or(Reason::NotConfigured)?;
    // One that is too short is told by its size.
    if facts.rsa_key().is_some_and(|found| found.bits().is_some_and(|bits| bits < SIZE)) {
        return Ok(Verdict::ok(Text::new("an RSA private key", "RSA 私钥")));
    }
    if PrivateKey::load(key.source.as_str()).is_ok() {
        return Ok(Verdict::ok(Text::new("an RSA private key", "RSA 私钥")).seen("RSA"));
    }
    let found = key.all().iter().find(|found| found.thing() != Thing::Unknown).or_else(|| key.all().first());
    let what = found.map(described).unwrap_or_default();
    let (shown, en, chinese) = (key.shown(), what.en(), what.zh());
    let is_broken = facts.rsa_key().is_some();
    let (shown, zh) = (shown.en(), shown.zh());
    let message = match is_broken {
        true => {
            text!("{shown}: {en} whose numbers are wrong: it was damaged", "{zh}：{chinese}，但数值不对，文件已损坏")
        }
        false => text!(
            "{shown}: {en}; expected an RSA private key, the file apiclient_key.pem",
            "{zh}：实际是 {chinese}，应为 RSA 私钥（apiclient_key.pem）"
        ),
    };
    Ok(Verdict::fail(message, turned_into_a_key(facts, found)).seen(en).wanted("RSA private key"))
}

/// How to come to a key from what is there.
fn turned_into_a_key(facts: &Facts, found: Option<&Found>) -> Text {
    let file = facts.key.as_ref().and_then(|key| key.path.as_ref());
    let file = file.map_or_else(|| "FILE".to_owned(), |path| path.display().to_string());
    let mchid = facts.settings.get(names::MCHID);
    let mchid = mchid.as_ref().map_or("MCHID", |mchid| mchid.as_str());
    match found {
        Some(found) if found.thing() == Thing::Pkcs12 => text!(
            "take the key out of it: `wxpay keys convert {file} --to key --mchid {mchid} -o apiclient_key.pem`",
            "取出其中的私钥：`wxpay keys convert {file} --to key --mchid {mchid} -o apiclient_key.pem`"
        ),
        Some(found) if found.is_encrypted() => text!(
            "use apiclient_key.pem, or decrypt it: `wxpay keys convert {file} --to pkcs8 --password-file PASSWORD -o apiclient_key.pem`",
            "使用 apiclient_key.pem，或解密：`wxpay keys convert {file} --to pkcs8 --password-file 口令文件 -o apiclient_key.pem`"
        ),
        Some(found) if matches!(found.thing(), Thing::PublicKey | Thing::Certificate | Thing::Csr) => Text::new(
            "use apiclient_key.pem of the same download in WECHATPAY_PRIVATE_KEY: no private key is in this file",
            "WECHATPAY_PRIVATE_KEY 改用同一次下载的 apiclient_key.pem：该文件中没有私钥",
        ),
        _ if facts.rsa_key().is_some() => Text::new(
            "copy apiclient_key.pem again from the download, byte for byte",
            "从下载的压缩包重新取一份 apiclient_key.pem",
        ),
        Some(found) if found.thing() == Thing::PrivateKey => Text::new(
            "use apiclient_key.pem in WECHATPAY_PRIVATE_KEY: WeChat Pay takes RSA keys only",
            "WECHATPAY_PRIVATE_KEY 使用 apiclient_key.pem：微信支付只用 RSA 密钥",
        ),
        _ => text!(
            "use apiclient_key.pem in WECHATPAY_PRIVATE_KEY, or turn another form into it: `wxpay keys convert {file} --to pkcs8`",
            "WECHATPAY_PRIVATE_KEY 使用 apiclient_key.pem，其他格式用 `wxpay keys convert {file} --to pkcs8` 转换"
        ),
    }
}

/// As long as WeChat Pay's keys are.
const SIZE: usize = 2048;

fn size(facts: &Facts) -> Outcome {
    let found = facts.rsa_key().ok_or(Reason::NotConfigured)?;
    let bits = found.bits().unwrap_or_default();
    let remedy = Text::new(
        "apply for a new certificate in the merchant platform, and use its key in WECHATPAY_PRIVATE_KEY",
        "在商户平台重新申请 API 证书，WECHATPAY_PRIVATE_KEY 换成新的私钥",
    );
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
    match facts.is_certificate_beside {
        true => Verdict::warn(
            why,
            Text::new(
                "put apiclient_cert.pem of the same download there, or remove the file",
                "换成同一次下载的 apiclient_cert.pem，或删除该文件",
            ),
        ),
        false => Verdict::fail(
            why,
            Text::new(
                "set WECHATPAY_CERTIFICATE to apiclient_cert.pem of the merchant platform",
                "WECHATPAY_CERTIFICATE 填写商户平台下载的 apiclient_cert.pem",
            ),
        ),
    }
}

/// The merchant's certificate and what it says.
fn own(facts: &Facts) -> Result<(&Found, &CertificateFacts), Reason> {
    let found = facts.own_certificate().filter(|found| found.bits().is_some()).ok_or(Reason::NotConfigured)?;
    Ok((found, found.certificate().ok_or(Reason::NotConfigured)?))
}

fn fits(facts: &Facts) -> Outcome {
    let (found, certificate) = own(facts)?;
    let key = facts.rsa_key().ok_or(Reason::NotConfigured)?;
    let serial = certificate.serial();
    if key.fingerprint() == found.fingerprint() {
        return Ok(Verdict::ok(Text::new("key and certificate belong together", "私钥与证书配对")));
    }
    // A key that is too short was told of, and is the key of no certificate of WeChat Pay's.
    if key.bits().is_some_and(|bits| bits < SIZE) {
        return Err(Reason::Needs("key.size"));
    }
    let (key, file) = (facts.key.as_ref().map(Material::shown), facts.certificate.as_ref().map(Material::shown));
    let (key, file) = (key.unwrap_or_default(), file.unwrap_or_default());
    let (key, key_zh, file, file_zh) = (key.en(), key.zh(), file.en(), file.zh());
    let remedy = match facts.is_swapped() {
        true => Text::new(
            "WECHATPAY_CERTIFICATE and WECHATPAY_PLATFORM_CERTIFICATE have changed places: swap their values",
            "WECHATPAY_CERTIFICATE 与 WECHATPAY_PLATFORM_CERTIFICATE 填反了：互换两者的值",
        ),
        false => Text::new(
            "take key and certificate from one download: apiclient_key.pem and apiclient_cert.pem",
            "换成同一次下载的证书和私钥：apiclient_key.pem 与 apiclient_cert.pem",
        ),
    };
    Ok(Verdict::fail(
        text!(
            "the private key ({key}) is not the one of the certificate {serial} ({file})",
            "私钥（{key_zh}）与证书 {serial}（{file_zh}）不配对"
        ),
        remedy,
    )
    .seen(serial))
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
        text!("set WECHATPAY_SERIAL to {serial}", "把序列号 WECHATPAY_SERIAL 改为 {serial}"),
    )
    .seen(configured)
    .wanted(serial))
}

fn expiry(facts: &Facts) -> Outcome {
    let (_, certificate) = own(facts)?;
    let (begin, end) = (certificate.not_before(), certificate.not_after());
    let (from, to, left) = (times::date(begin), times::date(end), times::days(facts.now, end));
    let remedy = Text::new(
        "renew the API certificate in the merchant platform, and set key, certificate and WECHATPAY_SERIAL anew",
        "在商户平台更换 API 证书，并更新私钥、证书与 WECHATPAY_SERIAL",
    );
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
            text!(
                "merchant number and certificate must be of the same merchant: set WECHATPAY_MCHID to {name}, or use key and certificate of {mchid}",
                "商户号与证书须同属一家商户：WECHATPAY_MCHID 改为 {name}，或换成商户 {mchid} 的证书和私钥"
            ),
        )
        .seen(name)
        .wanted(mchid),
    })
}
