//! For `sizes`: one that also asks what was meant.

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let native = "v3/pay/transactions/native";
    println!("{path} {native}");
    for member in wechatpay_catalog::encrypted("POST", &path) {
        println!("{}", member.pointer());
    }
    println!("{}", wechatpay_catalog::is_known("POST", &path));
    println!("{:?}", wechatpay_catalog::nearest_paths(&path, 3));
}
