//! What `build()` checks: everything at once, by name, without the network.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::time::Duration;

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Certificate, Client, ClientBuilder, ErrorKind, PrivateKey, PublicKey};

const MERCHANT_KEY: &str = include_str!("fixtures/merchant_key.pem");
const MERCHANT_CERT: &str = include_str!("fixtures/merchant_cert.pem");
const MERCHANT_PUBLIC: &str = include_str!("fixtures/merchant_public.pem");
const MERCHANT_SERIAL: &str = "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17";
const PLATFORM_CERT: &str = include_str!("fixtures/platform_cert.pem");
const MERCHANT_CERT_ENDED: &str = include_str!("fixtures/merchant_cert_ended.pem");
const PLATFORM_CERT_ENDED: &str = include_str!("fixtures/platform_cert_ended.pem");
const PLATFORM_CERT_NOT_YET: &str = include_str!("fixtures/platform_cert_not_yet.pem");
const WECHATPAY_PUBLIC: &str = include_str!("fixtures/wechatpay_public.pem");

fn complete() -> ClientBuilder {
    Client::builder()
        .mchid("1900009191")
        .serial(MERCHANT_SERIAL)
        .private_key(PrivateKey::from_pem(MERCHANT_KEY).unwrap())
        .platform_key("PUB_KEY_ID_01", PublicKey::from_pem(WECHATPAY_PUBLIC).unwrap())
}

fn refused(builder: ClientBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    error.to_string()
}

#[test]
fn all_missing_settings_are_named_at_once() {
    let expected = "missing settings: mchid (or brand_id), serial, private_key, platform_key (or platform_certificate, or auto_certificates)";
    assert_eq!(refused(Client::builder()), expected);
    assert_eq!(
        refused(Client::builder().mchid("1").serial("5F")),
        "missing settings: private_key, platform_key (or platform_certificate, or auto_certificates)"
    );
    assert!(Client::builder().mchid("1900009191").secret("k".repeat(32)).build().is_ok());
    let identity =
        Client::builder().mchid("1900009191").secret("k".repeat(32)).merchant_identity(MERCHANT_CERT, MERCHANT_KEY);
    assert!(identity.build().is_ok());
    let auto = Client::builder()
        .mchid("1")
        .serial("5F")
        .private_key(PrivateKey::from_pem(MERCHANT_KEY).unwrap())
        .auto_certificates();
    assert_eq!(refused(auto), "missing settings: api_v3_key (auto_certificates needs it)");
    assert!(refused(Client::builder().secret("k".repeat(32))).contains("mchid"));
}

#[test]
fn each_setting_is_checked() {
    let certificate = || Certificate::from_pem(MERCHANT_CERT).unwrap();
    for (builder, expected) in vec![
        (complete().mchid(""), "mchid is empty"),
        (complete().mchid("19000x"), "mchid has other characters than digits"),
        (complete().mchid("1".repeat(65)), "mchid has 65 characters"),
        (complete().brand_id("B1"), "mchid and brand_id are both given"),
        (complete().serial("5G:3A"), "serial has other characters than hexadecimal digits"),
        (
            complete().serial(format!("A{MERCHANT_SERIAL}")),
            "serial has 41 hexadecimal digits; a certificate's has at most 40",
        ),
        (complete().serial("PUB_KEY_ID_01"), "serial is the id of WeChat Pay's public key"),
        (complete().serial("1900009191"), "serial is the mchid"),
        (
            complete().serial("316619589946583748254911118771567464206052996772"),
            "serial is decimal; in hexadecimal it is 3775B6A45ACD588826D15E583A95F5DD3775B6A4",
        ),
        (complete().mchid("1900009191\n"), "mchid has blanks or line breaks around it"),
        (
            complete().api_v3_key("0123456789abcdefGHIJKLMNOPQRSTUV\n"),
            "api_v3_key has 33 bytes, ASCII; expected 32 ASCII characters; there are blanks",
        ),
        (
            complete().platform_key(MERCHANT_SERIAL, PublicKey::from_pem(PLATFORM_CERT).unwrap()),
            "is the serial of a certificate, which `platform_certificate` is for",
        ),
        (complete().api_v3_key("short"), "api_v3_key has 5 bytes, ASCII; expected 32 ASCII characters"),
        (complete().secret("微".repeat(11)), "secret has 33 bytes, not all ASCII"),
        (complete().timeout(Duration::ZERO), "timeout is zero"),
        (complete().connect_timeout(Duration::ZERO), "connect_timeout is zero"),
        (complete().timestamp_window(Duration::ZERO), "timestamp_window is zero"),
        (complete().base_uri("api.mch.weixin.qq.com"), "base_uri \"api.mch.weixin.qq.com\" is no absolute URI"),
        (
            complete().platform_key("PUB KEY", PublicKey::from_pem(PLATFORM_CERT).unwrap()),
            "platform_key: the id \"PUB KEY\"",
        ),
        (complete().platform_key("PUB_KEY_ID_01", PublicKey::from_pem(PLATFORM_CERT).unwrap()), "two different keys"),
        (complete().platform_certificate(certificate()), "which is the merchant's own"),
        (
            complete().platform_key("PUB_KEY_ID_02", PublicKey::from_pem(MERCHANT_PUBLIC).unwrap()),
            "a platform key is the merchant's own",
        ),
        (complete().root_certificate("x"), "root_certificate: no PEM text"),
        (complete().root_certificate(MERCHANT_KEY), "root_certificate: found a `PRIVATE KEY`"),
        (complete().merchant_identity(MERCHANT_CERT, "x"), "merchant_identity cannot be read"),
        (complete().merchant_identity(PLATFORM_CERT, MERCHANT_KEY), "the key is not the one of the certificate"),
        (
            complete().serial("AB").merchant_identity(MERCHANT_CERT, MERCHANT_KEY),
            "serial is AB, but that of merchant_identity is 5F3A",
        ),
    ] {
        let error = refused(builder);
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_brand_has_no_certificates_to_fetch() {
    let brand = || {
        let key = PrivateKey::from_pem(MERCHANT_KEY).unwrap();
        Client::builder().brand_id("B1").serial(MERCHANT_SERIAL).private_key(key).api_v3_key("k".repeat(32))
    };
    let key = || PublicKey::from_pem(WECHATPAY_PUBLIC).unwrap();
    // Not with a key beside them either.
    for builder in [brand().auto_certificates(), brand().auto_certificates().platform_key("PUB_KEY_ID_01", key())] {
        let error = refused(builder);
        assert!(
            error.contains("auto_certificates is given with brand_id") && error.contains("platform_key"),
            "{error}"
        );
    }
    assert!(brand().platform_key("PUB_KEY_ID_01", key()).build().is_ok());
}

#[test]
fn a_merchant_identity_supplies_serial_and_key() {
    let builder =
        Client::builder().mchid("1900009191").platform_certificate(Certificate::from_pem(PLATFORM_CERT).unwrap());
    let wxpay = builder.merchant_identity(MERCHANT_CERT, MERCHANT_KEY).build().unwrap();
    assert_eq!((wxpay.mchid(), wxpay.serial()), ("1900009191", MERCHANT_SERIAL));
    let request = wxpay.chain("v3/certificates").to_request(wechatpay_chain::Method::GET, ()).unwrap();
    assert_eq!(request.uri(), "https://api.mch.weixin.qq.com/v3/certificates");
    assert_eq!(request.headers()["wechatpay-serial"], "7132D72A03E93CDDF8C03BBD1F37EEDF4ACEC9A1");
    let gateway = Server::start().unwrap();
    let other = PrivateKey::from_pem(&gateway.env()[2].1).unwrap();
    let error = refused(complete().private_key(other).merchant_identity(MERCHANT_CERT, MERCHANT_KEY));
    assert!(error.contains("private_key is not the key of the certificate"), "{error}");
}

#[test]
fn certificates_that_are_not_valid_now_are_refused_with_both_dates() {
    let read = |pem| Certificate::from_pem(pem).unwrap();
    let ended = "platform_certificate: the certificate 7E0DED00000000000000000000000000000000E1 ended on 2024-12-31T00:00:00Z; \
                 it was valid from 2020-01-01T00:00:00Z on";
    let not_yet = "platform_certificate: the certificate 7E0DED00000000000000000000000000000000E2 is not valid before \
                   2100-01-01T00:00:00Z, and ends on 2104-12-31T00:00:00Z; is the local clock right?";
    let wxpay = complete().build().unwrap();
    for (pem, expected) in [(PLATFORM_CERT_ENDED, ended), (PLATFORM_CERT_NOT_YET, not_yet)] {
        // Beside a key that is in force, before the start and while the client is in use.
        assert_eq!(refused(complete().platform_certificate(read(pem))), expected);
        let error = wxpay.certificates().add_platform_certificate(&read(pem)).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, expected));
    }
    assert_eq!(wxpay.certificates().status().serials, ["PUB_KEY_ID_01"]);
    let identity = Client::builder().mchid("1900009191").secret("k".repeat(32));
    assert_eq!(
        refused(identity.merchant_identity(MERCHANT_CERT_ENDED, MERCHANT_KEY)),
        "merchant_identity: the certificate 5E0DED00000000000000000000000000000000E3 ended on 2024-12-31T00:00:00Z; \
         it was valid from 2020-01-01T00:00:00Z on"
    );
}

#[test]
fn a_serial_is_written_as_the_gateway_expects_it() {
    let colons: Vec<_> = MERCHANT_SERIAL.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
    for serial in [
        MERCHANT_SERIAL.to_lowercase(),
        colons.join(":"),
        colons.join(" "),
        format!("serial={MERCHANT_SERIAL}\n"),
        format!("0x{MERCHANT_SERIAL}"),
    ] {
        assert_eq!(complete().serial(&serial).build().unwrap().serial(), MERCHANT_SERIAL, "{serial}");
    }
}

#[test]
fn all_that_is_wrong_is_in_one_error() {
    let builder = Client::builder().mchid("x").serial("y").api_v3_key("z").timeout(Duration::ZERO);
    assert_eq!(
        refused(builder.platform_key("w", PublicKey::from_pem(WECHATPAY_PUBLIC).unwrap())),
        "mchid has other characters than digits; serial has other characters than hexadecimal digits; \
         api_v3_key has 1 bytes, ASCII; expected 32 ASCII characters; \
         platform_key: the id, of 1 characters, does not begin with `PUB_KEY_ID_`; timeout is zero, expected some time; \
         missing settings: private_key"
    );
}

#[test]
fn a_key_that_comes_later_has_an_id_too() {
    let gateway = Server::start().unwrap();
    let keys = gateway.client().unwrap().certificates();
    let error = keys.add_platform_key(MERCHANT_SERIAL, PublicKey::from_pem(WECHATPAY_PUBLIC).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("is the serial of a certificate"), "{error}");
}

#[test]
fn a_path_without_its_version_is_named_when_it_is_not_found() {
    // The paths are wrong on purpose; the answers are the test's.
    let gateway = Server::builder().lenient().start().unwrap();
    let wxpay = gateway.client().unwrap();
    for (path, hints) in [("pay/transactions/native", true), ("v3/pay/nothing", false), ("hk/v3/nothing", false)] {
        gateway
            .on(wechatpay_chain::Method::GET, path)
            .status(404, wechatpay_chain::json!({"code": "NOT_FOUND"}))
            .times(1);
        let error = wxpay.chain(path).get().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert_eq!(error.to_string().contains("`v3/` is missing"), hints, "{error}");
        gateway.on(wechatpay_chain::Method::GET, path).status(403, wechatpay_chain::json!({"code": "NO_AUTH"}));
        assert!(!wxpay.chain(path).get().unwrap_err().to_string().contains("`v3/`"));
    }
}

#[test]
fn a_client_without_apiv3_settings_says_so_at_the_call() {
    let wxpay = Client::builder().mchid("1900009191").secret("k".repeat(32)).build().unwrap();
    let error = wxpay["v3/certificates"].get().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("serial, private_key and a platform key"), "{error}");
    assert_eq!(wxpay.sign_layer().unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(wxpay.verify_layer().unwrap_err().kind(), ErrorKind::Config);
}
