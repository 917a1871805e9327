//! What an answer of APIv2 says, in the order of the specification: `return_code`, `sign`, `result_code`.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::verify::{self, Wrong};
use super::{return_msg, table, xml};
use crate::crypto::secret::Secret;
use crate::error::outcome;
use crate::error::rejection::{Place, Reason, Rejection};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::rewritten;
use crate::protocol::shape::{Shape, Whose};
use crate::protocol::verified::Verified;

/// What an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Xml(Map<String, Value>),
    /// Of the one endpoint that answers JSON.
    Json(Map<String, Value>),
    /// A bill.
    File,
}

/// A "no".
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: String,
    message: String,
    detail: Value,
    signed: bool,
    /// It says that the request was turned away before anything was done.
    turned_away: bool,
}

/// Reads the body of a 2xx; the error says why it is no answer.
pub(crate) fn read(path: &str, body: &[u8]) -> Result<Answer, String> {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    if text.starts_with(b"<") {
        return xml::parse(body).map(Answer::Xml);
    }
    if table::is_json(path) {
        let json = serde_json::from_slice(body).map_err(|_| "it is no JSON object".to_owned())?;
        return Ok(Answer::Json(json));
    }
    match table::is_file(path) && !body.is_empty() {
        true => Ok(Answer::File),
        false => Err("it is no XML".to_owned()),
    }
}

impl Answer {
    fn text(&self, name: &str) -> &str {
        match self {
            Self::Xml(fields) | Self::Json(fields) => fields.get(name).and_then(Value::as_str).unwrap_or_default(),
            Self::File => "",
        }
    }

    /// Whether it says no; `Err` if it says neither yes nor no.
    pub(crate) fn refusal(&self, path: &str) -> Result<Option<Refusal>, String> {
        let (fields, no) = match self {
            Self::File => return Ok(None),
            Self::Json(fields) => {
                let code =
                    fields.get("retcode").map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
                let code = code.ok_or("it has no retcode")?;
                (fields, (code != "0").then(|| (code, self.text("retmsg").to_owned())))
            }
            Self::Xml(fields) => (fields, self.xml_refusal(path)?),
        };
        let (signed, turned_away) = (!self.text("sign").is_empty(), self.turns_away());
        let refusal =
            |(code, message)| Refusal { code, message, detail: Value::Object(fields.clone()), signed, turned_away };
        Ok(no.map(refusal))
    }

    /// Whether it says, by `return_code` and all that goes with it, that the request was turned away before anything was done.
    fn turns_away(&self) -> bool {
        let agrees = |name| self.text(name).is_empty() || return_msg::is_final(self.text(name));
        matches!(self, Self::Xml(_))
            && self.text("return_code") == "FAIL"
            && matches!(self.text("result_code"), "" | "FAIL")
            && return_msg::is_final(self.text("return_msg"))
            && ["err_code", "error_code", "err_code_des"].into_iter().all(agrees)
    }

    fn xml_refusal(&self, path: &str) -> Result<Option<(String, String)>, String> {
        let first = |names: [&str; 2]| {
            let found = names.into_iter().map(|name| self.text(name)).find(|text| !text.is_empty());
            found.unwrap_or_default().to_owned()
        };
        let no = || Some((first(["err_code", "error_code"]), first(["err_code_des", "return_msg"])));
        match (self.text("return_code"), self.text("result_code")) {
            ("FAIL", _) | ("SUCCESS", "FAIL") => Ok(no()),
            ("SUCCESS", "SUCCESS") => Ok(None),
            // Elsewhere it is not left out: who moves it into another value leaves the text that is signed as it was.
            ("SUCCESS", "") if table::has_no_result(path) => Ok(None),
            ("SUCCESS", _) => Err("its result_code is neither SUCCESS nor FAIL".to_owned()),
            _ => Err("its return_code is neither SUCCESS nor FAIL".to_owned()),
        }
    }
}

/// Whether the answer is the gateway's; a signature that is there must be right, whatever the endpoint.
fn check(path: &str, answer: &Answer, secret: &Secret, hmac_only: bool) -> Result<Verified, Wrong> {
    let Answer::Xml(fields) = answer else {
        return if table::is_unsigned(path) { Ok(Verified::proven()) } else { Err(Wrong::Missing) };
    };
    match verify::verify(fields, secret, hmac_only) {
        Err(Wrong::Missing) if table::is_unsigned(path) => Ok(Verified::proven()),
        checked => checked.map(|()| Verified::proven()),
    }
}

/// For the head of a file, which is documented to be unsigned; `None` for any other endpoint.
fn of_file(path: &str) -> Option<Verified> {
    table::is_file(path).then(Verified::proven)
}

/// What an answer to a call is worth.
pub(crate) struct Verdict {
    /// `None` for an unsigned refusal, which passes as what it is.
    pub(crate) verified: Option<Verified>,
    refusal: Option<Refusal>,
}

impl Verdict {
    /// Judges the body of a 2xx; of a file only the head is here.
    ///
    /// # Errors
    ///
    /// `Verify` or `Decode`, for an answer that is not verified, but for an unsigned refusal.
    pub(crate) fn of(path: &str, is_file: bool, body: &[u8], secret: &Secret, hmac_only: bool) -> Result<Self> {
        if let Some(verified) = of_file(path).filter(|_| is_file) {
            return Ok(Self { verified: Some(verified), refusal: None });
        }
        let read = read(path, body).map_err(|why| unread(&why, body))?;
        let refusal = read.refusal(path).map_err(|why| unread(&why, body))?;
        let verified = match check(path, &read, secret, hmac_only) {
            Ok(verified) => Some(verified),
            // A refusal before the signature was looked at is never signed; it is told, and proves nothing.
            Err(Wrong::Missing) if refusal.is_some() && matches!(read, Answer::Xml(_)) => None,
            Err(wrong) => return Err(unverified(wrong, body)),
        };
        Ok(Self { verified, refusal })
    }

    /// Whether it says that the request was turned away. It is true of what came over TLS; the answer itself has no proof.
    pub(crate) fn turns_away(&self) -> bool {
        self.refusal.as_ref().is_some_and(|refusal| refusal.turned_away)
    }

    /// Whether the call may have taken effect: it did, or that is left open.
    pub(crate) fn may_have_taken_effect(&self, path: &str) -> bool {
        let code = self.refusal.as_ref().map(|refusal| refusal.code.as_str());
        code.is_none_or(|code| {
            outcome::leaves_open(StatusCode::OK, code, self.verified.is_some()) || table::leaves_open(path, code)
        })
    }
}

impl Refusal {
    /// As the caller is told; `proven` if the answer is verified.
    pub(crate) fn into_rejection(
        self,
        status: StatusCode,
        headers: &HeaderMap,
        body: Bytes,
        proven: bool,
    ) -> Rejection {
        let reason =
            Reason { code: self.code, message: self.message, detail: Some(self.detail), place: Place::default() };
        Rejection::new(status, headers, body, proven && self.signed, reason)
    }
}

/// The error of an answer that is not the gateway's.
fn unverified(wrong: Wrong, body: &[u8]) -> Error {
    let why = match wrong {
        Wrong::Missing => "it has no sign, and its endpoint is not one of those that are documented to have none",
        wrong => wrong.why(),
    };
    let charset = rewritten::charset(body).filter(|_| wrong == Wrong::Mismatch);
    let cause = charset.map(|charset| format!("; {charset}")).unwrap_or_default();
    Error::new(ErrorKind::Verify, format!("the answer is not verified: {why}{cause}"))
}

/// The error of an answer that cannot be read.
pub(crate) fn unreadable(why: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("the answer cannot be read: {why}"))
}

/// The same with what its body seems to be.
fn unread(why: &str, body: &[u8]) -> Error {
    let error = unreadable(why);
    form(body, Whose::Answer).into_iter().fold(error, |error, cause| error.and(&format!("; {cause}")))
}

/// What a body is that is not the XML of APIv2.
pub(crate) fn form(body: &[u8], whose: Whose) -> Option<String> {
    match (Shape::of(body), whose) {
        (Shape::Xml, _) => rewritten::charset(body).map(str::to_owned),
        (Shape::Json, Whose::Notice) => {
            Some("its body is JSON, so likely it is a notification of APIv3: read it with notice".to_owned())
        }
        (Shape::Json, Whose::Answer) => {
            Some("its body is JSON, so likely the endpoint is one of APIv3, whose paths have no `v2/` here".to_owned())
        }
        (shape, whose) => shape.tell(whose),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PAY: &str = "/pay/micropay";

    fn refusal(path: &str, body: &str) -> Result<Option<(String, String)>, String> {
        let found = read(path, body.as_bytes())?.refusal(path)?;
        Ok(found.map(|refusal| (refusal.code, refusal.message)))
    }

    #[test]
    fn yes_and_no_and_neither() {
        let no = |code: &str, message: &str| Ok(Some((code.to_owned(), message.to_owned())));
        for (body, expected) in [
            ("<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>", no("", "签名错误")),
            (
                "<xml><return_code>SUCCESS</return_code><result_code>FAIL</result_code><err_code>NOTENOUGH</err_code><err_code_des>余额不足</err_code_des><return_msg>OK</return_msg></xml>",
                no("NOTENOUGH", "余额不足"),
            ),
            ("<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>", Ok(None)),
            (
                "<xml><return_code>SUCCESS</return_code></xml>",
                Err("its result_code is neither SUCCESS nor FAIL".into()),
            ),
            (
                "<xml><return_code>SUCCESS</return_code><result_code>MAYBE</result_code></xml>",
                Err("its result_code is neither SUCCESS nor FAIL".into()),
            ),
            ("<xml><return_code></return_code></xml>", Err("its return_code is neither SUCCESS nor FAIL".into())),
            ("<xml/>", Err("its return_code is neither SUCCESS nor FAIL".into())),
            ("交易时间,商户号", Err("it is no XML".into())),
            ("", Err("it is no XML".into())),
            ("<html></html>", Err("its root is \"html\", expected \"xml\"".into())),
        ] {
            assert_eq!(refusal(PAY, body), expected, "{body}");
        }
        assert_eq!(refusal("/pay/downloadbill", "交易时间,商户号"), Ok(None));
        assert_eq!(
            refusal(
                "/pay/downloadbill",
                " <xml><return_code>FAIL</return_code><error_code>20002</error_code><return_msg>No Bill Exist</return_msg></xml>"
            ),
            no("20002", "No Bill Exist")
        );
        assert_eq!(refusal("/pay/queryexchagerate", "<xml><return_code>SUCCESS</return_code></xml>"), Ok(None));
        let token = "/appauth/getaccesstoken";
        assert_eq!(refusal(token, r#"{"retcode":"0","access_token":"x"}"#), Ok(None));
        assert_eq!(refusal(token, r#"{"retcode":0}"#), Ok(None));
        assert_eq!(refusal(token, r#"{"retcode":"20001","retmsg":"no"}"#), no("20001", "no"));
        assert!(refusal(token, "{}").is_err() && refusal(token, "[]").is_err());
    }

    #[test]
    fn only_listed_endpoints_may_be_unsigned() {
        let secret = Secret::new("192006250b4c09247ec02edce69f6a2d");
        let fields = json!({"return_code": "SUCCESS"}).as_object().unwrap().clone();
        let answer = Answer::Xml(fields.clone());
        assert_eq!(check(PAY, &answer, &secret, false).unwrap_err(), Wrong::Missing);
        assert!(check("/mmpaymkttransfers/sendredpack", &answer, &secret, false).is_ok());
        let mut wrong = fields;
        wrong.insert("sign".into(), "A".repeat(32).into());
        let wrong = Answer::Xml(wrong);
        assert_eq!(check("/mmpaymkttransfers/sendredpack", &wrong, &secret, false).unwrap_err(), Wrong::Mismatch);
        assert_eq!(check(PAY, &Answer::File, &secret, false).unwrap_err(), Wrong::Missing);
        assert!(of_file("/pay/downloadbill").is_some() && of_file(PAY).is_none());
    }
}
