cargo add wechatpay-chain
cargo add tokio --features macros,rt-multi-thread
cargo add --dev wechatpay-chain --features mock
