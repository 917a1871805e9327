//! The pages: they show the code that is run, both languages are equal, every link leads somewhere.
//!
//! A block is shown below a line `<!-- code: FILE -->` with the path of a file below `docs/code`. After a change of the code, or of
//! a page's links, `GUIDE_UPDATE=1 cargo test -p wechatpay-guide --test guide` writes both into the pages.

#[path = "guide/commands.rs"]
mod commands;
#[path = "guide/page.rs"]
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use page::{Page, has_kind};

const LANGUAGES: [&str; 2] = ["en", "zh"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The names of the Markdown files of a folder.
fn files(folder: &str) -> BTreeSet<String> {
    let names = fs::read_dir(docs().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    names.filter(|name| has_kind(name, "md")).collect()
}

/// Every page, by its path below `docs`.
fn pages() -> Vec<Page> {
    let chapters =
        LANGUAGES.iter().flat_map(|folder| files(folder).into_iter().map(move |name| format!("{folder}/{name}")));
    let all = chapters.chain(["agents.md".to_owned(), "llms.txt".to_owned()]);
    let read = |path: String| Page::new(&path, fs::read_to_string(docs().join(&path)).unwrap());
    all.map(read).collect()
}

fn code(file: &str) -> String {
    fs::read_to_string(docs().join("code").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_block_is_a_file_that_is_run() {
    let update = std::env::var_os("GUIDE_UPDATE").is_some();
    let (mut shown, mut wrong) = (BTreeSet::new(), Vec::new());
    for page in pages() {
        assert_eq!(page.marked().len(), page.blocks().len(), "{}: a block names no file", page.path);
        shown.extend(page.marked());
        let filled = page.filled(code);
        match filled == page.text {
            true => (),
            false if update => fs::write(docs().join(&page.path), filled).unwrap(),
            false => wrong.push(page.path),
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}: GUIDE_UPDATE=1 cargo test -p wechatpay-guide --test guide");
    let mut unshown = sources(&docs().join("code/src"));
    unshown.retain(|file| has_kind(file, "rs") && !shown.contains(file) && file != "src/lib.rs");
    assert!(unshown.is_empty(), "no page shows {unshown:?}");
}

/// All Rust files of a folder, from `docs/code`.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path.strip_prefix(docs().join("code")).unwrap().to_str().unwrap().to_owned());
        }
    }
    found
}

#[test]
fn a_reader_sees_all_of_it_in_a_narrow_column() {
    for page in pages() {
        for (info, text) in page.blocks() {
            assert!(
                ["js", "nginx", "rust", "sh", "yaml"].contains(&info.as_str()),
                "{}: a block of {info:?}",
                page.path
            );
            for line in text.lines() {
                assert!(line.chars().count() <= 86, "{}: {line}", page.path);
                assert!(info != "rust" || !line.starts_with("# "), "{}: hidden: {line}", page.path);
            }
        }
    }
}

#[test]
fn both_languages_say_the_same() {
    let [english, chinese] = LANGUAGES.map(files);
    assert_eq!(english, chinese);
    assert!(english.len() >= 26, "{}", english.len());
    for name in &english {
        let [english, chinese] =
            LANGUAGES.map(|folder| Page::new(name, fs::read_to_string(docs().join(folder).join(name)).unwrap()));
        assert_eq!(english.headings(), chinese.headings(), "{name}: headings");
        assert_eq!(english.marked(), chinese.marked(), "{name}: code");
        assert_eq!(english.shape(), chinese.shape(), "{name}: paragraphs, items and rows");
        assert_eq!(english.targets(), chinese.targets(), "{name}: links");
        assert_eq!(english.words(), chinese.words(), "{name}: names between backticks");
    }
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let folder = docs().join(&page.path).parent().unwrap().to_owned();
        assert!(page.broken().is_empty(), "{}: no definition of {:?}", page.path, page.broken());
        for link in page.links() {
            if link.starts_with("https://") || link.starts_with("http://127.0.0.1") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { docs().join(&page.path) } else { folder.join(file) };
            assert!(target.is_file(), "{}: {link}", page.path);
            if !anchor.is_empty() {
                let there = Page::new(file, fs::read_to_string(target).unwrap()).anchors();
                assert!(there.contains(anchor), "{}: {link}; there are {there:?}", page.path);
            }
        }
    }
}

#[test]
fn the_contents_have_every_page_and_the_modules_too() {
    let modules = fs::read_to_string(docs().join("rustdoc.rs")).unwrap();
    let modules = modules.split("$then!($($told)* ").nth(1).unwrap().split(");").next().unwrap();
    let modules: Vec<_> = modules.split_whitespace().map(|page| format!("{page}.md")).collect();
    for language in LANGUAGES {
        let summary = fs::read_to_string(docs().join(language).join("SUMMARY.md")).unwrap();
        let listed = Page::new("SUMMARY.md", summary).links();
        let mut there = files(language);
        there.remove("SUMMARY.md");
        assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), there, "{language}");
        assert_eq!(listed.len(), there.len(), "{language}: one twice");
        assert_eq!(modules, listed[1..], "{language}: rustdoc.rs, and the order");
    }
}

#[test]
fn commands_and_features_exist() {
    let root = docs().parent().unwrap().to_owned();
    for page in pages() {
        // Those of other folders are run by the tests there.
        let files = page.marked().into_iter().map(|file| file.starts_with("../"));
        let blocks = page.blocks().into_iter().zip(files).filter(|((info, _), elsewhere)| info == "sh" && !elsewhere);
        let lines: Vec<_> =
            blocks.flat_map(|((_, text), _)| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        let spans = page.spans().into_iter().filter(|span| span.starts_with("wxpay ") || span.starts_with("cargo "));
        for line in lines.into_iter().chain(spans) {
            commands::check(&root, &line).unwrap_or_else(|why| panic!("{}: {line}: {why}", page.path));
        }
    }
}

/// Methods of others that pages name: of std and tokio, and of the page inside WeChat.
const OTHERS: [&str; 3] = ["invoke", "is_some_and", "spawn"];

/// What pages call in passing is there; the names of other SDKs, in the first column of their tables, are not ours.
#[test]
fn methods_named_in_a_sentence_exist() {
    let declared = declared(&docs().parent().unwrap().join("src"));
    let mut known = 0;
    for page in pages() {
        for name in page.methods() {
            let terminal = name.trim_end_matches("_async");
            let is_terminal = ["get", "post", "put", "patch", "delete", "send"].contains(&terminal);
            let is_known = declared.contains(&name) || is_terminal || OTHERS.contains(&name.as_str());
            assert!(is_known, "{}: no method `{name}`", page.path);
            known += 1;
        }
    }
    assert!(known > 100, "{known}");
}

/// The functions that the crate declares for everybody.
fn declared(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(declared(&path));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let names = text.lines().filter_map(|line| {
            let line = line.trim_start().strip_prefix("pub ")?;
            line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")
        });
        found.extend(names.filter_map(|rest| rest.split(['(', '<']).next()).map(str::to_owned));
    }
    found
}
