//! The mistake that explains a signature.

use wechatpay_chain::PublicKey;
use wechatpay_chain::gateway::{Authorization, request_message};

use super::super::stop::Differs;
use super::{json_forms, variants};

/// What there is to compare with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    pub(crate) authorization: &'a Authorization,
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    /// `Host`.
    pub(crate) authority: &'a str,
    /// What should have been signed of the body: of an upload its meta.
    pub(crate) signed: &'a [u8],
    /// All of the body.
    pub(crate) body: &'a [u8],
    /// The key of the serial.
    pub(crate) key: &'a PublicKey,
    /// Keys of merchants: mchid, serial, key.
    pub(crate) others: &'a [(String, String, PublicKey)],
    /// Keys of the platform, by name.
    pub(crate) platform: &'a [(String, PublicKey)],
}

/// What was signed instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) why: &'static str,
    pub(crate) differs: Option<Differs>,
    pub(crate) hint: String,
}

/// The usual mistakes, one after another; the first that makes the signature right is it.
pub(crate) fn cause(evidence: Evidence<'_>) -> Option<Cause> {
    other_key(evidence)
        .or_else(|| newline(evidence))
        .or_else(|| target(evidence))
        .or_else(|| meta(evidence))
        .or_else(|| body(evidence))
        .or_else(|| milliseconds(evidence))
}

impl Evidence<'_> {
    fn message(&self, target: &str, timestamp: &str, signed: &[u8]) -> Vec<u8> {
        request_message(self.method, target, timestamp, self.authorization.nonce(), signed)
    }

    fn right(&self) -> Vec<u8> {
        self.message(self.target, self.authorization.timestamp_text(), self.signed)
    }

    fn was_signed(&self, message: &[u8]) -> bool {
        self.authorization.signs(message, self.key)
    }
}

fn other_key(evidence: Evidence<'_>) -> Option<Cause> {
    let (right, authorization) = (evidence.right(), evidence.authorization);
    let signs = |key: &PublicKey| key != evidence.key && authorization.signs(&right, key);
    if let Some((mchid, serial, _)) = evidence.others.iter().find(|(.., key)| signs(key)) {
        let hint = match mchid == authorization.mchid() {
            true => format!("signed by another key of this merchant, that of serial {serial}"),
            false => format!("signed by the key of merchant {mchid}, serial {serial}"),
        };
        return Some(Cause { why: "other_merchant_key", differs: None, hint });
    }
    let (name, _) = evidence.platform.iter().find(|(_, key)| signs(key))?;
    let hint = format!("signed by WeChat Pay's key {name}; requests are signed by the merchant's apiclient_key.pem");
    Some(Cause { why: "platform_key", differs: None, hint })
}

fn newline(evidence: Evidence<'_>) -> Option<Cause> {
    let right = evidence.right();
    let without = right.strip_suffix(b"\n").unwrap_or(&right);
    let body = shown(evidence.signed);
    let differs = |sent: String| Some(Differs { line: 5, sent, expected: format!("{body}\n") });
    if evidence.was_signed(without) {
        let hint = "the fifth line has to end with a line feed too, also when there is no body".to_owned();
        return Some(Cause { why: "newline_missing", differs: differs(body.clone()), hint });
    }
    let doubled = [&right[..], b"\n"].concat();
    evidence.was_signed(&doubled).then(|| Cause {
        why: "newline_doubled",
        differs: differs(format!("{body}\n\n")),
        hint: "one line feed ends the fifth line, not two".to_owned(),
    })
}

fn target(evidence: Evidence<'_>) -> Option<Cause> {
    let timestamp = evidence.authorization.timestamp_text();
    let candidates = variants::targets(evidence.target, evidence.authority);
    let found = candidates
        .into_iter()
        .find(|(_, target)| evidence.was_signed(&evidence.message(target, timestamp, evidence.signed)));
    let (why, sent) = found?;
    let hint = match why {
        "path_without_query" => "the second line has the query too, from the question mark on",
        "host_in_path" => "the second line begins with the path: no scheme, no host",
        "target_decoded" => "the second line is signed as it is sent, percent-encoded",
        _ => "the second line is signed as it is sent, percent-encoded once",
    };
    let differs = Some(Differs { line: 2, sent, expected: evidence.target.to_owned() });
    Some(Cause { why, differs, hint: hint.to_owned() })
}

fn meta(evidence: Evidence<'_>) -> Option<Cause> {
    if evidence.signed == evidence.body {
        return None;
    }
    let timestamp = evidence.authorization.timestamp_text();
    let whole = evidence.message(evidence.target, timestamp, evidence.body);
    evidence.was_signed(&whole).then(|| Cause {
        why: "body_instead_of_meta",
        differs: Some(Differs { line: 5, sent: shown(evidence.body), expected: shown(evidence.signed) }),
        hint: "of an upload only the JSON of its part `meta` is signed".to_owned(),
    })
}

fn body(evidence: Evidence<'_>) -> Option<Cause> {
    let body = std::str::from_utf8(evidence.signed).ok()?;
    let timestamp = evidence.authorization.timestamp_text();
    let mut forms = json_forms::all(body);
    let trimmed = body.trim().to_owned();
    forms.extend([trimmed].into_iter().filter(|trimmed| trimmed != body));
    let lines: Vec<_> = forms.iter().map(|form| format!("{form}\n")).collect();
    forms.extend(lines);
    forms.extend(variants::empties(body));
    let signed = |form: &String| evidence.was_signed(&evidence.message(evidence.target, timestamp, form.as_bytes()));
    let sent = forms.into_iter().find(signed)?;
    let hint = "the body was written twice, and not alike: write it once, sign these bytes, and send them".to_owned();
    Some(Cause { why: "body_reserialised", differs: Some(Differs { line: 5, sent, expected: body.to_owned() }), hint })
}

/// A timestamp of which the header has the seconds, and the signed text had more.
fn milliseconds(evidence: Evidence<'_>) -> Option<Cause> {
    let seconds = evidence.authorization.timestamp_text();
    let signed = |text: &String| evidence.was_signed(&evidence.message(evidence.target, text, evidence.signed));
    let sent = (0..1000).map(|millis| format!("{seconds}{millis:03}")).find(signed)?;
    let hint = "the third line has seconds, not milliseconds, as the header has".to_owned();
    Some(Cause { why: "milliseconds", differs: Some(Differs { line: 3, sent, expected: seconds.to_owned() }), hint })
}

/// A piece of the text as people read it.
fn shown(bytes: &[u8]) -> String {
    const LONGEST: usize = 4096;
    String::from_utf8_lossy(bytes.get(..LONGEST).unwrap_or(bytes)).into_owned()
}
