//! The row of a check, by its id.

use super::{online, platform, settings};
use crate::doctor::facts::hosts::distance;
use crate::doctor::table::{all, position};

/// A text in English and in Chinese.
type Both = (&'static str, &'static str);

/// What a check is about.
#[derive(Clone, Copy)]
pub(crate) struct Meaning {
    pub(crate) id: &'static str,
    /// When it fails.
    pub(crate) cause: Both,
    pub(crate) remedy: Both,
}

pub(super) const fn row(id: &'static str, cause: Both, remedy: Both) -> Meaning {
    Meaning { id, cause, remedy }
}

/// What a check looks at, and what it is about; `None` for an id that is none.
pub(crate) fn of_check(id: &str) -> Option<(Both, &'static Meaning)> {
    let (_, check) = position(id)?;
    let rows = [settings::ROWS, platform::ROWS, online::ROWS];
    let meaning = rows.into_iter().flatten().find(|row| row.id == check.id)?;
    Some((check.looks_at, meaning))
}

/// The check whose id is nearest to a word that has the form of one.
pub(crate) fn nearest(word: &str) -> Option<&'static str> {
    let (before, after) = word.split_once('.')?;
    let is_part = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !is_part(before) || !is_part(after) {
        return None;
    }
    all().map(|check| check.id).min_by_key(|id| distance(word, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_row_in_both_languages_and_no_row_is_of_none() {
        for check in all() {
            let (_, meaning) = of_check(check.id).unwrap_or_else(|| panic!("{} is not explained", check.id));
            for (en, zh) in [meaning.cause, meaning.remedy] {
                assert!(!en.is_empty() && !zh.is_empty(), "{}", check.id);
            }
            assert!(!meaning.cause.1.is_ascii(), "{}", check.id);
        }
        let rows = settings::ROWS.len() + platform::ROWS.len() + online::ROWS.len();
        assert_eq!(rows, all().count());
    }

    #[test]
    fn a_word_that_is_nearly_an_id_has_a_nearest_one() {
        assert_eq!(nearest("keys.fits_serial"), Some("key.fits_serial"));
        assert_eq!(nearest("notify_url.routes"), Some("notify_url.route"));
        assert_eq!((nearest("SYSTEM_ERROR"), nearest("answer.txt.gz"), nearest("key.")), (None, None, None));
    }
}
