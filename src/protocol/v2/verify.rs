//! Whether the signature of a document is the other side's; and the signature of 企业微信.

use serde_json::{Map, Value};

use super::sign::{SignType, sign};
use crate::crypto::hash;
use crate::crypto::secret::Secret;

/// Why a signature is not the other side's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Missing,
    /// Neither 32 nor 64 characters.
    Length,
    /// MD5, where the client insists on HMAC-SHA256.
    Md5,
    /// An element that is no text cannot be in a signature.
    Nested,
    Mismatch,
}

impl Wrong {
    /// In words.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Missing => "it has no sign",
            Self::Length => "its sign has neither the 32 characters of MD5 nor the 64 of HMAC-SHA256",
            Self::Md5 => "its sign is an MD5, and this client insists on HMAC-SHA256",
            Self::Nested => "it has nested elements, which its sign cannot be about",
            Self::Mismatch => "its sign is not the one that the APIv2 key (secret) makes",
        }
    }
}

/// Whether `sign` is that of all other fields; the algorithm is told by its length, as servers have answered MD5 to HMAC-SHA256.
pub(crate) fn verify(fields: &Map<String, Value>, secret: &Secret, hmac_only: bool) -> Result<(), Wrong> {
    let found = match fields.get("sign") {
        Some(Value::String(sign)) if !sign.is_empty() => sign,
        _ => return Err(Wrong::Missing),
    };
    let kind = kind(found).ok_or(Wrong::Length)?;
    if hmac_only && kind == SignType::Md5 {
        return Err(Wrong::Md5);
    }
    let signed = fields.iter().filter(|(name, _)| *name != "sign");
    let texts: Option<Vec<_>> = signed.map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    match is_right(found, kind, &texts.ok_or(Wrong::Nested)?, secret) {
        true => Ok(()),
        false => Err(Wrong::Mismatch),
    }
}

/// The algorithm that makes signatures of this length.
pub(crate) fn kind(sign: &str) -> Option<SignType> {
    match sign.len() {
        32 => Some(SignType::Md5),
        64 => Some(SignType::HmacSha256),
        _ => None,
    }
}

/// Whether a signature is that of these fields, in a time that does not tell where it differs.
pub(crate) fn is_right(found: &str, kind: SignType, fields: &[(&str, &str)], secret: &Secret) -> bool {
    hash::same(sign(kind, fields, secret).as_bytes(), found.as_bytes())
}

/// The `workwx_sign` of 企业微信: upper-case MD5 of the fields that its page lists, and the agent's secret.
pub(crate) fn workwx(fields: &[(&str, &str)], agent_secret: &Secret) -> String {
    let mut sorted: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    sorted.sort_unstable();
    let secret = ("secret", agent_secret.expose());
    let pairs: Vec<_> = sorted.into_iter().chain([&secret]).map(|(name, value)| format!("{name}={value}")).collect();
    hash::md5_upper(zeroize::Zeroizing::new(pairs.join("&")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;
    use crate::keys::fixtures as f;

    #[test]
    fn vectors_and_one_bit() {
        for id in [
            "v2-md5-official-example",
            "v2-hmac-official-example",
            "v2-hmac-chinese-empty-values",
            "v2-md5-chinese-empty-values",
        ] {
            let vector = f::vector(id);
            let secret = Secret::new(vector["input"]["key"].as_str().unwrap());
            let mut fields = vector["input"]["params"].as_object().unwrap().clone();
            if let Some(document) = vector["input"]["xml"].as_str() {
                assert_eq!(xml::parse(document.as_bytes()).unwrap(), fields, "{id}");
            }
            let expected = vector["expected"]["sign"].as_str().unwrap();
            fields.insert("sign".into(), expected.into());
            assert_eq!(verify(&fields, &secret, false), Ok(()), "{id}");
            assert_eq!(verify(&fields, &secret, true).is_ok(), expected.len() == 64, "{id}");
            for name in fields.keys().filter(|name| fields[*name] != "").cloned().collect::<Vec<_>>() {
                let mut other = fields.clone();
                let text = other[&name].as_str().unwrap();
                other[&name] = format!(
                    "{}{}",
                    if text.starts_with('A') { 'B' } else { 'A' },
                    &text[text.chars().next().unwrap().len_utf8()..]
                )
                .into();
                assert_eq!(verify(&other, &secret, false), Err(Wrong::Mismatch), "{id} {name}");
            }
            for (sign, wrong) in
                [(Value::Null, Wrong::Missing), ("".into(), Wrong::Missing), ("AB".into(), Wrong::Length)]
            {
                fields["sign"] = sign;
                assert_eq!(verify(&fields, &secret, false), Err(wrong), "{id}");
            }
            fields["sign"] = expected.to_ascii_lowercase().into();
            assert_eq!(verify(&fields, &secret, false), Err(Wrong::Mismatch), "{id}");
            fields["sign"] = expected.into();
            fields.insert("list".into(), Value::Object(Map::new()));
            assert_eq!(verify(&fields, &secret, false), Err(Wrong::Nested), "{id}");
        }
    }

    #[test]
    fn workwx_vector() {
        let vector = f::vector("v2-workwx-sign");
        let fields = vector["input"]["workwx_params"].as_object().unwrap();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let secret = Secret::new(vector["input"]["agent_secret"].as_str().unwrap());
        assert_eq!(workwx(&fields, &secret), vector["expected"]["workwx_sign"]);
    }
}
