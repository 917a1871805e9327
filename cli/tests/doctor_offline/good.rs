//! Settings that are right, in every way of writing that is allowed.

use super::merchant::{self, ID, MCHID, Merchant, OTHER, OWN, PLATFORM, PLATFORM_SERIAL, SERIAL, certificate, fixture};
use super::verdicts::is_well;
use super::{OLD_SERIAL, examined, run_with};

#[test]
fn good_settings_give_no_warning() {
    is_well(&examined(&Merchant::new(), &[], &[]), "public_key");
    is_well(&examined(&Merchant::of_certificates(), &[], &[]), "certificate");
    is_well(&examined(&Merchant::of_certificates().unset("API_V3_KEY"), &[], &[]), "certificate");
    is_well(&examined(&Merchant::new().unset("PUBLIC_KEY_ID").unset("PUBLIC_KEY"), &[], &[]), "certificate");
    is_well(&examined(&Merchant::of_v2(), &[], &[]), "v2");
    let presenting = Merchant::of_v2().set("PRIVATE_KEY", &OWN.serialize_pem());
    is_well(
        &examined(&presenting.file("CERTIFICATE", "cert.pem", &certificate(&OWN, SERIAL, MCHID, (-1, 900))), &[], &[]),
        "v2",
    );
    let both = Merchant::of_certificates().set("PUBLIC_KEY_ID", ID).file(
        "PUBLIC_KEY",
        "pub_key.pem",
        &PLATFORM.public_key_pem(),
    );
    is_well(&examined(&both, &[], &[]), "both");
    // A partner's settings are a merchant's: its own number, key and certificate.
    let partner = Merchant::new()
        .set("APPID", "wxd678efh567hg6787")
        .set("SECRET", merchant::SECRET)
        .set("BASE_URI", "https://apihk.mch.weixin.qq.com/hk/")
        .set("NOTIFY_URL", "https://pay.shop.cn/notify");
    is_well(&examined(&partner, &[], &[]), "public_key");
}

#[test]
fn what_other_ways_of_writing_allow_is_no_slip() {
    let merchant = Merchant::new();
    merchant.chmod("apiclient_key.pem", 0o640);
    is_well(&examined(&merchant, &[], &[]), "public_key");
    let inline = Merchant::new()
        .set("PRIVATE_KEY", &OWN.serialize_pem())
        .set("PUBLIC_KEY", &PLATFORM.public_key_pem().replace('\n', "\\n"));
    is_well(&examined(&inline, &[], &[]), "public_key");
    let pkcs1 = Merchant::new()
        .file("PRIVATE_KEY", "key.pem", &fixture("merchant_key_pkcs1.pem"))
        .set("SERIAL", "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17");
    pkcs1.write("apiclient_cert.pem", &fixture("merchant_cert.pem"));
    let run = examined(&pkcs1, &["--skip", "mchid.match,cert.expiry"], &[]);
    is_well(&run, "public_key");
    let zeros = "00A4B6A45ACD588826D15E583A95F5DD3775B6A4";
    let merchant = Merchant::new().set("SERIAL", zeros);
    merchant.write("apiclient_cert.pem", &certificate(&OWN, &zeros[2..], MCHID, (-1, 900)));
    is_well(&examined(&merchant, &[], &[]), "public_key");
    let rotation =
        [certificate(&OTHER, OLD_SERIAL, "old", (-800, 60)), certificate(&PLATFORM, PLATFORM_SERIAL, "new", (-1, 900))];
    is_well(
        &examined(&Merchant::of_certificates().file("PLATFORM_CERTIFICATE", "both.pem", &rotation.concat()), &[], &[]),
        "certificate",
    );
    // Quotes of an env file are its own, and relative paths are relative to it.
    let merchant = Merchant::new().set("PRIVATE_KEY", "apiclient_key.pem");
    let file = merchant.env_file();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = [("WECHATPAY_MCHID", "1"), ("WECHATPAY_NO_SUCH", "x")];
    is_well(&run_with(elsewhere.path(), &["--env-file", file.to_str().unwrap()], &other), "public_key");
}
