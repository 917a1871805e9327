//! The codes of APIv2, by endpoint. Most have a cause of their own, and rows; the banks' and the gateway's own come by a trigger alone.

use super::super::call::Version;
use super::super::faults::documented;
use super::super::rules::Rules;

const CODES: &[(&str, &[&str])] = &[
    (
        "v2/pay/unifiedorder",
        &["ORDERPAID", "ORDERCLOSED", "OUT_TRADE_NO_USED", "APPID_MCHID_NOT_MATCH", "LACK_PARAMS", "NOAUTH"],
    ),
    ("v2/pay/orderquery", &["ORDERNOTEXIST"]),
    ("v2/pay/closeorder", &["ORDERPAID", "ORDERCLOSED"]),
    (
        "v2/secapi/pay/refund",
        &[
            "NOTENOUGH",
            "TRADE_OVERDUE",
            "REFUND_FEE_MISMATCH",
            "ORDERNOTEXIST",
            "USER_ACCOUNT_ABNORMAL",
            "FREQUENCY_LIMITED",
            "BIZERR_NEED_RETRY",
            "INVALID_REQ_TOO_MUCH",
            "ERROR",
        ],
    ),
    ("v2/pay/refundquery", &["REFUNDNOTEXIST"]),
    ("v2/pay/micropay", &["NOTENOUGH", "NOTSUPORTCARD", "BANKERROR", "SYSTEMERROR", "USERPAYING"]),
];

#[test]
fn each_code_can_be_asked_for_by_its_name() {
    for (template, codes) in CODES {
        for code in *codes {
            let (refusal, is_documented) = documented::refusal(&Rules::default(), Version::V2, template, code);
            assert_eq!((refusal.code.as_str(), is_documented), (*code, true), "{template}");
            assert!(!refusal.message.is_empty(), "{template} {code}");
        }
    }
}
