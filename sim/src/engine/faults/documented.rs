//! Which codes an endpoint documents, and what it answers with each.

use serde_json::Value;

use super::super::answer::Refusal;
use super::super::call::Version;
use super::super::rule_table::TABLE;
use super::super::rules::Rules;
use super::codes::{CLASSIC, COMMON, Code, code};

/// Endpoints that have a table of their own: their templates, or where those begin if it ends with a slash; codes that the shared tables do
/// not have or have otherwise; and how the rules begin that may change them.
struct Family {
    templates: &'static [&'static str],
    rules: &'static [&'static str],
    codes: &'static [Code],
}

const V3: &[Family] = &[
    Family {
        templates: &["v3/refund/domestic/refunds", "v3/refund/domestic/refunds/"],
        rules: &["refund."],
        codes: &[
            code("MCH_NOT_EXISTS", 404, "商户号不存在", 0),
            code("RESOURCE_NOT_EXISTS", 404, "退款单不存在", 0),
            code("NOT_ENOUGH", 403, "基本账户余额不足，请充值后重新发起", 0),
            code("TRADE_OVERDUE", 400, "订单已超过可退款期限", 0),
            code("REFUND_FEE_MISMATCH", 400, "订单金额或退款金额与之前请求不一致，请核实后再试", 0),
        ],
    },
    Family {
        templates: &[
            "v3/pay/transactions/codepay",
            "v3/pay/partner/transactions/codepay",
            "v3/pay/transactions/out-trade-no/{out_trade_no}/reverse",
            "v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse",
        ],
        rules: &["codepay."],
        codes: &[],
    },
    Family {
        templates: &[
            "v3/pay/transactions/jsapi",
            "v3/pay/transactions/native",
            "v3/pay/transactions/h5",
            "v3/pay/transactions/app",
            "v3/pay/transactions/id/",
            "v3/pay/transactions/out-trade-no/",
            "v3/pay/partner/transactions/jsapi",
            "v3/pay/partner/transactions/native",
            "v3/pay/partner/transactions/h5",
            "v3/pay/partner/transactions/app",
            "v3/pay/partner/transactions/miniprogram",
            "v3/pay/partner/transactions/id/",
            "v3/pay/partner/transactions/out-trade-no/",
        ],
        rules: &["order.", "close."],
        codes: &[],
    },
    Family { templates: &["v3/combine-transactions/"], rules: &["order.", "combine."], codes: &[] },
    Family { templates: &["v3/fund-app/mch-transfer/"], rules: &["transfer."], codes: &[] },
    Family { templates: &["v3/profitsharing/"], rules: &["sharing."], codes: &[] },
    Family { templates: &["v3/bill/", "v3/billdownload/"], rules: &["bills."], codes: &[] },
    Family { templates: &["v3/certificates", "v3/security/echo"], rules: &[], codes: &[] },
    Family {
        templates: &[
            "v3/merchant-service/complaints-v2",
            "v3/merchant-service/complaints-v2/",
            "v3/merchant-service/complaint-notifications",
            "v3/merchant-service/images/",
        ],
        rules: &["complaint."],
        codes: &[],
    },
];

/// What every endpoint of APIv2 may answer; APIv2 has no statuses.
const V2_COMMON: &[Code] = &[
    v2("SIGNERROR", "签名错误"),
    v2("PARAM_ERROR", "参数错误"),
    v2("INVALID_REQUEST", "无效请求"),
    v2("NOAUTH", "商户无此接口权限"),
    v2("LACK_PARAMS", "缺少参数"),
    v2("RESOURCE_NOT_EXISTS", "查询的资源不存在"),
    v2("FREQUENCY_LIMITED", "频率限制"),
    v2("SYSTEMERROR", "系统错误"),
    v2("BANKERROR", "银行系统异常"),
];

const V2: &[Family] = &[
    Family {
        templates: &["v2/pay/unifiedorder"],
        rules: &[],
        codes: &[
            v2("ORDERPAID", "该订单已支付"),
            v2("ORDERCLOSED", "订单已关闭"),
            v2("OUT_TRADE_NO_USED", "商户订单号重复"),
            v2("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配"),
        ],
    },
    Family {
        templates: &["v2/pay/orderquery", "v2/xdc/apiv2sandbox/pay/orderquery"],
        rules: &[],
        codes: &[v2("ORDERNOTEXIST", "订单不存在")],
    },
    Family {
        templates: &["v2/pay/closeorder"],
        rules: &[],
        codes: &[v2("ORDERPAID", "该订单已支付"), v2("ORDERCLOSED", "订单已关闭"), v2("ORDERNOTEXIST", "订单不存在")],
    },
    Family {
        templates: &["v2/secapi/pay/refund"],
        rules: &[],
        codes: &[
            v2("NOTENOUGH", "余额不足"),
            v2("TRADE_OVERDUE", "订单已经超过退款期限"),
            v2("REFUND_FEE_MISMATCH", "订单金额或退款金额与之前请求不一致，请核实后再试"),
            v2("ORDERNOTEXIST", "订单不存在"),
            v2("USER_ACCOUNT_ABNORMAL", "退款请求失败，用户账户异常"),
            v2("BIZERR_NEED_RETRY", "退款业务流程错误，需要商户触发重试来解决"),
            v2("INVALID_REQ_TOO_MUCH", "无效请求过多"),
            v2("ERROR", "业务错误"),
        ],
    },
    Family {
        templates: &["v2/pay/refundquery"], rules: &[], codes: &[v2("REFUNDNOTEXIST", "退款订单查询失败")]
    },
    Family {
        templates: &["v2/pay/micropay", "v2/xdc/apiv2sandbox/pay/micropay", "v2/secapi/pay/reverse"],
        rules: &[],
        codes: &[
            v2("NOTENOUGH", "余额不足"),
            v2("NOTSUPORTCARD", "不支持卡类型"),
            v2("USERPAYING", "用户支付中，需要输入密码"),
            v2("AUTH_CODE_INVALID", "授权码检验错误"),
            v2("AUTHCODEEXPIRE", "二维码已过期，请用户在微信上刷新后再试"),
            v2("ORDERPAID", "该订单已支付"),
            v2("OUT_TRADE_NO_USED", "商户订单号重复"),
        ],
    },
];

const fn v2(name: &'static str, message: &'static str) -> Code {
    code(name, 200, message, 0)
}

fn family(version: Version, template: &str) -> Option<&'static Family> {
    let families = match version {
        Version::V2 => V2,
        Version::V3 => V3,
    };
    let fits = |prefix: &str| match prefix.ends_with('/') {
        true => template.starts_with(prefix),
        false => template == prefix,
    };
    families.iter().find(|family| family.templates.iter().any(|prefix| fits(prefix)))
}

/// All codes that an endpoint documents: its own, then those it shares.
pub(crate) fn codes(version: Version, template: &str) -> Vec<Code> {
    let family = family(version, template);
    let own = family.map_or(&[][..], |family| family.codes);
    let shared = match (version, family) {
        (Version::V2, _) => &[V2_COMMON][..],
        (Version::V3, Some(_)) => &[COMMON, CLASSIC],
        (Version::V3, None) => &[COMMON],
    };
    let mut all = own.to_vec();
    for code in shared.iter().flat_map(|codes| codes.iter()) {
        if !all.iter().any(|known| known.code == code.code) {
            all.push(*code);
        }
    }
    all
}

/// What an endpoint answers with a code, and whether it documents it. APIv2 spells some without underscores.
pub(crate) fn refusal(rules: &Rules, version: Version, template: &str, name: &str) -> (Refusal, bool) {
    let all = codes(version, template);
    let plain = name.replace('_', "");
    let exact = all.iter().find(|code| code.code == name);
    let found = exact.or_else(|| all.iter().find(|code| code.code.replace('_', "") == plain));
    let Some(found) = found else {
        let message = format!("{name}: not documented for this endpoint");
        return (Refusal::new(400, name, message), false);
    };
    let refusal = by_rule(rules, version, template, found.code)
        .unwrap_or_else(|| Refusal::new(found.status, found.code, found.message).internal(found.internal));
    (refusal, true)
}

/// The same for the few codes that a fault stands for at any endpoint, whether its page lists them or not.
pub(crate) fn always(rules: &Rules, version: Version, template: &str, name: &str) -> Refusal {
    let (refusal, documented) = refusal(rules, version, template, name);
    let known = || COMMON.iter().chain(CLASSIC).find(|code| code.code == name);
    match known().filter(|_| !documented && version == Version::V3) {
        Some(code) => Refusal::new(code.status, code.code, code.message).internal(code.internal),
        None => refusal,
    }
}

/// The refusal of a rule of the endpoint's, if one has this code; of the two that mean many things none does.
fn by_rule(rules: &Rules, version: Version, template: &str, code: &str) -> Option<Refusal> {
    if COMMON.iter().any(|common| common.code == code) {
        return None;
    }
    let prefixes = family(version, template)?.rules;
    let ids = TABLE.iter().map(|rule| rule.id).filter(|id| prefixes.iter().any(|prefix| id.starts_with(prefix)));
    let mut with_code = ids.filter(|id| rules.value(id).get("code").and_then(Value::as_str) == Some(code));
    with_code.next().map(|id| rules.refusal(id))
}

/// Whether any endpoint documents a code.
pub(crate) fn is_code(name: &str) -> bool {
    let own = V3.iter().chain(V2).flat_map(|family| family.codes);
    let mut all = own.chain(COMMON).chain(CLASSIC).chain(V2_COMMON);
    all.any(|code| code.code == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(template: &str, name: &str) -> (u16, String, bool) {
        let version = if template.starts_with("v2/") { Version::V2 } else { Version::V3 };
        let (refusal, documented) = refusal(&Rules::default(), version, template, name);
        (refusal.status, refusal.code, documented)
    }

    #[test]
    fn the_status_is_the_endpoints() {
        for (template, name, status, code) in [
            ("v3/pay/transactions/native", "MCH_NOT_EXISTS", 400, "MCH_NOT_EXISTS"),
            ("v3/refund/domestic/refunds", "MCH_NOT_EXISTS", 404, "MCH_NOT_EXISTS"),
            ("v3/refund/domestic/refunds/{out_refund_no}", "MCH_NOT_EXISTS", 404, "MCH_NOT_EXISTS"),
            ("v3/pay/transactions/codepay", "USERPAYING", 202, "USERPAYING"),
            ("v3/pay/transactions/jsapi", "OPENID_MISMATCH", 500, "OPENID_MISMATCH"),
            ("v3/bill/tradebill", "STATEMENT_CREATING", 400, "STATEMENT_CREATING"),
            ("v3/marketing/favor/stocks", "NO_AUTH", 403, "NO_AUTH"),
            ("v2/pay/micropay", "AUTHCODEEXPIRE", 200, "AUTHCODEEXPIRE"),
            ("v2/secapi/pay/refund", "NOT_ENOUGH", 200, "NOTENOUGH"),
            ("v2/pay/unifiedorder", "SYSTEM_ERROR", 200, "SYSTEMERROR"),
        ] {
            assert_eq!(answered(template, name), (status, code.to_owned(), true), "{template} {name}");
        }
    }

    #[test]
    fn what_an_endpoint_does_not_document_is_a_400() {
        for (template, name) in [
            ("v3/pay/transactions/native", "MADE_UP"),
            ("v3/marketing/favor/stocks", "NOT_ENOUGH"),
            ("v3/pay/transactions/jsapi-with-contract", "NOT_ENOUGH"),
            ("v2/pay/unifiedorder", "AUTHCODEEXPIRE"),
        ] {
            assert_eq!(answered(template, name), (400, name.to_owned(), false), "{template}");
        }
    }

    #[test]
    fn a_changed_rule_changes_what_its_code_is_answered_with() {
        let mut rules = Rules::default();
        let ask = |rules: &Rules, name| refusal(rules, Version::V3, "v3/pay/transactions/native", name).0;
        assert_eq!(ask(&rules, "ORDER_CLOSED").internal, 268_447_914);
        rules.set(
            "order.repeat_closed",
            Some(serde_json::json!({"status": 403, "code": "ORDER_CLOSED", "message": "x"})),
        );
        assert_eq!((ask(&rules, "ORDER_CLOSED").status, ask(&rules, "ORDER_CLOSED").message.as_str()), (403, "x"));
    }

    #[test]
    fn each_template_is_one_of_the_catalogue() {
        for template in V3.iter().chain(V2).flat_map(|family| family.templates) {
            let known = wechatpay_catalog::operations().any(|operation| match template.ends_with('/') {
                true => operation.path().starts_with(template),
                false => operation.path() == *template,
            });
            assert!(known, "{template}");
        }
    }
}
