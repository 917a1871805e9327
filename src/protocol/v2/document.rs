//! The document of a call: its fields, the nonce, and the signature that is part of it. Pure: the nonce is an argument.

use serde_json::Value;

use super::sign::{self, SignType};
use super::{table, verify, xml};
use crate::crypto::secret::Secret;
use crate::error::json::kind;
use crate::error::{Error, Result};

/// Whose elements hold the merchant number.
const IDS: [&str; 3] = ["mch_id", "mchid", "combine_mch_id"];

/// The fields that 企业微信 signs, of red packets and of payments.
const WORKWX: [&[&str]; 2] = [
    &["act_name", "mch_billno", "mch_id", "nonce_str", "re_openid", "total_amount", "wxappid"],
    &["amount", "appid", "desc", "mch_id", "nonce_str", "openid", "partner_trade_no", "ww_msg_type"],
];

/// The fields of a call, ready for nonce and signature.
pub(crate) struct Document {
    fields: Vec<(String, String)>,
    kind: SignType,
    nonce: bool,
    workwx: Option<Secret>,
    secret: Secret,
}

impl Document {
    /// Checks the fields of a call to `path`; the merchant number among them must be `mchid`.
    pub(crate) fn new(
        payload: &Value,
        query: &[(String, String)],
        path: &str,
        mchid: &str,
        secret: Secret,
    ) -> Result<Self> {
        let mut fields = fields(payload)?;
        for (name, value) in query {
            add(&mut fields, name, value.clone())?;
        }
        fields.retain(|(name, _)| name != "sign");
        check_ids(mchid, &fields)?;
        let given = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let kind = match given("sign_type") {
            None | Some("" | "MD5") => SignType::Md5,
            Some("HMAC-SHA256") => SignType::HmacSha256,
            Some(other) => {
                return Err(Error::request(format!("sign_type is {other:?}, expected \"MD5\" or \"HMAC-SHA256\"")));
            }
        };
        let nonce = given("nonce_str").is_none_or(str::is_empty) && !table::is_nonceless(path);
        Ok(Self { fields, kind, nonce, workwx: None, secret })
    }

    /// Without a nonce of ours, whatever the endpoint.
    pub(crate) fn nonceless(mut self) -> Self {
        self.nonce = false;
        self
    }

    /// With the signature of 企业微信, made with the secret of its agent.
    pub(crate) fn workwx(mut self, secret: Option<Secret>) -> Self {
        self.workwx = secret;
        self
    }

    /// All fields, nonce and signature included; `nonce` is asked where one is added.
    pub(crate) fn signed(mut self, nonce: impl FnOnce() -> Result<String>) -> Result<Vec<(String, String)>> {
        if self.nonce {
            self.fields.retain(|(name, _)| name != "nonce_str");
            self.fields.push(("nonce_str".to_owned(), nonce()?));
        }
        self.apply_workwx()?;
        let pairs: Vec<_> = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = sign::sign(self.kind, &pairs, &self.secret);
        self.fields.push(("sign".to_owned(), signature));
        Ok(self.fields)
    }

    /// The signature of 企业微信 takes part in the ordinary one.
    fn apply_workwx(&mut self) -> Result<()> {
        let Some(secret) = &self.workwx else { return Ok(()) };
        let has = |name: &str| self.fields.iter().any(|(known, _)| known == name);
        let [packets, payments] = WORKWX;
        let names = match (has("mch_billno"), has("partner_trade_no")) {
            (true, false) => packets,
            (false, true) => payments,
            _ => {
                return Err(Error::request(
                    "workwx: expected the fields of a red packet (mch_billno) or a payment (partner_trade_no)",
                ));
            }
        };
        let subset = self.fields.iter().filter(|(name, _)| names.contains(&name.as_str()));
        let subset: Vec<_> = subset.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = verify::workwx(&subset, secret);
        self.fields.retain(|(name, _)| name != "workwx_sign");
        self.fields.push(("workwx_sign".to_owned(), signature));
        Ok(())
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("Document").field("fields", &names).finish_non_exhaustive()
    }
}

/// The members of a flat object as texts; null members are left out.
fn fields(value: &Value) -> Result<Vec<(String, String)>> {
    let Value::Object(members) = value else {
        return Err(Error::request(format!("the payload is {}, expected a JSON object", kind(value))));
    };
    let mut fields = Vec::with_capacity(members.len() + 2);
    for (name, value) in members {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            other => {
                let (found, hint) = (kind(other), "; a list or an object goes as a text of JSON");
                let hint = if other.is_array() || other.is_object() { hint } else { "" };
                return Err(Error::request(format!(
                    "the field {name:?} is {found}, expected a text or a whole number{hint}"
                )));
            }
        };
        add(&mut fields, name, text)?;
    }
    Ok(fields)
}

fn add(fields: &mut Vec<(String, String)>, name: &str, value: String) -> Result<()> {
    let refused = |why: &str| Err(Error::request(format!("the field {name:?} {why}")));
    if !xml::is_name(name) {
        return refused("cannot be the name of an XML element");
    }
    if fields.iter().any(|(known, _)| known == name) {
        return refused("stands twice");
    }
    if !xml::can_write(&value) {
        return refused("has a control character, which XML cannot hold");
    }
    fields.push((name.to_owned(), value));
    Ok(())
}

/// The merchant number must be the client's: a signature with the key of another is refused, and less clearly.
fn check_ids(mchid: &str, fields: &[(String, String)]) -> Result<()> {
    let mut ids = fields.iter().filter(|(name, _)| IDS.contains(&name.as_str())).peekable();
    if ids.peek().is_none() {
        return Err(Error::request(format!(
            "the fields have none of mch_id, mchid, combine_mch_id; expected one that is {mchid}"
        )));
    }
    match ids.find(|(_, value)| value != mchid) {
        Some((name, value)) => {
            Err(Error::request(format!("the field {name} is {value:?}, but the client's mchid is {mchid:?}")))
        }
        None => Ok(()),
    }
}
