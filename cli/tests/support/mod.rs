//! Runs the built `wxpay` in a folder of its own, without anything of this machine's environment.
#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test uses its part")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What a run came to.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    /// The one document on stdout.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert!(
            self.out.ends_with('\n') && self.out.matches('\n').count() == 1,
            "one document, one line: {}",
            self.out
        );
        let document =
            serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err));
        in_both_languages(&document);
        document
    }

    /// The error of the document, after the exit code was seen to be the same.
    #[track_caller]
    pub fn error(&self) -> Value {
        let document = self.json();
        assert_eq!(document["error"]["exit"].as_i64(), self.code.map(i64::from), "{document}");
        for lang in ["en", "zh"] {
            assert!(!document["error"]["message"][lang].as_str().unwrap().is_empty(), "{document}");
        }
        assert!(!document["error"]["message"]["zh"].as_str().unwrap().is_ascii(), "{document}");
        document["error"].clone()
    }
}

/// Every text of a document is there in both languages, and the Chinese one is Chinese.
#[track_caller]
fn in_both_languages(document: &Value) {
    match document {
        Value::Object(members) if members.len() == 2 && members.contains_key("en") && members.contains_key("zh") => {
            let [en, zh] = ["en", "zh"].map(|lang| members[lang].as_str().unwrap_or_default());
            assert!(!en.is_empty() && !zh.is_ascii(), "a text is missing in one language: {document}");
        }
        Value::Object(members) => members.values().for_each(in_both_languages),
        Value::Array(items) => items.iter().for_each(in_both_languages),
        _ => {}
    }
}

/// `wxpay` in a folder, in English, with nothing set.
pub fn wxpay(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wxpay"));
    command.current_dir(folder).env_clear().env("LANG", "C").env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it with these words and variables.
#[track_caller]
pub fn run(folder: &Path, words: &[&str], vars: &[(&str, &str)]) -> Run {
    let run = done(wxpay(folder).args(words).envs(vars.iter().copied()).output().unwrap());
    for secret in vars.iter().filter_map(|(name, value)| secret(name, value)) {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "a secret was told by {words:?}");
    }
    run
}

/// What of a variable nobody may read: a whole symmetric key, a line of a private key.
fn secret<'v>(name: &str, value: &'v str) -> Option<&'v str> {
    match name {
        "WECHATPAY_API_V3_KEY" | "WECHATPAY_SECRET" => Some(value.trim()).filter(|value| value.len() >= 24),
        "WECHATPAY_PRIVATE_KEY" => value.lines().nth(2).filter(|line| line.len() >= 24),
        _ => None,
    }
}

pub fn done(output: Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
