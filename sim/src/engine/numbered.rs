//! Objects that have numbers, and how they are found: by the simulator's id, the merchant's number, WeChat Pay's, and what they belong to.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::index::Index;
use super::listed;

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
#[derive(Clone, Debug)]
pub(crate) struct List<T> {
    list: Vec<T>,
    by_id: Index,
    by_number: Index,
    by_given: Index,
    by_parent: Index,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        let new = Index::default;
        Self { list: Vec::new(), by_id: new(), by_number: new(), by_given: new(), by_parent: new() }
    }
}

impl<T: Numbered> List<T> {
    /// In the order in which they were made.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.list.iter()
    }

    pub(crate) fn insert(&mut self, object: T) {
        let place = self.list.len();
        self.by_id.add(object.id(), place);
        self.by_number.add(&(object.mchid(), object.number()), place);
        self.by_given.add(object.given(), place);
        if !object.parent().is_empty() {
            self.by_parent.add(object.parent(), place);
        }
        self.list.push(object);
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&T> {
        self.list.get(self.place(id)?)
    }

    /// By merchant and the merchant's number.
    pub(crate) fn by_number(&self, mchid: &str, number: &str) -> Option<&T> {
        let has_it = |object: &T| object.number() == number && object.mchid() == mchid;
        let place = self.by_number.last(&(mchid, number), |place| self.is(place, has_it))?;
        self.list.get(place)
    }

    /// By WeChat Pay's number.
    pub(crate) fn by_given(&self, number: &str) -> Option<&T> {
        let place = self.by_given.last(number, |place| self.is(place, |object| object.given() == number))?;
        self.list.get(place)
    }

    /// Those that belong to something, the oldest first.
    pub(crate) fn of(&self, parent: &str) -> impl DoubleEndedIterator<Item = &T> {
        let places = self.by_parent.all(parent, |place| self.is(place, |object| object.parent() == parent));
        places.into_iter().filter_map(|place| self.list.get(place))
    }

    /// Changes one; numbers stay as they are.
    pub(crate) fn update<R>(&mut self, id: &str, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let place = self.place(id)?;
        self.list.get_mut(place).map(change)
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.by_id.last(id, |place| self.is(place, |object| object.id() == id))
    }

    fn is(&self, place: usize, what: impl Fn(&T) -> bool) -> bool {
        self.list.get(place).is_some_and(what)
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de, T: Numbered + Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Self::default();
        listed::each(deserializer, |object| all.insert(object))?;
        Ok(all)
    }
}
