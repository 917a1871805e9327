//! `wxpay keys`.

use std::fs;

use super::merchant::{self, API_V3_KEY, MCHID, Merchant, OTHER, OWN, SERIAL, certificate, fixture};
use super::openssl::openssl;
use super::support::run;

#[test]
fn a_new_key_and_its_certificate_belong_together() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["keys", "new", "keys", "--mchid", MCHID, "--json"], &[]);
    let document = made.json();
    assert_eq!((made.code, document["dir"].as_str()), (Some(0), Some("keys")), "{}", made.err);
    let subject = openssl(folder.path(), "x509 -in keys/apiclient_cert.pem -noout -subject -serial");
    assert!(subject.contains(MCHID) && subject.contains(document["serial"].as_str().unwrap()), "{subject}");
    assert!(openssl(folder.path(), "rsa -in keys/apiclient_key.pem -noout -check").contains("ok"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let bits = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((bits("keys"), bits("keys/apiclient_key.pem")), (0o700, 0o600));
    }
    let words = ["keys", "check", "keys/apiclient_key.pem", "keys/apiclient_cert.pem", "--json", "--serial"];
    let checked = run(folder.path(), &[&words[..], &[document["serial"].as_str().unwrap()]].concat(), &[]);
    let document = checked.json();
    assert_eq!((checked.code, &document["ok"]), (Some(0), &true.into()), "{document}");
    assert_eq!(document["pairs"][0]["fits"], true);
    let again = run(folder.path(), &["keys", "new", "keys", "--mchid", MCHID, "--json"], &[]);
    assert_eq!(again.error()["exit"], 8);
    let unnamed = run(folder.path(), &["keys", "new", "other", "--json"], &[]).error();
    assert_eq!((unnamed["exit"].as_i64(), unnamed["kind"].as_str()), (Some(3), Some("Config")));
}

#[test]
fn what_does_not_fit_is_told_and_nothing_is_shown() {
    let merchant = Merchant::new();
    merchant.write("other.pem", &certificate(&OTHER, SERIAL, MCHID, (-1, 900)));
    merchant.write("old.pem", &certificate(&OWN, SERIAL, MCHID, (-900, -1)));
    merchant.write("soon.pem", &certificate(&OWN, SERIAL, MCHID, (-900, 10)));
    merchant.write("short.pem", &fixture("short_key.pem"));
    merchant.write("ec.pem", &merchant::ec_key());
    merchant.write("junk.pem", "hello");
    merchant.write("both.pem", &format!("{}{}", OWN.serialize_pem(), certificate(&OWN, SERIAL, MCHID, (-1, 900))));
    for (files, code, issue) in [
        ("apiclient_key.pem apiclient_cert.pem", 0, None),
        ("apiclient_key.pem other.pem", 1, None),
        ("apiclient_key.pem other.pem apiclient_cert.pem", 0, None),
        ("pub_key.pem apiclient_cert.pem", 0, None),
        ("old.pem", 1, Some("expired")),
        ("soon.pem", 0, Some("ends_soon")),
        ("short.pem", 1, Some("too_short")),
        ("ec.pem", 1, Some("not_rsa")),
        ("junk.pem", 1, Some("unreadable")),
        ("both.pem", 0, None),
    ] {
        let words: Vec<_> = ["keys", "check", "--json"].into_iter().chain(files.split(' ')).collect();
        let run = run(merchant.folder.path(), &words, &[]);
        let document = run.json();
        assert_eq!(
            (run.code, document["files"][0]["issues"][0]["id"].as_str()),
            (Some(code), issue),
            "{files}: {document}"
        );
        assert_eq!(document["ok"], code == 0);
        let key = OWN.serialize_pem();
        assert!(!run.out.contains(key.lines().nth(2).unwrap()));
    }
    let text = run(merchant.folder.path(), &["keys", "check", "apiclient_key.pem", "other.pem", "--lang", "zh"], &[]);
    assert!(text.code == Some(1) && text.out.contains("不配套"), "{}", text.out);
    let both = run(merchant.folder.path(), &["keys", "check", "both.pem", "--json"], &[]).json();
    assert_eq!(both["files"].as_array().unwrap().len(), 2);
    let serial = run(merchant.folder.path(), &["keys", "check", "apiclient_cert.pem", "--serial", "ABCD"], &[]);
    assert!(serial.code == Some(1) && serial.out.contains("no certificate has the serial ABCD"), "{}", serial.out);
    let missing = run(merchant.folder.path(), &["keys", "check", "none.pem", "--json"], &[]);
    assert_eq!(missing.error()["exit"], 8);
}

/// Every form is the one that OpenSSL makes of it.
#[test]
fn forms_are_those_of_openssl() {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    openssl(folder, "pkcs8 -topk8 -nocrypt -in apiclient_key.pem -outform DER -out key.der");
    openssl(folder, "rsa -in apiclient_key.pem -traditional -out pkcs1.pem");
    openssl(folder, "rsa -in apiclient_key.pem -pubout -out public.pem");
    openssl(folder, "rsa -in apiclient_key.pem -RSAPublicKey_out -out public1.pem");
    openssl(folder, "x509 -in apiclient_cert.pem -outform DER -out cert.der");
    openssl(
        folder,
        &format!("pkcs12 -export -inkey apiclient_key.pem -in apiclient_cert.pem -passout pass:{MCHID} -out new.p12"),
    );
    openssl(
        folder,
        &format!(
            "pkcs12 -export -legacy -inkey apiclient_key.pem -in apiclient_cert.pem -passout pass:{MCHID} -out old.p12"
        ),
    );
    openssl(folder, "pkcs8 -topk8 -v2 aes-256-cbc -in apiclient_key.pem -passout pass:hush -out locked.pem");
    fs::write(folder.join("password"), "hush\n").unwrap();
    for (from, to, expected) in [
        ("pkcs1.pem", "pkcs8", "apiclient_key.pem"),
        ("key.der", "key", "apiclient_key.pem"),
        ("apiclient_key.pem", "pkcs1", "pkcs1.pem"),
        ("new.p12", "key", "apiclient_key.pem"),
        ("old.p12", "pkcs8", "apiclient_key.pem"),
        ("new.p12", "cert", "apiclient_cert.pem"),
        ("cert.der", "cert", "apiclient_cert.pem"),
        ("apiclient_key.pem", "spki", "public.pem"),
        ("apiclient_cert.pem", "spki", "public.pem"),
        ("public1.pem", "spki", "public.pem"),
        ("public.pem", "pkcs1", "public1.pem"),
    ] {
        let words = ["keys", "convert", from, "--to", to, "-o", "made.pem", "--force", "--json", "--mchid", MCHID];
        let made = run(folder, &words, &[]);
        assert_eq!(made.code, Some(0), "{from} {to}: {}", made.out);
        let der = |name: &str| pem_body(&fs::read_to_string(folder.join(name)).unwrap());
        assert_eq!(der("made.pem"), der(expected), "{from} {to}");
        assert_eq!(made.json()["fingerprint"].as_str().map(str::len), Some(64));
    }
    let locked = ["keys", "convert", "locked.pem", "--to", "key", "-o", "unlocked.pem", "--password-file", "password"];
    assert_eq!(run(folder, &locked, &[]).code, Some(0));
    assert_eq!(pem_body(&fs::read_to_string(folder.join("unlocked.pem")).unwrap()), pem_body(&OWN.serialize_pem()));
}

/// The base64 of the first block.
fn pem_body(pem: &str) -> String {
    pem.lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with("-----"))
        .collect()
}

#[test]
fn a_private_key_goes_only_where_it_is_sent() {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    openssl(
        folder,
        &format!("pkcs12 -export -inkey apiclient_key.pem -in apiclient_cert.pem -passout pass:{MCHID} -out a.p12"),
    );
    let line = |line: &str| run(folder, &line.split(' ').collect::<Vec<_>>(), &[]);
    assert_eq!(line("keys convert apiclient_key.pem --to pkcs8 --json").error()["exit"], 2);
    assert_eq!(line("keys convert apiclient_key.pem --to pkcs8 -o - --json").error()["exit"], 2);
    let shown = line("keys convert apiclient_key.pem --to pkcs8 -o -");
    assert!(shown.code == Some(0) && pem_body(&shown.out) == pem_body(&OWN.serialize_pem()));
    let public = line("keys convert apiclient_key.pem --to spki");
    assert_eq!(pem_body(&public.out), pem_body(&OWN.public_key_pem()));
    let wrong = line("keys convert a.p12 --to key -o out.pem --mchid 1900000110 --json").error();
    assert_eq!((wrong["exit"].as_i64(), wrong["reason"].as_str()), (Some(5), Some("password")));
    assert!(!folder.join("out.pem").exists());
    assert_eq!(line("keys convert a.p12 --to key -o out.pem --json").error()["exit"], 2);
    assert_eq!(line("keys convert pub_key.pem --to key -o out.pem --json").error()["exit"], 5);
    fs::write(folder.join("junk"), API_V3_KEY).unwrap();
    let junk = line("keys convert junk --to key -o out.pem --json");
    assert!(junk.error()["exit"] == 5 && !junk.out.contains(API_V3_KEY));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(line("keys convert apiclient_key.pem --to pkcs1 -o pkcs1.pem").code, Some(0));
        let mode = fs::metadata(folder.join("pkcs1.pem")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }
}
