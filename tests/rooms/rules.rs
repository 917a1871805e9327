//! The rules of the house. Each lists all that breaks it, one a line; nothing listed means that it is kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::circles;
use crate::house::{
    FRONT_DOOR, HOMES, IMPURE, MOST_LINES, MOST_MODULES, MOST_TRANSPORT, PROOF, PROVERS, PURE, ROOMS, UNSAID, is_room,
    room,
};
use crate::paths::How;
use crate::source::{File, Named, Tree};
use crate::tokens::{Kind, Token, closing, is};

/// The room that a path of this crate leads to.
fn room_of(name: &Named) -> Option<(&'static str, u8)> {
    room(&format!("{}/", name.path[1..].join("/")))
}

fn told(room: Option<(&str, u8)>) -> String {
    room.map_or_else(|| "no room".into(), |(room, rank)| format!("room {}, rank {rank}", room.trim_end_matches('/')))
}

fn spot(file: &File, name: &Named) -> String {
    format!("{}:{}: imports {}", file.path, name.line, name.path.join("::"))
}

/// Whether an import leads to the front door and not to a module.
fn is_by_front_door(tree: &Tree, name: &Named) -> bool {
    !name.path.get(1).is_some_and(|first| is_room(first)) && tree.target(&name.path).is_none()
}

/// Every import goes to the same room or to a room of lower rank.
pub(crate) fn ranks(tree: &Tree) -> Vec<String> {
    let wrong = |(file, name): (&File, &Named)| {
        let (from, to) = (room(&file.path)?, room_of(name));
        let right = is_by_front_door(tree, name) || to.is_some_and(|to| from.0 == to.0 || from.1 > to.1);
        (!right).then(|| format!("{} ({} → {})", spot(file, name), told(Some(from)), told(to)))
    };
    tree.imports().filter_map(wrong).collect()
}

/// Inside of the house nobody goes through the front door.
pub(crate) fn front_door(tree: &Tree) -> Vec<String> {
    let through = tree.imports().filter(|(_, name)| is_by_front_door(tree, name));
    through.map(|(file, name)| format!("{}: imports through the front door", spot(file, name))).collect()
}

/// No file leads back to itself through the files it imports.
pub(crate) fn no_circles(tree: &Tree) -> Vec<String> {
    let mut evidence = BTreeMap::new();
    for (file, name) in tree.imports() {
        if let Some(target) = tree.target(&name.path).filter(|target| *target != name.file) {
            let said = || format!("    {} → {}", spot(file, name), tree.files[target].path);
            evidence.entry((name.file, target)).or_insert_with(said);
        }
    }
    let mut edges = vec![Vec::new(); tree.files.len()];
    for (from, to) in evidence.keys() {
        edges[*from].push(*to);
    }
    let describe = |circle: Vec<usize>| {
        let names: BTreeSet<_> = circle.iter().map(|file| tree.files[*file].path.as_str()).collect();
        let list: Vec<_> = names.iter().copied().collect();
        let lines = evidence.iter().filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
        let lines: Vec<_> = lines.map(|(_, line)| line.as_str()).collect();
        format!("a circle of {} files: {}\n{}", names.len(), list.join(", "), lines.join("\n"))
    };
    circles(&edges).into_iter().map(describe).collect()
}

/// A room shows its own things only.
pub(crate) fn no_foreign_exports(tree: &Tree) -> Vec<String> {
    let foreign = |(file, name): &(&File, &Named)| {
        let (from, to) = (room(&file.path), room_of(name));
        name.how == How::PubUse && from.is_some_and(|from| to.is_none_or(|to| from.0 != to.0))
    };
    let said = |(file, name): (&File, &Named)| format!("{}: shows another room's item as its own", spot(file, name));
    tree.imports().filter(foreign).map(said).collect()
}

/// The top level is the front door and the rooms, and the front door opens into rooms only.
pub(crate) fn top_level(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in &tree.files {
        match file.path.split_once('/') {
            Some((folder, _)) if !is_room(folder) => wrong.push(format!("{folder}/: is no room")),
            None if file.path != FRONT_DOOR => wrong.push(format!("{}: belongs into a room", file.path)),
            _ => (),
        }
    }
    for file in tree.rust().filter(|file| file.path == FRONT_DOOR) {
        let modules: Vec<_> = file.tokens.windows(2).filter(|pair| pair[0].is("mod") && pair[1].is_word()).collect();
        if modules.len() > MOST_MODULES {
            wrong.push(format!("{FRONT_DOOR}: declares {} modules, {MOST_MODULES} at most", modules.len()));
        }
        for module in modules.iter().filter(|pair| !is_room(&pair[1].text)) {
            wrong.push(format!("{FRONT_DOOR}:{}: mod {} is no room", module[0].line, module[1].text));
        }
    }
    wrong
}

/// Each folder has a `mod.rs`, which says what the folder is for, names its parts, and holds nothing else.
pub(crate) fn doors(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    let folders: BTreeSet<_> = tree.rust().filter_map(|file| Some(file.path.rsplit_once('/')?.0)).collect();
    for folder in folders {
        match tree.files.iter().find(|file| file.path.strip_prefix(folder) == Some("/mod.rs")) {
            None => wrong.push(format!("{folder}/: has no mod.rs")),
            Some(door) => {
                if !door.text.starts_with("//! ") {
                    wrong.push(format!("{}:1: does not begin with `//! `", door.path));
                }
                wrong.extend(
                    logic(&door.tokens).map(|token| {
                        format!("{}:{}: `{}` is more than a door holds", door.path, token.line, token.text)
                    }),
                );
            }
        }
    }
    wrong
}

/// The first token that is no attribute, no `mod name;` and no `use …;`.
fn logic(tokens: &[Token]) -> Option<&Token> {
    let mut at = 0;
    while at < tokens.len() {
        let bang = usize::from(is(tokens, at + 1, "!"));
        if is(tokens, at, "#") && is(tokens, at + 1 + bang, "[") {
            at = closing(tokens, at + 1 + bang) + 1;
        } else if is(tokens, at, "pub") {
            at = if is(tokens, at + 1, "(") { closing(tokens, at + 1) + 1 } else { at + 1 };
        } else if is(tokens, at, "mod") && is(tokens, at + 2, ";") {
            at += 3;
        } else if is(tokens, at, "use") {
            at = (at..tokens.len()).find(|at| is(tokens, *at, ";"))? + 1;
        } else {
            return Some(&tokens[at]);
        }
    }
    None
}

/// An outside crate is named in its home only.
pub(crate) fn homes(tree: &Tree) -> Vec<String> {
    let away = |name: &Named| {
        let file = &tree.files[name.file];
        let (outside, homes) = HOMES.iter().find(|(outside, _)| *outside == name.path[0])?;
        let at_home = !name.import || homes.iter().any(|home| file.path.starts_with(home));
        let path = name.path.join("::");
        (!at_home).then(|| format!("{}:{}: names {path}; the home of {outside} is {homes:?}", file.path, name.line))
    };
    tree.names.iter().filter_map(away).collect()
}

/// The pure files name nothing impure.
pub(crate) fn pure(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in &tree.names {
        let file = &tree.files[name.file];
        if !PURE.iter().any(|pure| file.path.starts_with(pure)) {
            continue;
        }
        for impure in IMPURE {
            let segments: Vec<_> = impure.split("::").collect();
            if name.path.windows(segments.len()).any(|part| part == segments) {
                let path = name.path.join("::");
                wrong.push(format!("{}:{}: names {path}; {impure} is impure", file.path, name.line));
            }
        }
    }
    wrong
}

/// The calls of the function that says an answer is genuine, whatever its type is called there.
pub(crate) fn proofs(tree: &Tree) -> impl Iterator<Item = (&File, usize)> {
    let called = PROOF.rsplit("::").next().unwrap();
    let calls = |file: &File| {
        let pairs = file.code.windows(2).filter(|pair| pair[0].is("::") && pair[1].is(called));
        pairs.map(|pair| pair[1].line).collect::<Vec<_>>()
    };
    tree.files.iter().flat_map(move |file| calls(file).into_iter().map(move |line| (file, line)))
}

/// Only who has checked an answer says that it is genuine.
pub(crate) fn proof(tree: &Tree) -> Vec<String> {
    let elsewhere = proofs(tree).filter(|(file, _)| !PROVERS.contains(&file.path.as_str()));
    elsewhere.map(|(file, line)| format!("{}:{line}: calls {PROOF}, as only {PROVERS:?} may", file.path)).collect()
}

/// A file is short and says what it is for.
pub(crate) fn readable(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{}: has {lines} lines, {MOST_LINES} at most", file.path));
        }
        if !file.text.starts_with("//! ") {
            wrong.push(format!("{}:1: does not begin with `//! `", file.path));
        }
    }
    wrong
}

/// Nothing asks which protocol it is.
pub(crate) fn unsaid(tree: &Tree) -> Vec<String> {
    let said = |file: &File| {
        let tokens = file.code.iter().filter(|token| token.is(UNSAID));
        tokens.map(|token| format!("{}:{}: names {UNSAID}", file.path, token.line)).collect::<Vec<_>>()
    };
    tree.files.iter().flat_map(said).collect()
}

/// The question whether there is a transport is asked in few places. Here unit tests count too.
pub(crate) fn few_conditions(tree: &Tree) -> Vec<String> {
    let asks = |three: &&[Token]| {
        three[0].is("feature") && three[1].is("=") && three[2].kind == Kind::Text && three[2].text == "_transport"
    };
    let counts = tree.rust().map(|file| (file.tokens.windows(3).filter(asks).count(), &file.path));
    let counts: Vec<_> = counts.filter(|(count, _)| *count > 0).collect();
    let sum: usize = counts.iter().map(|(count, _)| count).sum();
    let lines: Vec<_> = counts.iter().map(|(count, path)| format!("\n    {path}: {count}")).collect();
    let told = || format!("`feature = \"_transport\"` stands {sum} times, {MOST_TRANSPORT} at most{}", lines.concat());
    (sum > MOST_TRANSPORT).then(told).into_iter().collect()
}

/// The brackets of every file pair up, with its unit tests and without them. Otherwise this test has misread the file.
pub(crate) fn understood(tree: &Tree) -> Vec<String> {
    let misread = tree.rust().filter(|file| !pairs_up(&file.tokens) || !pairs_up(&file.code));
    misread.map(|file| format!("{}: its brackets do not pair up", file.path)).collect()
}

fn pairs_up(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    let right = tokens.iter().filter(|token| token.kind == Kind::Mark).all(|token| match token.text.as_str() {
        "(" | "[" | "{" => {
            open.push(token.text.as_str());
            true
        }
        ")" => open.pop() == Some("("),
        "]" => open.pop() == Some("["),
        "}" => open.pop() == Some("{"),
        _ => true,
    });
    right && open.is_empty()
}

/// The plan of the house names nothing that is not there.
pub(crate) fn plan(tree: &Tree) -> Vec<String> {
    let homes = HOMES.iter().flat_map(|(_, homes)| *homes);
    let planned = ROOMS.iter().map(|(room, _)| room).chain(homes).chain(PURE).chain(PROVERS);
    let planned: BTreeSet<_> =
        planned.filter(|path| !tree.files.iter().any(|file| file.path.starts_with(**path))).collect();
    let mut missing: Vec<_> =
        planned.into_iter().map(|path| format!("{path}: is in the plan, but not there")).collect();
    for (outside, _) in HOMES.iter().filter(|(outside, _)| !tree.names.iter().any(|name| name.path[0] == **outside)) {
        missing.push(format!("{outside}: has a home, but nobody names it"));
    }
    if proofs(tree).next().is_none() {
        missing.push(format!("{PROOF}: nobody calls it"));
    }
    missing
}
