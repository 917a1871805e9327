//! Slips that people make and no page lists, one at a time: each is found first, by the check that it belongs to.

use super::merchant::{
    API_V3_KEY, ID, MCHID, Merchant, OTHER, OWN, PLATFORM, PLATFORM_SERIAL, SERIAL, certificate, ec_certificate,
    ec_key, fixture, pem,
};
use super::verdicts::{check, found, is_well};
use super::{examined, fails, run_with, warns};

/// Each merchant has one slip.
fn each(rows: Vec<(Merchant, &str, &str)>) {
    for (merchant, id, state) in rows {
        found(&examined(&merchant, &[], &[]), id, state);
    }
}

fn with(name: &str, value: &str) -> Merchant {
    Merchant::new().set(name, value)
}

#[test]
fn files_in_the_place_of_the_private_key() {
    let key = OWN.serialize_pem();
    let file = |content: &str| Merchant::new().file("PRIVATE_KEY", "apiclient_key.pem", content);
    let (begin, flipped) = (&key[..400], if key.as_bytes()[400] == b'A' { "B" } else { "A" });
    each(vec![
        (file("<html><body>please log in</body></html>"), "key.format", "fail"),
        (file(&format!("{begin}{flipped}{}", &key[401..])), "key.format", "fail"),
        (file(&fixture("short_key.pem")), "key.size", "fail"),
        (file(&OTHER.serialize_pem()), "key.fits_certificate", "fail"),
        (with("PRIVATE_KEY", "~/apiclient_key.pem"), "key.readable", "fail"),
        (with("PRIVATE_KEY", "$HOME/apiclient_key.pem"), "key.readable", "fail"),
        (with("PRIVATE_KEY", "C:\\cert\\apiclient_key.pem"), "key.readable", "fail"),
        (with("PRIVATE_KEY", "https://shop.cn/apiclient_key.pem"), "key.readable", "fail"),
        (with("PRIVATE_KEY", ""), "config.complete", "fail"),
    ]);
    // Forms that hold the key all the same are no slips.
    for content in [
        key.replace('\n', "\r\n"),
        format!("\u{feff}{key}"),
        key.replace('\n', " "),
        format!("Bag Attributes\n    localKeyID: 01\n{key}"),
        format!("{}{key}", certificate(&OWN, SERIAL, MCHID, (-1, 900))),
    ] {
        is_well(&examined(&file(&content), &[], &[]), "public_key");
    }
    is_well(&examined(&with("PRIVATE_KEY", &key.replace('\n', "\\n")), &[], &[]), "public_key");
}

#[test]
fn every_other_kind_of_file_is_told_apart_from_a_key() {
    for name in [
        "encrypted_pkcs1.pem",
        "encrypted_pkcs8.der",
        "encrypted_pkcs8.pem",
        "ed25519_key.pem",
        "dsa_key.pem",
        "sm2_key.pem",
        "key.jwk",
        "openssh_ed25519.key",
        "openssh_encrypted.key",
        "openssh_rsa.pub",
        "keystore.jks",
        "merchant.p12",
        "pkcs7.pem",
        "request.csr",
    ] {
        let merchant = Merchant::new();
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/forms").join(name);
        std::fs::write(merchant.path("apiclient_key.pem"), std::fs::read(from).unwrap()).unwrap();
        let told = fails(&merchant, "key.format");
        assert!(told["message"]["en"].as_str().unwrap().contains("apiclient_key.pem"), "{name}: {told}");
        let remedy = told["remedy"]["en"].as_str().unwrap();
        match name {
            "merchant.p12" => assert!(remedy.contains("--to key --mchid 1900000109"), "{remedy}"),
            _ if name.starts_with("encrypted") => assert!(remedy.contains("--password-file"), "{remedy}"),
            _ => assert!(remedy.contains("apiclient_key.pem"), "{remedy}"),
        }
    }
}

#[test]
fn keys_and_certificates_that_changed_places() {
    let platform = certificate(&PLATFORM, PLATFORM_SERIAL, "Tenpay.com sign", (-1, 900));
    let own = certificate(&OWN, SERIAL, MCHID, (-1, 900));
    let beside = Merchant::new();
    beside.write("apiclient_cert.pem", &ec_certificate());
    each(vec![
        (Merchant::new().file("CERTIFICATE", "c.pem", &platform), "key.fits_certificate", "fail"),
        (Merchant::new().file("CERTIFICATE", "c.pem", &OWN.serialize_pem()), "certificate.format", "fail"),
        (beside, "certificate.format", "warn"),
        (Merchant::new().file("PUBLIC_KEY", "p.pem", &own), "publickey.format", "fail"),
        (Merchant::new().file("PUBLIC_KEY", "p.pem", &ec_key()), "publickey.format", "fail"),
        (Merchant::new().file("PUBLIC_KEY", "p.pem", &pem("PUBLIC KEY", b"nothing")), "publickey.format", "fail"),
        (with("PUBLIC_KEY", ID), "publickey.readable", "fail"),
        (with("PUBLIC_KEY", "/tmp"), "publickey.readable", "fail"),
        (Merchant::of_certificates().set("PLATFORM_CERTIFICATE", "/tmp"), "platform.certificates", "fail"),
        (Merchant::of_certificates().file("PLATFORM_CERTIFICATE", "p.pem", ""), "platform.certificates", "fail"),
    ]);
    let swapped = Merchant::of_certificates().file("CERTIFICATE", "theirs.pem", &platform).file(
        "PLATFORM_CERTIFICATE",
        "ours.pem",
        &own,
    );
    let told = fails(&swapped, "key.fits_certificate");
    assert!(told["remedy"]["en"].as_str().unwrap().contains("swap"), "{told}");
    // The file is named that is to be replaced, and the variable that names it.
    let mistaken = Merchant::of_certificates().file("PLATFORM_CERTIFICATE", "ours.pem", &own);
    let told = fails(&mistaken, "platform.own_certificate");
    for part in ["ours.pem", "WECHATPAY_PLATFORM_CERTIFICATE"] {
        assert!(told["remedy"]["en"].as_str().unwrap().contains(part), "{told}");
        assert!(told["remedy"]["zh"].as_str().unwrap().contains(part), "{told}");
    }
}

#[test]
fn numbers_ids_and_keys_of_another_kind() {
    let rows = [
        ("MCHID", "1900000109 # the shop", "mchid.format", "comment"),
        ("MCHID", "${MCHID}", "mchid.format", "placeholder"),
        ("MCHID", "1900000109;", "mchid.format", "`;`"),
        ("MCHID", "190000010O", "mchid.format", "no merchant number"),
        ("MCHID", "wxd678efh567hg6787", "mchid.format", "AppID"),
        ("APPID", "gh_d678efh567hg6787", "appid.format", "gh_"),
        ("APPID", "WXD678EFH567HG6787", "appid.format", "upper-case"),
        ("APPID", "1900000109", "appid.format", "merchant number"),
        ("SERIAL", &format!("0x{SERIAL}"), "serial.format", "0x"),
        ("SERIAL", &format!("serial={SERIAL}"), "serial.format", "serial="),
        ("SERIAL", &format!("{SERIAL}A"), "serial.format", "more than 40"),
        ("SERIAL", &SERIAL.replacen('8', "O", 1), "serial.format", "no serial"),
        ("SERIAL", "1900000200", "serial.format", "merchant number"),
        ("SERIAL", API_V3_KEY, "serial.format", "no serial"),
        ("PUBLIC_KEY_ID", SERIAL, "publickey.id", "serial"),
        ("PUBLIC_KEY_ID", &ID[11..], "publickey.id", "lacks"),
        ("PUBLIC_KEY_ID", &ID.to_lowercase(), "publickey.id", "upper case"),
        ("PUBLIC_KEY_ID", &ID.replace("ID_", "ID_PUB_KEY_ID_"), "publickey.id", "digits"),
        ("PUBLIC_KEY_ID", "/etc/pay/pub_key.pem", "publickey.id", "path"),
        ("API_V3_KEY", "/etc/pay/v3.key", "apiv3key.length", "path"),
        ("API_V3_KEY", "your-api-v3-key", "apiv3key.length", "placeholder"),
        ("API_V3_KEY", MCHID, "apiv3key.length", "merchant number"),
        ("API_V3_KEY", &format!("{} {}", &API_V3_KEY[..16], &API_V3_KEY[16..]), "apiv3key.length", "33 bytes"),
        ("API_V3_KEY", &format!("{}é", &API_V3_KEY[..30]), "apiv3key.characters", "letters"),
    ];
    for (name, value, id, said) in rows {
        let told = fails(&with(name, value), id);
        assert!(told["message"]["en"].as_str().unwrap().contains(said), "{value}: {told}");
        // What is to be set is named.
        let variable = format!("WECHATPAY_{name}");
        assert!(told["remedy"]["en"].as_str().unwrap().contains(&variable), "{told}");
        assert!(told["remedy"]["zh"].as_str().unwrap().contains(&variable), "{told}");
    }
    // The serial that is wanted is at hand.
    let told = fails(&with("SERIAL", ID), "serial.format");
    assert!(told["remedy"]["en"].as_str().unwrap().contains(SERIAL), "{told}");
}

#[test]
fn urls_that_nearly_are_some() {
    for base in
        ["https://api.mch.weixin.qq.com:99999/", "https:/api.mch.weixin.qq.com/", "htps://api.mch.weixin.qq.com/"]
    {
        fails(&with("BASE_URI", base), "base_uri.format");
    }
    let told = warns(&with("BASE_URI", "https://pay.weixin.qq.com/"), "base_uri.host");
    assert_eq!(told["wanted"], "api.mch.weixin.qq.com");
    for url in [
        "https://*.shop.cn/n",
        "https://pay.shop.cn:0/n",
        "https://pay.shop.cn/通知",
        "https://商店.cn/n",
        "https://pay.shop.cn/{id}/n",
        "https://$DOMAIN/n",
        "https://pay.shop.cn/n\\x",
        "https://https://pay.shop.cn/n",
    ] {
        fails(&with("NOTIFY_URL", url), "notify_url.format");
    }
    for url in ["https://127.1/n", "https://0x7f.1/n"] {
        fails(&with("NOTIFY_URL", url), "notify_url.public");
    }
}

#[test]
fn env_files_of_other_customs() {
    let merchant = Merchant::new();
    let good = std::fs::read_to_string(merchant.env_file()).unwrap();
    let told = |text: &str| {
        merchant.write("other.env", text);
        run_with(merchant.folder.path(), &["--env-file", "other.env"], &[])
    };
    is_well(&told(&good.replace('\n', "\r\n")), "public_key");
    is_well(&told(&format!("\u{feff}{good}\nWECHATPAY_MCHID={MCHID}\n")), "public_key");
    for text in [
        good.replace("WECHATPAY_MCHID=", "WECHATPAY_MCHID = "),
        good.replace("WECHATPAY_MCHID=", "WECHATPAY_MCHID: "),
        good.replace("WECHATPAY_MCHID=", "set WECHATPAY_MCHID="),
        format!("{{\"WECHATPAY_MCHID\": \"{MCHID}\"}}"),
        "wechatpay:\n  mchid: 1900000109\n".to_owned(),
    ] {
        found(&told(&text), "config.source", "fail");
    }
    found(&told(&good.replace("=\"1900000109\"", "= \"1900000109\"")), "env.quotes", "fail");
    found(&told(&good.replace("=\"1900000109\"", "= 1900000109")), "env.whitespace", "warn");
    found(&told(&format!("{good}\nWECHATPAY_MCHIDD=1\n")), "env.unknown", "warn");
    // The one that counts is right, and still somebody will look at the other.
    let twice = found(&told(&format!("WECHATPAY_MCHID=1900000200\n{good}")), "config.source", "warn");
    assert!(twice["remedy"]["en"].as_str().unwrap().contains("line 1 or line 2"), "{twice}");
    let wrong = told(&format!("{good}\nWECHATPAY_MCHID=1900000200\n")).json();
    assert_eq!(
        (wrong["first"].as_str(), check(&wrong, "config.source")["state"].as_str()),
        (Some("mchid.match"), Some("warn"))
    );
}

#[test]
fn what_is_skipped_names_what_is_to_be_mended() {
    let document = examined(&with("PRIVATE_KEY", "/no/such.pem"), &[], &[]).json();
    let skipped = check(&document, "key.fits_serial");
    assert_eq!(skipped["reason"], "needs:key.fits_certificate");
    for lang in ["en", "zh"] {
        let message = skipped["message"][lang].as_str().unwrap();
        assert!(message.contains("key.readable") && message.contains("key.fits_certificate"), "{message}");
    }
}

/// Offline nobody can see that a key of the right form is another one; that is said, and is no warning.
#[test]
fn an_apiv3_key_that_nothing_proves_is_told_of() {
    let merchant = Merchant::new();
    let told = |words: &[&str]| {
        super::run(merchant.folder.path(), &[&["doctor", "--offline"], words].concat(), &merchant.vars())
    };
    let run = told(&[]);
    assert!(run.code == Some(0) && run.err.contains("wxpay notice decrypt FILE"), "{}", run.err);
    assert!(told(&["--lang", "zh"]).err.starts_with("提示：APIv3 密钥"));
    assert_eq!((told(&["--quiet"]).err, told(&["--json"]).err), (String::new(), String::new()));
    let without = Merchant::new().unset("API_V3_KEY");
    assert_eq!(super::run(without.folder.path(), &["doctor", "--offline"], &without.vars()).err, "");
}
