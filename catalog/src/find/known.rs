//! Whether a path is known, while the program is compiled. Everything here is `const`; its data never reaches a binary.
//!
//! The compiler interprets this, so it does as little as it can: each letter is read once, and segments are compared by their hashes.
//! `examples/catalog_data/pack/tree.rs` makes the tree of hashes and sees to it that no two siblings have the same one.

use crate::packed::bytes::u8_at;
use crate::packed::facts::DATE;
use crate::packed::paths::{AT_COMPILE_TIME, Paths};
use crate::packed::tree;

use super::trim;

const BEFORE: &str = "no such path in the catalogue of ";
const BETWEEN: &str = "; did you mean \"";
const AFTER: &str = "\"? path!(new \"…\") takes one that is newer";

/// More than every template with the sentence around it.
const ROOM: usize = 512;

/// The path as it stands, if the catalogue has it.
///
/// # Panics
///
/// While the program is compiled, if the catalogue does not have it.
#[doc(hidden)]
#[must_use]
pub const fn known(path: &'static str) -> &'static str {
    let segments = segments(path.as_bytes());
    let tree = (tree::HASHES, tree::CHILDREN, tree::ENDS);
    if fits(tree, 0, &segments, 0) {
        return path;
    }
    let prefixed = segments.1 > 0 && (segments.0[0] == tree::HK || segments.0[0] == tree::GLOBAL);
    if prefixed && fits(tree, 0, &segments, 1) {
        return path;
    }
    unknown(path)
}

/// The hash of each segment, 0 for an empty one, and how many there are; without a leading slash and a query.
const fn segments(path: &[u8]) -> ([u64; tree::DEEPEST], usize) {
    let (mut all, mut count) = ([0; tree::DEEPEST], 0);
    let (mut hash, mut before) = (0, 0);
    let mut at = if !path.is_empty() && path[0] == b'/' { 1 } else { 0 };
    while at < path.len() {
        let letter = path[at];
        if letter == b'?' {
            if at > 0 && path[at - 1] == b'{' {
                hash = before;
            }
            break;
        }
        if letter == b'/' {
            if count + 1 >= tree::DEEPEST {
                return (all, 0);
            }
            all[count] = hash;
            count += 1;
            hash = 0;
        } else {
            before = hash;
            hash = (hash * 256 + letter as u64) % tree::MODULUS;
        }
        at += 1;
    }
    all[count] = hash;
    (all, count + 1)
}

/// Whether the segments from `at` on lead from a node to the end of a template.
const fn fits(
    tree: (&[u64], &[u16], &[bool]),
    node: usize,
    segments: &([u64; tree::DEEPEST], usize),
    at: usize,
) -> bool {
    if at >= segments.1 {
        return at > 0 && tree.2[node];
    }
    let hash = segments.0[at];
    let (mut low, end) = (tree.1[node] as usize, tree.1[node + 1] as usize);
    let mut high = end;
    while low < high {
        let middle = low + (high - low) / 2;
        let found = tree.0[middle];
        if found == hash {
            if fits(tree, middle, segments, at + 1) {
                return true;
            }
            break;
        }
        if found < hash {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    hash != 0
        && end > tree.1[node] as usize
        && tree.0[end - 1] == tree::VARIABLE
        && fits(tree, end - 1, segments, at + 1)
}

/// Ends the compilation with a sentence.
const fn unknown(path: &str) -> ! {
    let paths = AT_COMPILE_TIME;
    let trimmed = trim::without_slash(trim::without_query(path.as_bytes()));
    let inner = match trim::without_prefix(trimmed) {
        Some(inner) => inner,
        None => trimmed,
    };
    let (sentence, length) = sentence(&paths, nearest(&paths, inner));
    match std::str::from_utf8(sentence.split_at(length).0) {
        Ok(sentence) => panic!("{}", sentence),
        Err(_) => panic!("no such path in the catalogue"),
    }
}

/// What the compiler says.
const fn sentence(paths: &Paths, template: usize) -> ([u8; ROOM], usize) {
    let (start, length) = paths.template_span(template);
    let (mut all, mut end) = ([0; ROOM], 0);
    (all, end) = append((all, end), BEFORE.as_bytes(), 0, BEFORE.len());
    (all, end) = append((all, end), DATE.as_bytes(), 0, DATE.len());
    (all, end) = append((all, end), BETWEEN.as_bytes(), 0, BETWEEN.len());
    (all, end) = append((all, end), paths.text.as_bytes(), start, length);
    append((all, end), AFTER.as_bytes(), 0, AFTER.len())
}

const fn append(
    (mut all, mut end): ([u8; ROOM], usize),
    text: &[u8],
    start: usize,
    length: usize,
) -> ([u8; ROOM], usize) {
    let mut at = 0;
    while at < length && end < ROOM {
        all[end] = text[start + at];
        (at, end) = (at + 1, end + 1);
    }
    (all, end)
}

/// The template that is nearest by beginnings and ends of segments: cheaper than counting edits.
const fn nearest(paths: &Paths, path: &[u8]) -> usize {
    let (mut template, mut best, mut least) = (0, 0, usize::MAX);
    while template < paths.count() {
        let cost = cost(paths, template, path);
        if cost < least {
            (best, least) = (template, cost);
        }
        template += 1;
    }
    best
}

const fn cost(paths: &Paths, template: usize, path: &[u8]) -> usize {
    let (start, length) = paths.template_span(template);
    let text = paths.text.as_bytes();
    let (mut at, mut from, mut sum) = (start, 0, 0);
    while at <= start + length || from <= path.len() {
        let (end, to) = (segment_end(text, at, start + length), segment_end(path, from, path.len()));
        let (label, segment) = (end.saturating_sub(at), to.saturating_sub(from));
        sum += if at > start + length || from > path.len() {
            label + segment + 1
        } else if u8_at(text, at) == b'{' as usize && label > 0 {
            (segment == 0) as usize
        } else {
            differing(text, (at, label), path, (from, segment))
        };
        (at, from) = (end + 1, to + 1);
    }
    sum
}

const fn segment_end(text: &[u8], from: usize, end: usize) -> usize {
    let mut at = from;
    while at < end && text[at] != b'/' {
        at += 1;
    }
    at
}

/// What lies between the common beginning and the common end of two segments.
const fn differing(text: &[u8], label: (usize, usize), path: &[u8], segment: (usize, usize)) -> usize {
    let (short, long) = if label.1 < segment.1 { (label.1, segment.1) } else { (segment.1, label.1) };
    let mut begin = 0;
    while begin < short && text[label.0 + begin] == path[segment.0 + begin] {
        begin += 1;
    }
    let mut end = 0;
    while end < short - begin && text[label.0 + label.1 - 1 - end] == path[segment.0 + segment.1 - 1 - end] {
        end += 1;
    }
    long - begin - end
}

#[cfg(test)]
mod tests {
    use super::{fits, nearest, segments};
    use crate::find::lookup;
    use crate::packed::paths::{ALL, ANY, AT_COMPILE_TIME};
    use crate::packed::tree;

    fn has(path: &str) -> bool {
        fits((tree::HASHES, tree::CHILDREN, tree::ENDS), 0, &segments(path.as_bytes()), 0)
    }

    #[test]
    fn the_tree_of_hashes_has_the_paths_that_the_tree_of_texts_has() {
        for template in (0..ALL.count()).map(|number| ALL.template(number)) {
            let filled = template.replace('{', "x").replace('}', "%2F");
            for right in [template, &filled, &format!("/{filled}?a=/b"), &format!("{template}{{?x,y}}")] {
                assert!(has(right), "{right}");
            }
            for other in [format!("{filled}/"), format!("{filled}x"), filled.replace('a', "A"), format!("//{filled}")] {
                let known = lookup::operation(&ALL, &other, ANY).is_some();
                assert_eq!(has(&other), known && !other.starts_with("//"), "{other}");
            }
        }
        let long = "v3/".repeat(50);
        for wrong in ["", "/", "?", "{?", "v3", "v3/", "pay/unifiedorder", &long] {
            assert!(!has(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_compiler_names_a_path_that_is_near() {
        let near = |path: &str| ALL.template(nearest(&AT_COMPILE_TIME, path.as_bytes()));
        assert_eq!(near("v3/pay/transactions/natve"), "v3/pay/transactions/native");
        assert_eq!(near("v3/pay/transactions/di/4200001234"), "v3/pay/transactions/id/{transaction_id}");
        assert_eq!(near("v2/pay/unifedorder"), "v2/pay/unifiedorder");
        assert!(["", "/", "//", "微信"].iter().all(|path| !near(path).is_empty()));
    }
}
