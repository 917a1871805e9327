//! Help in the chosen language, with examples that can be typed.

use clap::{Command, CommandFactory as _};

use super::cli::Cli;
use crate::base::lang::Lang;
use crate::commands::help::Help;
use crate::commands::table::HELPS;

/// The examples of the program itself.
const EXAMPLES: &[&str] = &["wxpay doctor --env-file prod.env", "wxpay sim"];

/// The language that the words of the command line ask for, else that of the environment; needed before they are parsed, for help.
pub(super) fn language(words: &[String]) -> Lang {
    let next = words.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1].as_str());
    let joined = || words.iter().find_map(|word| word.strip_prefix("--lang="));
    match next.or_else(joined) {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        _ => Lang::of_environment(),
    }
}

/// The command line as clap knows it, with summaries and examples in that language.
pub(super) fn command(lang: Lang) -> Command {
    let about = lang.pick("The WeChat Pay merchant OpenAPI on the command line", "微信支付商户接口命令行工具");
    let whole = Cli::command().about(about.to_owned()).after_long_help(examples(EXAMPLES, lang));
    HELPS.iter().copied().flatten().fold(whole, |whole, help| at(whole, help.command, help, lang))
}

/// The command below `parent` that the words name, with its help.
fn at(parent: Command, words: &'static str, help: &Help, lang: Lang) -> Command {
    match words.split_once(' ') {
        Some((first, rest)) => parent.mut_subcommand(first, |command| at(command, rest, help, lang)),
        None => parent.mut_subcommand(words, |command| {
            let command = command.after_long_help(examples(help.examples, lang));
            if lang == Lang::Zh { command.about(help.zh) } else { command }
        }),
    }
}

fn examples(lines: &[&str], lang: Lang) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("  $ {line}")).collect();
    format!("{}\n{}", lang.pick("Examples:", "示例："), lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed_in_both_languages() {
        command(Lang::En).debug_assert();
        command(Lang::Zh).debug_assert();
    }

    /// Every command, and every one below it, with the words that lead to it.
    fn each(command: &Command, words: &str, look: &mut impl FnMut(&Command, &str)) {
        look(command, words);
        for inner in command.get_subcommands() {
            each(inner, format!("{words} {}", inner.get_name()).trim(), look);
        }
    }

    #[test]
    fn every_command_has_a_summary_and_examples_that_are_parsed() {
        for lang in [Lang::En, Lang::Zh] {
            let whole = command(lang);
            each(&whole, "", &mut |command, words| {
                let about = command.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty() && (lang == Lang::En || !about.is_ascii()), "{words}: {about}");
                let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
                let lines: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  $ ")).collect();
                assert!(lines.iter().any(|line| line.starts_with("wxpay")), "{words} has no example");
                for line in lines {
                    let found = self::command(lang).try_get_matches_from(words_of(line));
                    assert!(found.is_ok(), "{line}: {}", found.unwrap_err());
                }
            });
        }
    }

    /// The words of an example up to a pipe, without the quotes a shell takes away.
    fn words_of(line: &str) -> Vec<String> {
        let mine = line.split(" | ").next().unwrap_or_default();
        let mut words = Vec::new();
        for (at, part) in mine.split('\'').enumerate() {
            match at % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        words
    }

    #[test]
    fn the_language_is_known_before_the_words_are_parsed() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(language(&words("wxpay --lang zh sim")), Lang::Zh);
        assert_eq!(language(&words("wxpay sim --lang=en")), Lang::En);
    }
}
