//! The templates that are nearest to a path.

use crate::packed::bytes::u16_at;
use crate::packed::paths::{ALL, ANY, Node, ROOT};

use super::edits::edits;
use super::trim;

/// A longer segment is no misspelling of any in the catalogue.
const LONGEST: usize = 96;

/// What lies beyond so many segments is the same to every template.
const MOST: usize = 16;

/// The templates that are nearest to a path, nearest first.
///
/// `path` is a template or a filled-in path, with or without host, leading slash and query. A variable takes any segment, so a path that
/// fits a template has that one first. Otherwise the one with the fewest edits comes first; a segment too many or too few counts as many
/// edits as it has letters, and one. There are `limit` of them, or as many as there are templates: never none, unless `limit` is 0.
///
/// ```
/// let near = wechatpay_catalog::nearest_paths("/v3/pay/transactions/natve", 2);
/// assert_eq!(near[0], "v3/pay/transactions/native");
/// assert_eq!(near.len(), 2);
/// ```
pub fn nearest_paths(path: &str, limit: usize) -> Vec<&'static str> {
    let whole = trim::trimmed(path);
    let inner = trim::without_prefix(whole).unwrap_or(whole);
    let segments: Vec<&[u8]> = inner.split(|byte| *byte == b'/').take(MOST).collect();
    let mut found = Distances(vec![(usize::MAX, 0); ALL.count()]);
    found.below(ROOT, &segments, &beginning(&segments), (0, 0));
    if !matches!(segments.first(), Some([b'v', b'2' | b'3'])) {
        // The wire of APIv2 has no `v2`.
        if let Some(v2) = ALL.literal(ROOT, b"v2", 0, 2) {
            found.below(v2, &segments, &beginning(&segments), (0, 0));
        }
    }
    found.sorted(whole, limit)
}

/// What it costs to leave out the first segments, one by one.
fn beginning(segments: &[&[u8]]) -> Vec<usize> {
    let mut costs = vec![0];
    costs.extend(segments.iter().scan(0, |sum, segment| {
        *sum += segment.len() + 1;
        Some(*sum)
    }));
    costs
}

/// The least cost of each template, and how many variables it took.
struct Distances(Vec<(usize, usize)>);

impl Distances {
    /// Visits the tree below `node`, which is so deep and has so many variables above it; `above[j]` is the cost of its path so far
    /// against the first `j` segments.
    fn below(&mut self, node: Node, segments: &[&[u8]], above: &[usize], (depth, variables): (usize, usize)) {
        if let (Some(template), Some(cost)) = (ALL.ends(node), above.last()) {
            if let Some(known) = self.0.get_mut(template) {
                *known = (*known).min((*cost, variables));
            }
        }
        let (first, end) = ALL.children(node);
        for child in (first..end).map(Node) {
            let label = ALL.label(child).map(|(start, length)| label(start, length));
            let absent = label.map_or(2, |label| label.len() + 1);
            let mut row = vec![above[0] + absent];
            for (j, segment) in segments.iter().enumerate() {
                // Two segments that stand far from each other are taken for one another only when they are equal.
                let other = above[j] + replaced(label, segment, j.abs_diff(depth) < 2);
                row.push(other.min(above[j + 1] + absent).min(row[j] + segment.len() + 1));
            }
            self.below(child, segments, &row, (depth + 1, variables + usize::from(label.is_none())));
        }
    }

    fn sorted(mut self, path: &[u8], limit: usize) -> Vec<&'static str> {
        // What only its own text finds costs what the template with its paths costs.
        for alias in (0..ALL.aliases.len() / 2).map(|at| u16_at(ALL.aliases, at * 2)) {
            let text = ALL.template(alias).as_bytes();
            let twin = super::lookup::descend(&ALL, ROOT, text, 0, ANY);
            if let Some(cost) = twin.and_then(|twin| self.0.get(twin).copied()) {
                self.0[alias] = if text == path { (0, 0) } else { cost };
            }
        }
        let mut order = Vec::new();
        // Picking the least again and again is little code, and one template is what is mostly asked for.
        while order.len() < limit.min(self.0.len()) {
            let least = self.0.iter().enumerate().min_by_key(|(_, cost)| **cost).map_or(0, |(template, _)| template);
            self.0[least] = (usize::MAX, usize::MAX);
            order.push(ALL.template(least));
        }
        order
    }
}

fn label(start: usize, length: usize) -> &'static [u8] {
    ALL.text.as_bytes().get(start..start + length).unwrap_or_default()
}

/// What it costs to take one segment for another; `None` is a variable. Only what is `near` is compared letter by letter.
fn replaced(label: Option<&[u8]>, segment: &[u8], near: bool) -> usize {
    let Some(label) = label else { return usize::from(segment.is_empty()) };
    let whole = segment.len().max(label.len());
    match near && segment.len() <= LONGEST {
        // Fewer than half of the letters are the same: another word.
        true => edits(label, segment, whole / 2).unwrap_or(whole),
        false if label == segment => 0,
        false => whole,
    }
}
