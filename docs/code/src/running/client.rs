use std::time::Duration;

use wechatpay_chain::{Client, ClientBuilder, Result};

/// Once, when the server starts; every handler has a clone of it.
pub fn client(builder: ClientBuilder) -> Result<Client> {
    let wxpay = builder
        .timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(3))
        .max_concurrent(100)
        .build()?;
    // Connections are there before the first customer; a failure here is only slower.
    if let Err(error) = wxpay.warm_up() {
        eprintln!("not warmed up: {error}");
    }
    Ok(wxpay)
}
