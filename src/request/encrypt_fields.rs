//! Sensitive fields of a payload: found by their pointers, and encrypted in place with one key.

use std::time::SystemTime;

use serde_json::Value;

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

/// Encrypts the fields of a payload in place.
pub(crate) fn encrypt(payload: &mut Value, fields: &[(String, bool)], key: &PublicKey) -> Result<()> {
    fields.iter().try_for_each(|(pointer, required)| {
        let parts: Vec<_> = pointer.split('/').skip(1).collect();
        encrypt_at(payload, &parts, "", *required, key)
    })
}

fn encrypt_at(value: &mut Value, parts: &[&str], path: &str, required: bool, key: &PublicKey) -> Result<()> {
    let absent = |path: &str| match required {
        true => Err(Error::request(format!("encrypt: the payload has no {path}"))),
        false => Ok(()),
    };
    let Some((part, rest)) = parts.split_first() else { return encrypt_text(value, path, required, key) };
    let next = format!("{path}/{part}");
    match value {
        Value::Array(items) if *part == "*" => {
            if items.is_empty() {
                return absent(&next);
            }
            let encrypt_item =
                |(index, item): (usize, &mut Value)| encrypt_at(item, rest, &format!("{path}/{index}"), required, key);
            items.iter_mut().enumerate().try_for_each(encrypt_item)
        }
        Value::Object(_) if *part == "*" => Err(Error::request(format!(
            "encrypt: {} is an object, expected an array for the `*` of {next}",
            shown(path)
        ))),
        Value::Array(_) if part.parse::<usize>().is_err() => {
            Err(Error::request(format!("encrypt: {} is an array, which has no member {part:?}", shown(path))))
        }
        Value::Array(items) => match part.parse().ok().and_then(|index: usize| items.get_mut(index)) {
            Some(item) => encrypt_at(item, rest, &next, required, key),
            None => absent(&next),
        },
        Value::Object(members) => match members.get_mut(&part.replace("~1", "/").replace("~0", "~")) {
            Some(member) => encrypt_at(member, rest, &next, required, key),
            None => absent(&next),
        },
        Value::Null if !required => Ok(()),
        other => {
            let found = kind(other);
            Err(Error::request(format!("encrypt: {} is {found}, so it has no {next}", shown(path))))
        }
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the payload" } else { path }
}

fn encrypt_text(value: &mut Value, path: &str, required: bool, key: &PublicKey) -> Result<()> {
    match value {
        Value::Null if !required => Ok(()),
        Value::String(text) if text.is_empty() && !required => Ok(()),
        Value::String(text) if text.is_empty() => {
            Err(Error::request(format!("encrypt: {path} is empty; leave it out, or use encrypt_if_present")))
        }
        Value::String(text) => {
            *text = key.encrypt(text).map_err(|error| Error::new(error.kind(), format!("encrypt: {path}: {error}")))?;
            Ok(())
        }
        other => Err(Error::request(format!("encrypt: {path} is {}, expected a string", kind(other)))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::ErrorKind;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;

    fn encrypted(mut payload: Value, pointer: &str, required: bool) -> Result<Value> {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap().public_key().unwrap();
        encrypt(&mut payload, &[(pointer.to_owned(), required)], &key)?;
        Ok(payload)
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
