//! The SDK's errors as failures of a command: kind, exit code, and a sentence in both languages.

use std::error::Error as _;

use serde_json::{Value, json};
use wechatpay_chain::{Attempt, Error, ErrorKind, Lang};

use super::failure::{Facts, Failure};
use super::text::Text;

/// A kind's name and its exit code.
fn row(kind: ErrorKind) -> (&'static str, u8) {
    match kind {
        ErrorKind::Config => ("Config", 3),
        ErrorKind::Sign => ("Sign", 3),
        ErrorKind::Request => ("Request", 2),
        ErrorKind::Rejected => ("Rejected", 4),
        ErrorKind::Verify => ("Verify", 5),
        ErrorKind::Decrypt => ("Decrypt", 5),
        ErrorKind::Decode => ("Decode", 5),
        ErrorKind::Connect => ("Connect", 6),
        ErrorKind::Timeout => ("Timeout", 6),
        ErrorKind::Io => ("Io", 8),
        ErrorKind::Middleware => ("Middleware", 6),
        // `Transport`, and what a later version of the SDK may add.
        _ => ("Transport", 6),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (kind, exit) = row(error.kind());
        let unknown = error.outcome_unknown();
        let rejection = error.rejection();
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self::of(Facts {
            exit: if unknown { 7 } else { exit },
            kind,
            message: told(&error),
            remedy: unknown.then(|| {
                Text::new(
                    "query by the merchant's own number before repeating",
                    "请先按商户单号查询结果，再决定是否重试",
                )
            }),
            reason: None,
            outcome_unknown: unknown,
            retryable: error.is_retryable(),
            status: rejection.map(|no| no.status().as_u16()),
            code: rejection.and_then(|no| text(no.code())),
            gateway_message: rejection.and_then(|no| text(no.message())),
            detail: rejection.and_then(|no| no.detail().cloned()),
            request_id: error.request_id().map(str::to_owned),
            verified: rejection.map(wechatpay_chain::Rejection::is_verified),
            attempts: attempts(error.attempts()),
        })
    }
}

/// What was tried, for a document.
pub(crate) fn attempts(attempts: &[Attempt]) -> Vec<Value> {
    let one = |attempt: &Attempt| {
        let status = attempt.status().map(|status| status.as_u16());
        json!({"host": attempt.host(), "status": status, "ms": millis(attempt.elapsed())})
    };
    attempts.iter().map(one).collect()
}

/// A time in whole milliseconds.
pub(crate) fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// An error and its causes in both languages; what is no error of the SDK is in the words of who made it.
pub(crate) fn told(error: &Error) -> Text {
    Text::new(with_causes(error), causes_in(error, Lang::Zh, "："))
}

/// An error and its causes, each once.
pub(crate) fn with_causes(error: &Error) -> String {
    causes_in(error, Lang::En, ": ")
}

fn causes_in(error: &Error, lang: Lang, colon: &str) -> String {
    let mut said = error.lang(lang).to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let own = error.downcast_ref::<Error>().map(|own| own.lang(lang).to_string());
        let text = own.unwrap_or_else(|| error.to_string());
        if !said.contains(&text) {
            said = format!("{said}{colon}{text}");
        }
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_exit_code() {
        let kinds = [
            (ErrorKind::Config, 3),
            (ErrorKind::Sign, 3),
            (ErrorKind::Request, 2),
            (ErrorKind::Rejected, 4),
            (ErrorKind::Verify, 5),
            (ErrorKind::Decrypt, 5),
            (ErrorKind::Decode, 5),
            (ErrorKind::Connect, 6),
            (ErrorKind::Timeout, 6),
            (ErrorKind::Transport, 6),
            (ErrorKind::Io, 8),
        ];
        for (kind, exit) in kinds {
            let (name, found) = row(kind);
            assert_eq!((name.to_owned(), found), (format!("{kind:?}"), exit));
        }
    }

    #[test]
    fn a_missing_setting_is_told_as_the_sdk_tells_it() {
        let failure = Failure::from(wechatpay_chain::Client::builder().build().unwrap_err());
        assert_eq!(failure.exit(), 3);
        let document = failure.json("call");
        assert_eq!(document["error"]["kind"], "Config");
        assert_eq!(
            document["error"]["message"],
            json!({
                "en": "missing settings: mchid (or brand_id), serial, private_key, \
                       platform_key (or platform_certificate, or auto_certificates)",
                "zh": "缺少配置项：mchid（或 brand_id）、serial、private_key、\
                       platform_key（或 platform_certificate，或 auto_certificates）",
            })
        );
        assert!(failure.lines(crate::base::lang::Lang::Zh).starts_with("错误：缺少配置项：mchid"));
    }

    #[test]
    fn causes_are_told_once_and_the_sdks_own_in_the_language() {
        let error = wechatpay_chain::PrivateKey::from_path("/nowhere/apiclient_key.pem").unwrap_err();
        let cause = error.source().unwrap().to_string();
        let text = told(&error);
        assert_eq!(text.en(), format!("private key: cannot read the file /nowhere/apiclient_key.pem: {cause}"));
        assert_eq!(text.zh(), format!("私钥：无法读取文件 /nowhere/apiclient_key.pem：{cause}"));
        assert_eq!(with_causes(&error), text.en());
    }
}
