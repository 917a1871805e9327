//! One call: what came, what was found, what went out.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wechatpay_chain::gateway::{Authorization, request_message};

use crate::engine::answer::Warning;
use crate::engine::notices::Epoch;
use crate::engine::time::Time;
use crate::gate::arrived::Arrived;
use crate::gate::headers::Headers;
use crate::gate::stop::Stop;

/// So much of a body is kept.
pub(crate) const KEPT: usize = 64 * 1024;

/// What is noted of a call while it goes through the gate, and kept afterwards.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// `call_1`; empty until it is kept.
    pub(crate) id: String,
    /// The simulated time.
    pub(crate) at: Time,
    pub(crate) listener: Cow<'static, str>,
    pub(crate) host: String,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) template: Option<Cow<'static, str>>,
    pub(crate) mchid: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) headers: Headers,
    #[serde(with = "crate::gate::octets")]
    pub(crate) body: Bytes,
    /// The body with ciphertext opened.
    pub(crate) plain: Plain,
    /// What, with method, target and body, makes the text that should have been signed.
    pub(crate) signed: Option<Signed>,
    pub(crate) refused: Option<Box<Stop>>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) fault: Option<String>,
    /// Whether nothing but an example stands behind the answer.
    pub(crate) example: bool,
    pub(crate) answer: Answered,
    /// Microseconds until the answer.
    pub(crate) micros: u64,
    pub(crate) refs: Vec<String>,
    /// Whether nobody here knows who called.
    #[serde(skip)]
    pub(crate) is_strangers: bool,
    /// The world that it came to; what is about another one's objects is about none of this one's.
    #[serde(skip)]
    pub(crate) epoch: Epoch,
}

impl Record {
    /// Of a call that has just come.
    pub(crate) fn begin(arrived: &Arrived, at: Time, epoch: Epoch) -> Self {
        let headers = arrived.headers.iter();
        let headers = headers.map(|(name, value)| (name, String::from_utf8_lossy(value.as_bytes())));
        Self {
            id: String::new(),
            at,
            listener: arrived.listener.into(),
            host: arrived.authority.clone(),
            method: arrived.method.to_string(),
            target: arrived.target.clone(),
            template: None,
            mchid: None,
            serial: None,
            headers: Headers::of(headers),
            body: kept(&arrived.body),
            plain: Plain::None,
            signed: None,
            refused: None,
            warnings: Vec::new(),
            fault: None,
            example: false,
            answer: Answered::default(),
            micros: 0,
            refs: Vec::new(),
            is_strangers: false,
            epoch,
        }
    }

    /// Of a merchant that nobody knows nothing is kept that may be somebody's real secret.
    pub(crate) fn forget_secrets(&mut self) {
        self.is_strangers = true;
        self.body = Bytes::new();
        (self.plain, self.signed) = (Plain::None, None);
        let known = self.headers.pairs().into_iter().map(|(name, value)| match name.as_str() {
            "authorization" => (name, without_signature(&value)),
            _ => (name, value),
        });
        self.headers = Headers::of(known);
    }

    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        let plain = if let Plain::Text(text) = &self.plain { text.len() } else { 0 };
        let headers = self.headers.weight() + self.answer.headers.weight();
        600 + self.target.len() + self.body.len() + plain + self.answer.body.len() + headers
    }

    /// The body with ciphertext opened; null if it is none that can be read.
    pub(crate) fn plain(&self) -> Value {
        let read = |text: &[u8]| serde_json::from_slice(text).unwrap_or_default();
        match &self.plain {
            Plain::None => Value::Null,
            Plain::Body => read(&self.body),
            Plain::Text(text) => read(text.as_bytes()),
        }
    }

    /// The text that should have been signed.
    fn message(&self) -> Option<String> {
        let Signed { timestamp, nonce, meta } = self.signed.as_ref()?;
        let body = meta.as_ref().map_or(&self.body, |meta| &meta.0);
        let message = request_message(&self.method, &self.target, timestamp, nonce, body);
        Some(String::from_utf8_lossy(&message).into_owned())
    }

    /// What became of it, in a word.
    pub(crate) fn verdict(&self) -> &'static str {
        match &self.refused {
            Some(stop) if stop.step == "1" => "unknown_path",
            _ if self.fault.is_some() => "faulted",
            Some(_) => "refused",
            None => "accepted",
        }
    }

    /// As the control interface shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "at": self.at.to_string(),
            "listener": self.listener,
            "host": self.host,
            "method": self.method,
            "target": self.target,
            "path_template": self.template,
            "mchid": self.mchid,
            "serial": self.serial,
            "headers": self.headers.to_json(),
            "body": text(&self.body),
            "plain": self.plain(),
            "message": self.message(),
            "verdict": self.verdict(),
            "refused": self.refused.as_deref().map(refused),
            "warnings": self.warnings,
            "fault": self.fault,
            "example": self.example,
            "answer": {
                "status": self.answer.status,
                "headers": self.answer.headers.to_json(),
                "body": text(&self.answer.body),
            },
            "ms": self.micros / 1000,
            "refs": self.refs,
        })
    }
}

/// What went out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    #[serde(with = "crate::gate::octets")]
    pub(crate) body: Bytes,
}

/// A body with ciphertext opened, without keeping it twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Plain {
    None,
    /// As the body: there was no ciphertext in it.
    Body,
    /// JSON.
    Text(Box<str>),
}

impl Plain {
    /// Of what is longer than what is kept nothing is.
    pub(crate) fn of(value: &Value) -> Self {
        let text = value.to_string();
        if text.len() > KEPT { Self::None } else { Self::Text(text.into()) }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Signed {
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    /// Of an upload, what is signed of it.
    pub(crate) meta: Option<Meta>,
}

/// Its bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meta(#[serde(with = "crate::gate::octets")] pub(crate) Bytes);

/// As much of a body as is kept: a copy, for what came is a part of the connection's whole buffer, which would be kept with it.
pub(crate) fn kept(body: &Bytes) -> Bytes {
    Bytes::copy_from_slice(body.get(..KEPT).unwrap_or(body))
}

/// Of a header that is none of WeChat Pay's nothing is left: nobody knows what in it is secret.
fn without_signature(header: &str) -> String {
    if Authorization::parse(header).is_err() {
        return "…".to_owned();
    }
    let items = header.split(',').map(|item| match item.trim_start().starts_with("signature=") {
        true => "signature=\"…\"",
        false => item,
    });
    items.collect::<Vec<_>>().join(",")
}

fn refused(stop: &Stop) -> Value {
    json!({
        "step": stop.step,
        "code": Some(&stop.refusal.code).filter(|code| !code.is_empty()),
        "message": stop.refusal.message,
        "why": stop.why,
        "differs": stop.differs,
        "hint": stop.hint,
        "doc": stop.doc,
    })
}

/// A body as text; base64 of one that is none.
fn text(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        // The end may have been cut within a character.
        Err(error) if error.error_len().is_none() && body.len() == KEPT => {
            String::from_utf8_lossy(body.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => STANDARD.encode(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_texts_or_base64() {
        assert_eq!((text("茶".as_bytes()), text(b"\xff\x00")), ("茶".to_owned(), "/wA=".to_owned()));
        let long = kept(&Bytes::from("茶".repeat(KEPT)));
        assert_eq!(long.len(), KEPT);
        assert!(text(&long).chars().all(|character| character == '茶'));
    }

    #[test]
    fn the_signature_is_cut_out_of_a_header() {
        let header =
            r#"WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",signature="AQ==",timestamp="1",serial_no="A""#;
        assert_eq!(without_signature("Bearer 123"), "…");
        let expected = r#"WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",signature="…",timestamp="1",serial_no="A""#;
        assert_eq!(without_signature(header), expected);
    }
}
