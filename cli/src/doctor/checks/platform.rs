//! WeChat Pay's public key and platform certificates.

use wechatpay_chain::{CertificateFacts, Found, PublicKey, Thing};

use super::keys::{is_same_serial, unreadable};
use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::material::Material;
use crate::doctor::facts::oddities::odd;
use crate::doctor::facts::things::described;
use crate::doctor::facts::{Facts, times};
use crate::doctor::verdict::{Reason, Verdict};
use crate::settings::names;

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::new("publickey.id", Group::Platform, ("the id of the WeChat Pay public key", "微信支付公钥 ID"), id).of_v3(),
    Check::new("publickey.readable", Group::Platform, ("the public key, a text or a file", "公钥文本或文件"), readable)
        .of_v3(),
    Check::new("publickey.format", Group::Platform, ("whether it is an RSA public key", "是否为 RSA 公钥"), format)
        .needs(&["publickey.readable"])
        .of_v3(),
    Check::new(
        "platform.certificates",
        Group::Platform,
        ("the platform certificates that are given", "所给的平台证书"),
        certificates,
    )
    .of_v3(),
    Check::new("platform.expiry", Group::Platform, ("how long they are valid", "平台证书有效期"), expiry)
        .needs(&["platform.certificates", "clock.plausible"])
        .of_v3(),
    Check::new(
        "platform.own_certificate",
        Group::Platform,
        ("whether a platform key is the merchant's own", "平台公钥或证书是否误用了商户自己的"),
        own,
    )
    .needs(&["key.format", "publickey.format", "platform.certificates"])
    .of_v3(),
];

fn id(facts: &Facts) -> Outcome {
    let id = facts.value(names::PUBLIC_KEY_ID)?;
    let digits = id.strip_prefix("PUB_KEY_ID_").filter(|digits| !digits.is_empty());
    if digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(Verdict::ok(Text::new("an id of a public key", "公钥 ID 格式正确")).seen(id.as_str()));
    }
    let length = id.chars().count();
    let (en, zh) = what_else(&id);
    Ok(Verdict::fail(
        text!(
            "WECHATPAY_PUBLIC_KEY_ID has {length} characters: {en}",
            "WECHATPAY_PUBLIC_KEY_ID 有 {length} 个字符：{zh}"
        ),
        Text::new(
            "copy the id of the public key from the merchant platform (API security) to WECHATPAY_PUBLIC_KEY_ID: `PUB_KEY_ID_` and digits",
            "商户平台→API安全 复制公钥 ID（PUB_KEY_ID_ 加数字），填入 WECHATPAY_PUBLIC_KEY_ID",
        ),
    )
    .seen(format!("{length} characters"))
    .wanted("PUB_KEY_ID_ + digits"))
}

/// What stands in the place of an id.
fn what_else(id: &str) -> (&'static str, &'static str) {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match () {
        () if id.starts_with("PUB_KEY_ID_") => {
            ("it has other characters than digits after `PUB_KEY_ID_`", "PUB_KEY_ID_ 之后不全是数字")
        }
        () if id.to_ascii_uppercase().starts_with("PUB_KEY_ID_") => {
            ("`PUB_KEY_ID_` is written in upper case", "PUB_KEY_ID_ 须大写")
        }
        () if id.len() == 40 && is_hex(id) => ("it is the serial of a certificate", "这是证书序列号"),
        () if id.len() > 10 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            ("it lacks `PUB_KEY_ID_` before the digits", "数字前缺少 PUB_KEY_ID_")
        }
        () => odd(id).unwrap_or(("it is no id of a public key", "不是公钥 ID")),
    }
}

fn readable(facts: &Facts) -> Outcome {
    let key = facts.public_key.as_ref().ok_or_else(|| facts.absent(names::PUBLIC_KEY))?;
    Ok(match &key.found {
        Ok(_) => Verdict::ok(Text::new("the public key can be read", "公钥可读取")),
        Err(why) => Verdict::fail(why.clone(), unreadable(names::PUBLIC_KEY, &key.source)),
    })
}

fn format(facts: &Facts) -> Outcome {
    let key = facts.public_key.as_ref().ok_or(Reason::NotConfigured)?;
    let file = key.path.as_ref().map_or_else(|| "FILE".to_owned(), |path| path.display().to_string());
    let convert = text!(
        "download pub_key.pem from the merchant platform, or `wxpay keys convert {file} --to spki`",
        "从商户平台下载 pub_key.pem，或用 `wxpay keys convert {file} --to spki` 转换"
    );
    let found = key.first(Thing::PublicKey);
    let loaded = PublicKey::load(key.source.as_str());
    match (found, loaded) {
        (Some(found), Ok(_)) if found.form() == "pkcs1" => Ok(Verdict::warn(
            Text::new(
                "the public key is in PKCS#1 (`BEGIN RSA PUBLIC KEY`), which other SDKs refuse",
                "公钥是 PKCS#1 格式（BEGIN RSA PUBLIC KEY），其他 SDK 不接受",
            ),
            convert,
        )
        .seen("pkcs1")
        .wanted("spki")),
        (Some(_), Ok(_)) => Ok(Verdict::ok(Text::new("an RSA public key", "RSA 公钥")).seen("spki")),
        _ => Ok(no_public_key(key, convert)),
    }
}

/// What is there instead of WeChat Pay's public key.
fn no_public_key(key: &Material, convert: Text) -> Verdict {
    let found = key.all().iter().find(|found| found.thing() != Thing::Unknown).or_else(|| key.all().first());
    // Of a private key or a certificate the public half would be the wrong one, converted or not.
    let is_another = found.is_some_and(|found| !matches!(found.thing(), Thing::PublicKey | Thing::Unknown));
    let remedy = match is_another {
        true => Text::new(
            "download pub_key.pem from the merchant platform (API security), for WECHATPAY_PUBLIC_KEY; platform certificates go to WECHATPAY_PLATFORM_CERTIFICATE",
            "从商户平台（API安全）下载 pub_key.pem 填入 WECHATPAY_PUBLIC_KEY；平台证书应填入 WECHATPAY_PLATFORM_CERTIFICATE",
        ),
        false => convert,
    };
    let bits = found.filter(|found| found.thing() == Thing::PublicKey).and_then(Found::bits);
    let (bits, bits_zh) = bits.map(|bits| (format!(" of {bits} bits"), format!("（{bits} 位）"))).unwrap_or_default();
    let (what, shown) = (found.map(described).unwrap_or_default(), key.shown());
    let (shown, zh, seen, chinese) = (shown.en(), shown.zh(), what.en(), what.zh());
    Verdict::fail(
        text!(
            "{shown}: {seen}{bits}; expected WeChat Pay's public key, the file pub_key.pem",
            "{zh}：实际是 {chinese}{bits_zh}，应为微信支付公钥（pub_key.pem）"
        ),
        remedy,
    )
    .seen(seen)
    .wanted("RSA public key")
}

/// The things of all the platform certificates' texts and files that are certificates of RSA keys.
fn given(facts: &Facts) -> impl Iterator<Item = (&Found, &CertificateFacts)> {
    let all = facts.platform.iter().flat_map(Material::all);
    all.filter_map(|found| Some((found, found.certificate().filter(|_| found.bits().is_some())?)))
}

fn certificates(facts: &Facts) -> Outcome {
    if facts.platform.is_empty() {
        return Err(facts.absent(names::PLATFORM_CERTIFICATE));
    }
    let remedy = || {
        Text::new(
            "fetch them anew by `wxpay certs save DIR`, and name the file in WECHATPAY_PLATFORM_CERTIFICATE",
            "用 `wxpay certs save 目录` 重新下载，并填入 WECHATPAY_PLATFORM_CERTIFICATE",
        )
    };
    for material in &facts.platform {
        if let Err(why) = &material.found {
            return Ok(Verdict::fail(why.clone(), remedy()));
        }
        let is_certificate = |found: &&Found| found.thing() == Thing::Certificate && found.bits().is_some();
        if let Some(other) = material.all().iter().find(|found| !is_certificate(found)) {
            let (what, shown) = (described(other), material.shown());
            let (en, zh, what, chinese) = (shown.en(), shown.zh(), what.en(), what.zh());
            return Ok(Verdict::fail(
                text!(
                    "{en}: found {what}, expected a certificate of an RSA key",
                    "{zh}：实际是{chinese}，应为 RSA 证书"
                ),
                remedy(),
            )
            .seen(what));
        }
    }
    let serials: Vec<_> = given(facts).map(|(_, certificate)| certificate.serial()).collect();
    let count = serials.len();
    Ok(Verdict::ok(text!("{count} platform certificates", "{count} 个平台证书")).seen(serials.join(", ")))
}

fn expiry(facts: &Facts) -> Outcome {
    let remedy = Text::new(
        "fetch the present ones by `wxpay certs save DIR`, and name them in WECHATPAY_PLATFORM_CERTIFICATE",
        "用 `wxpay certs save 目录` 更新，并填入 WECHATPAY_PLATFORM_CERTIFICATE",
    );
    let all: Vec<_> = given(facts).map(|(_, certificate)| certificate).collect();
    let last = all.iter().map(|certificate| certificate.not_after()).max().ok_or(Reason::NotConfigured)?;
    let is_valid =
        |certificate: &&&CertificateFacts| (certificate.not_before()..=certificate.not_after()).contains(&facts.now);
    let (to, left) = (times::date(last), times::days(facts.now, last));
    let ended = all.iter().find(|certificate| facts.now > certificate.not_after());
    Ok(match ended {
        _ if !all.iter().any(|certificate| is_valid(&certificate)) => Verdict::fail(
            text!(
                "none of the platform certificates is valid now; the last one ends on {to}",
                "没有当前有效的平台证书，最晚的到 {to}"
            ),
            remedy,
        ),
        Some(ended) => {
            let (serial, date) = (ended.serial(), times::date(ended.not_after()));
            Verdict::warn(
                text!("the platform certificate {serial} ended on {date}", "平台证书 {serial} 已于 {date} 过期"),
                remedy,
            )
        }
        None if facts.now + times::SOON >= last => Verdict::warn(
            text!("the platform certificates end on {to}, in {left} days", "平台证书将于 {to} 过期，还剩 {left} 天"),
            remedy,
        ),
        None => Verdict::ok(text!("valid until {to}", "有效期至 {to}")),
    }
    .seen(to))
}

fn own(facts: &Facts) -> Outcome {
    let key = facts.rsa_key().ok_or(Reason::NotConfigured)?;
    if facts.is_swapped() {
        return Err(Reason::Needs("key.fits_certificate"));
    }
    let public = facts.public_key.iter().filter_map(|it| Some((names::PUBLIC_KEY, it, it.first(Thing::PublicKey)?)));
    let certificates = facts.platform.iter().flat_map(|it| it.all().iter().map(move |found| (it, found)));
    let certificates = certificates.filter(|(_, found)| found.certificate().is_some() && found.bits().is_some());
    let mut held = public.chain(certificates.map(|(it, found)| (names::PLATFORM_CERTIFICATE, it, found))).peekable();
    held.peek().ok_or(Reason::NotConfigured)?;
    let serial = facts.settings.get(names::SERIAL);
    let is_own = |found: &Found| {
        let has_own_serial = || {
            let of = found.certificate().map(CertificateFacts::serial);
            of.zip(serial.as_ref()).is_some_and(|(of, serial)| is_same_serial(of, serial))
        };
        found.fingerprint() == key.fingerprint() || has_own_serial()
    };
    Ok(match held.find(|(_, _, found)| is_own(found)) {
        None => Verdict::ok(Text::new("the platform's keys are not the merchant's own", "平台公钥不是商户自己的")),
        Some((name, material, _)) => {
            let shown = material.shown();
            let (en, zh) = (shown.en(), shown.zh());
            Verdict::fail(
                text!(
                    "{en} ({name}), by which answers are verified, is the merchant's own, not WeChat Pay's",
                    "用来验签的 {zh}（{name}）是商户自己的，不是微信支付的"
                ),
                replaced(name, en, zh),
            )
            .seen(en)
        }
    })
}

/// What belongs there instead of the merchant's own.
fn replaced(name: &str, en: &str, zh: &str) -> Text {
    match name {
        names::PUBLIC_KEY => text!(
            "replace {en} in {name} by WeChat Pay's public key, pub_key.pem of the merchant platform (API security)",
            "把 {name} 中的 {zh} 换成微信支付公钥：商户平台（API安全）的 pub_key.pem"
        ),
        _ => text!(
            "replace {en} in {name} by WeChat Pay's certificate: `wxpay certs save DIR`",
            "把 {name} 中的 {zh} 换成微信支付平台证书：`wxpay certs save 目录`"
        ),
    }
}
