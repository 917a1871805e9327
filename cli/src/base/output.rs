//! What is written to stdout and stderr: one document or a text, without what a terminal would obey.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde_json::Value;

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether a stream is coloured that is a terminal or not.
    pub(crate) fn applies(self, is_terminal: bool, var: impl Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let no_color = var("NO_COLOR").is_some_and(|value| !value.is_empty());
                is_terminal && !no_color && var("TERM").as_deref() != Some("dumb")
            }
        }
    }
}

/// Paints a text where colours are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint(pub(crate) bool);

impl Paint {
    pub(crate) fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A text of clap's, with its styles where colours are wanted.
    pub(crate) fn styled(self, text: &clap::builder::StyledStr) -> String {
        if self.0 { text.ansi().to_string() } else { text.to_string() }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Whether stderr is a terminal, where progress and questions are shown.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether stdout is a terminal.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Text from outside as it may be shown: what a terminal would obey is written out, `\x1b`.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            // Also the marks that turn the direction of writing.
            c if c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                // Writing into a String cannot fail.
                _ = write!(shown, "\\x{:02x}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// Writes a line, or several, to stdout. A closed pipe ends the program quietly.
pub(crate) fn print(text: &str) {
    let mut text = text.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    print_bytes(text.as_bytes());
}

/// Writes bytes to stdout as they are. A closed pipe ends the program quietly.
pub(crate) fn print_bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Writes a line to stderr; if nobody reads it, that is no failure.
pub(crate) fn eprint(text: &str) {
    _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes one document to stdout: the members every one has, and those of the command.
pub(crate) fn document(command: &str, members: Value) {
    print(&whole(command, members).to_string());
}

fn whole(command: &str, members: Value) -> Value {
    let mut whole = members;
    if let Some(object) = whole.as_object_mut() {
        object.insert("schema".to_owned(), 1.into());
        object.insert("command".to_owned(), command.into());
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        let var = |vars: &'static [(&str, &str)]| {
            move |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(Color::Auto.applies(true, var(&[("TERM", "xterm"), ("NO_COLOR", "")])));
        assert!(!Color::Auto.applies(false, var(&[])));
        assert!(!Color::Auto.applies(true, var(&[("TERM", "dumb")])));
        assert!(!Color::Auto.applies(true, var(&[("NO_COLOR", "1")])));
        assert!(Color::Always.applies(false, var(&[("NO_COLOR", "1")])) && !Color::Never.applies(true, var(&[])));
        assert_eq!((Paint(true).red("x"), Paint(false).red("x")), ("\u{1b}[31mx\u{1b}[0m".to_owned(), "x".to_owned()));
    }

    #[test]
    fn a_terminal_obeys_nothing_from_outside() {
        assert_eq!(plain("a\u{1b}[31mb\r\u{7}\u{202e}张\tc\n"), "a\\x1b[31mb\\x0d\\x07\\x202e张\tc\n");
    }

    #[test]
    fn every_document_names_its_command() {
        let document = whole("bill sum", serde_json::json!({"rows": 3}));
        assert_eq!(document, serde_json::json!({"schema": 1, "command": "bill sum", "rows": 3}));
    }
}
