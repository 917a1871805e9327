//! What is wrong with a value.

use std::fmt;

use super::wording::{self, Expectation};

/// Which part of a call a problem is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Location {
    /// The path. For problems of yours: no check of this crate looks at it.
    Path,
    /// A header. For problems of yours: no check of this crate looks at it.
    Header,
    /// The query.
    Query,
    /// The body of the request.
    Body,
    /// The answer.
    Answer,
}

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Issue {
    /// A member that is not listed. Requests only: answers may gain members at any time.
    UnknownMember,
    /// A required member is absent.
    Missing,
    /// JSON `null`. Of answers: only where the member is required.
    Null,
    /// A value of another type.
    WrongType,
    /// A value outside the list of values.
    NotInEnum,
    /// A text that is too short.
    TooShort,
    /// A text that is too long.
    TooLong,
    /// A text that should hold JSON and does not, or has another root.
    NotJson,
    /// A member that should be ciphertext and is not.
    NotEncrypted,
    /// A query or body where none is known.
    Unexpected,
}

/// One thing that is wrong with a request or an answer.
///
/// It has kinds, names and pointers, and lists of the catalogue's own, never a value of the caller. [`Display`](fmt::Display) is English,
/// [`zh`](Self::zh) Chinese.
///
/// ```
/// use serde_json::{Value, json};
/// use wechatpay_catalog::{Issue, Location, operation};
///
/// let close = operation("POST", "v3/pay/transactions/out-trade-no/A-1/close").unwrap();
/// let problems = close.check_request(&Value::Null, &json!({ "mchid": 1_900_000_001 }));
/// assert_eq!(problems.len(), 1);
/// assert_eq!((problems[0].location(), problems[0].pointer()), (Location::Body, "/mchid"));
/// assert_eq!((problems[0].issue(), problems[0].found(), problems[0].expected()), (Issue::WrongType, "integer", "string"));
/// assert_eq!(problems[0].to_string(), "body /mchid: string expected, found integer");
/// assert_eq!(problems[0].zh().to_string(), "请求体 /mchid：应为字符串，实为整数");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(super) location: Location,
    pub(super) pointer: String,
    pub(super) issue: Issue,
    pub(super) found: &'static str,
    pub(super) expectation: Expectation,
    pub(super) expected: String,
    pub(super) suggestion: Option<String>,
}

impl Problem {
    pub(super) fn new(location: Location, pointer: &str, issue: Issue, found: &'static str, of: Expectation) -> Self {
        let expected = of.english();
        Self { location, pointer: pointer.to_owned(), issue, found, expectation: of, expected, suggestion: None }
    }

    pub(super) fn with_suggestion(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// Which part it is in.
    pub fn location(&self) -> Location {
        self.location
    }

    /// Its JSON pointer (RFC 6901) there: `/amount/total`; the empty text is the whole.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// What kind of problem it is.
    pub fn issue(&self) -> Issue {
        self.issue
    }

    /// What is there: `nothing`, `null`, `string`, `integer`, `number`, `boolean`, `array` or `object`.
    pub fn found(&self) -> &'static str {
        self.found
    }

    /// What was expected: `integer`, `one of CNY`, `at most 32 characters`, `no such member`.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The pointer or the listed value that was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// The same in Chinese; names, pointers and values of lists stay as they are.
    pub fn zh(&self) -> impl fmt::Display {
        wording::Chinese(self)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wording::english(self, f)
    }
}
