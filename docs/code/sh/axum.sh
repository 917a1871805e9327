cargo add wechatpay-chain --features axum
cargo add axum
