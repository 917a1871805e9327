//! Every text in both languages.

use std::collections::{BTreeMap, BTreeSet};

use super::support::files;

/// The table, read from what stands between the braces of its parts; no key stands in two of them.
fn table() -> BTreeMap<String, [String; 2]> {
    let mut table = BTreeMap::new();
    for (name, text) in files().into_iter().filter(|(name, _)| name.starts_with("base/texts/")) {
        let json = &text[text.find('{').unwrap()..=text.rfind('}').unwrap()];
        let part: BTreeMap<String, [String; 2]> = serde_json::from_str(json).unwrap();
        for (key, texts) in part {
            assert!(table.insert(key.clone(), texts).is_none(), "{key} of {name} stands twice");
        }
    }
    table
}

/// Names in braces that are replaced.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// Texts in double quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

/// What follows a beginning that is a word of its own, up to an end.
fn after<'t>(text: &'t str, beginning: &str, end: &str) -> Vec<&'t str> {
    let in_word =
        |at: usize| text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '.');
    let starts =
        text.match_indices(beginning).filter(|(at, _)| !in_word(*at)).map(|(at, _)| &text[at + beginning.len()..]);
    starts.filter_map(|rest| rest.split_once(end)).map(|(name, _)| name).collect()
}

/// Keys that are asked for by name, and beginnings of keys whose rest is a word of the interface's.
fn used() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut keys, mut beginnings) = (BTreeSet::new(), BTreeSet::new());
    let known: BTreeSet<String> = table().keys().filter_map(|key| Some(key.split_once('.')?.0.to_owned())).collect();
    let mut scripts = files();
    scripts.retain(|(name, _)| !name.starts_with("base/texts") && !name.starts_with("css/"));
    for (_, text) in scripts {
        let text = text.as_str();
        for begun in ["t(\"", "section(\"", "done(\"", "data-t=\"", "data-t-label=\""] {
            keys.extend(after(text, begun, "\"").into_iter().map(str::to_owned));
        }
        keys.extend(after(text, "column(\"", "\"").into_iter().map(|name| format!("field.{name}")));
        let is_key = |text: &&str| {
            let plain = |part: &str| !part.is_empty() && !part.contains([' ', '/', ':']);
            text.split_once('.').is_some_and(|(first, rest)| known.contains(first) && plain(rest) && rest != "js")
        };
        keys.extend(quoted(text).into_iter().filter(is_key).map(str::to_owned));
        beginnings.extend(after(text, "word(\"", "\"").into_iter().map(|kind| format!("{kind}.")));
        for begun in ["t(`", "has(`"] {
            beginnings.extend(after(text, begun, "$").into_iter().map(str::to_owned));
        }
    }
    (keys, beginnings)
}

#[test]
fn every_text_is_there_in_both_languages() {
    let table = table();
    assert!(table.len() > 400, "{} texts", table.len());
    for (key, [chinese, english]) in &table {
        assert!(!chinese.trim().is_empty() && !english.trim().is_empty(), "{key}");
        assert_eq!(holes(chinese), holes(english), "{key}");
        let is_chinese = |text: &str| text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character));
        assert!(!is_chinese(english), "{key}: {english}");
        // Names of the interface are the same in every language.
        let is_name = chinese == english;
        assert!(is_chinese(chinese) || is_name, "{key}: {chinese}");
    }
}

#[test]
fn every_key_that_is_used_is_in_the_table() {
    let (table, (keys, beginnings)) = (table(), used());
    assert!(keys.len() > 150, "{} keys", keys.len());
    let missing: Vec<_> = keys.iter().filter(|key| !table.contains_key(*key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let empty: Vec<_> = beginnings.iter().filter(|begun| !table.keys().any(|key| key.starts_with(*begun))).collect();
    assert!(empty.is_empty(), "{empty:?}");
}

#[test]
fn no_text_is_left_over() {
    let (keys, beginnings) = used();
    let is_used = |key: &String| keys.contains(key) || beginnings.iter().any(|begun| key.starts_with(begun));
    let unused: Vec<_> = table().into_keys().filter(|key| !is_used(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
