//! The paths: their templates, the tree of their segments, the verbs of each.

use std::collections::BTreeMap;

use super::File;
use super::bytes::{Bytes, place};
use crate::json::Json;

/// The verbs by their numbers.
const VERBS: [&str; 5] = ["DELETE", "GET", "PATCH", "POST", "PUT"];

/// What the tree has for a variable instead of the length of a literal.
const VARIABLE: usize = 255;

/// Packs the paths of `operations`, which are sorted by path, then verb.
pub(crate) fn pack(name: &str, operations: &[Json]) -> Result<Vec<File>, String> {
    let mut templates: Vec<&str> = Vec::new();
    let (mut firsts, mut verbs, mut aliases) = (Vec::new(), Bytes::default(), Bytes::default());
    let mut tree = Node::default();
    for (number, operation) in operations.iter().enumerate() {
        let path = operation.text("path").ok_or("an operation without path")?;
        let method = operation.text("method").ok_or("an operation without method")?;
        verbs.u8(VERBS.iter().position(|verb| *verb == method).ok_or_else(|| format!("unknown verb {method}"))?)?;
        let alias = operation.get("alias_of").is_some();
        if templates.last() != Some(&path) {
            templates.push(path);
            firsts.push(number);
            if alias {
                aliases.u16(templates.len() - 1)?;
            } else {
                tree.insert(path, templates.len() - 1)?;
            }
        } else if alias {
            return Err(format!("{path}: one verb of a path is an alias and another is not"));
        }
    }
    firsts.push(operations.len());
    let text = texts(&templates);
    let files = [
        ("txt", text.clone().into_bytes()),
        ("nodes", nodes(&tree, &text)?.0),
        ("templates", records(&templates, &firsts, &text)?.0),
        ("verbs", verbs.0),
        ("aliases", aliases.0),
    ];
    Ok(files.into_iter().map(|(ending, bytes)| (format!("{name}.{ending}"), bytes)).collect())
}

/// All templates in one text; one that lies within another needs no room.
fn texts(templates: &[&str]) -> String {
    let mut longest_first = templates.to_vec();
    longest_first.sort_by_key(|template| (std::cmp::Reverse(template.len()), *template));
    let mut text = String::new();
    for template in longest_first {
        place(&mut text, template);
    }
    text
}

fn records(templates: &[&str], firsts: &[usize], text: &str) -> Result<Bytes, String> {
    let mut bytes = Bytes::default();
    for (template, first) in templates.iter().chain([&""]).zip(firsts) {
        bytes.u24(text.find(template).ok_or("a template is not in the text")?)?;
        bytes.u8(template.len())?;
        bytes.u16(*first)?;
    }
    Ok(bytes)
}

/// A segment of the tree.
#[derive(Default)]
struct Node {
    /// By length, then by text: most comparisons end with the length.
    literals: BTreeMap<(usize, String), Node>,
    variable: Option<Box<Node>>,
    template: Option<usize>,
}

impl Node {
    fn insert(&mut self, path: &str, template: usize) -> Result<(), String> {
        let mut here = self;
        for segment in path.split('/') {
            here = match segment.starts_with('{') {
                true => here.variable.get_or_insert_default(),
                false => here.literals.entry((segment.len(), segment.to_owned())).or_default(),
            };
        }
        match here.template.replace(template) {
            None => Ok(()),
            Some(_) => Err(format!("{path} stands beside another template that fits the same: say alias_of")),
        }
    }
}

/// The tree level by level, so that the children of a node lie side by side.
fn nodes(tree: &Node, text: &str) -> Result<Bytes, String> {
    let mut bytes = Bytes::default();
    let mut level: Vec<(Option<&str>, &Node)> = vec![(Some(""), tree)];
    let mut next = 1;
    while !level.is_empty() {
        let mut below = Vec::new();
        for (label, node) in level {
            let children = node.literals.len() + usize::from(node.variable.is_some());
            bytes.u24(label.map_or(Some(0), |label| text.find(label)).ok_or("a segment is not in the text")?)?;
            bytes.u8(label.map_or(VARIABLE, str::len))?;
            bytes.u16(next)?;
            bytes.u8(children)?;
            bytes.u16(node.template.map_or(0, |template| template + 1))?;
            next += children;
            below.extend(node.literals.iter().map(|((_, label), child)| (Some(label.as_str()), child)));
            below.extend(node.variable.iter().map(|child| (None, &**child)));
        }
        level = below;
    }
    Ok(bytes)
}
