//! What a first use, a look-up, a check and a search cost: `cargo run --release --manifest-path catalog/benches/Cargo.toml`.
//!
//! Best of several rounds; on a shared machine read the times as ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::Value;
use wechatpay_catalog::{encrypted, is_known, nearest_paths, operation, operations, search};

const ROUNDS: u32 = 15;

fn main() {
    let start = Instant::now();
    black_box(operation("POST", "/v3/pay/transactions/native"));
    println!("first use            {:>10.2?}", start.elapsed());

    let calls: Vec<(&str, String)> =
        operations().map(|known| (known.method(), format!("/{}", known.example_request().path()))).collect();
    each("operation", &calls, |(method, path)| _ = black_box(operation(method, path)));
    each("is_known", &calls, |(method, path)| _ = black_box(is_known(method, path)));
    each("encrypted", &calls, |(method, path)| _ = black_box(encrypted(method, path).count()));
    let few: Vec<_> = calls.iter().step_by(50).map(|(_, path)| path.replacen('s', "z", 1)).collect();
    each("nearest_paths", &few, |path| drop(black_box(nearest_paths(path, 1))));
    each("search", &["native 下单", "refund", "mchid"], |words| drop(black_box(search(words, 20))));

    let native = operation("POST", "v3/pay/transactions/native").expect("in the catalogue");
    let order = serde_json::json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000001", "description": "a book", "out_trade_no": "A-100001",
        "notify_url": "https://shop.example/paid", "amount": { "total": 1, "currency": "CNY" },
    });
    each("check of an order", &[()], |()| drop(black_box(native.check_request(&Value::Null, &order))));
    let bodies: Vec<_> = operations().map(|known| (known, known.example_request())).collect();
    each("check, all members", &bodies, |(known, example)| {
        drop(black_box(known.check_request(example.query(), example.body())));
    });
    let all: Vec<_> = operations().collect();
    each("rust_types", &all, |known| drop(black_box(known.rust_types())));
}

/// Prints the time for one of `all`, in the best round.
fn each<T>(name: &str, all: &[T], work: impl Fn(&T)) {
    let round = || {
        let repeat = 1_000_usize.div_ceil(all.len());
        let start = Instant::now();
        for _ in 0..repeat {
            all.iter().for_each(&work);
        }
        start.elapsed() / u32::try_from(all.len() * repeat).expect("few")
    };
    let best = (0..ROUNDS).map(|_| round()).min().unwrap_or(Duration::ZERO);
    println!("{name:<20} {best:>10.2?}");
}
