//! Why a command fails, and the exit code that says so.

use serde_json::{Value, json};

use crate::lang::Lang;

/// A failure: what people read in both languages, and the code that scripts read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// 2 usage or a port in use, 8 a file.
    pub(crate) exit: u8,
    pub(crate) kind: &'static str,
    pub(crate) en: String,
    pub(crate) zh: String,
}

impl Failure {
    pub(crate) fn usage(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { exit: 2, kind: "Usage", en: en.into(), zh: zh.into() }
    }

    pub(crate) fn file(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { exit: 8, kind: "Io", en: en.into(), zh: zh.into() }
    }

    /// The line for people.
    pub(crate) fn line(&self, lang: Lang) -> String {
        format!("{}{}", lang.pick("error: ", "错误："), lang.pick(&self.en, &self.zh))
    }

    /// The document for machines.
    pub(crate) fn json(&self, command: &str) -> Value {
        json!({
            "schema": 1,
            "command": command,
            "error": {
                "exit": self.exit, "kind": self.kind, "message": {"en": self.en, "zh": self.zh}, "remedy": null,
                "outcome_unknown": false, "retryable": false, "status": null, "code": null, "gateway_message": null,
                "detail": null, "request_id": null, "internal_code": null, "verified": null, "reason": null, "attempts": [],
            },
        })
    }
}
