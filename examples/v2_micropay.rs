//! Charges a payment code (付款码) by APIv2, and follows it to its end.
//!
//! `cargo run --example v2_micropay --features mock,v2` needs no account: it talks to a stand-in gateway on this machine, whose customer
//! types a password for two queries and then pays. With `-- --real APPID CODE FEN` behind it, it charges that payment code
//! by the gateway that the `WECHATPAY_*` variables name (`_MCHID`, `_SECRET`, `_CERTIFICATE`, `_PRIVATE_KEY`; see
//! `Client::from_env`).

use std::time::Duration;

use wechatpay_chain::{Client, Method, Micropay, json, mock};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, args): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|arg| arg == "--real");
    if !flags.is_empty() && args.len() < 3 {
        return Err("to charge a real code say `-- --real APPID CODE FEN`".into());
    }
    let gateway = if flags.is_empty() { Some(start_stand_in()?) } else { None };
    let wxpay = match &gateway {
        Some(gateway) => gateway.client()?,
        None => Client::from_env()?,
    };
    let arg = |at: usize, otherwise: &str| args.get(at).cloned().unwrap_or_else(|| otherwise.to_owned());
    // Unique, and in your database before the charge.
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let out_trade_no = format!("example{}", time.as_millis());
    let order = json!({
        "appid": arg(0, "wx8888888888888888"), "mch_id": wxpay.mchid(), "body": "an example", "out_trade_no": out_trade_no,
        "auth_code": arg(1, "120061098828009406"), "total_fee": arg(2, "1"), "spbill_create_ip": "8.8.8.8",
    });
    // A real customer wants the 45 seconds of the default; the stand-in's is quick.
    let deadline = Duration::from_secs(if gateway.is_some() { 3 } else { 45 });
    match wxpay.micropay(order).deadline(deadline).run()? {
        Micropay::Paid(answer) => println!("{out_trade_no} is paid: transaction_id = {}", answer["transaction_id"]),
        Micropay::Failed(answer) => {
            println!("{out_trade_no} failed: {} {}", answer["err_code"], answer["err_code_des"]);
        }
        Micropay::Reversed => println!("{out_trade_no} was not paid in time and is reversed"),
        // `Unknown`, and whatever a later version may add.
        _ => {
            println!("{out_trade_no} is not settled: query and reverse it before charging again");
        }
    }
    if let Some(gateway) = &gateway {
        let paths: Vec<_> = gateway.calls().iter().map(|call| call.path().to_owned()).collect();
        println!("the gateway was asked: {}", paths.join(", "));
    }
    Ok(())
}

/// A gateway on 127.0.0.1 that checks what it is sent and signs what it answers.
fn start_stand_in() -> wechatpay_chain::Result<mock::Server> {
    println!("Calling a stand-in gateway on this machine, no account needed; `-- --real` calls the real one.");
    let gateway = mock::Server::start()?;
    let paying = json!({"result_code": "FAIL", "err_code": "USERPAYING", "err_code_des": "需要用户输入支付密码"});
    gateway.on(Method::POST, "v2/pay/micropay").reply(paying);
    gateway.on(Method::POST, "v2/pay/orderquery").reply(json!({"trade_state": "USERPAYING"})).times(2);
    gateway.on(Method::POST, "v2/pay/orderquery").reply(json!({"trade_state": "SUCCESS", "transaction_id": "4200001"}));
    Ok(gateway)
}
