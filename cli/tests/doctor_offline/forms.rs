//! Forms of numbers and ids, and where calls go.

use super::merchant::{ID, MCHID, Merchant, OWN, SERIAL, certificate};
use super::verdicts::{found, is_well};
use super::{examined, fails, warns};

#[test]
fn forms_of_numbers_and_ids() {
    for mchid in ["19000", "19000001090", "wxd678efh567hg6787", "1900000abc"] {
        fails(&Merchant::new().set("MCHID", mchid), "mchid.format");
    }
    for appid in ["wxd678efh567hg678", "WXd678efh567hg6787", "wxD678efh567hg6787", MCHID] {
        fails(&Merchant::new().set("APPID", appid), "appid.format");
    }
    for (serial, seen) in [
        (ID, "public key"),
        (MCHID, "merchant number"),
        ("316619589946583748254911118771567464206052996772", "decimal"),
        ("37:75:B6:A4:5A:CD:58:88:26:D1:5E:58:3A:95:F5:DD:37:75:B6:A4", "colons"),
        ("/etc/pay/apiclient_cert.pem", "path"),
        ("unknown", "no serial"),
    ] {
        let found = fails(&Merchant::new().set("SERIAL", serial), "serial.format");
        assert!(found["message"]["en"].as_str().unwrap().contains(seen), "{found}");
    }
    warns(&Merchant::new().set("SERIAL", &SERIAL.to_lowercase()), "serial.format");
    // Some tools lose the zero that a serial begins with; one digit lost elsewhere is another serial.
    let zero = SERIAL.replacen('3', "0", 1);
    let short = Merchant::new().set("SERIAL", &zero[1..]);
    short.write("apiclient_cert.pem", &certificate(&OWN, &zero, MCHID, (-1, 900)));
    warns(&short, "serial.format");
    fails(&Merchant::new().set("SERIAL", &SERIAL[1..]), "key.fits_serial");
    let alone = Merchant::new().set("SERIAL", &SERIAL[1..]);
    std::fs::remove_file(alone.path("apiclient_cert.pem")).unwrap();
    warns(&alone, "serial.format");
    for id in ["PUB_KEY_ID_", "pub_key_id_0114", "0114232134912410000000000000", "PUB_KEY_ID_01x"] {
        fails(&Merchant::new().set("PUBLIC_KEY_ID", id), "publickey.id");
    }
}

#[test]
fn where_calls_go() {
    for base in [
        "api.mch.weixin.qq.com",
        "ftp://api.mch.weixin.qq.com/",
        "https://",
        "https://api.mch.weixin.qq.com/v3/",
        "https://api.mch.weixin.qq.com/?a=1",
        "https://api.mch.weixin.qq.com/#x",
        "https://me@api.mch.weixin.qq.com/",
    ] {
        fails(&Merchant::new().set("BASE_URI", base), "base_uri.format");
    }
    fails(&Merchant::new().set("BASE_URI", "http://api.mch.weixin.qq.com/"), "base_uri.https");
    fails(&Merchant::new().set("BASE_URI", "https://93.184.216.34/"), "base_uri.host");
    for base in ["https://api.mch.weixin.qq.cn/", "https://mch.weixin.qq.com/", "https://pay.weixin.qq.com/"] {
        warns(&Merchant::new().set("BASE_URI", base), "base_uri.host");
    }
    for base in ["https://10.0.0.5/", "http://127.0.0.1:8787", "https://egress.shop.cn/", "http://localhost:8787/"] {
        is_well(&examined(&Merchant::new().set("BASE_URI", base), &[], &[]), "public_key");
    }
    for proxy in ["socks5://127.0.0.1:1080", "https://127.0.0.1:3128", "ftp://127.0.0.1:21"] {
        let merchant = Merchant::new();
        found(&examined(&merchant, &[], &[("HTTPS_PROXY", proxy)]), "proxy.scheme", "fail");
        is_well(&examined(&merchant, &[], &[("HTTPS_PROXY", proxy), ("NO_PROXY", "weixin.qq.com")]), "public_key");
        is_well(&examined(&merchant, &["--proxy", "none"], &[("HTTPS_PROXY", proxy)]), "public_key");
    }
    is_well(&examined(&Merchant::new(), &[], &[("HTTPS_PROXY", "http://me:hush@127.0.0.1:3128")]), "public_key");
}
