//! Payment parameters signed with the APIv2 key: APIv2 orders, and the few products of APIv3 whose client side wants HMAC.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::params::{AppParams, JsapiParams, given, prepay_id, stamp};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::protocol::v2::sign::{SignType, sign};
use crate::uri::percent;

/// Makes payment parameters with the APIv2 key; from [`Client::pay_params_v2`].
#[derive(Clone, Debug)]
pub struct PayParamsV2(Client);

/// Parameters as a flat object of texts, `sign` included.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SignedParams(Map<String, Value>);

impl fmt::Debug for SignedParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedParams")
    }
}

impl SignedParams {
    /// The parameters as JSON, for `extraData` of a mini program.
    pub fn as_json(&self) -> &Map<String, Value> {
        &self.0
    }

    /// `k=v&…`, values percent-encoded after signing, for `queryString` and redirects.
    pub fn to_query(&self) -> String {
        percent::query(self.0.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())))
    }
}

impl Client {
    /// Payment parameters signed with the APIv2 key (`secret`).
    pub fn pay_params_v2(&self) -> PayParamsV2 {
        PayParamsV2(self.clone())
    }
}

impl PayParamsV2 {
    /// For `WeixinJSBridge` and mini programs, for an order of APIv2 placed with the same `sign_type`.
    ///
    /// # Errors
    ///
    /// `Request` for a `prepay_id` that is empty or already starts `prepay_id=`; `Config` without `secret`.
    pub fn jsapi(&self, app_id: impl AsRef<str>, id: impl AsRef<str>, sign_type: SignType) -> Result<JsapiParams> {
        let (app_id, prepay_id) = (given("app_id", app_id.as_ref())?, prepay_id(id.as_ref())?);
        let (time_stamp, nonce_str) = stamp()?;
        let (package, kind) = (format!("prepay_id={prepay_id}"), sign_type.as_str().to_owned());
        let pay_sign = self.sign(
            sign_type,
            &[
                ("appId", &app_id),
                ("timeStamp", &time_stamp),
                ("nonceStr", &nonce_str),
                ("package", &package),
                ("signType", &kind),
            ],
        )?;
        Ok(JsapiParams { app_id, time_stamp, nonce_str, package, sign_type: kind, pay_sign })
    }

    /// For the OpenSDK of an app, for an order of APIv2 placed with the same `sign_type`.
    ///
    /// # Errors
    ///
    /// As [`jsapi`](Self::jsapi).
    pub fn app(&self, app_id: impl AsRef<str>, id: impl AsRef<str>, sign_type: SignType) -> Result<AppParams> {
        let (app, prepay) = (given("app_id", app_id.as_ref())?, prepay_id(id.as_ref())?);
        let (timestamp, noncestr) = stamp()?;
        let (partner, package) = (self.0.engine().merchant.require_mchid()?.to_owned(), "Sign=WXPay".to_owned());
        let fields = [
            ("appid", app.as_str()),
            ("partnerid", &partner),
            ("prepayid", &prepay),
            ("package", &package),
            ("noncestr", &noncestr),
            ("timestamp", &timestamp),
        ];
        let sign = self.sign(sign_type, &fields)?;
        Ok(AppParams { appid: app, partnerid: partner, prepayid: prepay, package, noncestr, timestamp, sign })
    }

    /// For the confirm page of 支付分 (`wxpayScoreUse`): `package` is the one of the order's answer.
    ///
    /// Newer pages take `package` alone; pass that on as it came. Source: the signed set of 数字签名, HMAC-SHA256.
    ///
    /// # Errors
    ///
    /// `Request` for an empty `package`; `Config` without `secret`.
    pub fn payscore_confirm(&self, package: impl AsRef<str>) -> Result<SignedParams> {
        self.stamped(vec![
            ("mch_id".into(), self.0.engine().merchant.require_mchid()?.to_owned()),
            ("package".into(), given("package", package.as_ref())?),
        ])
    }

    /// For the detail page of 支付分 (`wxpayScoreDetail`).
    ///
    /// # Errors
    ///
    /// `Request` for an empty argument; `Config` without `secret`.
    pub fn payscore_detail(&self, service_id: impl AsRef<str>, out_order_no: impl AsRef<str>) -> Result<SignedParams> {
        self.stamped(vec![
            ("mch_id".into(), self.0.engine().merchant.require_mchid()?.to_owned()),
            ("service_id".into(), given("service_id", service_id.as_ref())?),
            ("out_order_no".into(), given("out_order_no", out_order_no.as_ref())?),
        ])
    }

    /// For the coupon plug-in of mini programs (小程序发券): each coupon is a list of its fields, such as
    /// `[("stock_id", "123"), ("out_request_no", "R123")]`.
    ///
    /// # Errors
    ///
    /// `Request` without coupons; `Config` without `secret`.
    pub fn send_coupon(
        &self,
        send_coupon_merchant: impl AsRef<str>,
        coupons: &[&[(&str, &str)]],
    ) -> Result<SignedParams> {
        if coupons.is_empty() {
            return Err(Error::request("coupons is empty"));
        }
        let flat = coupons.iter().enumerate().flat_map(|(index, fields)| {
            fields.iter().map(move |(name, value)| (format!("{name}{index}"), (*value).to_owned()))
        });
        let merchant = given("send_coupon_merchant", send_coupon_merchant.as_ref())?;
        self.signed(flat.chain([("send_coupon_merchant".to_owned(), merchant)]).collect())
    }

    /// The URL to redirect to for coupons in H5 (H5 发券): `fields` are `stock_id`, `out_request_no`,
    /// `send_coupon_merchant`, `open_id` and, where used, `coupon_code`.
    ///
    /// # Errors
    ///
    /// `Request` without fields; `Config` without `secret`.
    pub fn coupon_url(&self, fields: &[(&str, &str)]) -> Result<String> {
        if fields.is_empty() {
            return Err(Error::request("fields is empty"));
        }
        let signed =
            self.signed(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())?;
        Ok(format!(
            "https://action.weixin.qq.com/busifavor/getcouponinfo?{}#wechat_pay&wechat_redirect",
            signed.to_query()
        ))
    }

    fn stamped(&self, mut fields: Vec<(String, String)>) -> Result<SignedParams> {
        let (timestamp, nonce_str) = stamp()?;
        let sign_type = SignType::HmacSha256.as_str().to_owned();
        fields.extend([
            ("timestamp".into(), timestamp),
            ("nonce_str".into(), nonce_str),
            ("sign_type".into(), sign_type),
        ]);
        self.signed(fields)
    }

    fn signed(&self, fields: Vec<(String, String)>) -> Result<SignedParams> {
        for (index, (name, _)) in fields.iter().enumerate() {
            if name == "sign" || fields[..index].iter().any(|(known, _)| known == name) {
                return Err(Error::request(format!("the field {name:?} stands twice, or is the signature's own")));
            }
        }
        let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let sign = self.sign(SignType::HmacSha256, &pairs)?;
        let all = fields.into_iter().chain([("sign".to_owned(), sign)]);
        Ok(SignedParams(all.map(|(name, value)| (name, Value::String(value))).collect()))
    }

    fn sign(&self, sign_type: SignType, fields: &[(&str, &str)]) -> Result<String> {
        let secret = self.0.engine().merchant.secret.as_ref();
        let missing = || Error::config("these parameters are signed with the APIv2 key: secret is missing");
        Ok(sign(sign_type, fields, secret.ok_or_else(missing)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::secret::Secret;
    use crate::keys::fixtures as f;

    #[test]
    fn vectors() {
        for id in [
            "v2-pay-jsapi-md5",
            "v2-pay-jsapi-hmac-sha256",
            "v2-pay-app-md5",
            "v2key-payscore-confirm",
            "v2key-miniprogram-send-coupon",
        ] {
            let vector = f::vector(id);
            let fields = vector["input"]["params"].as_object().unwrap();
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
            let kind = if vector["input"]["sign_type"] == "MD5" { SignType::Md5 } else { SignType::HmacSha256 };
            let secret = Secret::new(vector["input"]["key"].as_str().unwrap());
            assert_eq!(sign(kind, &fields, &secret), vector["expected"]["sign"], "{id}");
            for (at, _) in fields.iter().enumerate() {
                let mut other = fields.clone();
                other[at].1 = "changed";
                assert_ne!(sign(kind, &other, &secret), vector["expected"]["sign"], "{id}");
            }
        }
    }
}
