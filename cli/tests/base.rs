//! What all commands have in common: languages, documents, exit codes, help, version, completions.
#![allow(missing_docs)]

#[path = "support/merchant.rs"]
mod merchant;
mod support;

use std::process::{Command, Stdio};

use merchant::Merchant;
use support::{done, run, wxpay};

fn here(words: &[&str]) -> support::Run {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), words, &[])
}

#[test]
fn the_language_is_that_of_the_flag_then_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    for (vars, words, expected) in [
        (&[("LANG", "zh_CN.UTF-8")][..], &["--help"][..], "示例："),
        (&[("LC_ALL", ""), ("LC_MESSAGES", "zh_TW"), ("LANG", "C")], &["--help"], "示例："),
        (&[("LC_ALL", "en_US"), ("LANG", "zh_CN")], &["--help"], "Examples:"),
        (&[("LANG", "zh_CN")], &["--lang", "en", "--help"], "Examples:"),
        (&[], &["version", "--help", "--lang=zh"], "示例："),
    ] {
        let run = run(folder.path(), words, vars);
        assert!(run.code == Some(0) && run.out.contains(expected), "{vars:?} {words:?}: {}", run.out);
    }
}

#[test]
fn help_is_long_with_examples_and_short_without() {
    let (long, short) = (here(&["sim", "--help"]), here(&["sim", "-h"]));
    assert!(long.out.contains("Examples:\n  $ wxpay sim\n") && !short.out.contains("Examples:"), "{}", long.out);
    let nothing = here(&[]);
    assert!(nothing.code == Some(2) && nothing.err.contains("Usage: wxpay"), "{}", nothing.err);
    let nothing = here(&["--lang", "zh"]);
    assert!(nothing.code == Some(2) && nothing.err.contains("微信支付"), "{}", nothing.err);
}

#[test]
fn wrong_words_are_exit_2_in_both_languages_and_as_a_document() {
    let english = here(&["sim", "--sed", "1"]);
    assert!(english.code == Some(2) && english.out.is_empty(), "{}", english.out);
    assert!(
        english.err.starts_with("error: unexpected argument '--sed'") && english.err.contains("--seed"),
        "{}",
        english.err
    );
    let chinese = here(&["--lang", "zh", "sim", "--sed", "1"]);
    assert!(
        chinese.err.starts_with("错误：未知参数") && chinese.err.contains("\n处理：是否想输入 --seed"),
        "{}",
        chinese.err
    );
    for words in
        [&["--json"][..], &["--json", "nothing"], &["sim", "--json", "--no-such"], &["--json", "--lang", "fr", "sim"]]
    {
        let error = here(words).error();
        assert_eq!((error["exit"].as_i64(), error["kind"].as_str()), (Some(2), Some("Usage")), "{words:?}");
    }
    let error = here(&["sim", "--sed", "1", "--json"]).error();
    for member in [
        "remedy",
        "outcome_unknown",
        "retryable",
        "status",
        "code",
        "gateway_message",
        "detail",
        "request_id",
        "internal_code",
        "verified",
        "reason",
        "attempts",
    ] {
        assert!(error.get(member).is_some(), "{member}");
    }
}

#[test]
fn the_version_is_a_line_or_a_document() {
    for words in [&["version"][..], &["--version"], &["-V"]] {
        let run = here(words);
        assert!(run.code == Some(0) && run.out.starts_with("wxpay ") && run.out.lines().count() == 1, "{}", run.out);
    }
    for words in [&["version", "--json"][..], &["--json", "--version"]] {
        let document = here(words).json();
        assert_eq!((document["schema"].as_i64(), document["command"].as_str()), (Some(1), Some("version")));
        assert_eq!(document["catalog"], "2026-08-22");
        assert!(document["sdk"].is_string() && document.get("commit").is_some());
    }
    let document = here(&["--json", "--help"]).json();
    assert!(document["help"].as_str().unwrap().contains("Usage: wxpay"));
}

#[test]
fn every_shell_gets_a_script_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = here(&["completions", shell]);
        assert!(run.code == Some(0) && run.out.contains("completions") && run.out.contains("env-file"), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_of_the_program_and_of_each_command() {
    let whole = here(&["completions", "man"]);
    assert!(whole.code == Some(0) && whole.out.contains(".TH wxpay 1"), "{}", whole.out);
    for part in [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH SUBCOMMANDS", "wxpay\\-doctor(1)", "wxpay\\-bill(1)"] {
        assert!(whole.out.contains(part), "{part}: {}", whole.out);
    }
    let page = here(&["completions", "man", "bill", "sum"]);
    let parts = [".TH wxpay-bill-sum 1", "\\fBwxpay bill sum\\fR", "\\-\\-by", "\\-\\-env\\-file", "$ wxpay bill sum "];
    for part in parts {
        assert!(page.code == Some(0) && page.out.contains(part), "{part}: {}", page.out);
    }
    assert!(here(&["completions", "man", "call", "--lang", "zh"]).out.contains("请求头；可重复"));
    for (words, said) in [
        (&["completions", "man", "bill", "add", "--json"][..], "no command"),
        (&["completions", "zsh", "bill", "--json"], "man"),
    ] {
        let error = here(words).error();
        assert!(error["exit"] == 2 && error["message"]["en"].as_str().unwrap().contains(said), "{error}");
    }
}

#[test]
fn help_is_a_command_too_and_chinese_where_chinese_is_asked_for() {
    assert_eq!(here(&["help", "bill", "sum"]).out, here(&["bill", "sum", "--help"]).out);
    assert_eq!(here(&["help"]).out, here(&["--help"]).out);
    assert_eq!(here(&["help", "sim", "--json"]).json()["command"], "help");
    assert_eq!(here(&["help", "no-such", "--json"]).error()["exit"], 2);
    let chinese = here(&["call", "--help", "--lang", "zh"]).out;
    for line in chinese.lines().filter(|line| line.starts_with("          ")) {
        assert!(!line.is_ascii(), "{line}");
    }
    for part in ["用法：wxpay call", "参数:", "选项:", "配置:", "示例："] {
        assert!(chinese.contains(part), "{part}: {chinese}");
    }
    let kinds = here(&["bill", "get", "--help", "--lang", "zh"]).out;
    assert!(kinds.rfind("<trade|fundflow>\n") < kinds.rfind("<DATE>\n"), "{kinds}");
}

/// Ctrl-C while something is awaited.
#[cfg(unix)]
#[test]
fn an_interrupted_program_ends_with_130() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let merchant = Merchant::new();
    let mut command = wxpay(folder.path());
    let child = command.args(["doctor", "--base-uri", &base]).envs(merchant.vars()).spawn().unwrap();
    // The first connection looks whether somebody is there, the second asks; then it waits for an answer.
    let waiting = (0..2).map(|_| listener.accept().unwrap()).collect::<Vec<_>>();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let run = done(child.wait_with_output().unwrap());
    drop(waiting);
    assert_eq!((run.code, run.out.as_str()), (Some(130), ""));
}

/// The reader of a pipe may go away at any time.
#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["completions", "bash"][..], &["--help"], &["version", "--json"]] {
        let mut reader = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
        let writer = reader.stdin.take().unwrap();
        reader.wait().unwrap();
        let run = done(wxpay(folder.path()).args(words).stdout(writer).output().unwrap());
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{words:?}");
    }
}
