//! `response["code_url"]`.

use std::ops::Index;

use serde_json::Value;

use super::response::Response;

/// A member of the answer, as `serde_json`'s own index gives it: what is not there is `Null`, and never a panic.
///
/// So is every member of an answer that is no JSON. Whoever needs the member uses [`get`](Response::get), whose error names it.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// # use serde_json::json;
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # gateway.on(http::Method::POST, "v3/pay/transactions/native").reply(json!({"code_url": "weixin://wxpay/x"}));
/// # let wxpay = gateway.client()?;
/// # let order = json!({"appid": "wxd678efh567hg6787", "mchid": wxpay.mchid(), "description": "a book", "out_trade_no": "1217752501",
/// #     "notify_url": "https://shop.example/paid", "amount": {"total": 100}});
/// let response = wxpay["v3/pay/transactions/native"].post(order)?;
/// assert_eq!(response["code_url"], "weixin://wxpay/x");
/// assert_eq!(response["amount"]["total"].as_u64(), None);
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
impl<I: serde_json::value::Index> Index<I> for Response {
    type Output = Value;

    fn index(&self, index: I) -> &Value {
        static NULL: Value = Value::Null;
        self.parsed().map_or(&NULL, |value| &value[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "v2")]
    use crate::exchange::response::Format;
    use crate::exchange::response::tests::response;

    #[test]
    fn the_index_gives_null_for_what_is_not_there() {
        let r = response(200, r#"{"code_url":"weixin://x","list":[{"id":"a"}],"":1}"#);
        assert_eq!(r["code_url"].as_str(), Some("weixin://x"));
        assert_eq!((&r["list"][0]["id"], &r[""]), (&Value::from("a"), &Value::from(1)));
        assert_eq!((&r[&"code_url".to_owned()], &r["code_url".to_owned()]), (&r["code_url"], &r["code_url"]));
        for null in [&r["gone"], &r["gone"]["deeper"], &r["code_url"]["deeper"], &r["list"][7], &r[0]] {
            assert_eq!(null, &Value::Null);
        }
        assert_eq!(response(200, r#"["a"]"#)[0], "a");
        for other in ["", "null", "17", "<html>", "\u{feff}{}", "{\"code_url\":", "\u{1f}"] {
            let r = response(200, other);
            assert_eq!((&r["code_url"], &r[0]), (&Value::Null, &Value::Null), "{other}");
        }
        // Parsed once, a clone too; the reference lives as long as the answer.
        let first: *const Value = &raw const r["code_url"];
        assert!(std::ptr::eq(first, &raw const r["code_url"]));
        assert_eq!(r.clone()["code_url"], "weixin://x");
    }

    #[cfg(feature = "v2")]
    #[test]
    fn the_index_reads_the_flat_map_of_apiv2() {
        let r = response(200, "<xml><code_url>weixin://x</code_url></xml>").in_format(Format::Xml);
        assert_eq!((&r["code_url"], &r["gone"]), (&Value::from("weixin://x"), &Value::Null));
        assert_eq!(r.get::<Option<String>>("/gone").unwrap(), None);
        let bill = response(200, "交易时间,公众账号ID").in_format(Format::Xml);
        assert_eq!(bill["return_code"], Value::Null);
    }
}
