//! Keeps the catalogue's data.
//!
//! ```sh
//! cargo run --example catalog_data -- correct DIR   # lays DIR/openapi.jsonl and DIR/webhooks.jsonl under data/corrections.jsonl, into data/
//! cargo run --example catalog_data -- pack          # packs data/ into packed/
//! ```

#![allow(missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod correct;
mod json;
mod pack;

use correct::{Data, correct, read_lines, write_lines};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["correct", folder] => lay_under(Path::new(folder)),
        ["pack"] => write_packed(),
        _ => Err("say `correct DIR` or `pack`".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Corrects the extraction in `folder` and writes it to `data/`.
fn lay_under(folder: &Path) -> Result<(), String> {
    let raw = Data {
        operations: read_lines(&read(&folder.join("openapi.jsonl"))?)?,
        notifications: read_lines(&read(&folder.join("webhooks.jsonl"))?)?,
    };
    let corrected = correct(raw, &read_lines(&read(&home("data/corrections.jsonl"))?)?)?;
    write(&home("data/openapi.jsonl"), write_lines(&corrected.operations).as_bytes())?;
    write(&home("data/webhooks.jsonl"), write_lines(&corrected.notifications).as_bytes())
}

/// Packs `data/` into `packed/`.
fn write_packed() -> Result<(), String> {
    let data = |name: &str| read(&home(&format!("data/{name}")));
    let files =
        pack::pack(&data("openapi.jsonl")?, &data("webhooks.jsonl")?, &data("corrections.jsonl")?, &data("date.txt")?)?;
    files.iter().try_for_each(|(name, bytes)| write(&home(&format!("packed/{name}")), bytes))
}

fn home(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}
