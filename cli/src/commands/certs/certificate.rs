//! A certificate as it is told.

use std::time::SystemTime;

use serde_json::{Value, json};
use wechatpay_chain::CertificateFacts;

use crate::base::output::plain;
use crate::base::times;
use crate::commands::context::Context;

/// A certificate, and where it lies.
pub(super) struct Shown {
    pub(super) facts: CertificateFacts,
    /// Whether it is the one that signed this answer.
    pub(super) signs: bool,
    pub(super) file: Option<String>,
}

impl Shown {
    fn json(&self, now: SystemTime) -> Value {
        let facts = &self.facts;
        json!({
            "serial": facts.serial(),
            "not_before": times::rfc3339(facts.not_before()),
            "not_after": times::rfc3339(facts.not_after()),
            "days_left": times::days(now, facts.not_after()),
            "issuer": facts.issuer(),
            "signs": self.signs,
            "file": self.file,
        })
    }

    fn line(&self, now: SystemTime, context: &Context) -> String {
        let facts = &self.facts;
        let (from, to, left) =
            (times::date(facts.not_before()), times::date(facts.not_after()), times::days(now, facts.not_after()));
        let left = match context.lang.pick("en", "zh") {
            "en" => format!("{left} days left"),
            _ => format!("还剩 {left} 天"),
        };
        let signs = if self.signs { context.lang.pick("  signs", "  签名中") } else { "" };
        let file = self.file.as_deref().map(|file| format!("  {file}")).unwrap_or_default();
        format!("{}  {from} – {to}  {left}  {}{signs}{file}", facts.serial(), facts.issuer())
    }
}

/// Writes them all.
pub(super) fn show(certificates: &[Shown], context: &Context) {
    let now = SystemTime::now();
    context.show(
        || json!({"certificates": certificates.iter().map(|one| one.json(now)).collect::<Vec<_>>()}),
        || plain(&certificates.iter().map(|one| one.line(now, context)).collect::<Vec<_>>().join("\n")),
    );
}
