//! Help in the chosen language, with examples that can be typed.

use clap::{Command, CommandFactory as _};

use crate::args::Cli;
use crate::lang::Lang;

/// The language that the words of the command line ask for, else that of the environment; needed before they are parsed, for help.
pub(crate) fn language(words: impl Iterator<Item = String>) -> Lang {
    let words: Vec<String> = words.collect();
    let next = words.windows(2).find(|pair| pair.first().is_some_and(|word| word == "--lang"));
    let named = next.and_then(|pair| pair.get(1).map(String::as_str));
    let joined = || words.iter().find_map(|word| word.strip_prefix("--lang="));
    match named.or_else(joined) {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        _ => Lang::of_environment(),
    }
}

/// Each command: its name, what it does in Chinese, and its examples.
const SIM: (&str, &str, &str) = (
    "sim",
    "在本机运行有状态的微信支付模拟网关，供任何语言的 SDK 使用",
    "  $ wxpay sim\n  $ wxpay sim --listen 127.0.0.1:0 --json\n  $ wxpay sim --keys /tmp/wxpay --state /tmp/wxpay/state.json --seed 1",
);

/// The command line as clap knows it, with summaries and the examples' title in that language.
pub(crate) fn command(lang: Lang) -> Command {
    let title = lang.pick("Examples:", "示例：");
    let (name, chinese, examples) = SIM;
    let about = lang.pick("The WeChat Pay merchant OpenAPI on the command line", "微信支付商户接口命令行工具");
    Cli::command().about(about.to_owned()).after_help(format!("{title}\n  $ wxpay sim")).mut_subcommand(
        name,
        |command| {
            let command = command.after_help(format!("{title}\n{examples}"));
            if lang == Lang::Zh { command.about(chinese) } else { command }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed_in_both_languages() {
        command(Lang::En).debug_assert();
        command(Lang::Zh).debug_assert();
    }

    #[test]
    fn the_language_is_known_before_the_words_are_parsed() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>().into_iter();
        assert_eq!(language(words("wxpay --lang zh sim")), Lang::Zh);
        assert_eq!(language(words("wxpay sim --lang=en")), Lang::En);
    }
}
