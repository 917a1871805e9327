use wechatpay_chain::{Client, ClientBuilder, Result};

/// Leaves the network by a gateway of its own; `*` is every other host: downloads,
/// the backup host. `gateway` is `http://10.0.0.5:8080/`, as the nginx below.
pub fn client(builder: ClientBuilder, gateway: &str) -> Result<Client> {
    builder
        .egress("api.mch.weixin.qq.com", format!("{gateway}wxpay/"))
        .egress("*", format!("{gateway}other/"))
        .build()
}
