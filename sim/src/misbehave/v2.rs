//! What a fault does to an answer of APIv2, whose signature is one of its members.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use wechatpay_chain::Result;
use wechatpay_chain::SignType;
use wechatpay_chain::gateway::v2;

use super::body::tamper;
use crate::engine::faults::act::{Act, Rewriting, Signing};

/// The XML of an answer as the fault writes and signs it. What is no XML stays as it is; what was not signed is not signed.
///
/// # Errors
///
/// When the library cannot sign.
pub(super) fn rewritten(act: &Act, body: &[u8], sign_type: SignType, secret: &str) -> Result<Vec<u8>> {
    if !matches!(act, Act::Sign(_) | Act::Rewrite(_)) {
        return Ok(body.to_vec());
    }
    let Some(mut fields) = v2::parse(body).ok().filter(|fields| !fields.is_empty()) else { return Ok(body.to_vec()) };
    if *act == Act::Rewrite(Rewriting::NewMembers) {
        fields.insert("sim_new_member".to_owned(), "tomorrow".to_owned());
    }
    if fields.remove("sign").is_some() {
        let sign = v2::sign(&fields, sign_type, secret)?;
        sign_as(act, &mut fields, sign);
    }
    Ok(match act {
        Act::Rewrite(Rewriting::Reordered) => members(fields.iter().rev(), escaped_where_due),
        Act::Rewrite(Rewriting::Escaped) => members(fields.iter(), escaped),
        _ => v2::write(&fields),
    }
    .into_bytes())
}

fn sign_as(act: &Act, fields: &mut BTreeMap<String, String>, sign: String) {
    let sign = match act {
        Act::Sign(Signing::Absent) => return,
        Act::Sign(Signing::Wrong) => wrong(&sign),
        Act::Sign(Signing::NotBase64) => format!("?{sign}?"),
        _ => sign,
    };
    fields.insert("sign".to_owned(), sign);
    if *act == Act::Sign(Signing::Tampered) {
        change_one(fields);
    }
}

/// Another signature of the same form.
fn wrong(sign: &str) -> String {
    sign.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect()
}

/// Changes a byte of a member that was signed.
fn change_one(fields: &mut BTreeMap<String, String>) {
    if let Some(nonce) = fields.get_mut("nonce_str") {
        let mut bytes = nonce.clone().into_bytes();
        tamper(&mut bytes);
        if let Ok(text) = String::from_utf8(bytes) {
            *nonce = text;
        }
    }
}

/// Members as XML, one after another.
fn members<'a>(fields: impl Iterator<Item = (&'a String, &'a String)>, text: fn(&str) -> String) -> String {
    let mut xml = String::from("<xml>\n");
    for (name, value) in fields {
        _ = writeln!(xml, "  <{name}>{}</{name}>", text(value));
    }
    xml + "</xml>"
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        _ = write!(all, "&#x{:x};", u32::from(c));
        all
    })
}

fn escaped_where_due(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '<' | '>' | '&' => _ = write!(all, "&#{};", u32::from(c)),
            other => all.push(other),
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use wechatpay_chain::gateway::v2::Failure;

    use super::*;

    const SECRET: &str = "192006250b4c09247ec02edce69f6a2d";

    fn answer(act: &Act) -> BTreeMap<String, String> {
        let fields = [("return_code", "SUCCESS"), ("nonce_str", "ibuai1"), ("attach", "茶 <&>")];
        let mut fields = BTreeMap::from(fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let sign = v2::sign(&fields, SignType::Md5, SECRET).unwrap();
        fields.insert("sign".to_owned(), sign);
        let xml = rewritten(act, v2::write(&fields).as_bytes(), SignType::Md5, SECRET).unwrap();
        v2::parse(&xml).unwrap()
    }

    #[test]
    fn what_must_not_verify_does_not() {
        for (how, failure) in [
            (Signing::Wrong, Failure::Mismatch),
            (Signing::NotBase64, Failure::Length),
            (Signing::Tampered, Failure::Mismatch),
            (Signing::Absent, Failure::Missing),
        ] {
            assert_eq!(v2::verify(&answer(&Act::Sign(how)), SECRET), Err(failure), "{how:?}");
        }
    }

    #[test]
    fn what_is_written_otherwise_verifies_and_says_the_same() {
        let right = answer(&Act::Nothing);
        for how in [Rewriting::Reordered, Rewriting::Escaped] {
            assert_eq!(answer(&Act::Rewrite(how)), right, "{how:?}");
        }
        assert_eq!(v2::verify(&right, SECRET), Ok(SignType::Md5));
        let new = answer(&Act::Rewrite(Rewriting::NewMembers));
        assert_eq!(v2::verify(&new, SECRET), Ok(SignType::Md5));
        assert_eq!(new["sim_new_member"], "tomorrow");
    }

    #[test]
    fn what_is_no_xml_or_not_signed_stays_as_it_is() {
        let act = Act::Sign(Signing::Wrong);
        for body in ["\u{feff}a,b\r\n", "", "<xml><return_code>FAIL</return_code></xml>"] {
            let same = rewritten(&act, body.as_bytes(), SignType::Md5, SECRET).unwrap();
            assert_eq!(v2::parse(&same).ok(), v2::parse(body.as_bytes()).ok());
            assert!(body.starts_with('<') || same == body.as_bytes());
        }
    }
}
