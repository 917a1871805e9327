//! What the simulator costs, by its real program: `wxpay sim`, in a process of its own.
//!
//! ```sh
//! cargo build --release -p wechatpay-cli
//! cargo run --release --manifest-path sim/benches/Cargo.toml                 # all but the long run
//! cargo run --release --manifest-path sim/benches/Cargo.toml -- orders query # only these
//! cargo run --release --manifest-path sim/benches/Cargo.toml -- soak 10      # the long run, minutes
//! ```
//!
//! Words: `start` `size` `orders` `query` `clock` `due` `memory`. `WXPAY` names another program than `target/release/wxpay`, `ORDERS` another number
//! of orders than the 100,000 of `memory`.

mod floor;
mod lines;
mod load;
mod measure;
mod merchant;
mod process;
mod receiver;
mod table;
mod wire;

use std::path::PathBuf;

use floor::Floor;
use table::Table;

pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// How often each thing is measured; its median counts.
pub const RUNS: usize = 5;

/// What all measurements share.
pub struct Bench {
    pub program: PathBuf,
    pub floor: Floor,
    /// A folder with keys that are made.
    pub keys: tempfile::TempDir,
}

fn main() -> Result<(), Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let program = std::env::var_os("WXPAY").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/wxpay")),
        PathBuf::from,
    );
    let bench = Bench { program: program.canonicalize()?, floor: Floor::measure()?, keys: tempfile::tempdir()? };
    println!("{}\n{}\n", measure::machine()?, bench.floor);
    // The keys are made here, once.
    process::Sim::start(&bench.program, bench.keys.path(), &[])?.0.stop()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut table = Table::default();
    match words[..] {
        ["soak", minutes] => runtime.block_on(lines::soak::run(&bench, minutes.parse()?, &mut table))?,
        _ => {
            for word in if words.is_empty() { &ALL[..] } else { &words[..] } {
                runtime.block_on(one(&bench, word, &mut table))?;
            }
        }
    }
    println!("\n{table}");
    Ok(())
}

const ALL: [&str; 7] = ["start", "size", "orders", "query", "clock", "due", "memory"];

async fn one(bench: &Bench, word: &str, table: &mut Table) -> Result<(), Error> {
    match word {
        "start" => lines::start::run(bench, table),
        "size" => lines::size::run(bench, table).await,
        "orders" => lines::orders::run(bench, table).await,
        "query" => lines::query::run(bench, table).await,
        "clock" => lines::clock::run(bench, table).await,
        "due" => lines::due::run(bench, table).await,
        "memory" => lines::memory::run(bench, table).await,
        other => Err(format!("{other}: expected one of {ALL:?}, or soak MINUTES").into()),
    }
}
