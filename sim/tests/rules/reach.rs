//! Rules of what stands before the business: signatures, form, parties, certificates.

use serde_json::json;

use super::bench::{APP, Bench, Case, M, case, refusal, said};
use super::by_hand::{Ask, ECHO, HELLO, NATIVE};
use super::orders::partners;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("sign.detail", json!("short"), "detail", "none", |bench| {
            let mut ask = Ask::new(&bench.sim, "POST", ECHO, HELLO);
            ask.message = Some(b"nothing like it".to_vec());
            let answer = ask.send(&bench.sim).json();
            if answer["detail"].is_object() { "detail" } else { "none" }.to_owned()
        }),
        case("sign.nonce_reuse", json!("refuse"), "200", "401", |bench| {
            let ask = Ask::new(&bench.sim, "POST", ECHO, HELLO);
            assert_eq!(ask.clone().send(&bench.sim).status, 200);
            ask.send(&bench.sim).status.to_string()
        }),
        refusal(
            "mismatch.mchid",
            "400 INVALID_REQUEST http header中的mchid与post payload中的mchid不匹配",
            |bench| {
                let mut body = Bench::order(&bench.number());
                body["mchid"] = json!("1900000002");
                said(bench.native(body))
            },
        ),
        refusal("mismatch.openid", "400 INVALID_REQUEST appid与openid不匹配", |bench| {
            let mut body = Bench::order(&bench.number());
            let openids = bench.sim.get("payers/alice").unwrap()["openids"].clone();
            body["payer"] = json!({"openid": openids["wx0000000000000002"]});
            said(bench.wxpay.chain("v3/pay/transactions/jsapi").post(body))
        }),
        refusal("partner.relation", "400 INVALID_REQUEST 受理关系不存在", |bench| {
            let body = partners(&bench.number(), "1900000002");
            said(bench.partner.chain("v3/pay/partner/transactions/native").post(body))
        }),
        case("certificates.none", json!(200), "404", "200", |bench| {
            Ask::new(&bench.sim, "GET", "/v3/certificates", "").send(&bench.sim).status.to_string()
        }),
        case("schema.null", json!("ignore"), "400", "200", |bench| {
            let mut body = Bench::order(&bench.number());
            body["attach"] = json!(null);
            // The SDK sends no null.
            Ask::new(&bench.sim, "POST", NATIVE, &body.to_string()).send(&bench.sim).status.to_string()
        }),
        case("schema.query_unknown", json!("ignore"), "400", "200", |bench| {
            let path = format!("v3/pay/transactions/out-trade-no/{}", bench.placed());
            said(bench.wxpay.chain(path).query("mchid", M).query("tea", "1").get())[..3].to_owned()
        }),
        case("schema.v2_unknown", json!("refuse"), "taken", "refused", |bench| {
            let body = json!({"appid": APP, "mch_id": M, "long_url": "weixin://wxpay/x", "tea": "1"});
            let taken = bench.wxpay.chain("v2/tools/shorturl").post(body).is_ok();
            if taken { "taken" } else { "refused" }.to_owned()
        }),
    ]
}
