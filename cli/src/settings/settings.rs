//! The settings as they were given, and where each is from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::names;
use super::path::resolve;

/// Where the settings come from, besides flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The environment of the process.
    Environment,
    /// This env file, and nothing of the environment.
    File(PathBuf),
}

/// Where one setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment.
    Environment,
    /// A line of the env file, counted from 1.
    Line(usize),
    /// A flag whose value it is.
    Flag(&'static str),
    /// The file that a flag names.
    FileOfFlag(&'static str),
}

/// The value of a setting; `Debug` does not show it.
#[derive(Clone)]
pub struct Setting {
    /// As it was given.
    pub value: Zeroizing<String>,
    /// Where it is from.
    pub origin: Origin,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting({:?}, {} bytes)", self.origin, self.value.len())
    }
}

/// The settings of a merchant, from one source and the flags.
///
/// Nothing is checked here: `wechatpay_cli::doctor` looks at them, and [`client`](Self::client) uses them.
#[derive(Clone)]
pub struct Settings {
    pub(crate) source: Source,
    pub(crate) values: BTreeMap<String, Setting>,
    /// The files of `--platform-certificate`, in order.
    pub(crate) platform_certificates: Vec<String>,
    /// Variables that the env file sets twice to different values: the name, and the two lines of which the second counts.
    pub(crate) doubled: Vec<(String, usize, usize)>,
    /// `--proxy`: a URL, or `none`.
    pub(crate) proxy: Option<Zeroizing<String>>,
    pub(crate) timeout: Option<Duration>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("source", &self.source).field("values", &self.values).finish_non_exhaustive()
    }
}

impl Settings {
    /// The settings of these variables, whatever kept them; names that `wxpay` does not read are kept for the doctor's eye.
    ///
    /// ```
    /// use wechatpay_cli::settings::{Settings, Source};
    ///
    /// let vars = [("WECHATPAY_MCHID".to_owned(), "1900000109".to_owned())];
    /// let settings = Settings::of(Source::Environment, vars);
    /// assert_eq!(settings.get("WECHATPAY_MCHID").unwrap().as_str(), "1900000109");
    /// ```
    pub fn of(source: Source, vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let setting = |value| Setting { value: Zeroizing::new(value), origin: Origin::Environment };
        let ours = vars.into_iter().filter(|(name, _)| name.starts_with(names::PREFIX));
        let values = ours.map(|(name, value)| (name, setting(value))).collect();
        Self { source, values, platform_certificates: Vec::new(), doubled: Vec::new(), proxy: None, timeout: None }
    }

    /// Where they come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// A setting as it was given, by the variable's whole name.
    pub fn given(&self, name: &str) -> Option<&Setting> {
        self.values.get(name)
    }

    /// The value of a setting as it is used: without blanks and quotes around it, a relative path of an env file joined to the file's folder.
    /// `None` if there is nothing in it.
    pub fn get(&self, name: &str) -> Option<Zeroizing<String>> {
        let setting = self.given(name)?;
        let value = bare(&setting.value);
        if value.is_empty() {
            return None;
        }
        let folder = match (&self.source, setting.origin) {
            (Source::File(file), Origin::Line(_)) if names::FILES.contains(&name) => file.parent(),
            _ => None,
        };
        let value = folder.map_or_else(|| value.to_owned(), |folder| resolve(value, folder));
        Some(Zeroizing::new(value))
    }

    /// Whether there is anything in a setting.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// A value without blanks around it, and without quotes around that, as the SDK reads variables.
fn bare(value: &str) -> &str {
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    quoted.unwrap_or(value).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_used_as_the_sdk_reads_them_and_never_shown() {
        let vars = [("WECHATPAY_SECRET", " \"hush\"\n"), ("WECHATPAY_SERIAL", " "), ("HOME", "/root")];
        let settings = Settings::of(Source::Environment, vars.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(settings.get("WECHATPAY_SECRET").as_deref().map(String::as_str), Some("hush"));
        assert!(!settings.has("WECHATPAY_SERIAL") && settings.given("HOME").is_none());
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
