//! Writes the types of all operations into a folder: a crate (`Cargo.toml`, `src/lib.rs`), `types.ts`, `types.php`. For `ci/types`.
//!
//! ```sh
//! cargo run --example catalog_types -- DIR
//! ```

#![allow(missing_docs)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

use wechatpay_catalog::operations;

const MANIFEST: &str = "[package]\nname = \"catalog-types\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
    [workspace]\n\n[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).ok_or_else(|| io::Error::other("say the folder"))?);
    let (mut rust, mut typescript, mut php) = (String::new(), String::new(), String::from("<?php\n"));
    for (number, operation) in operations().enumerate() {
        // Names are unique within one operation only.
        let _ = write!(rust, "pub mod o{number} {{\n{}}}\n\n", operation.rust_types());
        let _ = write!(typescript, "export namespace O{number} {{\n{}}}\n\n", operation.typescript_types());
        php.push_str(&operation.php_types());
    }
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), MANIFEST)?;
    fs::write(folder.join("src/lib.rs"), &rust)?;
    fs::write(folder.join("types.ts"), &typescript)?;
    fs::write(folder.join("types.php"), &php)?;
    println!("{} bytes of Rust, {} of TypeScript, {} of PHP", rust.len(), typescript.len(), php.len());
    Ok(())
}
