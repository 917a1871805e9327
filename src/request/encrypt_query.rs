//! Sensitive parameters of a query: those that stand in the path, and those that `.query` adds.

use std::fmt;

use crate::crypto::oaep::is_ciphertext;
use crate::error::{Error, Result};
use crate::keys::PublicKey;
use crate::uri::percent;
use crate::uri::target::with_query;

/// A query of which some values are to be encrypted.
pub(crate) struct Query {
    /// Up to the `?`.
    path: String,
    parameters: Vec<Parameter>,
}

enum Parameter {
    /// It stands in the path, and goes out as it is.
    Standing(String),
    /// It is to be percent-encoded, and before that encrypted if a setting says so.
    Given { name: String, value: String, setting: Option<&'static str> },
}

impl Query {
    /// Takes a path and its query apart; `None` where nothing of it is to be encrypted.
    ///
    /// `named` are parameters that `.query` added, all of which must be there; `known` are pointers from the catalogue.
    pub(crate) fn new(
        path: &str,
        added: &[(String, String)],
        named: &[String],
        known: &[&str],
    ) -> Result<Option<Self>> {
        if named.is_empty() && known.is_empty() {
            return Ok(None);
        }
        if let Some(name) = named.iter().find(|name| !added.iter().any(|(known, _)| known == *name)) {
            return Err(Error::request(format!("encrypt_query: no query parameter {name:?} was added by `.query`")));
        }
        let is_known = |name: &str| known.iter().any(|pointer| parameter_of(pointer) == name);
        let target = with_query(path.to_owned(), &[]);
        let (path, standing) = target.split_once('?').map_or((&*target, None), |(path, query)| (path, Some(query)));
        let standing = standing.into_iter().flat_map(|query| query.split('&'));
        let standing = standing.map(|pair| Parameter::standing(pair, is_known));
        let added =
            added.iter().map(|(name, value)| Parameter::added((name, value), named.contains(name), is_known(name)));
        let parameters: Vec<_> = standing.chain(added).collect::<Result<_>>()?;
        let any = parameters.iter().any(|parameter| parameter.secret().is_some());
        Ok(any.then(|| Self { path: path.to_owned(), parameters }))
    }

    /// The path and the query as they go out.
    pub(crate) fn encrypted(self, key: &PublicKey) -> Result<String> {
        let mut target = self.path;
        for parameter in self.parameters {
            match parameter {
                Parameter::Standing(text) => {
                    target.push(if target.contains('?') { '&' } else { '?' });
                    target.push_str(&text);
                }
                Parameter::Given { name, mut value, setting } => {
                    if let Some(setting) = setting {
                        let failed = |error: Error| Error::new(error.kind(), format!("{setting}: {name}: {error}"));
                        value = key.encrypt(&value).map_err(failed)?;
                    }
                    target = with_query(target, &[(name, value)]);
                }
            }
        }
        Ok(target)
    }
}

impl Parameter {
    /// One that stands in the path, percent-encoded: written there, or put there by a variable.
    fn standing(pair: &str, is_known: impl Fn(&str) -> bool) -> Result<Self> {
        let written = || Ok(Self::Standing(pair.to_owned()));
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = percent::decode(name).filter(|name| is_known(name)) else { return written() };
        let wrong = |why| Err(Error::request(format!("encrypt_known: the query parameter {name:?} {why}")));
        // A comma of the value's own is percent-encoded.
        if value.contains(',') {
            return wrong("is a list, expected one text; a comma in a text is given by `.var` or `.query`");
        }
        match percent::decode(value) {
            None => wrong("is not UTF-8"),
            Some(value) if value.is_empty() || is_ciphertext(&value) => written(),
            Some(value) => Ok(Self::Given { name, value, setting: Some("encrypt_known") }),
        }
    }

    fn added((name, value): (&str, &str), is_named: bool, is_known: bool) -> Result<Self> {
        let is_sealed = is_known && is_ciphertext(value);
        if is_named && is_sealed {
            return Err(Error::request(format!(
                "encrypt_query: {name:?} is ciphertext already, and encrypting twice is never meant; leave it to encrypt_known"
            )));
        }
        let setting = match is_named {
            true => Some("encrypt_query"),
            false => (is_known && !is_sealed && !value.is_empty()).then_some("encrypt_known"),
        };
        Ok(Self::Given { name: name.to_owned(), value: value.to_owned(), setting })
    }

    /// The name of one that is to be encrypted.
    fn secret(&self) -> Option<&str> {
        match self {
            Self::Given { name, setting: Some(_), .. } => Some(name),
            _ => None,
        }
    }
}

/// The name in a pointer such as `/mobile`; of a list, whose pointer ends in `/*`, each value is a parameter.
fn parameter_of(pointer: &str) -> &str {
    let name = pointer.strip_prefix('/').unwrap_or(pointer);
    name.strip_suffix("/*").unwrap_or(name)
}

impl fmt::Debug for Query {
    /// The names of what is to be encrypted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parameters.iter().filter_map(Parameter::secret)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;

    fn query(path: &str, added: &[(&str, &str)], named: &[&str]) -> Result<Option<Query>> {
        let added: Vec<_> = added.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let named: Vec<_> = named.iter().map(|name| (*name).to_owned()).collect();
        Query::new(path, &added, &named, &["/mobile", "/names/*"])
    }

    /// What goes out, with each ciphertext opened again and in brackets.
    fn sent(path: &str, added: &[(&str, &str)], named: &[&str]) -> String {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let target = query(path, added, named).unwrap().expect("some are encrypted");
        let target = target.encrypted(&key.public_key().unwrap()).unwrap();
        let (path, query) = target.split_once('?').unwrap();
        let opened = query.split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            match percent::decode(value).filter(|value| is_ciphertext(value)) {
                Some(ciphertext) => format!("{name}=[{}]", key.decrypt(&ciphertext).unwrap()),
                None => pair.to_owned(),
            }
        });
        format!("{path}?{}", opened.collect::<Vec<_>>().join("&"))
    }

    #[test]
    fn what_is_named_is_encrypted_and_the_rest_goes_out_as_it_is() {
        let [a, mobile] = [("a b", "1&2"), ("mobile", "13800138000")];
        for (path, added, named, expected) in [
            ("/x", &[a, mobile][..], &[][..], "/x?a%20b=1%262&mobile=[13800138000]"),
            ("/x?b=%20,", &[mobile, ("mobile", "")], &[], "/x?b=%20,&mobile=[13800138000]&mobile="),
            ("/x?mobile=%E5%BC%A0%2C%2B&c=&", &[a], &[], "/x?mobile=[张,+]&c=&a%20b=1%262"),
            ("/x?m%6fbile=1&names=2&names=3", &[], &[], "/x?mobile=[1]&names=[2]&names=[3]"),
            ("/x", &[a, mobile], &["a b", "mobile"], "/x?a%20b=[1&2]&mobile=[13800138000]"),
        ] {
            assert_eq!(sent(path, added, named), expected);
        }
        assert!(query("/x?mobile=&c=1", &[a, ("mobile", "")], &[]).unwrap().is_none());
        assert_eq!(format!("{:?}", query("/x", &[a, mobile], &[]).unwrap().unwrap()), r#"["mobile"]"#);
    }

    #[test]
    fn ciphertext_is_left_as_it_is_and_refused_where_it_is_named_too() {
        let sealed = crate::crypto::base64::encode(&[0xfb; 384]);
        assert!(query("/x", &[("mobile", &sealed)], &[]).unwrap().is_none());
        let mut path = String::from("/x?mobile=");
        percent::encode(&sealed, &mut path);
        assert!(query(&path, &[], &[]).unwrap().is_none());
        // Of one that the catalogue does not name nothing is known; key and text are the caller's affair.
        assert!(query("/x", &[("a", &sealed)], &["a"]).unwrap().is_some());
        let error = query("/x", &[("mobile", &sealed)], &["mobile"]).unwrap_err();
        assert!(error.to_string().contains("\"mobile\" is ciphertext already"), "{error}");
    }

    #[test]
    fn what_cannot_be_encrypted_is_named() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap().public_key().unwrap();
        for (path, expected) in [
            ("/x?mobile=1,2", "encrypt_known: the query parameter \"mobile\" is a list"),
            ("/x?mobile=%ff", "encrypt_known: the query parameter \"mobile\" is not UTF-8"),
        ] {
            let error = query(path, &[], &[]).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
        let long = "1".repeat(215);
        for (added, named, expected) in [
            ([("mobile", long.as_str())], &[][..], "encrypt_known: mobile: the text has 215 bytes, at most 214"),
            ([("a", &long)], &["a"], "encrypt_query: a: the text has 215 bytes"),
        ] {
            let error = query("/x", &added, named).unwrap().unwrap().encrypted(&key).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
