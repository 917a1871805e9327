//! Lines as they stand in the file, kept from when they are asked for until the bill goes.

use std::sync::OnceLock;

/// A list that only grows, so that what it gave out stays where it is.
#[derive(Default)]
pub(super) struct Kept(OnceLock<Box<Node>>);

struct Node {
    line: u64,
    bytes: Box<[u8]>,
    next: Kept,
}

impl Kept {
    pub(super) fn get(&self, line: u64) -> Option<&[u8]> {
        let mut at = self.0.get();
        while let Some(node) = at {
            if node.line == line {
                return Some(&node.bytes);
            }
            at = node.next.0.get();
        }
        None
    }

    /// Keeps a line, unless another thread has just done so.
    pub(super) fn keep(&self, line: u64, bytes: Vec<u8>) -> &[u8] {
        let mut new = Some(bytes.into_boxed_slice());
        let mut list = self;
        loop {
            let node = list
                .0
                .get_or_init(|| Box::new(Node { line, bytes: new.take().unwrap_or_default(), next: Self::default() }));
            if node.line == line {
                return &node.bytes;
            }
            list = &node.next;
        }
    }
}

impl Drop for Kept {
    /// One after the other: a long list dropped in itself would need a deep stack.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut node) = next {
            next = node.next.0.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_and_a_long_list_goes_quietly() {
        let kept = Kept::default();
        let first = kept.keep(7, b"seven".to_vec());
        for line in 100..3_000 {
            kept.keep(line, Vec::new());
        }
        assert_eq!((first, kept.get(7), kept.keep(7, b"other".to_vec())), (&b"seven"[..], Some(first), first));
        assert!(kept.get(8).is_none());
        // Built from its end, so that the test is quick: a hundred thousand, one in the other.
        let mut list = Kept::default();
        for line in 0..100_000 {
            let outer = Kept::default();
            let _ = outer.0.set(Box::new(Node { line, bytes: Box::default(), next: list }));
            list = outer;
        }
        drop(list);
    }
}
