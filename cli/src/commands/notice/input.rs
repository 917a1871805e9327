//! What both commands read: the file of a notification, and the moment it came.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::base::failure::Failure;
use crate::base::files;
use crate::endpoint::now;
use crate::notice::Saved;

#[derive(Args)]
pub(super) struct InputArgs {
    /// A saved request (headers, a blank line, the body), or JSON with headers and body; - for stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The headers, when FILE is the body alone.
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,

    /// When it came: received (its own timestamp), now, RFC 3339, or seconds since 1970.
    #[arg(long, value_name = "TIME", default_value = "received", value_parser = moment)]
    at: At,
}

/// When a notification came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Received,
    Now,
    Time(u64),
}

/// A moment, for clap.
fn moment(text: &str) -> Result<At, String> {
    match text {
        "received" => return Ok(At::Received),
        "now" => return Ok(At::Now),
        _ => {}
    }
    let written =
        || OffsetDateTime::parse(text, &Rfc3339).ok().and_then(|time| u64::try_from(time.unix_timestamp()).ok());
    let time = text.parse().ok().or_else(written);
    time.map(At::Time).ok_or_else(|| "expected received, now, RFC 3339 or seconds since 1970".to_owned())
}

/// How far the time of signing may be from the moment of receipt.
const WINDOW: u64 = 300;

/// A notification that was read.
pub(super) struct Input {
    pub(super) saved: Saved,
    /// In seconds since 1970.
    pub(super) at: u64,
}

impl InputArgs {
    pub(super) fn read(&self) -> Result<Input, Failure> {
        let headers = self.headers.as_deref().map(files::read).transpose()?;
        let saved = Saved::of(&files::read(&self.file)?, headers.as_deref())?;
        let at = match self.at {
            // One without a time is refused for that, whatever the moment.
            At::Received => saved.timestamp().unwrap_or_else(now),
            At::Now => now(),
            At::Time(time) => time,
        };
        Ok(Input { saved, at })
    }
}

impl Input {
    /// What is told of one that is verified.
    pub(super) fn verified(&self) -> Value {
        let timestamp = self.saved.timestamp();
        let age = timestamp.map(|then| i128::from(now()) - i128::from(then)).and_then(|age| i64::try_from(age).ok());
        json!({
            "version": "v3",
            "verified": true,
            "serial": self.saved.header("wechatpay-serial"),
            "timestamp": timestamp,
            "age_s": age,
            "fresh": age.is_some_and(|age| age.unsigned_abs() <= WINDOW),
        })
    }
}

/// The members of the envelope that are not encrypted.
pub(super) fn envelope(body: &Value) -> Value {
    let text = |pointer: &str| body.pointer(pointer).cloned().unwrap_or(Value::Null);
    json!({
        "id": text("/id"),
        "event_type": text("/event_type"),
        "original_type": text("/resource/original_type"),
        "create_time": text("/create_time"),
        "summary": text("/summary"),
    })
}

/// The lines of a document for people.
pub(super) fn lines(document: &Value) -> String {
    let mut lines = Vec::new();
    for (name, value) in document.as_object().into_iter().flatten() {
        lines.push(match value {
            Value::String(text) => format!("{name}: {text}"),
            Value::Object(_) => format!("{name}: {value:#}"),
            other => format!("{name}: {other}"),
        });
    }
    crate::base::output::plain(&lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_several_ways() {
        assert_eq!(moment("received"), Ok(At::Received));
        assert_eq!(moment("now"), Ok(At::Now));
        assert_eq!(moment("1554208460"), Ok(At::Time(1_554_208_460)));
        assert_eq!(moment("2019-04-02T20:34:20+08:00"), Ok(At::Time(1_554_208_460)));
        assert!(moment("yesterday").is_err() && moment("1960-01-01T00:00:00Z").is_err());
    }
}
