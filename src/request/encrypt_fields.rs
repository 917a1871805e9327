//! Sensitive fields of a payload: found by their pointers, and encrypted in place with one key.

use std::time::SystemTime;

use serde_json::Value;

use crate::crypto::oaep::is_ciphertext;
use crate::error::json::kind;
use crate::error::{Error, Result};
use crate::keys::PublicKey;
use crate::protocol::v3::trust::Trust;

/// The key that the header of a call names.
pub(crate) fn find<'a>(trust: &'a Trust, serial: &str, now: SystemTime) -> Result<&'a PublicKey> {
    let key = trust.find_in_force(serial, now).map_err(|ended| {
        Error::request(format!("Wechatpay-Serial names a key to encrypt with that is no longer in force: {ended}"))
    })?;
    key.ok_or_else(|| {
        let held = trust.serials().collect::<Vec<_>>().join(", ");
        Error::request(format!("Wechatpay-Serial names the key {serial:?} to encrypt with; this client holds {held}"))
    })
}

pub(crate) fn no_key(trust: &Trust, now: SystemTime) -> Error {
    match trust.all_ended(now) {
        Some(ended) => Error::config(format!("encrypting needs a platform key that is in force: {ended}")),
        None => Error::config("encrypting needs a platform key, and this client holds none yet"),
    }
}

/// A text of a payload that is to be encrypted.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The setting that names it, for errors.
    setting: &'static str,
    /// Without a `*`.
    pointer: String,
}

/// The members to encrypt: those that `.encrypt` names, which must or may be there, and those that the catalogue names.
pub(crate) fn members(payload: &Value, fields: &[(String, bool)], known: &[&str]) -> Result<Vec<Member>> {
    let mut catalogued = Vec::new();
    for pointer in known {
        let seek = Seek { setting: "encrypt_known", required: false };
        seek.at(payload, &parts(pointer), String::new(), &mut catalogued)?;
    }
    let mut named = Vec::new();
    for (pointer, required) in fields {
        Seek { setting: "encrypt", required: *required }.at(payload, &parts(pointer), String::new(), &mut named)?;
    }
    let is_sealed = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).is_some_and(is_ciphertext);
    let twice = named.iter().find(|member| holds(&catalogued, member) && is_sealed(&member.pointer));
    if let Some(Member { pointer, .. }) = twice {
        return Err(Error::request(format!(
            "encrypt: {pointer} is ciphertext already, and encrypting twice is never meant; leave it to encrypt_known"
        )));
    }
    let left = catalogued.into_iter().filter(|member| !holds(&named, member) && !is_sealed(&member.pointer)).collect();
    Ok([named, left].concat())
}

fn holds(members: &[Member], wanted: &Member) -> bool {
    members.iter().any(|member| member.pointer == wanted.pointer)
}

fn parts(pointer: &str) -> Vec<&str> {
    pointer.split('/').skip(1).collect()
}

/// Encrypts the members of a payload in place.
pub(crate) fn encrypt(payload: &mut Value, members: &[Member], key: &PublicKey) -> Result<()> {
    members.iter().try_for_each(|Member { setting, pointer }| {
        let Some(Value::String(text)) = payload.pointer_mut(pointer) else { return Ok(()) };
        *text =
            key.encrypt(text).map_err(|error| Error::new(error.kind(), format!("{setting}: {pointer}: {error}")))?;
        Ok(())
    })
}

/// Looks for the texts that a pointer names.
#[derive(Clone, Copy)]
struct Seek {
    setting: &'static str,
    required: bool,
}

impl Seek {
    /// Follows the parts of a pointer below `value`, which lies at `path`.
    fn at(self, value: &Value, parts: &[&str], path: String, found: &mut Vec<Member>) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else { return self.text(value, path, found) };
        let next = format!("{path}/{part}");
        match value {
            Value::Array(items) if *part == "*" => {
                if items.is_empty() {
                    return self.absent(&next);
                }
                let mut items = items.iter().enumerate();
                items.try_for_each(|(index, item)| self.at(item, rest, format!("{path}/{index}"), found))
            }
            Value::Object(_) if *part == "*" => {
                let why = format!("is an object, expected an array for the `*` of {next}");
                Err(self.wrong(&path, &why))
            }
            Value::Array(items) => match part.parse::<usize>() {
                Err(_) => Err(self.wrong(&path, &format!("is an array, which has no member {part:?}"))),
                Ok(index) => match items.get(index) {
                    Some(item) => self.at(item, rest, format!("{path}/{index}"), found),
                    None => self.absent(&next),
                },
            },
            Value::Object(members) => match members.get(&part.replace("~1", "/").replace("~0", "~")) {
                Some(member) => self.at(member, rest, next, found),
                None => self.absent(&next),
            },
            Value::Null if !self.required => Ok(()),
            other => Err(self.wrong(&path, &format!("is {}, so it has no {next}", kind(other)))),
        }
    }

    fn text(self, value: &Value, pointer: String, found: &mut Vec<Member>) -> Result<()> {
        match value {
            Value::Null if !self.required => Ok(()),
            Value::String(text) if text.is_empty() => match self.required {
                true => Err(self.wrong(&pointer, "is empty; leave it out, or use encrypt_if_present")),
                false => Ok(()),
            },
            Value::String(_) => {
                let member = Member { setting: self.setting, pointer };
                // Two settings may name one member, and it is encrypted once.
                if !holds(found, &member) {
                    found.push(member);
                }
                Ok(())
            }
            other => Err(self.wrong(&pointer, &format!("is {}, expected a string", kind(other)))),
        }
    }

    fn absent(self, pointer: &str) -> Result<()> {
        match self.required {
            true => Err(Error::request(format!("{}: the payload has no {pointer}", self.setting))),
            false => Ok(()),
        }
    }

    fn wrong(self, pointer: &str, why: &str) -> Error {
        let shown = if pointer.is_empty() { "the payload" } else { pointer };
        Error::request(format!("{}: {shown} {why}", self.setting))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::crypto::base64;
    use crate::error::ErrorKind;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;

    fn encrypted(mut payload: Value, pointer: &str, required: bool) -> Result<Value> {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap().public_key().unwrap();
        let members = members(&payload, &[(pointer.to_owned(), required)], &[])?;
        encrypt(&mut payload, &members, &key)?;
        Ok(payload)
    }

    fn pointers(payload: &Value, fields: &[&str], known: &[&str]) -> Result<Vec<String>> {
        let fields: Vec<_> = fields.iter().map(|field| ((*field).to_owned(), true)).collect();
        let members = members(payload, &fields, known)?;
        Ok(members.into_iter().map(|member| member.setting.to_owned() + " " + &member.pointer).collect())
    }

    #[test]
    fn a_member_that_both_name_is_found_once() {
        let sealed = base64::encode(&[7; 256]);
        let payload = json!({"list": [{"x": "1"}, {"x": "2"}, {"x": sealed}, {"x": ""}, {"x": null}, {}], "a": "1"});
        let found = |fields: &[&str]| pointers(&payload, fields, &["/list/*/x", "/gone"]);
        assert_eq!(found(&[]).unwrap(), ["encrypt_known /list/0/x", "encrypt_known /list/1/x"]);
        let mixed = ["encrypt /list/1/x", "encrypt /a", "encrypt_known /list/0/x"];
        assert_eq!(found(&["/list/1/x", "/a", "/list/01/x"]).unwrap(), mixed);
        let error = found(&["/list/2/x"]).unwrap_err();
        assert!(error.to_string().contains("/list/2/x is ciphertext already"), "{error}");
        assert!(!error.to_string().contains(&sealed));
        // Of a member that the catalogue does not name nothing is known.
        assert_eq!(pointers(&json!({"a": sealed}), &["/a"], &[]).unwrap(), ["encrypt /a"]);
    }

    #[test]
    fn a_certificate_that_ended_does_not_encrypt() {
        let certificate = crate::keys::Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        let (serial, end) = (f::PLATFORM_SERIAL, certificate.not_after());
        let mut trust = Trust::default();
        assert!(no_key(&trust, end).to_string().contains("holds none yet"));
        trust.add_certificate(&certificate, end).unwrap();
        assert!(find(&trust, serial, end).is_ok());
        let now = end + std::time::Duration::from_secs(1);
        let (found, none) = (find(&trust, serial, now).unwrap_err(), no_key(&trust, now));
        assert_eq!((found.kind(), none.kind()), (ErrorKind::Request, ErrorKind::Config));
        for error in [found, none] {
            let expected = format!("in force: the certificate {serial} ended on 2030-12-31T00:00:00Z");
            assert!(error.to_string().ends_with(&expected), "{error}");
        }
    }

    #[test]
    fn fields_are_encrypted_where_they_are() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let payload = json!({"a": {"b/c~": "张三"}, "list": [{"x": "1"}, {"x": "2"}], "n": 7});
        let one = encrypted(payload.clone(), "/a/b~1c~0", true).unwrap();
        assert_eq!(key.decrypt(one["a"]["b/c~"].as_str().unwrap()).unwrap(), "张三");
        assert_eq!(one["list"], payload["list"]);
        let all = encrypted(payload.clone(), "/list/*/x", true).unwrap();
        assert_eq!(key.decrypt(all["list"][1]["x"].as_str().unwrap()).unwrap(), "2");
        assert_eq!(encrypted(payload, "/list/1/x", true).unwrap()["list"][0]["x"], "1");
    }

    #[test]
    fn what_does_not_match_is_named_or_left_alone() {
        let payload =
            json!({"a": {"b": 1, "e": "", "n": null}, "list": [{"x": "1"}, {}], "none": [], "long": "a".repeat(215)});
        for (pointer, expected) in [
            ("/a/x", "the payload has no /a/x"),
            ("/x/y", "the payload has no /x"),
            ("/a/b", "/a/b is a number, expected a string"),
            ("/a/b/c", "/a/b is a number, so it has no /a/b/c"),
            ("/a/e", "/a/e is empty"),
            ("/a/n", "/a/n is null, expected a string"),
            ("/list/*/x", "the payload has no /list/1/x"),
            ("/list/7/x", "the payload has no /list/7"),
            ("/none/*", "the payload has no /none/*"),
            ("/long", "/long: the text has 215 bytes, at most 214"),
        ] {
            let error = encrypted(payload.clone(), pointer, true).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Request);
            assert!(error.to_string().contains(expected), "{expected}: {error}");
        }
        for pointer in ["/a/x", "/x/y", "/a/e", "/a/n", "/a/n/x", "/none/*", "/list/7/x"] {
            assert_eq!(encrypted(payload.clone(), pointer, false).unwrap(), payload, "{pointer}");
        }
        for (pointer, expected) in
            [("/a/*/b", "/a is an object, expected an array"), ("/list/x", "/list is an array, which has no member")]
        {
            let error = encrypted(payload.clone(), pointer, false).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
        assert_ne!(encrypted(payload.clone(), "/list/*/x", false).unwrap(), payload);
        assert!(encrypted(payload, "/a/b", false).is_err());
    }
}
