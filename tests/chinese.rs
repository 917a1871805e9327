//! Real errors, made through the public interface, in Chinese: whole sentences compared, and nothing English left but names.
#![cfg(all(
    feature = "async",
    feature = "aws-lc-rs",
    feature = "catalog",
    feature = "mock",
    feature = "sync",
    feature = "tls",
    feature = "v2"
))]

mod support;

#[path = "chinese/answers.rs"]
mod answers;
#[path = "chinese/calls.rs"]
mod calls;
#[path = "chinese/files.rs"]
mod files;
#[path = "chinese/notices.rs"]
mod notices;
#[path = "chinese/settings.rs"]
mod settings;
#[path = "chinese/v2.rs"]
mod v2;

use wechatpay_chain::{Error, Lang};

/// An error, and what it says in Chinese; what differs from run to run, such as a port, is `N` there.
type Case = (Error, &'static str);

fn steady(text: &str) -> String {
    let (mut steady, mut rest) = (String::new(), text);
    while let Some(at) =
        ["127.0.0.1:", "PUB_KEY_ID_", "08MOCK"].iter().filter_map(|start| Some(rest.find(start)? + start.len())).min()
    {
        let (before, behind) = rest.split_at(at);
        steady.push_str(before);
        rest = behind.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        steady.push_str(if rest.len() == behind.len() { "" } else { "N" });
    }
    steady + rest
}

#[track_caller]
fn compare(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for (error, expected) in cases {
        let found = steady(&error.lang(Lang::Zh).to_string());
        assert_eq!(error.lang(Lang::En).to_string(), error.to_string());
        if found != expected {
            wrong.push(format!("{error}\n  found    {found}\n  expected {expected}"));
        }
        let said = error.rejection().map_or("", |no| no.message());
        let own = found.replace(said, "");
        let english: Vec<_> = words(&own).into_iter().filter(|word| !is_a_name(word)).collect();
        if !english.is_empty() {
            wrong.push(format!("{found}\n  still has {english:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The words of Latin letters that stand in no back-ticks and no quotes.
fn words(text: &str) -> Vec<&str> {
    let outside = text.split(['`', '"']).step_by(2);
    let words = outside.flat_map(|text| text.split(|c: char| !c.is_ascii() || c.is_whitespace()));
    words.filter(|word| word.bytes().any(|byte| byte.is_ascii_alphabetic())).collect()
}

/// Names that are written as words.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    // Settings, methods, parameters and their likes.
    "appid", "base", "body", "egress", "encrypt", "limit", "mchid", "media", "micropay", "notice", "null", "pages", "proxy", "resource",
    "secret", "serial", "sign", "timeout",
    // Of the protocols.
    "http", "https", "scheme", "Unicode", "Unix", "zip",
    // The names of states.
    "Bad", "Error", "Forbidden", "Found", "Gateway", "Internal", "Not", "Request", "Server",
];

fn is_a_name(word: &str) -> bool {
    let is_written_as_one =
        word.contains(['_', '/', '.', '-', '=', '#']) || word.bytes().any(|byte| byte.is_ascii_digit());
    let is_code = word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    is_written_as_one || is_code || NAMES.contains(&word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
}

#[test]
fn of_settings_and_keys() {
    compare(settings::cases());
}

#[test]
fn of_calls_that_are_not_sent() {
    compare(calls::cases());
}

#[test]
fn of_answers() {
    compare(answers::cases());
}

#[test]
fn of_notifications() {
    compare(notices::cases());
}

#[test]
fn of_files() {
    compare(files::cases());
}

#[test]
fn of_apiv2() {
    compare(v2::cases());
}
