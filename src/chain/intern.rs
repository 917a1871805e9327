//! Values made once per `&'static str` key and kept as long as their owner, so that `Index` can return a reference.
//!
//! An append-only hash trie: a slot is written once and then read without a lock. Eight ways wide, it is three or four
//! steps deep for thousands of keys, so a lookup does not slow down with their number; and small for the few keys that most have.

use std::array;
use std::fmt;

use once_cell::sync::OnceCell;

const WAYS: usize = 8;

/// A map that only grows.
pub(crate) struct Interned<V>([OnceCell<Box<Entry<V>>>; WAYS]);

struct Entry<V> {
    key: &'static str,
    value: V,
    /// For other keys of the same slot.
    next: OnceCell<Box<Interned<V>>>,
}

impl<V> Interned<V> {
    /// The value of `key`, made by `make` when it is asked for the first time.
    pub(crate) fn get(&self, key: &'static str, make: impl Fn() -> V) -> &V {
        let mut hash = fnv1a(key);
        let mut level = self;
        loop {
            let slot = &level.0[usize::from(hash.to_le_bytes()[0]) % WAYS];
            let entry = slot.get_or_init(|| Box::new(Entry { key, value: make(), next: OnceCell::new() }));
            if entry.key == key {
                return &entry.value;
            }
            // Rotated, not shifted: keys with equal hashes line up below each other instead of running out of bits.
            hash = hash.rotate_right(WAYS.trailing_zeros());
            level = entry.next.get_or_init(Box::default);
        }
    }
}

/// The 64-bit hash FNV-1a: the keys are in the program, so nobody chooses them to collide.
fn fnv1a(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl<V> Default for Interned<V> {
    fn default() -> Self {
        Self(array::from_fn(|_| OnceCell::new()))
    }
}

impl<V> fmt::Debug for Interned<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().filter_map(OnceCell::get).map(|entry| entry.key)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_key_is_made_once_and_stays_where_it_is_under_threads() {
        let keys: Vec<&'static str> = (0..2000).map(|n| &*Box::leak(format!("v3/path/{n}").into_boxed_str())).collect();
        let (map, count) = (Interned::default(), AtomicUsize::new(0));
        let addresses = || -> Vec<usize> {
            let make = |key: &'static str| {
                count.fetch_add(1, Ordering::Relaxed);
                key.len()
            };
            keys.iter().map(|key| std::ptr::from_ref(map.get(key, || make(key))).addr()).collect()
        };
        let (one, two) = std::thread::scope(|scope| {
            let (one, two) = (scope.spawn(addresses), scope.spawn(addresses));
            (one.join().unwrap(), two.join().unwrap())
        });
        assert_eq!(one, two);
        assert_eq!(count.load(Ordering::Relaxed), keys.len());
    }

    #[test]
    fn equal_texts_at_two_addresses_are_one_key() {
        let map = Interned::default();
        let one = map.get("v3", || 1);
        let two = map.get(Box::leak("v3".to_owned().into_boxed_str()), || 2);
        assert_eq!((one, two), (&1, &1));
        assert_eq!(format!("{map:?}"), r#"["v3", ..]"#);
    }
}
