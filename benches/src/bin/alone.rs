//! A process with nothing but this crate and tokio in it, for its memory: makes calls one after another or 64 at once, and prints the
//! peak of the resident memory in KiB. The comparison starts it.

use std::error::Error;

use wechatpay_chain::{Client, PrivateKey, PublicKey, json};

const PLATFORM_ID: &str = "PUB_KEY_ID_0119000091912026112200388900000001";
const CALLS: usize = 2048;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [face, at_once, base] = &args[..] else { return Err("face, calls at once, base URI".into()) };
    let wxpay = Client::builder()
        .mchid("1900000109")
        .serial("5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17")
        .private_key(PrivateKey::from_pem(include_str!("../../../tests/fixtures/merchant_key.pem"))?)
        .platform_key(PLATFORM_ID, PublicKey::from_pem(include_str!("../../fixtures/platform_public.pem"))?)
        .root_certificate(include_str!("../../../tests/fixtures/tls_ca.pem"))
        .base_uri(base)
        .build()?;
    let order = json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000109", "description": "测试商品", "out_trade_no": "1217752501201407033233368018",
        "notify_url": "https://www.example.com/wxpay/pay", "amount": {"total": 100, "currency": "CNY"},
    });
    let call = || wxpay["v3/pay/transactions/native"].post_async(&order);
    let at_once: usize = at_once.parse()?;
    match face.as_str() {
        "sync" => std::thread::scope(|scope| {
            let calls = || (0..CALLS / at_once).try_for_each(|_| call().wait().map(drop));
            let threads: Vec<_> = (0..at_once).map(|_| scope.spawn(calls)).collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().map_err(|_| "a thread panicked")?.map_err(|error| error.to_string())
            })
        })?,
        _ => tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
            for _ in 0..CALLS / at_once {
                let calls: Vec<_> = (0..at_once).map(|_| tokio::spawn(call())).collect();
                for call in calls {
                    call.await??;
                }
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(())
        })?,
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    println!("{}", peak.trim().trim_end_matches(" kB"));
    Ok(())
}
