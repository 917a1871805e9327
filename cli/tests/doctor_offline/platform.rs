//! WeChat Pay's keys, the two symmetric ones, and the notify URL.

use super::merchant::{
    API_V3_KEY, MCHID, Merchant, OTHER, OWN, PLATFORM, PLATFORM_SERIAL, SERIAL, certificate, ec_certificate, fixture,
    pkcs1_public,
};
use super::verdicts::is_well;
use super::{OLD_SERIAL, examined, fails, warns};

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
