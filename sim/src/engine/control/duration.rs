//! Spans of time as requests have them: seconds, or `"1h30m"`.

use serde_json::Value;

use super::request::ControlError;

/// Whole seconds of a span; not negative.
///
/// # Errors
///
/// `BAD_REQUEST`, naming the member.
pub(crate) fn seconds(name: &str, value: &Value) -> Result<i64, ControlError> {
    let found = match value {
        Value::Number(number) => number.as_i64().filter(|seconds| *seconds >= 0),
        Value::String(text) => parse(text),
        _ => None,
    };
    found.ok_or_else(|| ControlError::bad(format!("{name}: expected seconds, or a text such as \"1h30m\"")))
}

fn parse(text: &str) -> Option<i64> {
    let (mut total, mut digits) = (0_i64, String::new());
    for character in text.chars() {
        let unit = match character {
            'd' => 24 * 3600,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            digit if digit.is_ascii_digit() => {
                digits.push(digit);
                continue;
            }
            _ => return None,
        };
        total = total.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    (digits.is_empty() && !text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_are_seconds_or_texts() {
        for (value, expected) in [
            (json!(90), 90),
            (json!("90s"), 90),
            (json!("1h30m"), 5400),
            (json!("2d"), 172_800),
            (json!("1d1s"), 86_401),
        ] {
            assert_eq!(seconds("by", &value), Ok(expected));
        }
        for wrong in
            [json!(-1), json!(1.5), json!(""), json!("90"), json!("h"), json!("1x"), json!("1h 3m"), json!(null)]
        {
            let error = seconds("by", &wrong).unwrap_err();
            assert!(error.status == 400 && error.message.starts_with("by: "), "{wrong}");
        }
        assert!(seconds("by", &json!("99999999999999999999d")).is_err());
    }
}
