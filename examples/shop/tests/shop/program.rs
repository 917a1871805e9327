//! The program itself, as the README says that it is started.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;
use wechatpay_chain::json;
use wechatpay_chain_shop::store::Store;
use wechatpay_sim::{Fault, Simulator};

use super::http::{admin, form, get};
use super::support::{APPID, Done, PAID, TOKEN};

const PROGRAM: &str = env!("CARGO_BIN_EXE_wechatpay-chain-shop");

/// What the simulator writes for programs: `NAME=value`, or with quotes.
fn variables(file: &str) -> Vec<(String, String)> {
    let pairs = file.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned())).collect()
}

/// Buys something and looks at the order's page; the page's address, and the order's number.
async fn buy(url: &str, thing: &str) -> Done<(String, String)> {
    let bought = form(&format!("{url}orders"), &format!("request=12345678-{thing}&thing={thing}")).await?;
    let page = format!("{}{}", url.trim_end_matches('/'), bought.header("location"));
    assert!(get(&page).await?.text.contains("<svg"), "{bought:?}");
    let number = page.rsplit('/').next().ok_or("no number")?.to_owned();
    Ok((page, number))
}

/// Asks as the page does, until it is paid; a machine that has other things to do has much time.
async fn until_paid(state: &str) -> Done {
    for _ in 0..1_000 {
        if get(state).await?.json()["state"] == "PAID" {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("the program does not ask".into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_sells_and_ends_when_it_is_told() -> Done {
    let folder = tempfile::tempdir()?;
    let keys = folder.path().join("keys");
    let sim = Simulator::builder().seed(1).keys(&keys).start()?;
    let given = variables(&std::fs::read_to_string(keys.join("wxpay-sim.env"))?);
    let file = folder.path().join("shop.db");
    let mut program = Command::new(PROGRAM)
        .env_clear()
        .envs(given)
        .envs([("SHOP_APPID", APPID), ("SHOP_TOKEN", TOKEN), ("SHOP_LISTEN", "127.0.0.1:0")])
        .env("SHOP_DATABASE", &file)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(program.stdout.take().ok_or("no output")?).lines();
    let first = lines.next_line().await?.ok_or("it ended")?;
    let url = first.rsplit(' ').next().ok_or("no address")?.to_owned();
    let (_, number) = buy(&url, "tea").await?;
    let paid = tokio::task::block_in_place(|| sim.pay(&number).wait_for_notices().send())?;
    assert_eq!(paid["notices"][0]["state"], "accepted", "{paid}");
    let shown = admin("GET", &format!("{url}admin/orders/{number}"), None).await?.json();
    assert_eq!((&shown["state"], &shown["paid"]), (&json!("PAID"), &json!(6_800)));
    // Nobody tells of this payment: the program asks by itself. Not in fifteen seconds, but now.
    let (page, other) = buy(&url, "cup").await?;
    sim.fault(Fault::Lost).on_notice(PAID).times(1);
    sim.pay(&other).send()?;
    let books = Store::open(file.to_str().ok_or("the folder's name is no text")?)?;
    books.write(|books| books.execute("UPDATE outbox SET due = 0", &[]))?;
    until_paid(&format!("{page}/state")).await?;
    // SIGTERM, as systems stop programs.
    let id = program.id().ok_or("it ended")?.to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await?.success());
    assert!(program.wait().await?.success());
    let mut rest = String::new();
    lines.into_inner().read_to_string(&mut rest).await?;
    assert!(!format!("{first}{rest}").contains(TOKEN), "a secret is in no output");
    Ok(())
}

#[tokio::test]
async fn what_is_missing_is_named() -> Done {
    for (given, named) in [
        (&[][..], "SHOP_APPID"),
        (&[("SHOP_APPID", "wx1")][..], "WECHATPAY_MCHID"),
        (&[("SHOP_APPID", "wx1"), ("SHOP_TOKEN", "short-secret")][..], "SHOP_TOKEN"),
    ] {
        let output = Command::new(PROGRAM).env_clear().envs(given.iter().copied()).output().await?;
        let told = String::from_utf8(output.stderr)?;
        assert!(!output.status.success() && told.contains(named) && !told.contains("short-secret"), "{told}");
        assert_eq!(told.trim().lines().count(), 1, "{told}");
    }
    Ok(())
}
