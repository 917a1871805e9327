//! Every form in which people have keys and certificates, by every way in: read as the right one, or named as what it is.
//!
//! `cargo test --all-features --test key_forms -- --nocapture` prints the table.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

#[path = "key_forms/rows.rs"]
mod rows;
#[path = "key_forms/ways.rs"]
mod ways;

use rows::Expected;
use ways::{Way, ways};

/// What came of a form by a way in.
fn cell(way: &Way, row: &rows::Row, expected: Expected, directory: &std::path::Path) -> String {
    match ((way.read)(&row.content, directory), expected) {
        (Ok(()), Expected::Loaded) => "loaded".to_owned(),
        (Err(error), Expected::Named(name, command)) => {
            let named = error.contains(name) && error.contains(command) && !shows_a_key(&error, row);
            let told = match command {
                "" => name.to_owned(),
                command => format!("{name} → {}", command.split(" -").next().unwrap_or(command)),
            };
            if named { told } else { format!("WRONG: {error}, not {name:?} and {command:?}") }
        }
        (Ok(()), Expected::Named(name, _)) => format!("WRONG: read, though {name}"),
        (Err(error), Expected::Loaded) => format!("WRONG: not read: {error}"),
    }
}

/// Whether an error repeats some of what was given, but for the words that say what it is.
fn shows_a_key(error: &str, row: &rows::Row) -> bool {
    row.content.windows(24).any(|piece| {
        let is_key = piece.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        is_key && error.as_bytes().windows(piece.len()).any(|shown| shown == piece)
    })
}

#[test]
fn every_form_is_read_or_named_by_every_way_in() {
    let directory = tempfile::tempdir().unwrap();
    let (rows, ways) = (rows::rows(), ways());
    assert!(rows.len() >= 35 && ways.len() >= 20, "{} forms, {} ways in", rows.len(), ways.len());
    let mut wrong = Vec::new();
    println!("| form | {} |", ways.iter().map(|way| way.name).collect::<Vec<_>>().join(" | "));
    println!("|{}", " --- |".repeat(ways.len() + 1));
    for row in &rows {
        let cells: Vec<_> = ways.iter().map(|way| cell(way, row, row.expected(way), directory.path())).collect();
        println!("| {} | {} |", row.name, cells.join(" | "));
        assert!(cells.iter().all(|cell| !cell.is_empty()));
        let faults = cells.iter().zip(&ways).filter(|(cell, _)| cell.starts_with("WRONG"));
        wrong.extend(faults.map(|(cell, way)| format!("{} by {}: {cell}", row.name, way.name)));
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

/// The other process of the columns about the environment.
#[test]
fn the_client_of_the_environment() {
    if std::env::var_os("WECHATPAY_MCHID").is_some() {
        ways::report_the_client_of_the_environment();
    }
}
