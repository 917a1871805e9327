//! Which paths ask for the merchant's certificate: exactly those that are documented to.

use std::collections::{BTreeMap, BTreeSet};

use wechatpay_chain::SignType;
use wechatpay_chain::gateway::v2;
use wechatpay_sim::Simulator;

use super::by_hand::{Done, FIRST, Hand, ask, start};

/// Folders, and what in them asks for it.
const CERTIFIED: &str = "
/applyment/micro/ getstate getupgradestate modifyarchives modifycontactinfo signcontract submit submitupgrade
/billcommentsp/ batchquerycomment
/deposit/ consume refund reverse
/fund/ queryautowithdrawbydate reautowithdrawbydate
/mchrisk/ querymchrisk syncmchriskresult
/mmpaymkttransfers/ gethbinfo gettransferinfo queryworkwxredpack send_coupon sendgroupredpack sendminiprogramhb sendredpack sendworkwxredpack
/mmpaymkttransfers/promotion/ paywwsptrans2pocket querywwsptrans2pocket transfers
/mmpaysptrans/ pay_bank query_bank
/pay/ downloadfundflow
/risk/ getpublickey getviolation
/secapi/mch/ addInstitutionsub addsubdevconfig channelsetting modifyInstitutionsub modifymchinfo queryInstitutionsub querysubdevconfig submchmanage uploadmedia
/secapi/mkt/ addrecommendconf
/secapi/pay/ facepayreverse multiprofitsharing profitsharing profitsharingfinish profitsharingreturn refund refundv2 reverse
/wxv/ cancelbill changerentmoney createhotelbill createrentbill finishhotelbill finishrentbill queryhotelbill queryrentbill
";

/// Neighbours that do not.
const OTHERS: [&str; 6] = [
    "/pay/unifiedorder",
    "/pay/refundquery",
    "/pay/downloadbill",
    "/pay/profitsharingquery",
    "/pay/profitsharingaddreceiver",
    "/mmpaymkttransfers/query_coupon_stock",
];

fn certified() -> BTreeSet<String> {
    let lines = CERTIFIED.lines().filter_map(|line| line.split_once(' '));
    lines.flat_map(|(folder, names)| names.split(' ').map(move |name| format!("{folder}{name}"))).collect()
}

/// Whether a path asks a client that shows none for a certificate.
fn asks(sim: &Simulator, path: &str, secret: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let pairs = [("appid", "wx0000000000000001"), ("mch_id", FIRST), ("mchid", FIRST), ("nonce_str", "n")];
    // Some take one of the two kinds of signature alone.
    for (kind, name) in [(SignType::Md5, "MD5"), (SignType::HmacSha256, "HMAC-SHA256")] {
        let mut fields: BTreeMap<_, _> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        fields.insert("sign_type".to_owned(), name.to_owned());
        fields.insert("sign".to_owned(), v2::sign(&fields, kind, secret)?);
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n");
        let (status, answer) = ask(&mut Hand::default().to(sim, "localhost"), &head, &v2::write(&fields))?;
        assert_eq!(status, 200, "{path}: {answer}");
        if answer.contains("证书校验错误") {
            return Ok(true);
        }
    }
    Ok(false)
}

#[test]
fn exactly_the_documented_paths_ask_for_a_certificate() -> Done {
    let sim = start();
    let secrets = sim.get(&format!("merchants/{FIRST}/secrets"))?;
    let secret = secrets["secret"].as_str().unwrap();
    // The upload is no document that could be signed here.
    for path in certified().into_iter().filter(|path| !path.ends_with("/uploadmedia")) {
        assert!(asks(&sim, &path, secret)?, "{path}");
    }
    for path in OTHERS {
        assert!(!asks(&sim, path, secret)?, "{path}");
    }
    let known = wechatpay_catalog::operations().filter(|operation| operation.needs_certificate());
    let known: BTreeSet<String> =
        known.map(|operation| format!("/{}", operation.path().trim_start_matches("v2/"))).collect();
    assert_eq!(known, certified());
    Ok(())
}
