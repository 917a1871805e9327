//! Why a command fails, and the exit code that says so.

use serde_json::{Value, json};

use super::lang::Lang;
use super::text::Text;

/// A failure: what people read in both languages, and the code that scripts read.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Box<Facts>);

/// What is known of a failure; the members of the document that tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) exit: u8,
    pub(crate) kind: &'static str,
    pub(crate) message: Text,
    pub(crate) remedy: Option<Text>,
    /// A stable word for scripts.
    pub(crate) reason: Option<&'static str>,
    pub(crate) outcome_unknown: bool,
    pub(crate) retryable: bool,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) gateway_message: Option<String>,
    pub(crate) detail: Option<Value>,
    pub(crate) request_id: Option<String>,
    pub(crate) verified: Option<bool>,
    pub(crate) attempts: Vec<Value>,
}

impl Failure {
    pub(crate) fn of(facts: Facts) -> Self {
        Self(Box::new(facts))
    }

    fn new(exit: u8, kind: &'static str, message: Text) -> Self {
        Self::of(Facts { exit, kind, message, ..Facts::default() })
    }

    /// Words of the command line that do not fit: exit 2.
    pub(crate) fn usage(message: Text) -> Self {
        Self::new(2, "Usage", message)
    }

    /// Settings that are missing or cannot be used: exit 3.
    pub(crate) fn settings(message: Text) -> Self {
        Self::new(3, "Config", message)
    }

    /// A local file: exit 8.
    pub(crate) fn file(message: Text) -> Self {
        Self::new(8, "Io", message)
    }

    pub(crate) fn with_remedy(mut self, remedy: Text) -> Self {
        self.0.remedy = Some(remedy);
        self
    }

    /// The same, of something that failed after a write was answered: whoever repeats the write by the exit code would do it twice.
    pub(crate) fn after_write(mut self, status: impl std::fmt::Display) -> Self {
        let (en, zh) = (self.0.message.of(Lang::En).to_owned(), self.0.message.of(Lang::Zh).to_owned());
        self.0.message = Text::new(
            format!("the call was answered {status}, but the answer was not kept: {en}"),
            format!("请求已得到应答 {status}，但应答未能保存：{zh}"),
        );
        self.0.remedy = Some(Text::new("query before repeating: it was carried out", "请求已执行，重试前请先查询"));
        (self.0.exit, self.0.outcome_unknown, self.0.retryable) = (7, true, false);
        self
    }

    pub(crate) fn exit(&self) -> u8 {
        self.0.exit
    }

    pub(crate) fn message(&self) -> &Text {
        &self.0.message
    }

    pub(crate) fn remedy(&self) -> Option<&Text> {
        self.0.remedy.as_ref()
    }

    /// The lines for people.
    pub(crate) fn lines(&self, lang: Lang) -> String {
        let message = format!("{}{}", lang.pick("error: ", "错误："), self.0.message.of(lang));
        match &self.0.remedy {
            Some(remedy) => format!("{message}\n{}{}", lang.pick("remedy: ", "处理："), remedy.of(lang)),
            None => message,
        }
    }

    /// The document for machines; `command` is what the command line named.
    pub(crate) fn json(&self, command: &str) -> Value {
        let facts = &*self.0;
        json!({
            "schema": 1,
            "command": command,
            "error": {
                "exit": facts.exit,
                "kind": facts.kind,
                "message": facts.message.json(),
                "remedy": facts.remedy.as_ref().map(Text::json),
                "reason": facts.reason,
                "outcome_unknown": facts.outcome_unknown,
                "retryable": facts.retryable,
                "status": facts.status,
                "code": facts.code,
                "gateway_message": facts.gateway_message,
                "detail": facts.detail,
                "request_id": facts.request_id,
                "internal_code": facts.request_id.as_deref().and_then(internal_code),
                "verified": facts.verified,
                "attempts": facts.attempts,
            },
        })
    }
}

/// The gateway's own code of an error: the digits after the last `-` of a `Request-ID`.
pub(crate) fn internal_code(request_id: &str) -> Option<&str> {
    let (_, digits) = request_id.rsplit_once('-')?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_after_the_last_dash_are_the_internal_code() {
        for (id, expected) in [
            ("08F7-8B-268443699", Some("268443699")),
            ("08F7-0", Some("0")),
            ("08F7", None),
            ("08F7-", None),
            ("1-x", None),
        ] {
            assert_eq!(internal_code(id), expected, "{id}");
        }
    }

    #[test]
    fn what_fails_after_a_write_is_no_reason_to_repeat_it() {
        let failure = Failure::file(Text::new("no room", "空间不足")).after_write("200 OK");
        assert_eq!(failure.exit(), 7);
        let error = &failure.json("call")["error"];
        assert_eq!(
            (&error["kind"], &error["outcome_unknown"], &error["retryable"]),
            (&"Io".into(), &true.into(), &false.into())
        );
        for (lang, words) in [("en", ["200 OK", "no room"]), ("zh", ["200 OK", "空间不足"])] {
            let text = error["message"][lang].as_str().unwrap();
            assert!(words.iter().all(|word| text.contains(word)), "{text}");
        }
    }

    #[test]
    fn people_read_the_remedy_below_the_message() {
        let failure = Failure::usage(Text::new("no", "不行")).with_remedy(Text::new("so", "这样"));
        assert_eq!(failure.lines(Lang::En), "error: no\nremedy: so");
        assert_eq!(failure.lines(Lang::Zh), "错误：不行\n处理：这样");
        assert_eq!(failure.json("call")["error"]["remedy"]["zh"], "这样");
    }
}
