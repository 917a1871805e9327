//! What clap says about the words: help and version go to stdout, everything else is a usage error in both languages.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::base::failure::Failure;
use crate::base::text::Text;

/// A refusal as a failure: what is wrong, and what clap suggests instead.
pub(super) fn failure(error: &Error) -> Failure {
    let rendered = error.render().to_string();
    let (message, tips) = parts(&rendered);
    let failure = Failure::usage(Text::new(&message, format!("{}：{message}", chinese(error))));
    match (tips.is_empty(), suggestion(error)) {
        (false, suggested) => {
            let zh =
                suggested.map_or_else(|| format!("提示：{}", tips.join("；")), |name| format!("是否想输入 {name}"));
            failure.with_remedy(Text::new(tips.join("; "), zh))
        }
        (true, _) => failure,
    }
}

/// The sentence of what clap renders, on one line, and its tips.
fn parts(rendered: &str) -> (String, Vec<String>) {
    let said = rendered.split("\n\nUsage:").next().unwrap_or_default();
    let said = said.split("\n\nFor more information").next().unwrap_or_default();
    let (tips, lines): (Vec<_>, Vec<_>) = said.lines().map(str::trim).partition(|line| line.starts_with("tip: "));
    let message: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let message = message.join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    (message, tips.into_iter().map(|tip| tip["tip: ".len()..].to_owned()).collect())
}

/// What kind of mistake it is.
fn chinese(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::UnknownArgument => "未知参数",
        ErrorKind::InvalidSubcommand => "未知命令",
        ErrorKind::MissingSubcommand => "缺少命令",
        ErrorKind::MissingRequiredArgument => "缺少必填参数",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "参数值无效",
        ErrorKind::ArgumentConflict => "参数互相冲突",
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            "参数个数不对"
        }
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文本",
        _ => "命令行有误",
    }
}

/// The word that is near to the one given.
fn suggestion(error: &Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(name) => Some(name.clone()),
        ContextValue::Strings(names) => names.first().cloned(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::help;
    use super::*;
    use crate::base::lang::Lang;

    #[test]
    fn each_mistake_is_told_in_both_languages_and_what_is_near_is_named() {
        for (words, en, zh, near) in [
            ("wxpay sim --sed 1", "unexpected argument '--sed' found", "未知参数", Some("--seed")),
            ("wxpay simm", "unrecognized subcommand 'simm'", "未知命令", Some("sim")),
            ("wxpay --json", "requires a subcommand", "缺少命令", None),
            ("wxpay completions", "required arguments were not provided: <SHELL>", "缺少必填参数", None),
            ("wxpay completions tcsh", "invalid value 'tcsh'", "参数值无效", None),
            ("wxpay sim --seed x", "invalid value 'x' for '--seed <N>'", "参数值无效", None),
            ("wxpay sim --timeout 0", "expected seconds", "参数值无效", None),
        ] {
            let error = help::command(Lang::En).try_get_matches_from(words.split(' ')).unwrap_err();
            let document = failure(&error).json("wxpay");
            let message = &document["error"]["message"];
            assert!(message["en"].as_str().unwrap().contains(en), "{words}: {message}");
            assert!(message["zh"].as_str().unwrap().starts_with(zh), "{words}: {message}");
            let remedy = &document["error"]["remedy"];
            match near {
                Some(near) => assert!(remedy["zh"].as_str().unwrap().contains(near), "{words}: {remedy}"),
                None => assert!(remedy.is_null() || !remedy["zh"].as_str().unwrap().is_ascii(), "{words}: {remedy}"),
            }
        }
    }
}
