//! From what a call is answered to what goes out: bytes, their signature, and the headers in their documented case.

use bytes::Bytes;
use serde_json::{Value, json};
use wechatpay_catalog::{Part, Verification};
use wechatpay_chain::gateway::PlatformKey;
use wechatpay_chain::{Error, PublicKey};

use super::outgoing::Outgoing;
use super::route::Found;
use super::{digest, sensitive};
use crate::engine::answer::{Content, Refusal};

/// An answer before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// Empty without a body.
    pub(crate) content_type: &'static str,
    pub(crate) proof: Proof,
    /// The gateway's internal code, the last part of `Request-ID`.
    pub(crate) internal: u32,
    pub(crate) headers: Vec<(String, String)>,
}

/// What of an answer is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Signed,
    /// The SHA-1 of the file.
    Digest,
    Unsigned,
}

/// What an answer is signed with.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) key: PlatformKey,
    /// Seconds of the wall clock.
    pub(crate) seconds: u64,
    pub(crate) nonce: String,
    /// The first part of `Request-ID`.
    pub(crate) request_id: String,
}

const JSON: &str = "application/json; charset=utf-8";

impl Given {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let body = Bytes::from(body.to_string());
        Self { status, body, content_type: JSON, proof: Proof::Signed, internal: 0, headers: Vec::new() }
    }

    pub(crate) fn empty(status: u16) -> Self {
        let (body, headers) = (Bytes::new(), Vec::new());
        Self { status, body, content_type: "", proof: Proof::Signed, internal: 0, headers }
    }

    pub(crate) fn refusal(refusal: &Refusal) -> Self {
        let mut body = json!({"code": refusal.code, "message": refusal.message});
        if let Some(detail) = &refusal.detail {
            body["detail"] = detail.clone();
        }
        Self { internal: refusal.internal, ..Self::json(refusal.status, &body) }
    }

    /// A good answer of an endpoint of APIv3; its sensitive members are sealed for `key`.
    pub(crate) fn content(status: u16, content: Content, found: Found, key: &PublicKey) -> Result<Self, Error> {
        match content {
            Content::Empty => Ok(Self::empty(status)),
            Content::Fields(mut body) => {
                sensitive::seal(found.operation.fields(Part::Answer), &mut body, key)?;
                Ok(Self::json(status, &body))
            }
            Content::File { bytes, content_type } => {
                let proof = match found.operation.verification() {
                    Verification::Digest => Proof::Digest,
                    _ => Proof::Unsigned,
                };
                Ok(Self { body: bytes, content_type, proof, ..Self::empty(status) })
            }
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// Should the cryptographic library fail.
    pub(crate) fn signed(self, signing: &Signing) -> Result<Outgoing, Error> {
        let digest = (self.proof == Proof::Digest).then(|| digest::sha1(&self.body));
        let statement = digest.as_ref().map(|sha1| format!(r#"{{"sha1":"{sha1}"}}"#));
        let signed = statement.as_deref().map_or(&self.body[..], str::as_bytes);
        let mut headers = Vec::new();
        if self.proof != Proof::Unsigned {
            let signature = signing.key.sign(signing.seconds, &signing.nonce, signed)?;
            headers.extend(signature.headers().map(|(name, value)| (name.to_owned(), value)));
        }
        headers.extend(digest.map(|sha1| ("Wechatpay-Statement-Sha1".to_owned(), sha1)));
        let mut outgoing = self.unsigned(&signing.request_id);
        outgoing.headers.extend(headers);
        Ok(outgoing)
    }

    /// As it is, with a `Request-ID`.
    pub(crate) fn unsigned(self, request_id: &str) -> Outgoing {
        let id = format!("{request_id}-{}", self.internal);
        let mut outgoing = self.bare();
        outgoing.headers.insert(0, ("Request-ID".to_owned(), id));
        outgoing
    }

    /// As it is, and nothing else.
    pub(crate) fn bare(self) -> Outgoing {
        let mut outgoing = Outgoing { status: self.status, headers: self.headers, body: self.body };
        if !self.content_type.is_empty() {
            outgoing.headers.insert(0, ("Content-Type".to_owned(), self.content_type.to_owned()));
        }
        outgoing
    }
}
