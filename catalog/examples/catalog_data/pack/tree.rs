//! The tree of segments for `path!`, as Rust source: the compiler interprets it, so that a segment is one number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::json::Json;

/// The greatest prime below 2^56: a hash times 256 still fits 64 bits.
const MODULUS: u64 = (1 << 56) - 5;

/// Greater than every hash, so that it stands last among its siblings.
const VARIABLE: u64 = u64::MAX;

#[derive(Default)]
struct Node {
    children: BTreeMap<u64, (String, Node)>,
    ends: bool,
}

/// Writes the tree; two siblings with the same hash are an error.
pub(crate) fn source(operations: &[Json]) -> Result<String, String> {
    let (mut root, mut deepest) = (Node::default(), 0);
    for path in operations.iter().filter_map(|operation| operation.text("path")) {
        let mut here = &mut root;
        for segment in path.split('/') {
            let (hash, label) = match segment.starts_with('{') {
                true => (VARIABLE, ""),
                false => (hash(segment), segment),
            };
            let (known, child) = here.children.entry(hash).or_insert_with(|| (label.to_owned(), Node::default()));
            if known != label {
                return Err(format!("{known} and {label} have the same hash"));
            }
            here = child;
        }
        here.ends = true;
        deepest = deepest.max(path.split('/').count());
    }
    Ok(write(&root, deepest))
}

/// A segment as a number, highest letter first, by the modulus.
fn hash(segment: &str) -> u64 {
    segment.bytes().fold(0, |hash, letter| (hash * 256 + u64::from(letter)) % MODULUS)
}

fn write(root: &Node, deepest: usize) -> String {
    let (mut hashes, mut children, mut ends) = (vec![0], Vec::new(), Vec::new());
    let (mut level, mut next) = (vec![root], 1);
    while !level.is_empty() {
        let mut below = Vec::new();
        for node in level {
            children.push(next);
            ends.push(node.ends);
            next += node.children.len();
            hashes.extend(node.children.keys().copied());
            below.extend(node.children.values().map(|(_, child)| child));
        }
        level = below;
    }
    children.push(next);
    let mut text = String::from("// Written by `cargo run --example catalog_data -- pack`.\n\n");
    let constants = [
        ("MODULUS", "u64", MODULUS.to_string()),
        ("VARIABLE", "u64", VARIABLE.to_string()),
        ("HK", "u64", hash("hk").to_string()),
        ("GLOBAL", "u64", hash("global").to_string()),
        // One more for the prefix of a host.
        ("DEEPEST", "usize", (deepest + 2).to_string()),
        ("HASHES", "&[u64]", format!("&{hashes:?}")),
        ("CHILDREN", "&[u16]", format!("&{children:?}")),
        ("ENDS", "&[bool]", format!("&{ends:?}")),
    ];
    for (name, kind, value) in constants {
        let _ = writeln!(text, "pub(crate) const {name}: {kind} = {value};");
    }
    text
}
