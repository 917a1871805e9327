//! A payer, as an app of the merchant's knows him.

use std::fmt;

use serde::Deserialize;

/// A payer's openid. It stands for a person, so it is not shown in logs.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Openid(String);

impl Openid {
    /// An openid from outside, or from the database.
    pub fn new(openid: impl Into<String>) -> Self {
        Self(openid.into())
    }

    /// The text, for WeChat Pay and the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can be one: 1 to 128 letters, digits, `-` and `_`.
    pub fn is_plausible(&self) -> bool {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=128).contains(&self.0.len()) && self.0.bytes().all(fits)
    }
}

impl fmt::Debug for Openid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Openid(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_shown() {
        assert_eq!(format!("{:?}", Openid::new("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")), "Openid(…)");
    }

    #[test]
    fn what_cannot_be_one_is_seen() {
        assert!(Openid::new("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o").is_plausible());
        for wrong in ["", "o 1", "<b>", &"o".repeat(129)] {
            assert!(!Openid::new(wrong).is_plausible(), "{wrong:?}");
        }
    }
}
