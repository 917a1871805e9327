//! The tree of segments, and the templates with their verbs.
//!
//! | table | record |
//! |---|---|
//! | text | the templates; one may lie within another |
//! | nodes | label: offset 3, length 1 (255: a variable); first child 2; children 1; template + 1, or 0: 2 |
//! | templates | offset 3, length 1, first operation 2; one record more at the end |
//! | verbs | 1 for each operation |
//! | aliases | template 2 |
//!
//! Children lie side by side: literals by length, then text, and at last the variable.

use super::bytes::{u8_at, u16_at, u24_at};

/// The verbs by their numbers.
pub(crate) const VERBS: [&str; 5] = ["DELETE", "GET", "PATCH", "POST", "PUT"];

/// Any verb.
pub(crate) const ANY: usize = VERBS.len();

const NODE: usize = 9;
const TEMPLATE: usize = 6;
const VARIABLE: usize = 255;

/// The tables about one set of paths.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(crate) text: &'static str,
    pub(crate) nodes: &'static [u8],
    pub(crate) templates: &'static [u8],
    pub(crate) verbs: &'static [u8],
    pub(crate) aliases: &'static [u8],
}

/// A place in the tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node(pub(crate) usize);

/// The top of the tree, above the first segment.
pub(crate) const ROOT: Node = Node(0);

macro_rules! paths {
    ($name:literal) => {
        Paths {
            text: include_str!(concat!("../../packed/", $name, ".txt")),
            nodes: include_bytes!(concat!("../../packed/", $name, ".nodes")),
            templates: include_bytes!(concat!("../../packed/", $name, ".templates")),
            verbs: include_bytes!(concat!("../../packed/", $name, ".verbs")),
            aliases: include_bytes!(concat!("../../packed/", $name, ".aliases")),
        }
    };
}

/// All paths, for the running program.
pub(crate) static ALL: Paths = paths!("paths");

/// All paths, for `const` evaluation: of this nothing reaches a binary.
pub(crate) const AT_COMPILE_TIME: Paths = paths!("paths");

/// The paths with members to encrypt, and those that would be taken for one of them.
pub(crate) static SENSITIVE: Paths = paths!("sensitive");

impl Paths {
    /// How many templates there are.
    pub(crate) const fn count(&self) -> usize {
        (self.templates.len() / TEMPLATE).saturating_sub(1)
    }

    /// Where the text of a template lies.
    pub(crate) const fn template_span(&self, template: usize) -> (usize, usize) {
        let at = template * TEMPLATE;
        (u24_at(self.templates, at), u8_at(self.templates, at + 3))
    }

    /// The text of a template.
    pub(crate) fn template(&self, template: usize) -> &'static str {
        let (start, length) = self.template_span(template);
        super::bytes::slice(self.text, start, length)
    }

    /// The operations of a template: the first, and the one after the last.
    pub(crate) const fn operations(&self, template: usize) -> (usize, usize) {
        let at = template * TEMPLATE + 4;
        (u16_at(self.templates, at), u16_at(self.templates, at + TEMPLATE))
    }

    /// The operation of a template that has the verb.
    pub(crate) const fn with_verb(&self, template: usize, verb: usize) -> Option<usize> {
        let (mut operation, end) = self.operations(template);
        while operation < end {
            if verb == ANY || u8_at(self.verbs, operation) == verb {
                return Some(operation);
            }
            operation += 1;
        }
        None
    }

    /// The template that ends at a node.
    pub(crate) const fn ends(&self, node: Node) -> Option<usize> {
        u16_at(self.nodes, node.0 * NODE + 7).checked_sub(1)
    }

    /// The children of a node: the first, and the one after the last.
    pub(crate) const fn children(&self, node: Node) -> (usize, usize) {
        let first = u16_at(self.nodes, node.0 * NODE + 4);
        (first, first + u8_at(self.nodes, node.0 * NODE + 6))
    }

    /// Where the segment of a node lies in the text; nothing for a variable.
    pub(crate) const fn label(&self, node: Node) -> Option<(usize, usize)> {
        match u8_at(self.nodes, node.0 * NODE + 3) {
            VARIABLE => None,
            length => Some((u24_at(self.nodes, node.0 * NODE), length)),
        }
    }

    /// The child that is a variable.
    pub(crate) const fn variable(&self, node: Node) -> Option<Node> {
        let (first, end) = self.children(node);
        if end > first && self.label(Node(end - 1)).is_none() { Some(Node(end - 1)) } else { None }
    }

    /// The child that is the literal `path[from..to]`.
    pub(crate) const fn literal(&self, node: Node, path: &[u8], from: usize, to: usize) -> Option<Node> {
        let (mut low, mut high) = self.children(node);
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.compare(Node(middle), path, from, to) {
                0 => return Some(Node(middle)),
                1 => high = middle,
                _ => low = middle + 1,
            }
        }
        None
    }

    /// Whether a node's segment is `path[from..to]` (0), stands after it (1), or before it (2).
    const fn compare(&self, node: Node, path: &[u8], from: usize, to: usize) -> u8 {
        let Some((start, length)) = self.label(node) else { return 1 };
        if length != to - from {
            return if length > to - from { 1 } else { 2 };
        }
        let text = self.text.as_bytes();
        let mut at = 0;
        while at < length {
            let (label, segment) = (text[start + at], path[from + at]);
            if label != segment {
                return if label > segment { 1 } else { 2 };
            }
            at += 1;
        }
        0
    }
}
