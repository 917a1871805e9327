//! Ways to objects in a list by their keys. The keys themselves stand in the objects alone: there are many of them.

use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;

/// From a key's hash to the places in a list of all objects that have it; whose key it really is, whoever asks looks up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// A part of the hash, which is enough to move an entry when the table grows, and the place.
    table: HashTable<(u32, u32)>,
    hashes: RandomState,
}

impl Index {
    /// Enters a key of the object at a place.
    pub(crate) fn add<K: Hash + ?Sized>(&mut self, key: &K, place: usize) {
        let part = self.part(key);
        let place = u32::try_from(place).expect("so many objects have no room in memory");
        self.table.insert_unique(spread(part), (part, place), |(part, _)| spread(*part));
    }

    /// The greatest place that was entered with a key, of those that `is_it` agrees to: whether the object there has the key.
    pub(crate) fn last<K: Hash + ?Sized>(&self, key: &K, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        self.candidates(key).filter(|place| is_it(*place)).max()
    }

    /// All places that were entered with a key, in order.
    pub(crate) fn all<K: Hash + ?Sized>(&self, key: &K, is_it: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut places: Vec<usize> = self.candidates(key).filter(|place| is_it(*place)).collect();
        places.sort_unstable();
        places
    }

    fn candidates<K: Hash + ?Sized>(&self, key: &K) -> impl Iterator<Item = usize> {
        let part = self.part(key);
        let same = self.table.iter_hash(spread(part)).filter(move |(other, _)| *other == part);
        same.filter_map(|(_, place)| usize::try_from(*place).ok())
    }

    fn part<K: Hash + ?Sized>(&self, key: &K) -> u32 {
        let [a, b, c, d, ..] = self.hashes.hash_one(key).to_ne_bytes();
        u32::from_ne_bytes([a, b, c, d])
    }
}

/// The table wants bits at both ends.
fn spread(part: u32) -> u64 {
    u64::from(part) << 32 | u64::from(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_by_their_keys_while_the_table_grows() {
        let names: Vec<String> = (0..5_000).map(|number| format!("name {}", number % 4_000)).collect();
        let mut index = Index::default();
        names.iter().enumerate().for_each(|(place, name)| index.add(name.as_str(), place));
        let is = |name: &'static str| move |place: usize| name == format!("name {}", place % 4_000);
        assert_eq!(index.all("name 17", is("name 17")), [17, 4_017]);
        assert_eq!(index.last("name 17", is("name 17")), Some(4_017));
        assert_eq!(index.last("name 1017", is("name 1017")), Some(1_017));
        assert_eq!(index.last("name 4000", is("name 4000")), None);
        let found = |name: &String| index.last(name.as_str(), |place| names[place] == *name).is_some();
        assert!(names.iter().all(found));
    }

    #[test]
    fn what_only_has_the_same_hash_is_not_found() {
        let mut index = Index::default();
        index.add("a", 0);
        assert_eq!((index.last("a", |_| false), index.all("a", |_| false)), (None, vec![]));
    }
}
