//! What is special about single endpoints of APIv2: who must present the certificate, whose answers are unsigned, and more.
//!
//! Paths are without the `v2` of the chain. Sources disagree about a few; where they do, the path that exists is taken, and a
//! signature that is there is checked on every path.

use crate::error::rejection::same_code;

/// Paths of one folder.
struct Folder {
    path: &'static str,
    names: &'static [&'static str],
}

macro_rules! folders {
    ($($path:literal: $($name:literal)*;)*) => {
        &[$(Folder { path: $path, names: &[$($name),*] }),*]
    };
}

/// Answered only to the merchant API certificate (the `security` column of the endpoint pages).
const MTLS: &[Folder] = folders! {
    "/applyment/micro/": "getstate" "getupgradestate" "modifyarchives" "modifycontactinfo" "signcontract" "submit" "submitupgrade";
    "/billcommentsp/": "batchquerycomment";
    "/deposit/": "consume" "refund" "reverse";
    "/fund/": "queryautowithdrawbydate" "reautowithdrawbydate";
    "/mchrisk/": "querymchrisk" "syncmchriskresult";
    "/mmpaymkttransfers/": "gethbinfo" "gettransferinfo" "queryworkwxredpack" "send_coupon" "sendgroupredpack" "sendminiprogramhb"
        "sendredpack" "sendworkwxredpack";
    "/mmpaymkttransfers/promotion/": "paywwsptrans2pocket" "querywwsptrans2pocket" "transfers";
    "/mmpaysptrans/": "pay_bank" "query_bank";
    "/pay/": "downloadfundflow";
    "/risk/": "getpublickey" "getviolation";
    "/secapi/mch/": "addInstitutionsub" "addsubdevconfig" "channelsetting" "modifyInstitutionsub" "modifymchinfo" "queryInstitutionsub"
        "querysubdevconfig" "submchmanage" "uploadmedia";
    "/secapi/mkt/": "addrecommendconf";
    "/secapi/pay/": "facepayreverse" "multiprofitsharing" "profitsharing" "profitsharingfinish" "profitsharingreturn" "refund" "refundv2"
        "reverse";
    "/wxv/": "cancelbill" "changerentmoney" "createhotelbill" "createrentbill" "finishhotelbill" "finishrentbill" "queryhotelbill"
        "queryrentbill";
};

/// Answered without `sign`.
const UNSIGNED: &[Folder] = folders! {
    "/appauth/": "getaccesstoken";
    "/applyment/micro/": "signcontract";
    "/billcommentsp/": "batchquerycomment";
    "/mchrisk/": "querymchrisk" "setmchriskcallback" "syncmchriskresult";
    "/mmpaymkttransfers/": "gethbinfo" "gettransferinfo" "sendgroupredpack" "sendminiprogramhb" "sendredpack";
    "/mmpaymkttransfers/promotion/": "paywwsptrans2pocket" "querywwsptrans2pocket" "transfers";
    "/mmpaysptrans/": "pay_bank" "query_bank";
    "/papay/": "entrustweb" "h5entrustweb";
    "/papay/partner/": "entrustweb" "h5entrustweb";
    "/pay/": "downloadbill" "downloadfundflow";
    "/payitil/": "report";
    "/risk/": "getpublickey" "getviolation";
    "/secapi/mch/": "submchmanage";
    "/xdc/apiv2getsignkey/sign/": "getsignkey";
    "/xdc/apiv2sandbox/pay/": "micropay" "orderquery";
};

/// Asked without `nonce_str`.
const NONCELESS: &[Folder] = folders! {
    "/cgi-bin/mch/customs/": "customdeclareorder" "customdeclarequery";
    "/cgi-bin/mch/newcustoms/": "customdeclareredeclare";
    "/papay/": "deletecontract" "h5entrustweb" "preentrustweb" "querycontract";
    "/papay/partner/": "deletecontract" "h5entrustweb" "preentrustweb" "querycontract";
    "/pay/": "queryexchagerate";
    "/secapi/mch/": "addInstitutionsub" "addsubdevconfig" "channelsetting" "modifyInstitutionsub" "modifymchinfo" "queryInstitutionsub"
        "querysubdevconfig";
};

/// Answered without `result_code`.
const RESULTLESS: &[Folder] = folders! {
    "/applyment/micro/": "signcontract";
    "/face/": "get_wxpayface_authinfo";
    "/pay/": "profitsharingmerchantratioquery" "profitsharingorderamountquery" "queryexchagerate";
    "/xdc/apiv2getsignkey/sign/": "getsignkey";
};

/// Pay money out. Of their refusals only those below say that nothing will be paid; "a new code never means another number" (查询企业付款).
const PAYOUTS: &[Folder] = folders! {
    "/mmpaymkttransfers/": "sendgroupredpack" "sendminiprogramhb" "sendredpack" "sendworkwxredpack";
    "/mmpaymkttransfers/promotion/": "paywwsptrans2pocket" "transfers";
    "/mmpaysptrans/": "pay_bank";
};

/// The refusals of a payout that are final.
const FINAL: [&str; 26] = [
    "AMOUNT_LIMIT",
    "CA_ERROR",
    "FREQ_LIMIT",
    "FREQUENCY_LIMITED",
    "ILLEGAL_APPID",
    "INVALID_REQUEST",
    "MONEY_LIMIT",
    "MSGAPPID_ERROR",
    "NAME_MISMATCH",
    "NOTENOUGH",
    "NO_AUTH",
    "NOAUTH",
    "OPENID_ERROR",
    "PARAM_ERROR",
    "PARAM_IS_NOT_UTF8",
    "POST_DATA_EMPTY",
    "REQUIRE_POST",
    "SENDAMOUNT_LIMIT",
    "SENDNUM_LIMIT",
    "SIGN_ERROR",
    "TIME_LIMITED",
    "V2_ACCOUNT_SIMPLE_BAN",
    "XML_ERROR",
    "XML_FORMAT_ERROR",
    "RCVDAMOUNT_LIMIT",
    "RECV_ACCOUNT_NOT_ALLOWED",
];

/// Answered with a file, or with XML that says why not.
const FILES: &[Folder] = folders! {
    "/billcommentsp/": "batchquerycomment";
    "/pay/": "downloadbill" "downloadfundflow";
};

fn is_in(table: &[Folder], path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    table.iter().any(|entry| entry.path.trim_end_matches('/') == folder && entry.names.contains(&name))
}

/// Whether there is anything special about this path.
pub(crate) fn is_known(path: &str) -> bool {
    [MTLS, UNSIGNED, NONCELESS, RESULTLESS, PAYOUTS, FILES].iter().any(|table| is_in(table, path)) || is_json(path)
}

/// Whether the merchant API certificate must be presented.
pub(crate) fn needs_certificate(path: &str) -> bool {
    is_in(MTLS, path)
}

/// Whether an answer without `sign` is one all the same.
pub(crate) fn is_unsigned(path: &str) -> bool {
    is_in(UNSIGNED, path)
}

pub(crate) fn is_nonceless(path: &str) -> bool {
    is_in(NONCELESS, path)
}

/// Whether the answer may be a file.
pub(crate) fn is_file(path: &str) -> bool {
    is_in(FILES, path)
}

/// Whether an answer without `result_code` is one all the same.
pub(crate) fn has_no_result(path: &str) -> bool {
    is_in(RESULTLESS, path)
}

/// Whether a refusal of this endpoint may not be the last word, beyond the codes that never are.
pub(crate) fn leaves_open(path: &str, code: &str) -> bool {
    let is = |known: &str| same_code(known, code);
    if is_in(PAYOUTS, path) {
        return !FINAL.into_iter().any(is);
    }
    // Without a code nobody knows why; a refund that met another is repeated under the same number.
    code.is_empty() || is("BIZERR_NEED_RETRY")
}

/// Whether the answer is JSON.
pub(crate) fn is_json(path: &str) -> bool {
    path == "/appauth/getaccesstoken"
}

/// All rows of the tables that say how an endpoint is asked and how it answers, each table with its name.
#[cfg(all(test, feature = "catalog"))]
pub(crate) fn rows() -> impl Iterator<Item = (&'static str, String)> {
    let tables = [
        ("certificate", MTLS),
        ("unsigned", UNSIGNED),
        ("nonceless", NONCELESS),
        ("resultless", RESULTLESS),
        ("file", FILES),
    ];
    tables.into_iter().flat_map(|(name, table)| {
        let paths = table.iter().flat_map(|folder| folder.names.iter().map(|file| format!("{}{file}", folder.path)));
        paths.map(move |path| (name, path))
    })
}

/// Whether a call only asks, whatever its verb: nothing about it can be left open.
pub(crate) fn is_read(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.contains("query") || name.starts_with("get") || name.starts_with("download")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_matched_whole() {
        for path in [
            "/secapi/pay/refund",
            "/mmpaymkttransfers/promotion/transfers",
            "/mmpaysptrans/pay_bank",
            "/secapi/mch/addInstitutionsub",
        ] {
            assert!(needs_certificate(path), "{path}");
        }
        for path in [
            "/pay/refund",
            "/x/secapi/pay/refund",
            "/secapi/pay/refund/x",
            "/secapi/pay/",
            "/secapi/mch/addinstitutionsub",
            "",
            "/",
        ] {
            assert!(!needs_certificate(path), "{path}");
        }
        assert!(is_unsigned("/pay/downloadbill") && is_file("/pay/downloadbill") && !is_unsigned("/pay/orderquery"));
        assert!(is_nonceless("/papay/querycontract") && !is_nonceless("/pay/unifiedorder"));
        assert!(is_json("/appauth/getaccesstoken") && !is_json("/pay/orderquery"));
    }

    #[test]
    fn only_known_refusals_are_final() {
        for (path, code, open) in [
            ("/pay/unifiedorder", "NOTENOUGH", false),
            ("/pay/unifiedorder", "", true),
            ("/secapi/pay/refund", "BIZERR_NEED_RETRY", true),
            ("/mmpaymkttransfers/sendredpack", "PROCESSING", true),
            ("/mmpaymkttransfers/sendredpack", "NOTENOUGH", false),
            ("/mmpaymkttransfers/promotion/transfers", "SEND_FAILED", true),
            ("/mmpaymkttransfers/promotion/transfers", "SOMETHING_NEW", true),
            ("/mmpaysptrans/pay_bank", "PARAM_ERROR", false),
        ] {
            assert_eq!(leaves_open(path, code), open, "{path} {code}");
        }
    }

    #[test]
    fn only_questions_are_reads() {
        for path in [
            "/pay/orderquery",
            "/pay/refundquery",
            "/papay/querycontract",
            "/mmpaymkttransfers/gethbinfo",
            "/pay/downloadbill",
            "/mmpaysptrans/query_bank",
        ] {
            assert!(is_read(path), "{path}");
        }
        for path in [
            "/pay/micropay",
            "/secapi/pay/refund",
            "/secapi/pay/reverse",
            "/fund/reautowithdrawbydate",
            "/mmpaymkttransfers/sendredpack",
            "/pay/closeorder",
            "/pay/unifiedorder",
            "/mmpaymkttransfers/promotion/transfers",
        ] {
            assert!(!is_read(path), "{path}");
        }
    }
}
