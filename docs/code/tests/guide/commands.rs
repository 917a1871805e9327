//! What a page tells a reader to type: the commands, features and flags exist.

use std::fs;
use std::path::Path;

/// Crates that a page may tell to add.
const CRATES: [&str; 5] = ["wechatpay-chain", "wechatpay-sim", "axum", "tokio", "tracing-subscriber"];

pub(crate) fn check(root: &Path, line: &str) -> Result<(), String> {
    let line = line.split(" # ").next().unwrap_or_default();
    let words: Vec<_> = line.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", "add", rest @ ..] => add(root, rest),
        ["cargo", "install", "--path", folder] | ["cargo", "install", "--path", folder, "--locked"] => {
            there(root.join(folder).join("Cargo.toml").is_file(), folder)
        }
        ["wxpay", rest @ ..] => wxpay(root, rest),
        // How a file of variables gets into a shell.
        ["set", "-a;", ".", _, "set", "+a"] | ["cargo", "run"] | [] => Ok(()),
        _ => Err("nobody checks this command".to_owned()),
    }
}

fn there(is: bool, name: &str) -> Result<(), String> {
    if is { Ok(()) } else { Err(format!("there is no {name}")) }
}

fn add(root: &Path, words: &[&str]) -> Result<(), String> {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let features = manifest.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let mut words = words.iter().filter(|word| **word != "--dev");
    let name = words.next().ok_or("add what?")?;
    there(CRATES.contains(name), name)?;
    let list = match (words.next(), words.next()) {
        (Some(&"--features"), Some(list)) => list,
        (None, _) => "",
        other => return Err(format!("{other:?}")),
    };
    // Of others than this crate the guide's own manifest has them, and would not compile.
    let mut names = list.split(',').filter(|one| *name == "wechatpay-chain" && !one.is_empty());
    names.try_for_each(|one| there(features.contains(&format!("\n{one} = ")), one))
}

/// The command is one of the program's, and so is each flag.
fn wxpay(root: &Path, words: &[&str]) -> Result<(), String> {
    let table = fs::read_to_string(root.join("cli/src/commands/table.rs")).unwrap();
    let (command, rest) = words.split_first().ok_or("which command?")?;
    let variant: String = command.split('-').map(capital).collect();
    there(table.contains(&format!("    {variant}(")) || table.contains(&format!("    {variant},")), command)?;
    let sources = sources(&root.join("cli/src"));
    for flag in rest.iter().filter_map(|word| word.strip_prefix("--")) {
        let field = flag.replace('-', "_");
        let known = sources.contains(&format!(" {field}: ")) || sources.contains(&format!("\"{flag}\""));
        there(known, flag)?;
    }
    let below = table.contains(&format!("#[command(subcommand)]\n    {variant}("));
    match rest.first().filter(|_| below) {
        Some(word) => there(sources.contains(&format!("    {}(", capital(word))), word),
        None => Ok(()),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.is_dir() { sources(&path) } else { fs::read_to_string(&path).unwrap_or_default() };
        all.push_str(&text);
    }
    all
}
