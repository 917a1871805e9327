//! What is to be explained.

use super::answer::{self, Answer};

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A `Request-ID`.
    RequestId(String),
    /// The gateway's own code.
    InternalCode(String),
    /// A code of an answer.
    Code(String),
    /// An answer, or its body.
    Answer(Box<AnswerText>),
    /// A notification, in JSON or as a saved request.
    Notification,
    /// A bill.
    Bill,
    /// A document of `APIv2`, and the code in it.
    Xml(Option<String>),
    /// A status alone, given beside.
    Status,
}

/// An answer that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnswerText(pub(super) Answer);

impl What {
    /// A word of the command line that is no file: a `Request-ID`, a code of one of both kinds.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let word = word.trim();
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_digits(word) {
            return Some(Self::InternalCode(word.to_owned()));
        }
        if let Some((before, after)) = word.rsplit_once('-') {
            return (!before.is_empty() && is_digits(after)).then(|| Self::RequestId(word.to_owned()));
        }
        let is_code = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (is_code && !word.is_empty()).then(|| Self::Code(word.to_owned()))
    }

    /// The content of a file.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let trimmed = text.trim_start_matches('\u{feff}').trim_start();
        let body =
            trimmed.split_once("\r\n\r\n").or_else(|| trimmed.split_once("\n\n")).map_or(trimmed, |(_, body)| body);
        match () {
            () if is_bill(trimmed) => Some(Self::Bill),
            () if trimmed.starts_with("<xml") || body.trim_start().starts_with("<xml") => {
                let xml = trimmed.find("<xml").map_or(trimmed, |at| &trimmed[at..]);
                Some(Self::Xml(code_of_xml(xml)))
            }
            () => match answer::read(text) {
                Some(answer) if is_notification(&answer) => Some(Self::Notification),
                Some(answer) => Some(Self::Answer(Box::new(AnswerText(answer)))),
                None => answer::read(body).filter(is_notification).map(|_| Self::Notification),
            },
        }
    }
}

fn is_notification(answer: &Answer) -> bool {
    let body = &answer.body;
    // A saved notice may be an object of headers and body.
    let inner = body.get("body").and_then(serde_json::Value::as_str);
    let is_it = |body: &serde_json::Value| body.get("event_type").is_some() && body.get("resource").is_some();
    is_it(body) || inner.and_then(|text| serde_json::from_str(text).ok()).is_some_and(|body| is_it(&body))
}

/// Bills begin with the titles of their columns.
fn is_bill(text: &str) -> bool {
    ["交易时间", "记账时间", "Trade time"].iter().any(|title| text.trim_start_matches('`').starts_with(title))
}

/// The code of a document of `APIv2`.
fn code_of_xml(xml: &str) -> Option<String> {
    let fields = wechatpay_chain::gateway::v2::parse(xml.trim().as_bytes()).ok()?;
    fields.get("err_code").filter(|code| !code.is_empty()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        assert_eq!(What::of_word("08F7-8B-268443699"), Some(What::RequestId("08F7-8B-268443699".to_owned())));
        assert_eq!(What::of_word("268443699"), Some(What::InternalCode("268443699".to_owned())));
        assert_eq!(What::of_word("noauth"), Some(What::Code("noauth".to_owned())));
        assert_eq!((What::of_word("no such file.json"), What::of_word("a-b"), What::of_word("")), (None, None, None));
    }

    #[test]
    fn texts_are_told_apart() {
        let notice = r#"{"id":"1","event_type":"TRANSACTION.SUCCESS","resource":{}}"#;
        let request = format!("POST /notify HTTP/1.1\r\nWechatpay-Serial: x\r\n\r\n{notice}");
        for text in [notice, &request, r#"{"headers":{},"body":"{\"event_type\":\"X\",\"resource\":{}}"}"#] {
            assert_eq!(What::of_text(text), Some(What::Notification), "{text}");
        }
        assert_eq!(What::of_text("\u{feff}交易时间,公众账号ID\n`2026"), Some(What::Bill));
        let xml = "<xml><return_code>SUCCESS</return_code><err_code>SYSTEMERROR</err_code></xml>";
        assert_eq!(What::of_text(xml), Some(What::Xml(Some("SYSTEMERROR".to_owned()))));
        assert_eq!(
            What::of_text(&format!("HTTP/1.1 200 OK\r\n\r\n{xml}")),
            Some(What::Xml(Some("SYSTEMERROR".to_owned())))
        );
        assert!(matches!(What::of_text(r#"{"code":"PARAM_ERROR"}"#), Some(What::Answer(_))));
        assert_eq!(What::of_text("hello"), None);
    }
}
