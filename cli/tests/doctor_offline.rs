//! `wxpay doctor --offline`: each slip is found by its own check first, and good settings give no warning.
#![allow(missing_docs)]

#[path = "support/merchant.rs"]
mod merchant;
mod support;
#[path = "support/verdicts.rs"]
mod verdicts;

use merchant::{
    API_V3_KEY, ID, MCHID, Merchant, OTHER, OWN, PLATFORM, PLATFORM_SERIAL, SERIAL, certificate, ec_certificate,
    ec_key, fixture, large_key, pkcs1_public,
};
use serde_json::Value;
use support::{Run, run};
use verdicts::{check, found, is_well};

/// Of a platform certificate before the present one.
const OLD_SERIAL: &str = "6157F09EFDC096DE15EBE81A47057A7232F1B8E1";

/// What the doctor says of a merchant.
fn examined(merchant: &Merchant, words: &[&str], vars: &[(&str, &str)]) -> Run {
    let words = [&["doctor", "--offline", "--json"], words].concat();
    run(merchant.folder.path(), &words, &[&merchant.vars()[..], vars].concat())
}

#[track_caller]
fn fails(merchant: &Merchant, id: &str) -> Value {
    found(&examined(merchant, &[], &[]), id, "fail")
}

#[track_caller]
fn warns(merchant: &Merchant, id: &str) -> Value {
    found(&examined(merchant, &[], &[]), id, "warn")
}

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

fn run_with(folder: &std::path::Path, words: &[&str], vars: &[(&str, &str)]) -> Run {
    run(folder, &[&["doctor", "--offline", "--json"], words].concat(), vars)
}

#[test]
fn settings_that_cannot_be_read_are_findings() {
    let merchant = Merchant::new();
    for (content, line) in [("WECHATPAY_MCHID=1\nno line\n", "line 2"), ("WECHATPAY_MCHID=\"1\n", "line 1")] {
        merchant.write("bad.env", content);
        let found = found(&run_with(merchant.folder.path(), &["--env-file", "bad.env"], &[]), "config.source", "fail");
        assert!(found["remedy"]["en"].as_str().unwrap().contains(line), "{found}");
    }
    found(&run_with(merchant.folder.path(), &["--env-file", "none.env"], &[]), "config.source", "fail");
    found(&examined(&merchant, &["--api-v3-key-file", "none.key"], &[]), "config.source", "fail");
}

#[cfg(unix)]
#[test]
fn files_that_everybody_reads_are_told_of() {
    let merchant = Merchant::new();
    let file = merchant.env_file();
    merchant.chmod("merchant.env", 0o644);
    let run = run_with(merchant.folder.path(), &["--env-file", file.to_str().unwrap()], &[]);
    found(&run, "config.permissions", "warn");
    let without = Merchant::new().unset("API_V3_KEY");
    let file = without.env_file();
    without.chmod("merchant.env", 0o644);
    is_well(&run_with(without.folder.path(), &["--env-file", file.to_str().unwrap()], &[]), "public_key");
    let merchant = Merchant::new();
    merchant.chmod("apiclient_key.pem", 0o644);
    warns(&merchant, "key.permissions");
}

#[test]
fn slips_around_values_are_told_once_and_go_on_cleaned() {
    let unknown = warns(&Merchant::new().set("APIV3_KEY", API_V3_KEY), "env.unknown");
    assert!(unknown["remedy"]["en"].as_str().unwrap().contains("WECHATPAY_API_V3_KEY"), "{unknown}");
    fails(&Merchant::new().set("MCHID", "\"1900000109\""), "env.quotes");
    fails(&Merchant::new().set("API_V3_KEY", &format!("'{API_V3_KEY}'")), "env.quotes");
    fails(&Merchant::new().set("SERIAL", &format!("\u{201c}{SERIAL}\u{201d}")), "env.quotes");
    warns(&Merchant::new().set("API_V3_KEY", &format!("{API_V3_KEY}\n")), "env.whitespace");
    warns(&Merchant::new().set("PUBLIC_KEY_ID", &format!(" {ID}")), "env.whitespace");
    fails(&Merchant::new().set("MCHID", "１900000109"), "env.characters");
    fails(&Merchant::new().set("SERIAL", &format!("\u{feff}{SERIAL}")), "env.characters");
    fails(&Merchant::new().set("API_V3_KEY", &API_V3_KEY.replace('8', "\u{200b}8")), "env.characters");
}

#[test]
fn missing_settings_are_named_at_once() {
    let merchant = Merchant::new().unset("SERIAL").unset("PUBLIC_KEY_ID");
    let found = fails(&merchant, "config.complete");
    assert_eq!(found["wanted"], "WECHATPAY_SERIAL, WECHATPAY_PUBLIC_KEY_ID");
    let document = examined(&merchant, &[], &[]).json();
    assert_eq!(check(&document, "serial.format")["reason"], "needs:config.complete");
    assert_eq!(check(&document, "appid.format")["reason"], "not_configured");
    fails(&Merchant::of_v2().unset("MCHID"), "config.complete");
    let nothing = Merchant::of_v2().unset("MCHID").unset("SECRET");
    fails(&nothing, "config.complete");
    // One that is there under another name is to be renamed.
    let misspelt = Merchant::new().unset("SERIAL").set("SERIAL_NO", SERIAL);
    let document = examined(&misspelt, &[], &[]).json();
    assert_eq!(document["first"], "config.complete");
    let remedy = check(&document, "config.complete")["remedy"]["en"].clone();
    assert!(remedy.as_str().unwrap().contains("rename WECHATPAY_SERIAL_NO to WECHATPAY_SERIAL"), "{remedy}");
    // Of a key that is missing nothing more is said.
    fails(&Merchant::new().unset("PRIVATE_KEY"), "config.complete");
    fails(&Merchant::new().unset("MCHID"), "config.complete");
}

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

#[test]
fn the_private_key() {
    fails(&Merchant::new().set("PRIVATE_KEY", "/no/such/apiclient_key.pem"), "key.readable");
    fails(&Merchant::new().set("PRIVATE_KEY", "/tmp"), "key.readable");
    for content in [
        certificate(&OWN, SERIAL, MCHID, (-1, 900)),
        OWN.public_key_pem(),
        ec_key(),
        String::new(),
        "hello".to_owned(),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----".to_owned(),
        OWN.serialize_pem()[..700].to_owned(),
    ] {
        fails(&Merchant::new().file("PRIVATE_KEY", "other.pem", &content), "key.format");
    }
    let short = Merchant::new().file("PRIVATE_KEY", "short.pem", &fixture("short_key.pem"));
    std::fs::remove_file(short.path("apiclient_cert.pem")).unwrap();
    fails(&short, "key.size");
    let large = Merchant::new().file("PRIVATE_KEY", "large.pem", &large_key());
    std::fs::remove_file(large.path("apiclient_cert.pem")).unwrap();
    warns(&large, "key.size");
}

#[test]
fn the_merchant_certificate() {
    fails(&Merchant::new().set("CERTIFICATE", "/no/such/apiclient_cert.pem"), "certificate.format");
    fails(&Merchant::new().file("CERTIFICATE", "cert.pem", &OWN.public_key_pem()), "certificate.format");
    fails(&Merchant::new().file("CERTIFICATE", "cert.pem", &ec_certificate()), "certificate.format");
    let beside = Merchant::new();
    beside.write("apiclient_cert.pem", "nothing");
    warns(&beside, "certificate.format");
    let other = certificate(&OTHER, SERIAL, MCHID, (-1, 900));
    fails(&Merchant::new().file("CERTIFICATE", "cert.pem", &other), "key.fits_certificate");
    let beside = Merchant::new();
    beside.write("apiclient_cert.pem", &other);
    fails(&beside, "key.fits_certificate");
    let found = fails(&Merchant::new().set("SERIAL", PLATFORM_SERIAL), "key.fits_serial");
    assert_eq!((found["seen"].as_str(), found["wanted"].as_str()), (Some(PLATFORM_SERIAL), Some(SERIAL)));
    let dated = |days| Merchant::new().file("CERTIFICATE", "cert.pem", &certificate(&OWN, SERIAL, MCHID, days));
    fails(&dated((-900, -1)), "cert.expiry");
    fails(&dated((2, 900)), "cert.expiry");
    warns(&dated((-900, 29)), "cert.expiry");
    is_well(&examined(&dated((-900, 32)), &[], &[]), "public_key");
    fails(
        &Merchant::new().file("CERTIFICATE", "cert.pem", &certificate(&OWN, SERIAL, "1900000200", (-1, 900))),
        "mchid.match",
    );
    is_well(
        &examined(
            &Merchant::new().file("CERTIFICATE", "cert.pem", &certificate(&OWN, SERIAL, "a shop", (-1, 900))),
            &[],
            &[],
        ),
        "public_key",
    );
}

#[test]
fn the_keys_of_the_platform() {
    fails(&Merchant::new().set("PUBLIC_KEY", "/no/such/pub_key.pem"), "publickey.readable");
    for content in [
        certificate(&PLATFORM, PLATFORM_SERIAL, "Tenpay.com sign", (-1, 900)),
        PLATFORM.serialize_pem(),
        fixture("ec_public.pem"),
        "nothing".to_owned(),
    ] {
        fails(&Merchant::new().file("PUBLIC_KEY", "pub.pem", &content), "publickey.format");
    }
    warns(&Merchant::new().file("PUBLIC_KEY", "pub.pem", &pkcs1_public(&PLATFORM)), "publickey.format");
    let given = |content: &str| Merchant::of_certificates().file("PLATFORM_CERTIFICATE", "given.pem", content);
    let platform = |days| certificate(&PLATFORM, PLATFORM_SERIAL, "Tenpay.com sign", days);
    fails(&Merchant::of_certificates().set("PLATFORM_CERTIFICATE", "/no/such.pem"), "platform.certificates");
    for content in
        [PLATFORM.public_key_pem(), ec_certificate(), format!("{}{}", platform((-1, 900)), OWN.public_key_pem())]
    {
        fails(&given(&content), "platform.certificates");
    }
    fails(&given(&platform((-900, -1))), "platform.expiry");
    warns(&given(&platform((-900, 20))), "platform.expiry");
    let old = certificate(&OTHER, OLD_SERIAL, "old", (-900, -2));
    warns(&given(&format!("{}{old}", platform((-1, 900)))), "platform.expiry");
    fails(&Merchant::new().file("PUBLIC_KEY", "pub.pem", &OWN.public_key_pem()), "platform.own_certificate");
    fails(&given(&certificate(&OWN, PLATFORM_SERIAL, MCHID, (-1, 900))), "platform.own_certificate");
    fails(&given(&certificate(&OTHER, SERIAL, "old", (-1, 900))), "platform.own_certificate");
    // A flag names a file a time, and takes the place of the variable.
    let merchant = Merchant::of_certificates().set("PLATFORM_CERTIFICATE", "/no/such.pem");
    is_well(&examined(&merchant, &["--platform-certificate", "platform.pem"], &[]), "certificate");
}

#[test]
fn the_two_symmetric_keys() {
    for key in
        [&API_V3_KEY[1..], &format!("{API_V3_KEY}0"), &"30".repeat(32), "MDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVY="]
    {
        fails(&Merchant::new().set("API_V3_KEY", key), "apiv3key.length");
    }
    warns(&Merchant::new().set("API_V3_KEY", &API_V3_KEY.replace('0', "-")), "apiv3key.characters");
    warns(&Merchant::new().set("SECRET", API_V3_KEY), "apiv3key.distinct");
    fails(&Merchant::new().set("SECRET", "short"), "secret.length");
    fails(&Merchant::of_v2().set("SECRET", "short"), "secret.length");
    let merchant = Merchant::new();
    merchant.write("v3.key", &format!("{API_V3_KEY}\r\n"));
    is_well(
        &examined(
            &Merchant::new().unset("API_V3_KEY"),
            &["--api-v3-key-file", merchant.path("v3.key").to_str().unwrap()],
            &[],
        ),
        "public_key",
    );
}

#[test]
fn what_only_the_sdk_sees() {
    fails(&Merchant::new().set("CA", "/no/such/ca.pem"), "client.builds");
    fails(&Merchant::new().set("EGRESS", "api.mch.weixin.qq.com"), "client.builds");
}

#[test]
fn the_notify_url() {
    let with = |url: &str| Merchant::new().set("NOTIFY_URL", url);
    let long = format!("https://pay.shop.cn/{}", "x".repeat(250));
    for url in [
        "pay.shop.cn/notify",
        "ftp://pay.shop.cn/notify",
        "https://pay.shop.cn",
        "https:///notify",
        "https://me:pw@pay.shop.cn/n",
        "https://pay.shop.cn/n#x",
        "https://pay.shop.cn/a b",
        &long,
    ] {
        fails(&with(url), "notify_url.format");
    }
    warns(&with("http://pay.shop.cn/notify"), "notify_url.https");
    fails(&with("https://pay.shop.cn/notify?order=1"), "notify_url.query");
    for url in [
        "https://localhost/n",
        "https://192.168.1.2/n",
        "https://shop/n",
        "https://shop.local/n",
        "https://a.example.com/n",
    ] {
        fails(&with(url), "notify_url.public");
    }
    is_well(
        &examined(&with("http://127.0.0.1:8080/n").set("BASE_URI", "http://127.0.0.1:8787/"), &[], &[]),
        "public_key",
    );
    fails(&with("https://pay.shop.cn/notify").unset("API_V3_KEY"), "notify_url.apiv3key");
}

#[test]
fn the_document_holds_every_check_once_and_the_choice_is_kept() {
    let merchant = Merchant::new().set("MCHID", "1");
    let document = examined(&merchant, &["--skip", "mchid.format"], &[]).json();
    assert_eq!(check(&document, "mchid.format")["reason"], "asked");
    // What was left out counts as right for what needs it.
    assert_eq!(document["first"], "mchid.match");
    let only = examined(&merchant, &["--only", "key.fits_serial"], &[]).json();
    assert_eq!((only["state"].as_str(), check(&only, "mchid.format")["reason"].as_str()), (Some("ok"), Some("asked")));
    assert_eq!(check(&only, "key.readable")["state"], "ok");
    let counts = &document["counts"];
    let sum: u64 = ["ok", "warn", "fail", "skipped"].iter().map(|state| counts[*state].as_u64().unwrap()).sum();
    assert_eq!((sum, document["checks"].as_array().unwrap().len()), (67, 67));
    assert_eq!(check(&document, "dns")["reason"], "offline");
    assert_eq!(
        (document["schema"].as_i64(), document["command"].as_str(), document["offline"].as_bool()),
        (Some(1), Some("doctor"), Some(true))
    );
    assert_eq!(
        check(&document, "key.fits_serial")["needs"],
        serde_json::json!(["key.fits_certificate", "serial.format"])
    );
    let unknown = run(merchant.folder.path(), &["doctor", "--json", "--only", "key.fits"], &[]);
    assert_eq!(unknown.error()["kind"], "Usage");
    let listed = run(merchant.folder.path(), &["doctor", "--list", "--json"], &[]).json();
    let listed = listed["checks"].as_array().unwrap();
    assert_eq!((listed.len(), listed.iter().filter(|check| check["online"] == true).count()), (67, 27));
    let v2 = examined(&Merchant::of_v2(), &[], &[]).json();
    for id in ["serial.format", "publickey.format", "platform.expiry", "apiv3key.length", "notify_url.apiv3key"] {
        assert_eq!(check(&v2, id)["reason"], "not_applicable", "{id}");
    }
}

#[test]
fn people_read_the_finding_and_below_it_what_to_do() {
    let merchant = Merchant::new().set("SERIAL", PLATFORM_SERIAL);
    let told =
        |words: &[&str]| run(merchant.folder.path(), &[&["doctor", "--offline"], words].concat(), &merchant.vars());
    let english = told(&[]);
    let remedy = format!("\n  → set the serial to {SERIAL}\n");
    assert!(english.out.starts_with("✗ key.fits_serial  ") && english.out.contains(&remedy), "{}", english.out);
    let chinese = told(&["--lang", "zh", "--color", "always"]);
    assert!(chinese.out.contains("把序列号改为") && chinese.out.contains("\u{1b}[31m✗"), "{}", chinese.out);
    assert!(told(&["--all"]).out.lines().count() > 67);
    let warned = Merchant::new().set("SERIAL", &SERIAL.to_lowercase());
    assert_eq!(examined(&warned, &["--allow-warn"], &[]).code, Some(0));
}

/// A key that has the form of a serial and of an id's digits.
const HEX: &str = "01234567890123456789012345678901";

/// Every secret of these settings, searched in everything that is said of them and of faulty ones.
#[test]
fn no_secret_is_ever_told() {
    let key = OWN.serialize_pem();
    let middle = &key[200..240];
    for merchant in [
        Merchant::new().set("SECRET", merchant::SECRET),
        Merchant::new().set("SECRET", API_V3_KEY).set("PRIVATE_KEY", &key).set("SERIAL", API_V3_KEY),
        Merchant::new().set("API_V3_KEY", HEX).set("SERIAL", HEX),
        Merchant::new().set("API_V3_KEY", HEX).set("PUBLIC_KEY_ID", &format!("PUB_KEY_ID_{HEX}")),
        Merchant::new().set("PRIVATE_KEY", &key[..900]).set("MCHID", API_V3_KEY).set("PUBLIC_KEY", &key),
        Merchant::new()
            .set("API_V3_KEY", &format!("{API_V3_KEY}x"))
            .set("APPID", API_V3_KEY)
            .set("PUBLIC_KEY_ID", API_V3_KEY),
        Merchant::new().set("NOTIFY_URL", &format!("https://me:{API_V3_KEY}@shop.cn/x")).set("CERTIFICATE", &key),
    ] {
        for words in [
            &["doctor", "--offline", "--json"][..],
            &["doctor", "--offline", "--all"],
            &["doctor", "--offline", "--all", "--lang", "zh"],
        ] {
            let run = run(
                merchant.folder.path(),
                words,
                &[&merchant.vars()[..], &[("HTTPS_PROXY", "ftp://me:geheim@p:1")]].concat(),
            );
            let said = format!("{}{}", run.out, run.err);
            for secret in [API_V3_KEY, HEX, merchant::SECRET, middle, "geheim"] {
                assert!(!said.contains(secret), "{words:?}: {said}");
            }
        }
    }
}

/// No socket is made: `strace` sees every system call that would make one.
#[cfg(target_os = "linux")]
#[test]
fn offline_makes_no_socket() {
    let merchant = Merchant::new().set("NOTIFY_URL", "https://pay.shop.cn/notify");
    let trace = merchant.path("trace");
    let found = std::process::Command::new("strace").arg("-V").output();
    if !found.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: strace is not installed, so nobody watches for sockets here");
        return;
    }
    for words in [&["doctor", "--offline"][..], &["doctor", "--list"]] {
        let mut command = std::process::Command::new("strace");
        command.args(["-f", "-e", "trace=socket,connect", "-o"]).arg(&trace).arg(env!("CARGO_BIN_EXE_wxpay"));
        let status = command.args(words).envs(merchant.vars()).stdout(std::process::Stdio::null()).status().unwrap();
        assert!(status.success());
        let seen = std::fs::read_to_string(&trace).unwrap();
        assert!(!seen.contains("socket(") && !seen.contains("connect("), "{seen}");
    }
}
