//! Addresses that notices go to: thousands of orders and notices have the same few.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An address; a text in the state file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Url(Arc<str>);

/// The addresses of a list of objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Urls(HashSet<Url>);

/// So many are known at most: where each object has an address of its own, nothing is gained.
const MOST: usize = 1_000;

impl Urls {
    /// The same address, with the memory of an equal one that came before.
    pub(crate) fn shared(&mut self, url: &Url) -> Url {
        if let Some(known) = self.0.get(url) {
            return known.clone();
        }
        if self.0.len() < MOST {
            self.0.insert(url.clone());
        }
        url.clone()
    }
}

impl Deref for Url {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<&str> for Url {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer).map(|text| Self::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_addresses_are_one_and_only_so_many_are_known() {
        let mut urls = Urls::default();
        let [first, second] = ["http://127.0.0.1/a"; 2].map(|text| urls.shared(&Url::from(text)));
        assert!(Arc::ptr_eq(&first.0, &second.0) && &*first == "http://127.0.0.1/a");
        for number in 0..2 * MOST {
            let text = format!("http://127.0.0.1/{number}");
            assert_eq!(urls.shared(&Url::from(text.as_str())).to_string(), text);
        }
        assert_eq!(urls.0.len(), MOST);
    }

    #[test]
    fn an_address_is_a_text_in_files() {
        let url = Url::from("http://127.0.0.1/\"茶\"");
        let written = serde_json::to_string(&url).unwrap();
        assert_eq!(written, serde_json::to_string(&*url).unwrap());
        assert_eq!(serde_json::from_str::<Url>(&written).unwrap(), url);
    }
}
