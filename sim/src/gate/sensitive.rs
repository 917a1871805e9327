//! Step 10: members of requests that come encrypted are opened, members of answers that go out encrypted are sealed.

use serde_json::Value;
use wechatpay_catalog::{Encryption, Fields, Part, encrypted};
use wechatpay_chain::PublicKey;
use wechatpay_chain::gateway::{PlatformKey, is_ciphertext, seal_field};

use super::known::Known;
use super::route::Found;
use super::stop::Stop;
use crate::engine::answer::Refusal;

/// Opens what is encrypted in the body, and in the query.
pub(crate) fn open(
    found: Found,
    body: &mut Value,
    query: &mut [(String, String)],
    known: &Known,
    key: Option<&PlatformKey>,
) -> Result<(), Stop> {
    let (method, template) = (found.operation.method(), found.operation.path());
    for member in encrypted(method, template) {
        let opener = Opener { known, key };
        if member.part() == Part::Query {
            let name = member.pointer().trim_start_matches('/');
            for (_, value) in query.iter_mut().filter(|(known, _)| known == name) {
                *value = opener.open(value, member.pointer(), "query")?;
            }
            continue;
        }
        let tokens: Vec<&str> = member.pointer().split('/').skip(1).collect();
        opener.within(body, &tokens, "")?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Opener<'a> {
    known: &'a Known,
    key: Option<&'a PlatformKey>,
}

impl Opener<'_> {
    fn within(self, value: &mut Value, tokens: &[&str], at: &str) -> Result<(), Stop> {
        match (tokens.split_first(), value) {
            (None, Value::String(text)) => {
                *text = self.open(text, at, "body")?;
                Ok(())
            }
            (Some((&"*", rest)), Value::Array(items)) => {
                let mut items = items.iter_mut().enumerate();
                items.try_for_each(|(index, item)| self.within(item, rest, &format!("{at}/{index}")))
            }
            (Some((name, rest)), Value::Object(members)) => match members.get_mut(*name) {
                Some(member) => self.within(member, rest, &format!("{at}/{name}")),
                None => Ok(()),
            },
            // Another type is the schema's affair.
            _ => Ok(()),
        }
    }

    fn open(self, text: &str, at: &str, location: &str) -> Result<String, Stop> {
        let refuse = |why: &str, field: &str, location: &str, message: &str, hint: &str| {
            Err(Stop::new("10", why, Refusal::param(field, location, message)).hint(hint))
        };
        let Some(key) = self.key.filter(|_| self.known.may_encrypt) else {
            let hint = "Wechatpay-Serial has to name the platform key that the members were encrypted for, one that this merchant may use";
            return refuse("serial", "Wechatpay-Serial", "header", "Http头Wechatpay-Serial有误", hint);
        };
        if !is_ciphertext(text) {
            let hint = format!("{at} is in plain text; encrypt it with the key {}", key.id());
            return refuse("plain_text", at, location, "平台私钥解密失败", &hint);
        }
        key.open(text).or_else(|_| {
            let hint = format!("{at} was not encrypted for the key {} (RSAES-OAEP with SHA-1)", key.id());
            refuse("ciphertext", at, location, "平台私钥解密失败", &hint)
        })
    }
}

/// Seals what is encrypted in an answer, for the merchant's certificate that was named.
pub(crate) fn seal(fields: Fields, value: &mut Value, key: &PublicKey) -> Result<(), wechatpay_chain::Error> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| seal(fields, item, key)),
        Value::Object(members) => members.iter_mut().try_for_each(|(name, member)| match fields.get(name) {
            Some(field) if field.encryption() == Some(Encryption::Platform) => seal_all(member, key),
            Some(field) if !field.fields().is_empty() => seal(field.fields(), member, key),
            _ => Ok(()),
        }),
        _ => Ok(()),
    }
}

fn seal_all(value: &mut Value, key: &PublicKey) -> Result<(), wechatpay_chain::Error> {
    match value {
        Value::String(text) if !text.is_empty() => *text = seal_field(text, key)?,
        Value::Array(items) => items.iter_mut().try_for_each(|item| seal_all(item, key))?,
        _ => {}
    }
    Ok(())
}
