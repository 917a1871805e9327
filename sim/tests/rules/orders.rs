//! Rules of orders, of closing, of payment codes and of reversals.

use serde_json::{Value, json};

use super::bench::{APP, Bench, Case, M, P, case, refusal, said, seconds};

pub(crate) fn cases() -> Vec<Case> {
    [repetitions(), times(), queries(), codes(), reversals()].into_iter().flatten().collect()
}

fn repetitions() -> Vec<Case> {
    vec![
        refusal(
            "order.repeat_changed",
            "400 INVALID_REQUEST 请求重入时，参数与首次请求时不一致",
            |bench| {
                let mut other = Bench::order(&bench.placed());
                other["amount"]["total"] = json!(1001);
                said(bench.native(other))
            },
        ),
        refusal("order.repeat_type", "403 OUT_TRADE_NO_USED 商户订单号重复", |bench| {
            said(bench.wxpay.chain("v3/pay/transactions/app").post(Bench::order(&bench.placed())))
        }),
        refusal("order.repeat_paid", "400 INVALID_REQUEST 该订单已支付", |bench| {
            said(bench.native(Bench::order(&bench.paid())))
        }),
        refusal("order.repeat_closed", "400 ORDER_CLOSED 订单已关闭", |bench| {
            let number = bench.placed();
            bench.close(&number).unwrap();
            said(bench.native(Bench::order(&number)))
        }),
    ]
}

fn times() -> Vec<Case> {
    vec![
        case("order.expire_max", json!(86_400), "604800", "86400", |bench| lives(bench, "/expires_at")),
        case("order.expire_min", json!(600), "60", "600", |bench| {
            let number = bench.number();
            let mut body = Bench::order(&number);
            body["time_expire"] = bench.sim.get("clock").unwrap()["wall"].clone();
            bench.native(body).unwrap();
            seconds(&bench.shown(&number, "/created_at"), &bench.shown(&number, "/expires_at"))
        }),
        case("order.auto_close", json!(3600), "NOTPAY", "CLOSED", |bench| {
            let number = bench.placed();
            bench.advance(3600);
            text(&bench.shown(&number, "/state"))
        }),
        case("order.prepay_s", json!(600), "7200", "600", |bench| lives(bench, "/credential/expires_at")),
        case("order.h5_s", json!(30), "300", "30", |bench| {
            let number = bench.number();
            let mut body = Bench::order(&number);
            body["scene_info"] = json!({"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}});
            bench.wxpay.chain("v3/pay/transactions/h5").post(body).unwrap();
            seconds(&bench.shown(&number, "/created_at"), &bench.shown(&number, "/credential/expires_at"))
        }),
    ]
}

fn queries() -> Vec<Case> {
    vec![
        refusal("order.unknown", "404 ORDER_NOT_EXIST 订单不存在", unknown),
        refusal("order.other_merchant", "400 INVALID_REQUEST 商户号和订单不匹配", |bench| {
            let id = text(&bench.shown(&bench.paid(), "/transaction_id"));
            let other = bench.sim.merchant("1900000002").unwrap().client().unwrap();
            said(other.chain(format!("v3/pay/transactions/id/{id}")).query("mchid", "1900000002").get())
        }),
        refusal("order.other_sub_merchant", "400 INVALID_REQUEST 子商户号和订单不匹配", |bench| {
            let number = bench.number();
            said(bench.partner.chain("v3/pay/partner/transactions/native").post(partners(&number, "1900000011")));
            let path = format!("v3/pay/partner/transactions/out-trade-no/{number}");
            said(bench.partner.chain(path).query("sp_mchid", P).query("sub_mchid", "1900000012").get())
        }),
        case("order.refund_when", json!("success"), "REFUND", "SUCCESS", |bench| {
            let number = bench.paid();
            bench.refund(&number, &bench.number(), 1).unwrap();
            text(&bench.shown(&number, "/state"))
        }),
        refusal("close.paid", "400 ORDER_PAID 该订单已支付", |bench| said(bench.close(&bench.paid()))),
        case("close.unknown", json!(404), "204", "404 ORDER_NOT_EXIST 订单不存在", |bench| {
            said(bench.close(&bench.number()))
        }),
        refusal("close.codepay", "400 INVALID_REQUEST 当前交易不允许进行普通关单", |bench| {
            said(bench.close(&bench.charged()))
        }),
    ]
}

fn codes() -> Vec<Case> {
    vec![
        case("codepay.userpaying", json!(400), "202", "400 USERPAYING 需要用户输入支付密码", |bench| {
            said(bench.charge(&bench.number(), &bench.code(), 100_001))
        }),
        case("codepay.password_over", json!(99), "200", "202", |bench| {
            said(bench.charge(&bench.number(), &bench.code(), 100))
        }),
        refusal("codepay.auth_code", "400 INVALID_REQUEST 付款码无效，请重新扫码", |bench| {
            said(bench.charge(&bench.number(), "160000000000000001", 100))
        }),
        case("codepay.code_s", json!(600), "400 INVALID_REQUEST 付款码无效，请重新扫码", "200", |bench| {
            let code = text(&bench.sim.get("payers/bob/auth_code").unwrap()["auth_code"]);
            bench.advance(61);
            said(bench.charge(&bench.number(), &code, 100))
        }),
    ]
}

fn reversals() -> Vec<Case> {
    vec![
        case("reverse.within_s", json!(60), "200", "400 INVALID_REQUEST 订单已超过可撤销期限", |bench| {
            let number = bench.charged();
            bench.advance(61);
            said(bench.reverse(&number))
        }),
        refusal("reverse.late", "400 INVALID_REQUEST 订单已超过可撤销期限", |bench| {
            let number = bench.charged();
            bench.advance(86_401);
            said(bench.reverse(&number))
        }),
        refusal("reverse.kind", "400 INVALID_REQUEST 非付款码支付订单不支持撤销", |bench| {
            said(bench.reverse(&bench.paid()))
        }),
        refusal("reverse.refunded", "400 INVALID_REQUEST 订单发生过退款，不支持撤销", |bench| {
            let number = bench.charged();
            bench.refund(&number, &bench.number(), 1).unwrap();
            said(bench.reverse(&number))
        }),
        refusal("reverse.not_enough", "403 NOT_ENOUGH 商户余额不足", |bench| {
            let number = bench.charged();
            bench.balance(None);
            said(bench.reverse(&number))
        }),
    ]
}

pub(crate) fn unknown(bench: &Bench) -> String {
    said(bench.query(&bench.number()))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Seconds from a new order's beginning to a time of it.
fn lives(bench: &Bench, until: &str) -> String {
    let number = bench.placed();
    seconds(&bench.shown(&number, "/created_at"), &bench.shown(&number, until))
}

/// The partner's order for a sub-merchant.
pub(crate) fn partners(number: &str, sub_mchid: &str) -> Value {
    let mut body = Bench::order(number);
    let members = body.as_object_mut().unwrap();
    members.retain(|name, _| name != "appid" && name != "mchid");
    members.extend(
        [("sp_appid", APP), ("sp_mchid", P), ("sub_mchid", sub_mchid)]
            .map(|(name, value)| (name.to_owned(), value.into())),
    );
    assert_ne!(M, P);
    body
}
