//! What is signed and how it is written down, as pure functions: time and nonce are arguments.

use std::io::Write as _;

use crate::crypto::base64;

/// Which scheme signs, and so what identifies the signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// A merchant, for all paths but a brand's.
    Merchant,
    /// A brand, for `brand/…` paths.
    Brand,
}

impl Scheme {
    /// Its name, as `Authorization` begins.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Merchant => "WECHATPAY2-SHA256-RSA2048",
            Self::Brand => "WECHATPAY-BRAND-SHA256-RSA2048",
        }
    }

    /// The item of `Authorization` that holds the signer's number.
    pub(crate) fn item(self) -> &'static str {
        match self {
            Self::Merchant => "mchid",
            Self::Brand => "brand_id",
        }
    }
}

/// Who signs: the scheme, the number, and the serial of the signing key.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) scheme: Scheme,
    pub(crate) id: String,
    pub(crate) serial: String,
}

/// The five lines a request's signature covers, each ended by LF: method, path with query, Unix seconds, nonce, body.
///
/// Source: 签名生成 (4012365342). The target is what stands on the wire; `body` is the exact bytes sent, or the `meta`
/// part of an upload.
pub(crate) fn message(method: &str, target: &str, timestamp: u64, nonce: &str, body: &[u8]) -> Vec<u8> {
    lines([method.as_bytes(), target.as_bytes(), decimal(timestamp, &mut [0; DIGITS]), nonce.as_bytes(), body])
}

/// Lines, each ended by LF: all that this protocol signs.
pub(crate) fn lines<const N: usize>(lines: [&[u8]; N]) -> Vec<u8> {
    let mut message = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
    for line in lines {
        message.extend_from_slice(line);
        message.push(b'\n');
    }
    message
}

/// The value of the `Authorization` header, on one line, in ASCII.
pub(crate) fn authorization(identity: &Identity, timestamp: u64, nonce: &str, signature: &[u8]) -> Vec<u8> {
    let (scheme, item) = (identity.scheme.name(), identity.scheme.item());
    let Identity { id, serial, .. } = identity;
    let names = r#" ="",nonce_str="",timestamp="",serial_no="",signature="""#.len();
    let values: usize = [scheme, item, id, nonce, serial].iter().map(|text| text.len()).sum();
    let mut digits = [0; DIGITS];
    let time = decimal(timestamp, &mut digits);
    // Exactly as long as it becomes: a header takes over such a text without copying it.
    let mut text = Vec::with_capacity(names + values + time.len() + base64::encoded_length(signature.len()));
    for part in [scheme, " ", item, "=\"", id, "\",nonce_str=\"", nonce, "\",timestamp=\""] {
        text.extend_from_slice(part.as_bytes());
    }
    text.extend_from_slice(time);
    for part in ["\",serial_no=\"", serial, "\",signature=\""] {
        text.extend_from_slice(part.as_bytes());
    }
    base64::encode_into(signature, &mut text);
    text.push(b'"');
    text
}

/// How many decimal digits a number has at most.
const DIGITS: usize = 20;

/// The decimal digits of a number, without an allocation.
fn decimal(number: u64, buffer: &mut [u8; DIGITS]) -> &[u8] {
    let mut rest = &mut buffer[..];
    // There is room for the longest of them.
    _ = write!(rest, "{number}");
    let length = DIGITS - rest.len();
    &buffer[..length]
}

/// What the five lines are.
const LINES: [&str; 5] = ["method", "URL", "timestamp", "nonce", "body"];

/// How the text that the gateway believes was signed differs from ours: its `sign_information`, and by how many seconds the local
/// clock is ahead of the gateway's. Says which line, not what is in it: that may be a customer's.
pub(crate) fn explain(ours: &[u8], information: &serde_json::Value, ahead: Option<i64>) -> Option<String> {
    let theirs = information.get("truncated_sign_message")?.as_str()?.as_bytes();
    let same = ours.iter().zip(theirs).take_while(|(ours, theirs)| ours == theirs).count();
    let visible = same < theirs.len();
    let start = |text: &[u8]| text[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = (ours[..same].split(|byte| *byte == b'\n').count() - 1).min(LINES.len() - 1);
    let length = information.get("sign_message_length").and_then(serde_json::Value::as_u64);
    let name = LINES[line];
    Some(match length {
        _ if visible => {
            let character = same - start(ours) + 1;
            format!("line {} ({name}) of the text that the gateway saw signed is another from its character {character} on", line + 1)
        }
        Some(length) if length != ours.len() as u64 => {
            let (found, sent) = (length, ours.len());
            format!("the text that the gateway saw signed has {found} bytes, ours {sent}: line 5 (body) was changed on the way")
        }
        _ => match ahead.filter(|ahead| ahead.abs() > 60) {
            Some(ahead) => {
                let side = if ahead < 0 { "behind" } else { "ahead of" };
                format!("line 3 (timestamp): the local clock is {} s {side} the gateway's", ahead.unsigned_abs())
            }
            None => "the gateway saw the same text signed: is the private key the one of the serial, and both the merchant's?".to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;

    #[test]
    fn a_refused_signature_is_explained_line_by_line() {
        let ours = message("POST", "/v3/x?openid=oUpF8", 1_554_208_460, "NONCE", b"{\"a\":1}");
        let text = String::from_utf8(ours.clone()).unwrap();
        let explain = |text: &str, length: usize, ahead| {
            let start: String = text.chars().take(64).collect();
            let information = serde_json::json!({"truncated_sign_message": start, "sign_message_length": length});
            super::explain(&ours, &information, ahead).unwrap()
        };
        for (theirs, expected) in [
            (
                text.replace("POST", "GET"),
                "line 1 (method) of the text that the gateway saw signed is another from its character 1 on",
            ),
            (
                text.replace("oUpF8", "oUpF9"),
                "line 2 (URL) of the text that the gateway saw signed is another from its character 18 on",
            ),
            (
                text.replace("?openid", "openid"),
                "line 2 (URL) of the text that the gateway saw signed is another from its character 6 on",
            ),
            (
                text.replace("8460", "8461"),
                "line 3 (timestamp) of the text that the gateway saw signed is another from its character 10 on",
            ),
            (
                text.replace("NONCE", "ONCE"),
                "line 4 (nonce) of the text that the gateway saw signed is another from its character 1 on",
            ),
            (
                text.replace(":1", ":2"),
                "line 5 (body) of the text that the gateway saw signed is another from its character 6 on",
            ),
        ] {
            let found = explain(&theirs, theirs.len(), None);
            assert_eq!(found, expected);
            assert!(!found.contains("oUpF"));
        }
        let more = explain(&text, text.len() + 3, None);
        assert!(more.contains(&format!("has {} bytes, ours {}: line 5 (body)", text.len() + 3, text.len())), "{more}");
        assert!(explain(&text, text.len(), Some(-400)).contains("line 3 (timestamp): the local clock is 400 s behind"));
        assert!(explain(&text, text.len(), Some(2)).contains("is the private key the one of the serial"));
        assert!(super::explain(&ours, &serde_json::json!({}), None).is_none());
        assert!(super::explain(b"", &serde_json::json!({"truncated_sign_message": "x"}), None).is_some());
    }

    #[test]
    fn vectors() {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(f::VECTORS).unwrap();
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let mut count = 0;
        for vector in vectors.iter().filter(|vector| vector["kind"] == "v3_request_sign") {
            let text = |pointer| vector.pointer(pointer).unwrap().as_str().unwrap();
            let identity = Identity {
                scheme: Scheme::Merchant,
                id: text("/input/mchid").into(),
                serial: text("/input/serial_no").into(),
            };
            let (time, nonce) = (text("/input/timestamp").parse().unwrap(), text("/input/nonce_str"));
            let body = text("/input/body").as_bytes();
            let message = message(text("/input/method"), text("/input/request_target"), time, nonce, body);
            assert_eq!(message, text("/expected/message").as_bytes());
            let signature = key.sign(&message).unwrap();
            let header = authorization(&identity, time, nonce, &signature);
            assert_eq!(header, text("/expected/authorization").as_bytes());
            // Neither is longer than what was set aside for it, nor shorter.
            assert_eq!((header.capacity(), message.capacity()), (header.len(), message.len()));
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn a_brand_signs_with_its_own_scheme_and_item() {
        let identity = Identity { scheme: Scheme::Brand, id: "B1".into(), serial: "5F".into() };
        let expected = r#"WECHATPAY-BRAND-SHA256-RSA2048 brand_id="B1",nonce_str="n",timestamp="7",serial_no="5F",signature="AQI=""#;
        assert_eq!(authorization(&identity, 7, "n", &[1, 2]), expected.as_bytes());
    }
}
