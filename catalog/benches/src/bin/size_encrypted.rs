//! For `sizes`: one that asks which members to encrypt.

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let native = "v3/pay/transactions/native";
    println!("{path} {native}");
    for member in wechatpay_catalog::encrypted("POST", &path) {
        println!("{}", member.pointer());
    }
}
