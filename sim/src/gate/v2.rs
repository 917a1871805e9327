//! APIv2: what a document goes through, and how it is answered. What is wrong with the document itself is told in plain text, unsigned.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use wechatpay_catalog::{Issue, Operation, Part, Verification};
use wechatpay_chain::SignType;
use wechatpay_chain::gateway::{Form, v2};

use super::answer::{Given, Proof};
use super::arrived::Arrived;
use super::digest;
use super::route::Found;
use super::stop::Stop;
use crate::engine::answer::{Refusal, Warning};
use crate::engine::rules::Rules;

pub(crate) type Fields = BTreeMap<String, String>;

/// The one endpoint that takes a form.
const UPLOAD: &str = "v2/secapi/mch/uploadmedia";

/// What its `sign` covers.
const SIGNED_OF_UPLOAD: [&str; 4] = ["media_hash", "mch_id", "sign_type", "sign"];

/// Takes HMAC-SHA256 alone, which the catalogue does not say.
const HMAC_ONLY: [&str; 1] = ["v2/pay/downloadfundflow"];

/// Tells what is wrong in members of its own.
const TRADE_BILL: &str = "v2/pay/downloadbill";

/// Members that name the merchant who signs.
const MERCHANTS: [&str; 3] = ["mch_id", "mchid", "combine_mch_id"];

const XML: &str = "text/xml; charset=utf-8";

/// Members that are never unknown: the signature's.
const OF_EVERY: [&str; 3] = ["sign", "sign_type", "nonce_str"];

/// The members of a request, whether they came as XML, as a form or as a query.
pub(crate) fn read(arrived: &Arrived, found: Found) -> Result<Fields, Stop> {
    let no_xml = |hint: String| turned_away("xml", "XML格式错误").hint(hint);
    if found.template == UPLOAD {
        return form(arrived).ok_or_else(|| no_xml("expected multipart/form-data with a part media".to_owned()));
    }
    if arrived.method == http::Method::GET {
        return Ok(arrived.pairs().into_iter().collect());
    }
    let fields = v2::parse(&arrived.body).map_err(|error| no_xml(error.to_string()))?;
    match fields.is_empty() {
        true => Err(no_xml("the document has no members".to_owned())),
        false => Ok(fields),
    }
}

fn form(arrived: &Arrived) -> Option<Fields> {
    let form = Form::parse(arrived.header("content-type"), &arrived.body)?;
    let file = form.part("media")?.bytes().clone();
    let texts = form.parts().filter(|part| part.name() != "media");
    let mut fields: Fields = texts
        .filter_map(|part| Some((part.name().to_owned(), std::str::from_utf8(part.bytes()).ok()?.to_owned())))
        .collect();
    // A hash of another file is as good as none.
    fields.retain(|name, value| name != "media_hash" || *value == digest::md5(&file));
    Some(fields)
}

/// The merchant's number; those that stand there are all the same.
pub(crate) fn mchid(fields: &Fields) -> Result<&str, Stop> {
    let mut named = MERCHANTS.iter().filter_map(|name| fields.get(*name)).filter(|mchid| !mchid.is_empty());
    let first = named.next().ok_or_else(|| turned_away("mch_id", "mch_id参数错误").hint("there is no mch_id"))?;
    match named.all(|other| other == first) {
        true => Ok(first),
        false => Err(turned_away("mch_id", "mch_id参数错误").hint("two members name different merchants")),
    }
}

pub(crate) fn unknown_merchant() -> Stop {
    turned_away("unknown_mchid", "mch_id参数错误")
        .hint("there is no merchant of this number here: production settings?")
}

/// Nonce and signature; gives the algorithm.
pub(crate) fn verify(fields: &Fields, found: Found, secret: &str) -> Result<SignType, Stop> {
    let nonce = fields.get("nonce_str").map_or("", String::as_str);
    if found.template != UPLOAD && nonce.is_empty() && !found.operation.is_nonceless() {
        return Err(turned_away("missing", "缺少参数").hint("nonce_str is missing"));
    }
    if nonce.len() > 32 {
        return Err(turned_away("nonce", "nonce_str参数长度有误").hint("nonce_str has at most 32 characters"));
    }
    let mut signed = fields.clone();
    signed.retain(|name, _| found.template != UPLOAD || SIGNED_OF_UPLOAD.contains(&name.as_str()));
    let kind = v2::verify(&signed, secret).map_err(|failure| match failure {
        v2::Failure::Missing => turned_away("missing", "缺少参数").hint("sign is missing"),
        v2::Failure::Mismatch => turned_away("unknown", "签名错误").hint(mismatch(fields)),
        failure => turned_away("sign", "签名错误").hint(failure.to_string()),
    })?;
    let name = if kind == SignType::Md5 { "MD5" } else { "HMAC-SHA256" };
    let listed = found.operation.fields(Part::Xml).get("sign_type").filter(|field| field.values().len() > 0);
    let hmac_only = HMAC_ONLY.contains(&found.template) && kind == SignType::Md5;
    match !hmac_only && listed.is_none_or(|field| field.is_open() || field.values().any(|value| value == name)) {
        true => Ok(kind),
        false => Err(turned_away("sign_type", "签名错误").hint(format!("this endpoint does not take {name}"))),
    }
}

fn mismatch(fields: &Fields) -> String {
    let mut joined = String::new();
    for (name, value) in fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()) {
        _ = write!(joined, "{name}={value}&");
    }
    format!("signed is: {joined}key=<the APIv2 key>; the hash in upper case")
}

/// The form of the document by the catalogue; unknown members are ignored, and warned of, unless a rule says otherwise.
pub(crate) fn check(arrived: &Arrived, found: Found, fields: &Fields, rules: &Rules) -> Result<Vec<Warning>, Stop> {
    let (operation, value) = (found.operation, object(fields));
    let (query, body) = match arrived.method == http::Method::GET {
        true => (value, Value::Null),
        false => (object(&arrived.pairs().into_iter().collect()), value),
    };
    let mut warnings = Vec::new();
    for problem in operation.check_request(&query, &body) {
        let name = problem.pointer().trim_start_matches('/').to_owned();
        let is_unknown = matches!(problem.issue(), Issue::UnknownMember | Issue::Unexpected);
        if is_unknown && (OF_EVERY.contains(&name.as_str()) || rules.is("schema.v2_unknown", "ignore")) {
            if !OF_EVERY.contains(&name.as_str()) && !name.is_empty() {
                let text = format!("{name} is not in the documentation");
                warnings.push(Warning { id: "v2.unknown_member".to_owned(), text });
            }
            continue;
        }
        let message = match problem.issue() {
            Issue::Missing => "缺少参数".to_owned(),
            Issue::TooLong | Issue::TooShort => format!("{name}参数长度有误"),
            _ => format!("{name}参数格式错误"),
        };
        return Err(turned_away("form", &message).hint(problem.to_string()).doc(operation.doc()));
    }
    Ok(warnings)
}

/// The members as the engine has them.
pub(crate) fn object(fields: &Fields) -> Value {
    Value::Object(fields.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect())
}

/// What is wrong with the document itself.
fn turned_away(why: &str, message: &str) -> Stop {
    Stop::new("v2", why, Refusal::new(200, "FAIL", message))
}

/// The answer to such a document.
pub(crate) fn plain(stop: &Stop) -> Given {
    let fields = [("return_code", "FAIL"), ("return_msg", &stop.refusal.message)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Given {
        body: v2::write(&fields).into(),
        content_type: "text/plain; charset=utf-8",
        proof: Proof::Unsigned,
        ..Given::empty(200)
    }
}

/// How an answer is signed, and with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signer<'a> {
    pub(crate) operation: Operation,
    pub(crate) mchid: &'a str,
    /// The request's members.
    pub(crate) asked: &'a Fields,
    pub(crate) kind: SignType,
    pub(crate) secret: &'a str,
    pub(crate) nonce: &'a str,
}

impl Signer<'_> {
    /// A good answer.
    pub(crate) fn answer(self, members: &Value) -> Result<Given, wechatpay_chain::Error> {
        let mut fields = self.usual("SUCCESS");
        for (name, value) in members.as_object().into_iter().flatten() {
            fields.insert(name.clone(), text(value));
        }
        self.written(fields)
    }

    /// A refusal of the business; it is signed like an answer.
    pub(crate) fn refusal(self, refusal: &Refusal) -> Result<Given, wechatpay_chain::Error> {
        if self.operation.path() == TRADE_BILL {
            let failed = [("return_code", "FAIL"), ("return_msg", &refusal.message), ("error_code", &refusal.code)];
            return self.written(failed.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        }
        let mut fields = self.usual("FAIL");
        fields.insert("err_code".to_owned(), refusal.code.clone());
        fields.insert("err_code_des".to_owned(), refusal.message.clone());
        self.written(fields)
    }

    /// JSON, of the one endpoint that answers it.
    pub(crate) fn is_json(self) -> bool {
        self.operation.path() == "v2/appauth/getaccesstoken"
    }

    /// What every answer has: what the request says of who asks, and how it went.
    fn usual(self, result: &str) -> Fields {
        let mut fields = Fields::new();
        let mut put = |name: &str, value: &str| _ = fields.insert(name.to_owned(), value.to_owned());
        put("return_code", "SUCCESS");
        put("return_msg", "OK");
        put("nonce_str", self.nonce);
        let answer = self.operation.fields(Part::Answer);
        if answer.is_empty() || answer.get("result_code").is_some() {
            put("result_code", result);
        }
        for name in ["appid", "mch_id", "mchid", "mch_appid", "sub_appid", "sub_mch_id"] {
            if let Some(value) = self.asked.get(name) {
                put(name, value);
            }
        }
        if answer.get("result_msg").is_some() {
            put("result_msg", "OK");
        }
        // The number may have another name in the answer than in the request.
        if answer.get("mch_id").is_some() {
            put("mch_id", self.mchid);
        }
        fields
    }

    fn written(self, mut fields: Fields) -> Result<Given, wechatpay_chain::Error> {
        if self.is_json() {
            return Ok(Given { proof: Proof::Unsigned, ..Given::json(200, &object(&fields)) });
        }
        if self.operation.verification() == Verification::Signed {
            fields.insert("sign".to_owned(), v2::sign(&fields, self.kind, self.secret)?);
        }
        let body = v2::write(&fields).into();
        Ok(Given { body, content_type: XML, proof: Proof::Unsigned, ..Given::empty(200) })
    }
}

/// A value as an element's text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The members without those of the signature: what the engine compares.
pub(crate) fn body(fields: &Fields) -> Value {
    let members = fields.iter().filter(|(name, _)| !OF_EVERY.contains(&name.as_str()) || *name == "sign_type");
    Value::Object(members.map(|(name, value)| (name.clone(), value.as_str().into())).collect::<Map<_, _>>())
}
