//! One endpoint, called in the six ways of the PHP documentation.
//!
//! `cargo run --example presign --features mock` needs no account and no network: it talks to a stand-in gateway on this
//! machine. With `-- --real` behind it, it calls the gateway that the `WECHATPAY_*` variables name (see `Client::from_env`).

use wechatpay_chain::{Client, Method, Response, Value, json, mock};

const PATH: &str = "v3/offlineface/contracts/presign";

/// The fields that the documentation wants encrypted.
const SENSITIVE: [&str; 6] = [
    "/facepay_user/identification/identification_number",
    "/facepay_user/phone",
    "/limit_bank_card/bank_card_number",
    "/limit_bank_card/identification_name",
    "/limit_bank_card/identification/identification_number",
    "/limit_bank_card/phone",
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let real = std::env::args().any(|arg| arg == "--real");
    let stand_in = if real { None } else { Some(start_stand_in()?) };
    let wxpay = match &stand_in {
        Some(gateway) => gateway.client()?,
        None => Client::from_env()?,
    };
    let whom = match &stand_in {
        Some(_) => "Calling a stand-in gateway on this machine, no account needed; `-- --real` calls the real one.",
        None => "Calling the gateway that the WECHATPAY_* variables name.",
    };
    println!("{whom}");
    // It says which of WeChat Pay's keys encrypts and verifies; the client sets it even if we do not.
    let serial = &wxpay.platform_serial().unwrap_or_default();
    let header = "Wechatpay-Serial";

    let request = wxpay.chain(PATH).encrypt_all(SENSITIVE).to_request(Method::POST, payload())?;
    println!("POST {} as merchant {} with the certificate {}", request.uri(), wxpay.mchid(), wxpay.serial());
    println!("{} fields are encrypted for {serial}", SENSITIVE.len());
    let sent = request.body().len();

    // Blocking: from any thread, in an async runtime too.
    let pure = wxpay.seg("v3").seg("offlineface").seg("contracts").seg("presign");
    show(
        "wxpay.seg(…).post(…)                ",
        sent,
        &pure.header(header, serial).encrypt_all(SENSITIVE).post(payload())?,
    )?;
    let chain = wxpay.chain("v3/offlineface/contracts/presign");
    show(
        "wxpay.chain(…).post(…)              ",
        sent,
        &chain.header(header, serial).encrypt_all(SENSITIVE).post(payload())?,
    )?;
    let index = &wxpay["v3/offlineface/contracts/presign"];
    show(
        "wxpay[…].post(…)                    ",
        sent,
        &index.header(header, serial).encrypt_all(SENSITIVE).post(payload())?,
    )?;

    // Asynchronous. Here every call is awaited in place; calls that move money are spawned (see `Pending`).
    show(
        "wxpay.seg(…).post_async(…).await    ",
        sent,
        &pure.header(header, serial).encrypt_all(SENSITIVE).post_async(payload()).await?,
    )?;
    show(
        "wxpay.chain(…).post_async(…).await  ",
        sent,
        &chain.header(header, serial).encrypt_all(SENSITIVE).post_async(payload()).await?,
    )?;
    show(
        "wxpay[…].post_async(…).await        ",
        sent,
        &index.header(header, serial).encrypt_all(SENSITIVE).post_async(payload()).await?,
    )?;
    Ok(())
}

/// What was called and sent, how the answer was checked, and what it says.
fn show(call: &str, sent: usize, response: &Response) -> wechatpay_chain::Result<()> {
    let token: String = response.get("/presign_token")?;
    let key = response.headers().get("wechatpay-serial").and_then(|serial| serial.to_str().ok()).unwrap_or_default();
    let status = response.status();
    println!(
        "{call} sent {sent} bytes, signed and encrypted; {status}, signature right by {key}; presign_token = {token}"
    );
    Ok(())
}

/// Every field of the documentation page, in plain text.
fn payload() -> Value {
    json!({
        "business_name": "presign example",
        "facepay_user": {
            "out_user_id": "1234567",
            "identification_name": "张三",
            "organization_id": "1234567",
            "identification": {"identification_type": "IDCARD", "identification_number": "11010519491231002X"},
            "phone": "13800138000",
        },
        "limit_bank_card": {
            "bank_card_number": "6225880137000000",
            "identification_name": "张三",
            "identification": {"identification_type": "IDCARD", "identification_number": "11010519491231002X"},
            "valid_thru": "2026-06",
            "bank_type": "CMB_CREDIT",
            "phone": "13800138000",
        },
        "contract_mode": "LIMIT_BANK_CARD",
    })
}

/// A gateway on 127.0.0.1 that checks what it is sent and signs what it answers.
fn start_stand_in() -> wechatpay_chain::Result<mock::Server> {
    let gateway = mock::Server::start()?;
    let mut count = 0;
    gateway.on(Method::POST, PATH).reply_with(move |call| {
        count += 1;
        // It holds the platform's key, so it sees what was encrypted for it.
        let phone = call.json()["facepay_user"]["phone"].as_str().unwrap_or_default().to_owned();
        json!({"presign_token": format!("token-{count}-for-phone-{phone}")})
    });
    Ok(gateway)
}
