//! For `sizes`: a program without the catalogue.

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let native = "v3/pay/transactions/native";
    println!("{path} {native}");
}
