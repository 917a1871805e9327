//! Both READMEs: what they show is what a reader of Markdown sees, they name the same things, and every link leads somewhere.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// A fenced block: its info string and its lines.
type Block = (String, Vec<String>);

/// The blocks of a Markdown file, and its text without them.
fn parts(markdown: &str) -> (Vec<Block>, String) {
    let (mut blocks, mut text, mut open) = (Vec::new(), String::new(), None::<Block>);
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), Vec::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, lines))) => lines.push(line.to_owned()),
            (None, None) => text.extend([line, "\n"]),
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    (blocks, text)
}

fn is_rust(info: &str) -> bool {
    info == "rs" || info.split(',').next() == Some("rust")
}

/// A line of code without its comment and what its texts say.
fn bare(line: &str) -> String {
    let mut line = line.to_owned();
    // Of Rust, and of a shell.
    if let Some(start) = line.find("/* ").or_else(|| line.find(" # ")) {
        line.truncate(start);
    }
    if let Some(start) = line.find("// ").filter(|at| !line[..*at].ends_with(':')) {
        line.truncate(start);
    }
    let mut inside = false;
    let kept = line.trim().chars().filter(|letter| {
        inside ^= *letter == '"';
        *letter == '"' || !inside || letter.is_ascii()
    });
    kept.collect()
}

/// Every name in the code of a text: of its blocks but for comments, and between backticks.
fn names(markdown: &str) -> BTreeSet<String> {
    let (blocks, text) = parts(markdown);
    let code: Vec<_> =
        blocks.into_iter().flat_map(|(_, lines)| lines).map(|line| bare(&line)).chain(spans(&text)).collect();
    let words = code.iter().flat_map(|code| code.split(|letter: char| !letter.is_alphanumeric() && letter != '_'));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn spans(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The public names of the crate: of items, methods and variants.
fn public() -> HashSet<String> {
    let mut files = vec![root().join("src")];
    let mut found = HashSet::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(path).unwrap();
            found.extend(text.lines().filter_map(declared).map(str::to_owned));
        }
    }
    // The terminals are made by a macro, features and variables are no items.
    found.extend(
        ["get", "post", "put", "patch", "delete"].iter().flat_map(|verb| [(*verb).to_owned(), format!("{verb}_async")]),
    );
    found.extend(["chain", "json"].map(str::to_owned));
    found
}

/// The name that a line declares for everybody.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("macro_rules! "))?;
    let line = line.strip_prefix("async ").unwrap_or(line);
    let line = ["fn ", "struct ", "enum ", "trait ", "type ", "mod "]
        .iter()
        .find_map(|kind| line.strip_prefix(kind))
        .unwrap_or(line);
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().filter(|name| !name.is_empty())
}

#[test]
fn no_line_is_meant_for_rustdoc_alone() {
    for name in READMES {
        for (info, lines) in parts(&read(name)).0.iter().filter(|(info, _)| is_rust(info)) {
            let hidden: Vec<_> = lines.iter().filter(|line| line.starts_with("# ") || *line == "#").collect();
            assert!(hidden.is_empty(), "{name}: a reader sees {hidden:?}");
            let long: Vec<_> = lines.iter().filter(|line| line.chars().count() > 90).collect();
            assert!(long.is_empty(), "{name}: wider than its column: {long:?} ({info})");
        }
    }
    // The crate's own page is read in the column of docs.rs.
    let lib = read("src/lib.rs").replace("#![cfg_attr(feature = \"mock\", doc = \"```\")]\n", "//! ```\n");
    let lib: Vec<_> = lib.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim_start).collect();
    let (examples, _) = parts(&lib.join("\n"));
    let lines: Vec<_> = examples.iter().flat_map(|(_, lines)| lines).filter(|line| !line.starts_with("# ")).collect();
    let long: Vec<_> = lines.iter().filter(|line| line.chars().count() > 80).collect();
    assert!(examples.len() == 3 && lines.len() > 15 && long.is_empty(), "{long:?}");
}

#[test]
fn every_example_is_compiled() {
    for name in READMES {
        let (blocks, _) = parts(&read(name));
        let rust: Vec<_> = blocks.iter().filter(|(info, _)| info.starts_with("rust")).collect();
        assert!(rust.len() >= 3, "{name}: {}", rust.len());
        assert!(rust.iter().all(|(info, _)| matches!(info.as_str(), "rust" | "rust,no_run")), "{name}: one is not");
        // The handler needs axum: it is a piece of the shop, which is compiled and tested.
        let shop = read("examples/shop/src/web/notify.rs");
        let shop: HashSet<_> = shop.lines().map(bare).collect();
        let [(_, handler)] = &blocks.iter().filter(|(info, _)| info == "rs").collect::<Vec<_>>()[..] else {
            panic!("{name}: more than the shop's handler is not compiled")
        };
        let ours: Vec<_> = handler.iter().filter(|line| !line.contains("eprintln!")).map(|line| bare(line)).collect();
        let missing: Vec<_> = ours.iter().filter(|line| !line.is_empty() && !shop.contains(*line)).collect();
        assert!(missing.is_empty(), "{name}: the shop has no {missing:?}");
    }
}

#[test]
fn both_show_the_same_code() {
    let [english, chinese] = READMES.map(|name| {
        let (blocks, _) = parts(&read(name));
        let code =
            |lines: &[String]| lines.iter().map(|line| bare(line)).filter(|line| !line.is_empty()).collect::<Vec<_>>();
        blocks
            .iter()
            .filter(|(info, _)| is_rust(info))
            .map(|(info, lines)| (info.clone(), code(lines)))
            .collect::<Vec<_>>()
    });
    assert_eq!(english.len(), chinese.len());
    for (english, mut chinese) in english.into_iter().zip(chinese) {
        for (line, other) in english.1.iter().zip(&mut chinese.1) {
            if line.starts_with("eprintln!(\"") && other.starts_with("eprintln!(\"") {
                other.clone_from(line);
            }
        }
        assert_eq!(english, chinese);
    }
}

#[test]
fn both_name_the_same_items() {
    let public = public();
    assert!(public.len() > 150 && public.contains("CertificateDirectory") && public.contains("outcome_unknown"));
    let [english, chinese] =
        READMES.map(|name| names(&read(name)).into_iter().filter(|word| public.contains(word)).collect());
    let difference =
        |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>();
    assert_eq!(difference(&english, &chinese), Vec::<String>::new(), "the Chinese README does not name");
    assert_eq!(difference(&chinese, &english), Vec::<String>::new(), "the English README does not name");
    for name in ["auto_certificates", "outcome_unknown", "post_async", "Lang"] {
        assert!(english.contains(name), "{name}");
    }
}

#[test]
fn the_table_of_features_is_that_of_the_manifest() {
    let manifest = read("Cargo.toml");
    let features = manifest.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let features: BTreeSet<_> = features
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .filter(|name| !name.starts_with(['#', '_']) && *name != "default")
        .map(str::to_owned)
        .collect();
    for name in READMES.into_iter().chain(["src/lib.rs"]) {
        let rows = read(name);
        let rows = rows.lines().map(|line| line.trim_start_matches("//! "));
        let listed = rows.filter(|line| line.starts_with("| `")).filter_map(|line| line.split('`').nth(1));
        let listed: BTreeSet<_> = listed.filter(|word| !word.contains([' ', '$', '…'])).map(str::to_owned).collect();
        assert_eq!(listed, features, "{name}");
    }
}

/// What GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

#[test]
fn every_link_leads_somewhere_and_the_contents_are_complete() {
    for name in READMES {
        let (_, text) = parts(&read(name));
        let anchors: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect();
        let links: Vec<_> = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        let listed: Vec<_> = links.iter().filter_map(|link| link.strip_prefix('#')).collect();
        // Installing and the features come before the contents, and are not in them.
        assert_eq!(listed, anchors[2..], "{name}");
        for link in links.iter().filter(|link| !link.starts_with(['#'])) {
            assert!(link.starts_with("https://") || PathBuf::from(root()).join(link).exists(), "{name}: {link}");
        }
        let first = text.lines().position(|line| line.starts_with("## ")).unwrap();
        let all = read(name);
        let add = all.lines().position(|line| line == "cargo add wechatpay-chain").unwrap();
        assert!(add < 15 && first < 20, "{name}: how to add it, and what there is, stand first");
    }
}
