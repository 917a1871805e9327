//! The merchant's key and certificate.

use super::merchant::{
    MCHID, Merchant, OTHER, OWN, PLATFORM_SERIAL, SERIAL, certificate, ec_certificate, ec_key, fixture, large_key,
};
use super::verdicts::is_well;
use super::{examined, fails, warns};

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
