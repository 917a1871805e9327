//! The flags of settings, stronger than the environment and the env file.
#![allow(clippy::doc_markdown, reason = "the comments are the help that people read in a terminal")]

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

#[derive(Clone, Default, Args)]
pub(crate) struct SettingFlags {
    /// Settings from this file instead of the environment.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) env_file: Option<PathBuf>,

    /// The merchant number.
    #[arg(long, global = true, value_name = "TEXT", help_heading = SETTINGS)]
    pub(crate) mchid: Option<String>,

    /// The serial of the merchant API certificate.
    #[arg(long, global = true, value_name = "TEXT", help_heading = SETTINGS)]
    pub(crate) serial: Option<String>,

    /// The id of the WeChat Pay public key, `PUB_KEY_ID_…`.
    #[arg(long, global = true, value_name = "TEXT", help_heading = SETTINGS)]
    pub(crate) public_key_id: Option<String>,

    /// The merchant API key, such as apiclient_key.pem.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) private_key: Option<PathBuf>,

    /// The WeChat Pay public key, such as pub_key.pem.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) public_key: Option<PathBuf>,

    /// The merchant API certificate, such as apiclient_cert.pem.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) certificate: Option<PathBuf>,

    /// A platform certificate; any number of times.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) platform_certificate: Vec<PathBuf>,

    /// A file with the APIv3 key and nothing else.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) api_v3_key_file: Option<PathBuf>,

    /// A file with the APIv2 key and nothing else.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) secret_file: Option<PathBuf>,

    /// Where calls go, such as the simulator.
    #[arg(long, global = true, value_name = "URL", help_heading = SETTINGS)]
    pub(crate) base_uri: Option<String>,

    /// An extra trusted CA.
    #[arg(long, global = true, value_name = "FILE", help_heading = SETTINGS)]
    pub(crate) ca: Option<PathBuf>,

    /// The proxy for https, `http://host:port`; `none` for no proxy.
    #[arg(long, global = true, value_name = "URL", help_heading = SETTINGS)]
    pub(crate) proxy: Option<String>,

    /// The time of a whole call; the default is 30 (doctor: 10 a request).
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, help_heading = SETTINGS)]
    pub(crate) timeout: Option<Duration>,
}

/// The heading of these flags in the help.
const SETTINGS: &str = "Settings";

/// The longest time that makes sense.
const LONGEST: f64 = 86_400.0;

/// Seconds, whole or not.
fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse::<f64>().ok().filter(|number| *number > 0.0 && *number <= LONGEST);
    number.map(Duration::from_secs_f64).ok_or_else(|| "expected seconds, more than 0 and at most 86400".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_some_seconds() {
        assert_eq!((seconds("2"), seconds("0.5")), (Ok(Duration::from_secs(2)), Ok(Duration::from_millis(500))));
        for text in ["0", "-1", "x", "nan", "1e9", "inf", "0.0000000001s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
