//! What the gateway believes was signed, as its refusal tells it, compared with what was.

use serde_json::Value;

use crate::uri::percent;

/// The lines that are signed.
const LINES: [&str; 5] = ["method", "url", "timestamp", "nonce", "body"];

/// How many digits a timestamp in milliseconds has; in seconds it has three less.
const MILLISECONDS: usize = 13;

/// The `sign_information` of a 401: the method and URL that the gateway saw, and the beginning and length of the text that it verified.
///
/// ```
/// use wechatpay_chain::{SignInformation, json};
///
/// let body = json!({"code": "SIGN_ERROR", "detail": {"sign_information": {"method": "GET", "url": "/v3/certificates?algorithm_type=RSA",
///     "sign_message_length": 91, "truncated_sign_message": "GET\n/v3/certificates?algorithm_type=RSA\n15"}}});
/// let information = SignInformation::of(&body).ok_or("none")?;
/// let differences = information.differences(b"GET\n/v3/certificates\n1554208460\nABC\n\n");
/// assert_eq!((differences[0].name(), differences[0].hint()), ("url", Some("query_missing")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInformation {
    method: String,
    url: String,
    length: Option<u64>,
    message: String,
}

/// A line of what was signed that is another than the gateway saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    line: usize,
    name: &'static str,
    gateway: String,
    sent: String,
    hint: Option<&'static str>,
}

impl SignInformation {
    /// Reads it from the body of a refusal, or from its `detail`; `None` for one without.
    pub fn of(body: &Value) -> Option<Self> {
        let places = ["/detail/sign_information", "/sign_information"];
        let found = places.iter().find_map(|place| body.pointer(place))?;
        let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let message = text("truncated_sign_message");
        // A text that was cut within a character ends in the sign of one that is none.
        let message = message.trim_end_matches('\u{fffd}').to_owned();
        let length = found.get("sign_message_length").and_then(Value::as_u64);
        Some(Self { method: text("method"), url: text("url"), length, message })
    }

    /// The method that the gateway saw.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, with its query, that the gateway saw.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many bytes the text has that the gateway verified.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The beginning of that text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What of `sent`, the text that was signed, is another than the gateway saw: line by line as far as its text goes, then the lengths.
    ///
    /// Nothing, if both are the same text: then the key or its serial is another.
    pub fn differences(&self, sent: &[u8]) -> Vec<Difference> {
        let sent_text = String::from_utf8_lossy(sent);
        let theirs: Vec<&str> = self.message.splitn(LINES.len(), '\n').collect();
        let ours: Vec<&str> = sent_text.splitn(LINES.len(), '\n').collect();
        let mut found = Vec::new();
        for (at, name) in LINES.into_iter().enumerate() {
            let seen = theirs.get(at).copied().unwrap_or_default();
            // Method and URL are told whole beside the text.
            let (seen, is_whole) = match at {
                0 if !self.method.is_empty() => (self.method.as_str(), true),
                1 if !self.url.is_empty() => (self.url.as_str(), true),
                _ => (seen, at + 1 < theirs.len()),
            };
            let own = ours.get(at).copied().unwrap_or_default();
            let is_same = match at {
                _ if is_whole => seen == own,
                // Line breaks at the end are told by the length.
                4 => own.starts_with(seen) || own.trim_end_matches('\n') == seen.trim_end_matches('\n'),
                _ => own.starts_with(seen),
            };
            if !is_same {
                let (gateway, sent) = (seen.to_owned(), own.to_owned());
                found.push(Difference { line: at + 1, name, hint: hint(at, seen, own), gateway, sent });
            }
        }
        let length = self.length.filter(|length| found.is_empty() && *length != sent.len() as u64);
        found.extend(length.map(|length| of_length(length, sent)));
        found
    }
}

/// What explains a line that differs.
fn hint(line: usize, theirs: &str, ours: &str) -> Option<&'static str> {
    match line {
        0 => Some("method"),
        1 => of_url(theirs, ours),
        2 => (ours.len() == MILLISECONDS && ours.bytes().all(|byte| byte.is_ascii_digit())).then_some("milliseconds"),
        4 => Some("body_differs"),
        _ => None,
    }
}

fn of_url(theirs: &str, ours: &str) -> Option<&'static str> {
    let decoded = |url: &str| percent::decode(url);
    match () {
        () if ours.contains("://")
            || theirs.len() < ours.len() && ours.ends_with(theirs) && !ours.starts_with("/v") =>
        {
            Some("host_in_path")
        }
        () if theirs.split_once('?').is_some_and(|(path, _)| path == ours) => Some("query_missing"),
        () if ours.contains(['{', '}']) || ours.contains("%7B") => Some("placeholder"),
        () if decoded(theirs) == decoded(ours) => Some("encoding"),
        () => None,
    }
}

/// The beginnings are the same, the lengths are not.
fn of_length(length: u64, sent: &[u8]) -> Difference {
    let own = sent.len() as u64;
    let hint = match () {
        () if own + 1 == length && !sent.ends_with(b"\n") => "newline_missing",
        // Of a request without a body the last line is empty: one line break less is one that is missing.
        () if own + 1 == length
            && sent.iter().filter(|byte| **byte == b'\n').take(LINES.len()).count() < LINES.len() =>
        {
            "newline_missing"
        }
        () if own == length + 1 && sent.ends_with(b"\n\n") => "newline_extra",
        () => "body_differs",
    };
    Difference {
        line: LINES.len(),
        name: "length",
        gateway: length.to_string(),
        sent: own.to_string(),
        hint: Some(hint),
    }
}

impl Difference {
    /// Which of the five lines, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What the line is: `method`, `url`, `timestamp`, `nonce`, `body`; or `length`, when the texts begin alike.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the gateway saw, as far as it told; of `length` the number of bytes.
    pub fn gateway(&self) -> &str {
        &self.gateway
    }

    /// What was signed; of `length` the number of bytes.
    pub fn sent(&self) -> &str {
        &self.sent
    }

    /// A word for what explains it: `method`, `query_missing`, `host_in_path`, `placeholder`, `encoding`, `milliseconds`, `newline_missing`,
    /// `newline_extra` or `body_differs`; `None` where nothing does.
    pub fn hint(&self) -> Option<&'static str> {
        self.hint
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "/v3/pay/transactions/id/42?mchid=1900000109";
    const SENT: &str = "GET\n/v3/pay/transactions/id/42?mchid=1900000109\n1554208460\nABC\n\n";

    fn information(message: &str) -> SignInformation {
        let cut: String = message.chars().take(64).collect();
        let body = json!({"detail": {"sign_information": {"method": "GET", "url": URL, "sign_message_length": message.len(),
            "truncated_sign_message": cut}}});
        SignInformation::of(&body).unwrap()
    }

    fn only(sent: &str) -> (&'static str, Option<&'static str>) {
        let found = information(SENT).differences(sent.as_bytes());
        assert_eq!(found.len(), 1, "{found:?}");
        (found[0].name(), found[0].hint())
    }

    #[test]
    fn each_mistake_is_named_by_its_line_and_what_explains_it() {
        for (sent, expected) in [
            (SENT.replace("GET", "get"), ("method", Some("method"))),
            (SENT.replace("?mchid=1900000109", ""), ("url", Some("query_missing"))),
            (SENT.replace("/v3/pay", "https://api.mch.weixin.qq.com/v3/pay"), ("url", Some("host_in_path"))),
            (SENT.replace("/v3/pay", "api.mch.weixin.qq.com/v3/pay"), ("url", Some("host_in_path"))),
            (SENT.replace("id/42", "id/{transaction_id}"), ("url", Some("placeholder"))),
            (SENT.replace("id/42", "id/%34%32"), ("url", Some("encoding"))),
            (SENT.replace("id/42", "id/43"), ("url", None)),
            (SENT.replace("1554208460", "1554208460000"), ("timestamp", Some("milliseconds"))),
            (SENT.replace("1554208460", "1554208461"), ("timestamp", None)),
            (SENT[..SENT.len() - 1].to_owned(), ("length", Some("newline_missing"))),
            (format!("{SENT}\n"), ("length", Some("newline_extra"))),
            (format!("{}x\n", &SENT[..SENT.len() - 1]), ("body", Some("body_differs"))),
        ] {
            assert_eq!(only(&sent), expected, "{sent}");
        }
        assert!(information(SENT).differences(SENT.as_bytes()).is_empty());
        // Of a longer one the gateway tells the beginning alone.
        let long = SENT.replace("ABC\n", "593BEC0C930BF1AFEB40B4A08C8FB242\n{\"a\":1}");
        let changed = information(&long).differences(long.replace("1}", "1 }").as_bytes());
        assert_eq!((changed[0].name(), changed[0].hint()), ("length", Some("body_differs")));
    }

    #[test]
    fn a_body_that_is_told_is_compared_and_one_cut_within_a_character_is_no_difference() {
        let information = |message: &str| {
            let body =
                json!({"sign_information": {"method": "POST", "url": "/v3/x", "truncated_sign_message": message}});
            SignInformation::of(&body).unwrap()
        };
        let sent = "POST\n/v3/x\n1554208460\nABC\n{\"a\":\"张三\"}\n";
        assert!(
            information("POST\n/v3/x\n1554208460\nABC\n{\"a\":\"张\u{fffd}").differences(sent.as_bytes()).is_empty()
        );
        let found = information("POST\n/v3/x\n1554208460\nABC\n{\"a\": ").differences(sent.as_bytes());
        assert_eq!((found[0].line(), found[0].hint()), (5, Some("body_differs")));
        assert_eq!(SignInformation::of(&json!({"code": "SIGN_ERROR"})), None);
    }
}
