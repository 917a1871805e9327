//! A call as a test that repeats it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::record::Record;

/// What was asked and answered, for programs.
pub(crate) fn json(record: &Record) -> Value {
    let call = record.to_json();
    json!({
        "method": call["method"],
        "target": call["target"],
        "mchid": call["mchid"],
        "headers": call["headers"],
        "body": call["body"],
        "plain": call["plain"],
        "expect": {"status": call["answer"]["status"], "body": call["answer"]["body"]},
    })
}

/// The same request, byte for byte. Its signature is good for five minutes.
pub(crate) fn curl(record: &Record, base: &str) -> String {
    let mut text = format!("curl -i -X {} {}", record.method, shell(&format!("{base}{}", record.target)));
    for (name, value) in record.headers.pairs() {
        if !["host", "content-length", "connection"].contains(&name.as_str()) {
            _ = write!(text, " \\\n  -H {}", shell(&format!("{name}: {value}")));
        }
    }
    if !record.body.is_empty() {
        _ = write!(text, " \\\n  --data-binary {}", shell(&String::from_utf8_lossy(&record.body)));
    }
    text.push('\n');
    text
}

fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A test that makes the same call anew, with the SDK.
pub(crate) fn rust(record: &Record) -> String {
    let verb = record.method.to_lowercase();
    let (path, query) = record.target.split_once('?').unwrap_or((&record.target, ""));
    let pairs = form_urlencoded::parse(query.as_bytes());
    let queries: Vec<_> = pairs.map(|(name, value)| format!(".query({name:?}, {value:?})")).collect();
    let queries = queries.concat();
    let body = match (record.method.as_str(), &record.plain()) {
        ("GET" | "DELETE", _) => String::new(),
        (_, Value::Null) => "()".to_owned(),
        (_, plain) => format!("wechatpay_chain::json!({plain:#})"),
    };
    let status = record.answer.status;
    let expected = match status {
        200..300 => format!("    let answer = call?;\n    assert_eq!(answer.status().as_u16(), {status});"),
        _ => format!(
            "    assert_eq!(call.unwrap_err().rejection().map(|refused| refused.status().as_u16()), Some({status}));"
        ),
    };
    let mchid = record.mchid.as_deref().unwrap_or_default();
    format!(
        "#[test]\nfn {}() -> Result<(), Box<dyn std::error::Error>> {{\n    \
         let sim = wechatpay_sim::Simulator::builder().start()?;\n    \
         let wxpay = sim.merchant({mchid:?})?.client()?;\n    \
         let call = wxpay.chain({:?}){queries}.{verb}({body});\n{expected}\n    Ok(())\n}}\n",
        record.id,
        path.trim_start_matches('/'),
    )
}
