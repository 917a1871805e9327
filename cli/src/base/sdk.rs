//! The SDK's errors as failures of a command: kind, exit code, and a sentence in both languages.

use std::error::Error as _;

use serde_json::{Value, json};
use wechatpay_chain::{Attempt, Error, ErrorKind};

use super::failure::{Facts, Failure};
use super::text::Text;

/// A kind's name, its exit code, and what it is in Chinese.
fn row(kind: ErrorKind) -> (&'static str, u8, &'static str) {
    match kind {
        ErrorKind::Config => ("Config", 3, "配置不可用"),
        ErrorKind::Sign => ("Sign", 3, "签名失败"),
        ErrorKind::Request => ("Request", 2, "请求参数有误，未发送"),
        ErrorKind::Rejected => ("Rejected", 4, "微信支付拒绝了请求"),
        ErrorKind::Verify => ("Verify", 5, "验签未通过"),
        ErrorKind::Decrypt => ("Decrypt", 5, "解密失败"),
        ErrorKind::Decode => ("Decode", 5, "内容无法解析"),
        ErrorKind::Connect => ("Connect", 6, "无法建立连接，未发送"),
        ErrorKind::Timeout => ("Timeout", 6, "超时未得到应答"),
        ErrorKind::Io => ("Io", 8, "本地文件读写失败"),
        ErrorKind::Middleware => ("Middleware", 6, "中间层出错"),
        // `Transport`, and what a later version of the SDK may add.
        _ => ("Transport", 6, "连接中断或应答不完整"),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (kind, exit, chinese) = row(error.kind());
        let said = with_causes(&error);
        let unknown = error.outcome_unknown();
        let chinese = if unknown { "结果未知，重试前请先查询" } else { chinese };
        let rejection = error.rejection();
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self::of(Facts {
            exit: if unknown { 7 } else { exit },
            kind,
            message: Text::new(&said, format!("{chinese}：{said}")),
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

/// An error and its causes, each once.
pub(crate) fn with_causes(error: &Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_exit_code_and_both_languages() {
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
            let (name, found, chinese) = row(kind);
            assert_eq!((name.to_owned(), found), (format!("{kind:?}"), exit));
            assert!(!chinese.is_ascii());
        }
    }

    #[test]
    fn a_missing_setting_is_told_as_the_sdk_tells_it() {
        let failure = Failure::from(wechatpay_chain::Client::builder().build().unwrap_err());
        assert_eq!(failure.exit(), 3);
        let document = failure.json("call");
        assert_eq!(document["error"]["kind"], "Config");
        assert!(document["error"]["message"]["zh"].as_str().unwrap().starts_with("配置不可用：missing settings"));
    }
}
