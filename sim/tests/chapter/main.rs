//! The chapter "Testing against the simulator": its Rust runs here, its commands by `wechatpay-cli`'s test `chapter`, and both languages
//! show these files as they are.
#![allow(missing_docs)]

mod days;
mod lost;
mod paid;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const MARK: &str = "<!-- code: ../../sim/tests/chapter/";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/chapter")
}

fn page(language: &str) -> String {
    fs::read_to_string(folder().join(format!("../../../docs/{language}/testing.md"))).unwrap()
}

/// The blocks of a page: the file that the line above names, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let (mut blocks, mut before, mut lines) = (Vec::new(), "", page.lines());
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let name = before.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->"));
            let name = name.unwrap_or_else(|| panic!("{line} stands below {before:?}, which names no file"));
            let inside = lines.by_ref().take_while(|line| *line != "```");
            blocks.push((name.to_owned(), inside.map(|line| format!("{line}\n")).collect()));
        }
        before = line;
    }
    blocks
}

#[test]
fn both_languages_show_the_code_that_is_run() {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<_> = files.filter(|name| name != "main.rs").collect();
    for language in ["en", "zh"] {
        let blocks = blocks(&page(language));
        for (name, text) in &blocks {
            assert_eq!(*text, fs::read_to_string(folder().join(name)).unwrap(), "{language}: {name}");
        }
        assert_eq!(blocks.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), files, "{language}");
    }
}

#[test]
fn both_languages_have_the_same_headings_in_the_same_order_around_the_same_code() {
    let outline = |language| {
        let page = page(language);
        let kept = page.lines().filter(|line| line.starts_with('#') || line.starts_with(MARK));
        let level = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        kept.map(|line| if line.starts_with('#') { level(line) } else { line.to_owned() }).collect::<Vec<_>>()
    };
    assert_eq!(outline("en"), outline("zh"));
    assert!(outline("en").len() > 20);
}
