//! For `sizes`: one with \`path!\` only.

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let native = wechatpay_catalog::path!("v3/pay/transactions/native");
    println!("{path} {native}");
}
