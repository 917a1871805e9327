use wechatpay_chain::{Client, PrivateKey, PublicKey, Result};

/// Signs with the merchant's key, verifies with the WeChat Pay public key.
pub fn client(mchid: &str, serial: &str, public_key_id: &str) -> Result<Client> {
    Client::builder()
        .mchid(mchid)
        .serial(serial)
        .private_key(PrivateKey::from_path("/etc/wxpay/apiclient_key.pem")?)
        .platform_key(public_key_id, PublicKey::from_path("/etc/wxpay/pub_key.pem")?)
        .api_v3_key(std::env::var("WECHATPAY_API_V3_KEY").unwrap_or_default())
        .build()
}
