//! What files hold, and what of it belongs together.

use std::time::SystemTime;

use serde_json::{Value, json};
use wechatpay_chain::{CertificateFacts, Found, Thing, look};

use crate::base::text::{Text, text};
use crate::base::times;

/// One thing that a file holds.
pub(crate) struct Entry {
    file: String,
    found: Found,
    issues: Vec<Issue>,
}

/// What is wrong with a thing, or worth knowing of it.
struct Issue {
    id: &'static str,
    text: Text,
    /// Whether it cannot be used because of this.
    is_fault: bool,
}

/// Everything in the files that were looked at.
pub(crate) struct Table {
    entries: Vec<Entry>,
    now: SystemTime,
    /// The serial that one of the certificates is to have, and whether one has it.
    serial: Option<(String, bool)>,
}

/// A private key beside a certificate.
struct Pair<'t> {
    key: &'t Entry,
    certificate: &'t Entry,
    fits: bool,
}

impl Entry {
    /// Everything that the bytes of a file hold.
    pub(crate) fn all(file: &str, bytes: &[u8], now: SystemTime) -> Vec<Self> {
        let entry = |found: Found| Self { file: file.to_owned(), issues: issues(&found, now), found };
        look(bytes).into_iter().map(entry).collect()
    }

    fn is(&self, thing: Thing) -> bool {
        self.found.thing() == thing
    }

    fn json(&self, now: SystemTime) -> Value {
        let (found, certificate) = (&self.found, self.found.certificate());
        let issue = |issue: &Issue| json!({"id": issue.id, "text": issue.text.json()});
        json!({
            "file": self.file,
            "kind": kind(found.thing()),
            "form": found.form(),
            "encrypted": found.is_encrypted(),
            "algorithm": found.algorithm(),
            "bits": found.bits(),
            "fingerprint": found.fingerprint(),
            "serial": certificate.map(CertificateFacts::serial),
            "subject": certificate.map(CertificateFacts::subject),
            "not_before": certificate.map(|certificate| times::rfc3339(certificate.not_before())),
            "not_after": certificate.map(|certificate| times::rfc3339(certificate.not_after())),
            "days_left": certificate.map(|certificate| times::days(now, certificate.not_after())),
            "issues": self.issues.iter().map(issue).collect::<Vec<_>>(),
        })
    }

    fn line(&self) -> String {
        let found = &self.found;
        let bits = found.bits().map(|bits| format!(" {bits}")).unwrap_or_default();
        let algorithm = found.algorithm().map(|name| format!(" · {name}{bits}")).unwrap_or_default();
        let encrypted = if found.is_encrypted() { " · encrypted" } else { "" };
        let certificate = found.certificate().map(|certificate| {
            let end = times::date(certificate.not_after());
            format!(" · {} · {} · {end}", certificate.serial(), certificate.subject())
        });
        let fingerprint = found.fingerprint().map(|fingerprint| format!("\n    SPKI sha256 {fingerprint}"));
        let (kind, form) = (kind(found.thing()), found.form());
        let (certificate, fingerprint) = (certificate.unwrap_or_default(), fingerprint.unwrap_or_default());
        format!("{}: {kind} ({form}){algorithm}{encrypted}{certificate}{fingerprint}", self.file)
    }
}

impl Table {
    /// `serial`, if one is asked for, is that which one of the certificates is to have.
    pub(crate) fn new(entries: Vec<Entry>, serial: Option<&str>, now: SystemTime) -> Self {
        let has = |wanted: &str| {
            let of = |entry: &Entry| entry.found.certificate().map(|certificate| bare(certificate.serial()));
            entries.iter().any(|entry| of(entry).is_some_and(|serial| serial == bare(wanted)))
        };
        let serial = serial.map(|wanted| (wanted.to_owned(), has(wanted)));
        Self { entries, now, serial }
    }

    /// Whether there is a certificate among them.
    pub(crate) fn has_certificate(entries: &[Entry]) -> bool {
        entries.iter().any(|entry| entry.is(Thing::Certificate))
    }

    fn pairs(&self) -> Vec<Pair<'_>> {
        let of = |thing: Thing| {
            self.entries.iter().filter(move |entry| entry.is(thing) && entry.found.fingerprint().is_some())
        };
        let mut pairs = Vec::new();
        for key in of(Thing::PrivateKey) {
            for certificate in of(Thing::Certificate) {
                let fits = key.found.fingerprint() == certificate.found.fingerprint();
                pairs.push(Pair { key, certificate, fits });
            }
        }
        pairs
    }

    /// Whether everything can be read and used, and belongs together.
    pub(crate) fn is_ok(&self) -> bool {
        let pairs = self.pairs();
        let alone = |entry: &Entry| {
            let mut mine = pairs.iter().filter(|pair| std::ptr::eq(pair.key, entry)).peekable();
            mine.peek().is_some() && !mine.any(|pair| pair.fits)
        };
        self.entries.iter().all(|entry| !entry.issues.iter().any(|issue| issue.is_fault) && !alone(entry))
            && self.serial.as_ref().is_none_or(|(_, found)| *found)
    }

    /// The members of the document.
    pub(crate) fn json(&self) -> Value {
        let pair = |pair: &Pair| json!({"key": pair.key.file, "certificate": pair.certificate.file, "fits": pair.fits});
        json!({
            "files": self.entries.iter().map(|entry| entry.json(self.now)).collect::<Vec<_>>(),
            "pairs": self.pairs().iter().map(pair).collect::<Vec<_>>(),
            "ok": self.is_ok(),
        })
    }

    /// The lines for people.
    pub(crate) fn text(&self, pick: impl Fn(&Text) -> String) -> String {
        let mut lines = Vec::new();
        for entry in &self.entries {
            lines.push(entry.line());
            lines.extend(entry.issues.iter().map(|issue| format!("    {}", pick(&issue.text))));
        }
        for Pair { key, certificate, fits } in self.pairs() {
            let (key, certificate) = (&key.file, &certificate.file);
            let said = match fits {
                true => text!("✓ {key} belongs to {certificate}", "✓ {key} 与 {certificate} 配套"),
                false => text!("✗ {key} does not belong to {certificate}", "✗ {key} 与 {certificate} 不配套"),
            };
            lines.push(pick(&said));
        }
        if let Some((serial, false)) = &self.serial {
            lines.push(pick(&text!("✗ no certificate has the serial {serial}", "✗ 没有序列号为 {serial} 的证书")));
        }
        lines.join("\n")
    }
}

/// A serial as it is compared: without what tools write between and before its digits.
fn bare(serial: &str) -> String {
    let digits: String = serial.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_uppercase()).collect();
    digits.trim_start_matches('0').to_owned()
}

fn kind(thing: Thing) -> &'static str {
    match thing {
        Thing::PrivateKey => "private_key",
        Thing::PublicKey => "public_key",
        Thing::Certificate => "certificate",
        Thing::Pkcs12 => "pkcs12",
        Thing::Csr => "csr",
        // `Unknown`, and what a later version of the SDK may add.
        _ => "unknown",
    }
}

/// Fewer bits than WeChat Pay takes.
const BITS: usize = 2048;

fn issues(found: &Found, now: SystemTime) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut add = |id, is_fault, text| issues.push(Issue { id, text, is_fault });
    let what = found.description();
    if kind(found.thing()) == "unknown" {
        add("unreadable", true, text!("no key or certificate: {what}", "不是密钥或证书（{what}）"));
    }
    if found.is_encrypted() && found.thing() == Thing::PrivateKey {
        add("encrypted", true, text!("encrypted: the SDK cannot load it", "已加密，SDK 无法加载，请先转换"));
    }
    if let Some(bits) = found.bits().filter(|bits| *bits < BITS) {
        add("too_short", true, text!("{bits} bits, expected 2048", "只有 {bits} 位，应为 2048 位"));
    }
    if let Some(name) = found.algorithm().filter(|name| *name != "RSA") {
        add(
            "not_rsa",
            true,
            text!("{name}, WeChat Pay's APIv3 signs by RSA", "算法为 {name}，微信支付 APIv3 使用 RSA"),
        );
    }
    if let Some(certificate) = found.certificate() {
        let (from, to) = (certificate.not_before(), certificate.not_after());
        let (from_date, to_date, left) = (times::date(from), times::date(to), times::days(now, to));
        if now > to {
            add("expired", true, text!("ended on {to_date}", "已于 {to_date} 过期"));
        } else if now < from {
            add("not_yet_valid", true, text!("begins on {from_date}", "{from_date} 起才有效"));
        } else if now + times::SOON >= to {
            add("ends_soon", false, text!("ends on {to_date}, in {left} days", "{to_date} 到期，还剩 {left} 天"));
        }
    }
    issues
}
