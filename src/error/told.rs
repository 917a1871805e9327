//! What an error prints, in either language.

use std::borrow::Cow;
use std::fmt;

use super::lang::{self, Lang};
use super::rejection::Rejection;

/// What a write's error begins with where its outcome is unknown.
const UNKNOWN: &str = "outcome unknown, query before repeating: ";

/// An error's own sentence, with what is known of its call around it.
pub(super) struct Told<'e> {
    pub(super) lang: Lang,
    pub(super) sentence: &'e str,
    pub(super) rejection: Option<&'e Rejection>,
    pub(super) request_id: Option<&'e str>,
    pub(super) unknown: bool,
}

impl Told<'_> {
    /// The sentence in Chinese. What the gateway said is not read, whatever it looks like.
    fn chinese(&self) -> Cow<'_, str> {
        let refused = self.rejection.and_then(|no| Some((no, self.sentence.strip_prefix(&no.sentence())?)));
        match refused {
            Some((no, more)) => format!("{}{}", no.chinese(), lang::more(more)).into(),
            None => lang::chinese(self.sentence),
        }
    }
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unknown, sentence) = match self.lang {
            Lang::En => (UNKNOWN.into(), self.sentence.into()),
            Lang::Zh => (lang::chinese(UNKNOWN), self.chinese()),
        };
        if self.unknown {
            f.write_str(&unknown)?;
        }
        f.write_str(&sentence)?;
        match self.request_id {
            Some(id) => write!(f, " (Request-ID {id})"),
            None => Ok(()),
        }
    }
}
