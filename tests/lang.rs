//! Every sentence an error can say has its Chinese, and every Chinese text has a sentence that is said.
//!
//! What `src/` says is read as `rooms.rs` reads it: all string literals outside of tests, comments, attributes, `expect` and the macros
//! whose texts are no errors. The tables are `src/error/lang/texts/`.

#[allow(dead_code, reason = "the plan of the rooms, of which the reader needs a little")]
#[path = "rooms/house.rs"]
mod house;
#[path = "rooms/paths.rs"]
mod paths;
#[allow(dead_code, reason = "the reader of the rooms, of which literals are all that is read here")]
#[path = "rooms/source.rs"]
mod source;
#[path = "rooms/tokens.rs"]
mod tokens;
#[path = "rooms/units.rs"]
mod units;

#[path = "lang/literals.rs"]
mod literals;
#[path = "lang/others.rs"]
mod others;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use literals::{Said, holes_emptied, said, unescaped, words};
use others::OTHERS;
use source::Tree;

/// What is no part of the errors that are translated: the tables themselves, and the stand-in gateway, whose texts tests read.
const APART: [&str; 2] = ["error/lang/", "mock/"];

static TREE: LazyLock<Tree> =
    LazyLock::new(|| Tree::new(&source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))));

static SAID: LazyLock<Vec<Said>> = LazyLock::new(|| {
    let files = TREE.rust().filter(|file| !APART.iter().any(|apart| file.path.starts_with(apart)));
    files.flat_map(|file| said(&file.path, &file.code)).collect()
});

/// The pairs of the tables by the names of their files.
static TABLES: LazyLock<BTreeMap<String, Vec<(String, String)>>> = LazyLock::new(|| {
    let texts = |file: &source::File| -> Vec<(String, String)> {
        let literals: Vec<_> = file.code.iter().filter(|token| token.kind == tokens::Kind::Text).collect();
        literals.chunks_exact(2).map(|pair| (unescaped(&pair[0].text), unescaped(&pair[1].text))).collect()
    };
    let tables = TREE.rust().filter_map(|file| Some((file.path.strip_prefix("error/lang/texts/")?, file)));
    tables.map(|(name, file)| (name.to_owned(), texts(file))).filter(|(_, pairs)| !pairs.is_empty()).collect()
});

/// The tables of what stands in the sources as it is, without what joins texts and what libraries say.
fn own() -> impl Iterator<Item = &'static (String, String)> {
    TABLES.iter().filter(|(name, _)| !matches!(name.as_str(), "joints.rs" | "foreign.rs")).flat_map(|(_, pairs)| pairs)
}

fn joints() -> &'static [(String, String)] {
    &TABLES["joints.rs"]
}

#[track_caller]
fn nothing_of(wrong: &BTreeSet<String>) {
    assert!(wrong.is_empty(), "{} faults:\n{}\n", wrong.len(), wrong.iter().cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_tables_are_read() {
    assert_eq!(TABLES.len(), 11, "{:?}", TABLES.keys());
    assert!(own().count() > 500 && SAID.len() > 1500, "{} {}", own().count(), SAID.len());
}

#[test]
fn whatever_reads_like_words_has_its_chinese() {
    let known: BTreeSet<_> = own().map(|(english, _)| english.as_str()).collect();
    let joined = |text: &str| joints().iter().any(|(english, _)| english.contains(&*holes_emptied(text)));
    let is_other = |said: &Said| OTHERS.iter().any(|other| other.is(said));
    let missing = SAID.iter().filter(|said| said.reads_like_words() && !known.contains(&*said.text));
    let missing = missing.filter(|said| !joined(&said.text) && !is_other(said));
    nothing_of(&missing.map(|said| format!("{}:{}: {}", said.path, said.line, said.text)).collect());
}

#[test]
fn no_table_has_what_nobody_says() {
    let said: BTreeSet<_> = SAID.iter().map(|said| said.text.as_str()).collect();
    let mut stale: BTreeSet<_> =
        own().filter(|(english, _)| !said.contains(&**english)).map(|(english, _)| english.clone()).collect();
    let is_said = |words: &str| SAID.iter().any(|said| said.text.contains(words));
    stale.extend(joints().iter().flat_map(|(english, _)| words(english)).filter(|words| !is_said(words)));
    nothing_of(&stale);
}

#[test]
fn what_is_no_message_is_still_there() {
    let gone = OTHERS.iter().filter(|other| !SAID.iter().any(|said| said.reads_like_words() && other.is(said)));
    nothing_of(&gone.map(|other| format!("{}: {}", other.path, other.text)).collect());
}

#[test]
fn who_says_nothing_of_ours_makes_no_errors() {
    let whole: BTreeSet<_> = OTHERS.iter().filter(|other| other.is_whole()).map(|other| other.path).collect();
    let names_errors = |name: &&source::Named| name.is_inside() && name.path.get(1).is_some_and(|room| room == "error");
    let makers = TREE.names.iter().filter(names_errors).map(|name| &*TREE.files[name.file].path);
    nothing_of(&makers.filter(|path| whole.contains(path)).map(str::to_owned).collect());
}

#[test]
fn chinese_is_chinese() {
    let is_chinese = |c| matches!(c, '\u{3400}'..='\u{9fff}' | '，' | '。' | '：' | '；' | '、' | '（' | '）');
    let all = own().chain(joints()).chain(&TABLES["foreign.rs"]);
    let is_the_same = |english: &str, chinese: &str| holes_emptied(english) == holes_emptied(chinese).trim_start();
    let wrong = all.filter(|(english, chinese)| !chinese.contains(is_chinese) && !is_the_same(english, chinese));
    nothing_of(&wrong.map(|(english, chinese)| format!("{english} -> {chinese}")).collect());
}
