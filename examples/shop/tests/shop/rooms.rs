//! The rooms of `src/`: each imports only from those before it, and every file can be read in one sitting.

use std::fs;
use std::path::{Path, PathBuf};

/// From the lowest to the highest; files at the top stand where they belong.
const RANKS: [&[&str]; 6] =
    [&["error", "model"], &["settings", "store"], &["shop"], &["pay"], &["notices", "jobs"], &["web"]];

fn rank(room: &str) -> Option<usize> {
    RANKS.iter().position(|rooms| rooms.contains(&room))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

#[test]
fn imports_go_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut imports) = (Vec::new(), 0);
    files(&source, &mut found);
    for file in found {
        let relative = file.strip_prefix(&source).unwrap();
        let room = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.lines().count() <= 350, "{}", relative.display());
        // The two that see everything.
        let Some(own) = rank(room) else {
            assert!(["lib", "main"].contains(&room), "{room} has no rank");
            continue;
        };
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("use crate::")) {
            let other = line.split("::").next().unwrap().trim_end_matches(';');
            let theirs = rank(other).unwrap_or_else(|| panic!("{other} has no rank"));
            assert!(theirs < own || other == room || (own == 0 && other == "error"), "{}: {line}", relative.display());
            imports += 1;
        }
        if relative.ends_with("mod.rs") {
            let is_code = |line: &&str| line.contains("fn ") || line.contains("struct ") || line.contains("impl ");
            assert_eq!(text.lines().find(is_code), None, "{} has logic", relative.display());
        }
    }
    assert!(imports > 60, "{imports}");
}

/// What stands between back-ticks and is a path of this folder.
fn paths(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let mut paths: Vec<_> =
        quoted.filter(|text| ["src/", "tests/", "templates/"].iter().any(|folder| text.starts_with(folder))).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

#[test]
fn both_readmes_name_the_same_files_and_those_are_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [english, chinese] =
        ["README.md", "README.zh-CN.md"].map(|name| fs::read_to_string(folder.join(name)).unwrap());
    assert_eq!(paths(&english), paths(&chinese));
    assert!(paths(&english).len() > 25, "{:?}", paths(&english));
    let gone: Vec<_> = paths(&english).into_iter().filter(|path| !folder.join(path).exists()).collect();
    assert_eq!(gone, [""; 0]);
    // Each setting that the program reads is explained.
    let settings = fs::read_to_string(folder.join("src/settings.rs")).unwrap();
    let code = settings.split("#[cfg(test)]").next().unwrap();
    for name in code.split("given(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(english.contains(name) && chinese.contains(name), "{name}");
    }
}
