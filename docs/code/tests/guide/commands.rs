//! What a page tells a reader to type: the commands, features and flags exist.

use std::fs;
use std::path::Path;

pub(crate) fn check(root: &Path, line: &str) -> Result<(), String> {
    let line = line.split(" # ").next().unwrap_or_default();
    let words: Vec<_> = line.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", "add", "--dev", "--path", folder, rest @ ..] | ["cargo", "add", "--path", folder, rest @ ..] => {
            beside(root, folder, rest)?;
            add(root, rest)
        }
        ["cargo", "add", rest @ ..] => add(root, rest),
        ["cargo", "install", "--path", folder] | ["cargo", "install", "--path", folder, "--locked"] => {
            there(root.join(folder).join("Cargo.toml").is_file(), folder)
        }
        ["cargo", "run", "--example", name, "--features", list] => {
            there(root.join("examples").join(name).with_extension("rs").is_file(), name)?;
            add(root, &["wechatpay-chain", "--features", list])
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

/// A clone of the repository beside the reader's project has the crate in that folder.
fn beside(root: &Path, folder: &str, words: &[&str]) -> Result<(), String> {
    let inside = folder.strip_prefix("../wechatpay-chain").ok_or("the clone is beside the project")?;
    let manifest = root.join(inside.trim_start_matches('/')).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).map_err(|error| error.to_string())?;
    let name = words.first().ok_or("which crate?")?;
    there(manifest.contains(&format!("\nname = \"{name}\"")), name)
}

/// The crates are those of the guide's own manifest, the features of this crate's.
fn add(root: &Path, words: &[&str]) -> Result<(), String> {
    let [ours, guides] =
        ["Cargo.toml", "docs/code/Cargo.toml"].map(|file| fs::read_to_string(root.join(file)).unwrap());
    let features = ours.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let (names, list) = match words.iter().position(|word| *word == "--features") {
        Some(at) => (&words[..at], *words.get(at + 1).ok_or("which features?")?),
        None => (words, ""),
    };
    for name in names.iter().filter(|word| **word != "--dev") {
        there(guides.contains(&format!("\n{name} = ")), name)?;
    }
    // Those of other crates are in the manifest too, and it would not compile without them.
    let mut list = list.split(',').filter(|one| names.contains(&"wechatpay-chain") && !one.is_empty());
    list.try_for_each(|one| there(features.contains(&format!("\n{one} = ")), one))
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
