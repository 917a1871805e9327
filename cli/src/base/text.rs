//! A text for people, in English and in Chinese.

use serde_json::{Value, json};

use super::lang::Lang;

/// A text in both languages.
///
/// ```
/// let text = wechatpay_cli::Text::new("done", "完成");
/// assert_eq!((text.en(), text.zh()), ("done", "完成"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    en: String,
    zh: String,
}

impl Text {
    /// One of its two versions.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The English version.
    pub fn en(&self) -> &str {
        &self.en
    }

    /// The Chinese version.
    pub fn zh(&self) -> &str {
        &self.zh
    }

    /// The version in this language.
    pub(crate) fn of(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }

    /// `{"en":"…","zh":"…"}`.
    pub(crate) fn json(&self) -> Value {
        json!({"en": self.en, "zh": self.zh})
    }
}

/// A [`Text`] of two format strings, which take the variables in scope.
macro_rules! text {
    ($en:literal, $zh:literal $(,)?) => {
        $crate::base::text::Text::new(format!($en), format!($zh))
    };
    ($en:literal, $zh:literal, $($value:expr),+ $(,)?) => {
        $crate::base::text::Text::new(format!($en, $($value),+), format!($zh, $($value),+))
    };
}

pub(crate) use text;
