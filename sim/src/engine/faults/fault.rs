//! A fault by its name and argument: `TIMEOUT_AFTER(60)`, or a code of the documentation such as `NOT_ENOUGH`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::known::{Known, When, known};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Fault {
    name: String,
    argument: Option<u32>,
}

/// Codes are shorter.
const LONGEST: usize = 64;

impl Fault {
    /// Reads `NAME` or `NAME(ARGUMENT)`.
    ///
    /// # Errors
    ///
    /// A sentence that says what is expected.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, argument) = match text.split_once('(') {
            None => (text, None),
            Some((name, rest)) => {
                let digits = rest.strip_suffix(')').ok_or("expected NAME or NAME(NUMBER)")?;
                (name, Some(digits.parse::<u32>().map_err(|_| "expected a number in parentheses")?))
            }
        };
        if !is_name(name) {
            return Err("expected a name in upper case, such as TIMEOUT_AFTER".to_owned());
        }
        if let Some(argument) = argument {
            check(name, argument)?;
        }
        Ok(Self { name: name.to_owned(), argument })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What is known of it, unless it is a code.
    pub(crate) fn known(&self) -> Option<&'static Known> {
        known(&self.name)
    }

    /// The argument, or what is usual.
    pub(crate) fn argument(&self) -> u32 {
        let usual = || self.known().and_then(|known| known.argument).map_or(0, super::known::Argument::usual);
        self.argument.unwrap_or_else(usual)
    }

    /// Whether it is one of notices.
    pub(crate) fn is_on_notices(&self) -> bool {
        self.known().is_some_and(|known| known.on_notices)
    }

    /// Whether it is one of calls; every code is.
    pub(crate) fn is_on_calls(&self) -> bool {
        self.known().is_none_or(|known| known.on_calls.is_some_and(|when| when != When::Handshake))
    }

    /// Whether it is one of handshakes.
    pub(crate) fn is_on_handshakes(&self) -> bool {
        self.known().is_some_and(|known| known.on_calls == Some(When::Handshake))
    }
}

/// Whether an argument fits the name.
fn check(name: &str, argument: u32) -> Result<(), String> {
    let Some(kind) = known(name).and_then(|known| known.argument) else {
        return Err(format!("{name} takes no number"));
    };
    match (1..=kind.most()).contains(&argument) {
        true => Ok(()),
        false => Err(format!("{name}: expected a number from 1 to {}", kind.most())),
    }
}

/// Whether it is written as names of faults and codes are.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument {
            Some(argument) => write!(f, "{}({argument})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl TryFrom<String> for Fault {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Fault> for String {
    fn from(fault: Fault) -> Self {
        fault.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::faults::known::ALL;

    #[test]
    fn names_and_arguments_are_read_and_written() {
        for text in ["TIMEOUT_AFTER(60)", "TIMEOUT_AFTER", "NOT_ENOUGH", "RESET_AFTER", "DUPLICATE(5)"] {
            assert_eq!(Fault::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Fault::parse("TIMEOUT_AFTER(5)").unwrap().argument(), 5);
        assert_eq!(Fault::parse("TIMEOUT_AFTER").unwrap().argument(), 60);
        assert_eq!(Fault::parse("STALE").unwrap().argument(), 301);
        assert_eq!(Fault::parse("RESET_AFTER").unwrap().argument(), 0);
    }

    #[test]
    fn what_is_no_fault_is_refused_with_what_is_expected() {
        for (text, why) in [
            ("", "expected a name in upper case, such as TIMEOUT_AFTER"),
            ("timeout", "expected a name in upper case, such as TIMEOUT_AFTER"),
            ("TIMEOUT AFTER", "expected a name in upper case, such as TIMEOUT_AFTER"),
            ("1_A", "expected a name in upper case, such as TIMEOUT_AFTER"),
            ("TIMEOUT_AFTER(", "expected NAME or NAME(NUMBER)"),
            ("TIMEOUT_AFTER(x)", "expected a number in parentheses"),
            ("TIMEOUT_AFTER()", "expected a number in parentheses"),
            ("TIMEOUT_AFTER(0)", "TIMEOUT_AFTER: expected a number from 1 to 3600"),
            ("TIMEOUT_AFTER(3601)", "TIMEOUT_AFTER: expected a number from 1 to 3600"),
            ("DUPLICATE(101)", "DUPLICATE: expected a number from 1 to 100"),
            ("RESET_AFTER(1)", "RESET_AFTER takes no number"),
            ("NOT_ENOUGH(1)", "NOT_ENOUGH takes no number"),
        ] {
            assert_eq!(Fault::parse(text).unwrap_err(), why, "{text}");
        }
        assert!(Fault::parse(&"A".repeat(65)).is_err());
    }

    #[test]
    fn each_fault_stands_once_and_has_a_sentence() {
        for (index, fault) in ALL.iter().enumerate() {
            assert!(is_name(fault.name) && fault.text.ends_with('.'), "{}", fault.name);
            assert!(fault.on_calls.is_some() || fault.on_notices, "{}", fault.name);
            assert_eq!(ALL.iter().position(|other| other.name == fault.name), Some(index), "{} twice", fault.name);
        }
    }
}
