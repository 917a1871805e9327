//! No secret is told, and no socket is made.

use super::merchant::{self, API_V3_KEY, Merchant, OWN};
use super::support::run;

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
