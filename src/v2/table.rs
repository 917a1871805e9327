//! What is special about single endpoints of APIv2: who must present the certificate, whose answers are unsigned, and more.
//!
//! Paths are without the `v2` of the chain. Sources disagree about a few; where they do, the path that exists is taken, and a
//! signature that is there is checked on every path.

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

/// Answered with a file, or with XML that says why not.
const FILES: &[Folder] = folders! {
    "/billcommentsp/": "batchquerycomment";
    "/pay/": "downloadbill" "downloadfundflow";
};

fn is_in(table: &[Folder], path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    table.iter().any(|entry| entry.path.trim_end_matches('/') == folder && entry.names.contains(&name))
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

/// Whether the answer is JSON.
pub(crate) fn is_json(path: &str) -> bool {
    path == "/appauth/getaccesstoken"
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
