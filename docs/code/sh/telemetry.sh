cargo add wechatpay-chain --features tracing
cargo add tracing tracing-subscriber tracing-opentelemetry
cargo add opentelemetry opentelemetry_sdk
