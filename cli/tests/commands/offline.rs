//! Commands that open no socket: `strace` sees every system call that would make one.

use std::fs;
use std::process::{Command, Stdio};

use super::merchant::{self, Merchant, SERIAL, certificate};
use super::support::wxpay;

const ROWS: &[(&str, i32)] = &[
    ("sign get v3/certificates", 0),
    ("call get v3/certificates --dry-run", 0),
    ("call v2/pay/orderquery -d {\"mch_id\":\"1900000109\"} --dry-run", 0),
    ("notice verify notice.json", 5),
    ("notice decrypt notice.json", 5),
    ("pay-params jsapi --appid wxd678efh567hg6787 --prepay-id wx2014", 0),
    ("bill sum bill.csv", 5),
    ("bill show bill.csv", 5),
    ("bill reconcile bill.csv bill.csv", 2),
    ("catalog search native", 0),
    ("catalog show v3/certificates", 0),
    ("catalog types v3/certificates --as rust", 0),
    ("keys check apiclient_key.pem apiclient_cert.pem", 0),
    ("keys convert apiclient_key.pem --to spki", 0),
    ("keys new made --mchid 1900000109", 0),
    ("certs show platform.pem", 0),
    ("explain SIGN_ERROR", 0),
    ("explain key.fits_serial", 0),
    ("completions bash", 0),
    ("completions man", 0),
    ("help call", 0),
    ("version", 0),
];

#[test]
fn offline_commands_make_no_socket() {
    let found = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: strace is not installed, so nobody watches for sockets here");
        return;
    }
    let merchant = Merchant::new().set("SECRET", merchant::SECRET);
    let folder = merchant.folder.path();
    merchant.write("notice.json", r#"{"headers":{},"body":"{}"}"#);
    merchant.write("bill.csv", "交易时间,商户号\n`2026-11-24 10:00:00,`1900000109\n");
    merchant.write("platform.pem", &certificate(&merchant::PLATFORM, SERIAL, "x", (-1, 900)));
    let trace = merchant.path("trace");
    for (line, code) in ROWS {
        let mut command = Command::new("strace");
        command.args(["-f", "-e", "trace=socket,connect", "-o"]).arg(&trace);
        command.arg(wxpay(folder).get_program()).args(line.split(' ')).current_dir(folder);
        command.env_clear().envs(merchant.vars()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(*code), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        let seen = fs::read_to_string(&trace).unwrap();
        assert!(!seen.contains("socket(") && !seen.contains("connect("), "{line}: {seen}");
    }
}
