//! A merchant's request that passed the gate: signature, headers, ciphertext and form are right.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::faults::micropay::Case;
use super::time::Time;

/// Which of the two APIs a call speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Version {
    V2,
    V3,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) version: Version,
    pub(crate) method: &'static str,
    /// The catalogue's template, such as `v3/pay/transactions/out-trade-no/{out_trade_no}`; APIv2's begin with `v2/`.
    pub(crate) template: &'static str,
    /// The merchant who signed.
    pub(crate) mchid: String,
    /// The values of the template's variables, decoded.
    pub(crate) path: BTreeMap<String, String>,
    pub(crate) query: BTreeMap<String, String>,
    /// The body with ciphertext opened; of APIv2 an object of texts; null without one.
    pub(crate) body: Value,
    /// Scheme and authority that the request came by, `http://127.0.0.1:8787`: URLs in answers begin with it.
    pub(crate) base: String,
    /// The same for pages that a payer opens: never at a host of WeChat Pay, which somebody else would answer.
    pub(crate) pages: String,
    /// What the wall clock shows.
    pub(crate) wall: Time,
    /// How a payment by code goes, if a fault says so.
    pub(crate) case: Option<Case>,
    /// The file of an upload that the engine keeps.
    pub(crate) file: Option<Upload>,
}

/// A file that a call brings: the id that it is answered, and its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) media_id: String,
    pub(crate) bytes: Bytes,
}

impl Call {
    /// A member of the body that is a text; empty if it is absent or none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        member(&self.body, pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// A member of the body that is an integer.
    pub(crate) fn integer(&self, pointer: &str) -> Option<i64> {
        member(&self.body, pointer).and_then(Value::as_i64)
    }

    /// The body as a text with sorted members: the same of requests that are the same.
    pub(crate) fn sent(&self) -> String {
        self.body.to_string()
    }

    /// A value of the path; empty if the template has no such variable.
    pub(crate) fn variable(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Whether the partner family is meant: `v3/pay/partner/…`, or `sub_mch_id` in APIv2.
    pub(crate) fn is_partner(&self) -> bool {
        match self.version {
            Version::V3 => self.template.contains("/partner/"),
            Version::V2 => !self.text("/sub_mch_id").is_empty(),
        }
    }
}

/// What a pointer of plain names leads to: [`Value::pointer`], which may have to undo escapes, makes texts of each name.
fn member<'v>(body: &'v Value, pointer: &str) -> Option<&'v Value> {
    pointer.split('/').skip(1).try_fold(body, |value, name| value.as_object()?.get(name))
}
