//! A saved answer: status line, headers, blank line, body, as `curl -i` writes it; or the body alone.

use serde_json::Value;

/// What is known of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    pub(super) body: Value,
}

/// Reads a saved answer, or a body of JSON; `None` for neither.
pub(super) fn read(text: &str) -> Option<Answer> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with("HTTP/") {
        let body: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
        return Some(Answer { body, ..Answer::default() });
    }
    let text = text.replace("\r\n", "\n");
    let (mut head, mut body) = text.split_once("\n\n").unwrap_or((&text, ""));
    // Before it stands what a proxy, or a server that was asked to wait, said.
    while body.starts_with("HTTP/") {
        (head, body) = body.split_once("\n\n").unwrap_or((body, ""));
    }
    let mut lines = head.lines();
    let status = lines.next()?.split_whitespace().nth(1)?.parse().ok();
    let header = |name: &str| {
        let found = lines
            .clone()
            .filter_map(|line| line.split_once(':'))
            .find(|(known, _)| known.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    Some(Answer { status, request_id: header("request-id"), body: serde_json::from_str(body).unwrap_or_default() })
}

impl Answer {
    /// The code of the body.
    pub(super) fn code(&self) -> Option<&str> {
        self.body.get("code")?.as_str().filter(|code| !code.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_read_from_its_last_head() {
        let text = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 401 Unauthorized\r\nrequest-id: 08F7-268443699\r\n\r\n{\"code\":\"SIGN_ERROR\"}";
        let answer = read(text).unwrap();
        assert_eq!(
            (answer.status, answer.request_id.as_deref(), answer.code()),
            (Some(401), Some("08F7-268443699"), Some("SIGN_ERROR"))
        );
        let html = read("HTTP/1.1 502 Bad Gateway\n\n<html>").unwrap();
        assert_eq!((html.status, html.code()), (Some(502), None));
        assert_eq!(read(" {\"code\": \"X\"}").unwrap().body, json!({"code": "X"}));
        assert_eq!((read("hello"), read("[1]"), read("")), (None, None, None));
    }
}
