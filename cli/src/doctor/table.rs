//! All checks, in the order in which they are looked at and told.

use serde_json::{Value, json};

use super::check::Check;
use super::checks::{
    answers, client, echo, environment, keys, merchant, network, notify, notify_url, platform, refusals, secrets, uris,
};
use crate::base::lang::Lang;
use crate::base::text::Text;

/// The checks, in parts.
const PARTS: [&[Check]; 13] = [
    environment::CHECKS,
    merchant::CHECKS,
    uris::CHECKS,
    keys::CHECKS,
    platform::CHECKS,
    secrets::CHECKS,
    client::CHECKS,
    notify_url::CHECKS,
    network::CHECKS,
    refusals::CHECKS,
    answers::CHECKS,
    echo::CHECKS,
    notify::CHECKS,
];

/// All checks in order.
pub(super) fn all() -> impl Iterator<Item = &'static Check> {
    PARTS.into_iter().flatten()
}

/// A check and its place, by its id.
pub(super) fn position(id: &str) -> Option<(usize, &'static Check)> {
    all().enumerate().find(|(_, check)| check.id == id)
}

/// The ids that a check needs.
pub(super) fn needs_of(check: &Check) -> Vec<&'static str> {
    match check.needs {
        Some(needs) => needs.to_vec(),
        None => all().map(|check| check.id).take_while(|id| *id != check.id).collect(),
    }
}

/// `--list` for machines.
pub(crate) fn document_of_all() -> Value {
    let row = |check: &Check| {
        let (en, zh) = check.looks_at;
        json!({"id": check.id, "group": check.group.name(), "online": check.is_online(), "looks_at": Text::new(en, zh).json(),
            "needs": needs_of(check)})
    };
    json!({"checks": all().map(row).collect::<Vec<_>>()})
}

/// `--list` for people.
pub(crate) fn text_of_all(lang: Lang) -> String {
    let mut lines = Vec::new();
    let mut group = None;
    for check in all() {
        let here = (check.group, check.is_online());
        if group != Some(here) {
            let online = if check.is_online() { lang.pick(" (online)", "（联网）") } else { "" };
            lines.push(format!("{}{online}", check.group.name()));
            group = Some(here);
        }
        let (en, zh) = check.looks_at;
        lines.push(format!("  {:<24} {}", check.id, lang.pick(en, zh)));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The ids of the documented table, in its order.
    const IDS: &[&str] = &[
        "config.source",
        "config.permissions",
        "env.unknown",
        "env.quotes",
        "env.whitespace",
        "env.characters",
        "config.complete",
        "mchid.format",
        "appid.format",
        "serial.format",
        "base_uri.format",
        "base_uri.https",
        "base_uri.host",
        "proxy.scheme",
        "clock.plausible",
        "key.readable",
        "key.format",
        "key.size",
        "key.permissions",
        "certificate.format",
        "key.fits_certificate",
        "key.fits_serial",
        "cert.expiry",
        "mchid.match",
        "publickey.id",
        "publickey.readable",
        "publickey.format",
        "platform.certificates",
        "platform.expiry",
        "platform.own_certificate",
        "apiv3key.length",
        "apiv3key.characters",
        "apiv3key.distinct",
        "secret.length",
        "client.builds",
        "notify_url.format",
        "notify_url.https",
        "notify_url.query",
        "notify_url.public",
        "notify_url.apiv3key",
        "dns",
        "proxy.connect",
        "tcp",
        "tls.chain",
        "tls.name",
        "http.answer",
        "http.speed",
        "clock.skew",
        "access.ip",
        "access.permitted",
        "sign.accepted",
        "answer.signed",
        "certificates.available",
        "apiv3key.decrypts",
        "platform.current",
        "platform.known",
        "answer.fresh",
        "answer.verified",
        "echo.accepted",
        "encrypt.accepted",
        "decrypt.answer",
        "notify_url.resolves",
        "notify_url.connects",
        "notify_url.speed",
        "notify_url.redirect",
        "notify_url.route",
        "notify_url.refuses_forged",
    ];

    #[test]
    fn the_checks_are_those_of_the_table_in_its_order() {
        assert_eq!(all().map(|check| check.id).collect::<Vec<_>>(), IDS);
    }

    #[test]
    fn what_a_check_needs_stands_above_it() {
        let mut seen = BTreeSet::new();
        for check in all() {
            for need in needs_of(check) {
                assert!(seen.contains(need), "{} needs {need}", check.id);
            }
            assert!(!check.looks_at.0.is_empty() && !check.looks_at.1.is_ascii(), "{}", check.id);
            seen.insert(check.id);
        }
    }
}
