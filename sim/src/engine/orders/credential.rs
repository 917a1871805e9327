//! What a payer pays with.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::super::time::Time;

/// What a payer pays with: `prepay_id`, `code_url`, `h5_url` or an `auth_code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) value: Box<str>,
    pub(crate) made_at: Time,
    pub(crate) expires_at: Time,
    /// Replaced by a newer one: a `code_url` is dead then.
    pub(crate) is_dead: bool,
    /// The payer who opened it first.
    pub(crate) bound_to: Option<CompactString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CredentialKind {
    PrepayId,
    CodeUrl,
    H5Url,
    AuthCode,
}

impl Credential {
    /// What the payer's page is found by: the part of the value that is its own.
    pub(crate) fn page_id(&self) -> &str {
        let start = match self.kind {
            CredentialKind::CodeUrl => self.value.rfind(['=', '/']).map_or(0, |at| at + 1),
            CredentialKind::H5Url => self.value.find("prepay_id=").map_or(0, |at| at + "prepay_id=".len()),
            CredentialKind::PrepayId | CredentialKind::AuthCode => 0,
        };
        let rest = self.value.get(start..).unwrap_or_default();
        rest.split('&').next().unwrap_or_default()
    }
}
