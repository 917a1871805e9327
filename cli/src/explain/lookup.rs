//! The finding of a code or of a status.

use super::codes::CODES;
use super::finding::Finding;

/// The finding of a code, however it is spelled.
pub(super) fn of_code(code: &str) -> Option<&'static Finding> {
    CODES.iter().find(|finding| is_same(finding.id, code) || finding.also.iter().any(|also| is_same(also, code)))
}

/// The finding of a status whose answer has no code.
pub(super) fn of_status(status: u16) -> Option<&'static Finding> {
    let id = match status {
        202 => "USERPAYING",
        401 => "SIGN_ERROR",
        429 => "FREQUENCY_LIMITED",
        500 => "SYSTEM_ERROR",
        501 => "HTTP_501",
        502 => "HTTP_502",
        503 => "SERVICE_UNAVAILABLE",
        504 => "HTTP_504",
        _ => return None,
    };
    of_code(id)
}

/// Products spell one code with and without underscores.
fn is_same(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        text.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_uppercase()).collect::<Vec<_>>()
    };
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_code() {
        for (code, id) in [
            ("ORDER_PAID", "ORDERPAID"),
            ("noauth", "NO_AUTH"),
            ("ORDERNOTEXIST", "ORDER_NOT_EXIST"),
            ("SYSTEMERROR", "SYSTEM_ERROR"),
            ("FREQUENCY_LIMIT_EXCEED", "FREQUENCY_LIMITED"),
            ("NOTENOUGH", "NOT_ENOUGH"),
        ] {
            assert_eq!(of_code(code).map(|finding| finding.id), Some(id));
        }
        assert!(of_code("NO_SUCH_CODE").is_none() && of_status(418).is_none());
        assert_eq!(of_status(504).map(|finding| finding.status), Some(504));
    }

    #[test]
    fn every_row_is_told_in_both_languages() {
        for finding in CODES.iter().chain(super::super::internal_codes::INTERNAL) {
            for (en, zh) in [finding.title, finding.cause, finding.remedy] {
                assert!(!en.is_empty() && !zh.is_ascii(), "{}", finding.id);
            }
        }
    }
}
