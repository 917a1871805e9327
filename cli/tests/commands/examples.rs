//! The examples in the help of these commands, run as they stand.

use std::fs;

use serde_json::json;
use wechatpay_chain::Method;
use wechatpay_chain::mock::{Server, Validity};

use super::gateway::words;
use super::merchant::{Merchant, SERIAL, certificate};
use super::openssl::openssl;
use super::{merchant, notice, send};

/// A folder with everything that the examples name, and a gateway that answers them.
fn prepare(gateway: &Server) -> Merchant {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    gateway.lenient();
    gateway.issue_certificate(Validity::Now).unwrap();
    gateway.bills(3);
    gateway.on(Method::POST, "v3/pay/transactions/native").reply(json!({"code_url": "weixin://wxpay/x"}));
    gateway.on(Method::GET, "v3/pay/transactions/out-trade-no/1217752501").reply(json!({"trade_state": "SUCCESS"}));
    merchant.write("order.json", r#"{"description":"a book"}"#);
    merchant.write("orders.csv", "no,total\nA-1,100\n");
    merchant.write("signed.txt", "GET\n/v3/certificates\n1\nA\n\n");
    let export =
        format!("pkcs12 -export -inkey apiclient_key.pem -in apiclient_cert.pem -passout pass:{}", merchant::MCHID);
    openssl(folder, &format!("{export} -out apiclient_cert.p12"));
    fs::remove_file(merchant.path("apiclient_key.pem")).unwrap();
    notice::save(folder, &notice::paid(gateway));
    fs::rename(folder.join("n.http"), folder.join("notice.http")).unwrap();
    fs::rename(folder.join("headers"), folder.join("headers.txt")).unwrap();
    fs::rename(folder.join("body"), folder.join("body.json")).unwrap();
    send::keys(folder);
    fs::create_dir(folder.join("platform")).unwrap();
    let name = "platform/wechatpay_5157F09EFDC096DE15EBE81A47057A7232F1B8E1.pem";
    merchant.write(name, &certificate(&merchant::PLATFORM, SERIAL, "x", (-1, 900)));
    merchant
}

#[test]
fn each_example_runs() {
    let gateway = Server::start().unwrap();
    let merchant = prepare(&gateway);
    // The serial of an example is not that of the test's certificate, the rows are not those of the bill, and nobody need listen for notices.
    let others: &[(&str, &[i32])] = &[("keys check", &[0, 1]), ("bill reconcile", &[1]), ("notice send", &[0, 1, 6])];
    let commands = [
        "keys convert",
        "keys new",
        "keys check",
        "call",
        "sign",
        "notice verify",
        "notice decrypt",
        "notice send",
        "pay-params",
        "bill get",
        "bill sum",
        "bill show",
        "bill reconcile",
        "catalog search",
        "catalog show",
        "catalog types",
        "certs list",
        "certs save",
        "certs show",
        "keys",
        "notice",
        "catalog",
        "certs",
    ];
    for command in commands {
        let asked: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let help = words(&gateway, merchant.folder.path(), &asked).out;
        let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  $ wxpay ")).collect();
        assert!(!examples.is_empty(), "{command}");
        let codes = others.iter().find(|(known, _)| *known == command).map_or(&[0][..], |(_, codes)| codes);
        for example in examples {
            let run = words(&gateway, merchant.folder.path(), &example.split(' ').collect::<Vec<_>>());
            assert!(run.code.is_some_and(|code| codes.contains(&code)), "{example}: {}{}", run.out, run.err);
        }
    }
}
