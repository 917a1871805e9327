//! Help in the chosen language, with examples that can be typed.

use clap::{Arg, Command, CommandFactory as _};

use super::cli::Cli;
use crate::base::lang::Lang;
use crate::commands::chinese;
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

/// The command line as clap knows it, with summaries, descriptions and examples in that language.
pub(super) fn command(lang: Lang) -> Command {
    let about = lang.pick("The WeChat Pay merchant OpenAPI on the command line", "微信支付商户接口命令行工具");
    let whole = Cli::command().about(about.to_owned()).after_long_help(examples(EXAMPLES, lang));
    let whole = HELPS.iter().copied().flatten().fold(whole, |whole, help| at(whole, help.command, help, lang));
    if lang == Lang::Zh { in_chinese(whole, "") } else { whole }
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

/// As clap's own, but for the word before the usage.
const CHINESE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// A command and those below it with descriptions and headings in Chinese; `words` lead to it.
fn in_chinese(command: Command, words: &str) -> Command {
    let command = command.help_template(CHINESE).subcommand_help_heading("命令").subcommand_value_name("命令");
    // Below a heading of its own clap no longer keeps the order of positional ones.
    let mut order = 0;
    let argument = |argument: Arg| {
        order += 1;
        let argument = described(argument, words);
        if argument.is_positional() { argument.display_order(order) } else { argument }
    };
    command.mut_args(argument).mut_subcommands(|inner| {
        let words = format!("{words} {}", inner.get_name());
        in_chinese(inner, words.trim())
    })
}

/// An argument with its description in Chinese, and in it what clap would add in English.
fn described(argument: Arg, words: &str) -> Arg {
    let Some(zh) = chinese::of(words, argument.get_id().as_str()) else { return argument };
    let heading = match argument.get_help_heading() {
        Some(_) => "配置",
        None if argument.is_positional() => "参数",
        None => "选项",
    };
    let takes_values = argument.get_action().takes_values();
    let mut notes = Vec::new();
    if takes_values && !argument.is_hide_possible_values_set() {
        let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        notes.extend((!values.is_empty()).then(|| format!("可选 {}", values.join("、"))));
    }
    if takes_values {
        let values: Vec<_> = argument.get_default_values().iter().filter_map(|value| value.to_str()).collect();
        notes.extend((!values.is_empty()).then(|| format!("默认 {}", values.join("、"))));
    }
    let told = if notes.is_empty() { zh.to_owned() } else { format!("{zh}（{}）", notes.join("；")) };
    let argument = argument.help(told).help_heading(heading);
    // Only of one that takes a value there is something to hide.
    if takes_values { argument.hide_possible_values(true).hide_default_value(true) } else { argument }
}

fn examples(lines: &[&str], lang: Lang) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("  $ {line}")).collect();
    format!("{}\n{}", lang.pick("Examples:", "示例："), lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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

    #[test]
    fn every_argument_is_described_in_both_languages_and_no_row_is_of_none() {
        let mut met = BTreeSet::new();
        each(&command(Lang::Zh), "", &mut |command, words| {
            for argument in command.get_arguments() {
                let (id, help) = (argument.get_id().as_str(), argument.get_help().map(ToString::to_string));
                assert!(help.as_ref().is_some_and(|help| !help.is_ascii()), "{words} {id}: {help:?}");
                met.extend([(words.to_owned(), id.to_owned()), (String::new(), id.to_owned())]);
            }
        });
        for (words, id, zh) in chinese::ROWS {
            assert!(met.contains(&((*words).to_owned(), (*id).to_owned())) && !zh.is_ascii(), "{words} {id}");
        }
        let told = command(Lang::Zh).render_long_help().to_string();
        for english in ["Usage:", "Options:", "Commands:", "Settings:", "[default", "[possible"] {
            assert!(!told.contains(english), "{english}: {told}");
        }
        each(&command(Lang::En), "", &mut |command, words| {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{words} {}", argument.get_id());
            }
        });
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
