//! Objects that have numbers, and how they are found: by the simulator's id, the merchant's number, WeChat Pay's, and what they belong to.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The numbers of an object; they never change.
pub(crate) trait Numbered {
    /// The simulator's.
    fn id(&self) -> &str;
    /// The merchant whose number it is.
    fn mchid(&self) -> &str;
    /// The merchant's number.
    fn number(&self) -> &str;
    /// WeChat Pay's number.
    fn given(&self) -> &str;
    /// The simulator's id of what it belongs to; empty if it belongs to nothing.
    fn parent(&self) -> &str;
}

/// All objects of a kind, and the ways to them. In the state file they are a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Vec<T>", into = "Vec<T>", bound = "T: Numbered + Clone + Serialize + DeserializeOwned")]
pub(crate) struct List<T> {
    list: Vec<T>,
    by_id: HashMap<String, usize>,
    by_number: HashMap<(String, String), usize>,
    by_given: HashMap<String, usize>,
    by_parent: HashMap<String, Vec<usize>>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            by_id: HashMap::new(),
            by_number: HashMap::new(),
            by_given: HashMap::new(),
            by_parent: HashMap::new(),
        }
    }
}

impl<T: Numbered> List<T> {
    /// In the order in which they were made.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.list.iter()
    }

    pub(crate) fn insert(&mut self, object: T) {
        let index = self.list.len();
        self.by_id.insert(object.id().to_owned(), index);
        self.by_number.insert((object.mchid().to_owned(), object.number().to_owned()), index);
        self.by_given.insert(object.given().to_owned(), index);
        if !object.parent().is_empty() {
            self.by_parent.entry(object.parent().to_owned()).or_default().push(index);
        }
        self.list.push(object);
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    /// By merchant and the merchant's number.
    pub(crate) fn by_number(&self, mchid: &str, number: &str) -> Option<&T> {
        let index = self.by_number.get(&(mchid.to_owned(), number.to_owned()))?;
        self.list.get(*index)
    }

    /// By WeChat Pay's number.
    pub(crate) fn by_given(&self, number: &str) -> Option<&T> {
        self.by_given.get(number).and_then(|index| self.list.get(*index))
    }

    /// Those that belong to something, the oldest first.
    pub(crate) fn of(&self, parent: &str) -> impl DoubleEndedIterator<Item = &T> {
        self.by_parent.get(parent).map_or(&[][..], Vec::as_slice).iter().filter_map(|index| self.list.get(*index))
    }

    /// Changes one; numbers stay as they are.
    pub(crate) fn update<R>(&mut self, id: &str, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let index = *self.by_id.get(id)?;
        self.list.get_mut(index).map(change)
    }
}

impl<T: Numbered> From<Vec<T>> for List<T> {
    fn from(list: Vec<T>) -> Self {
        let mut all = Self::default();
        list.into_iter().for_each(|object| all.insert(object));
        all
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(all: List<T>) -> Self {
        all.list
    }
}
