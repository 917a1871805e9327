//! The language of what people read.

use std::env;

use clap::ValueEnum;

/// Chinese or English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Zh,
    En,
}

impl Lang {
    /// The one of the environment: Chinese when the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is not empty begins with `zh`.
    pub(crate) fn of_environment() -> Self {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
        match named.into_iter().find(|value| !value.is_empty()).is_some_and(|value| value.starts_with("zh")) {
            true => Self::Zh,
            false => Self::En,
        }
    }

    /// The one of two texts that is in this language.
    pub(crate) fn pick<'t>(self, en: &'t str, zh: &'t str) -> &'t str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}
