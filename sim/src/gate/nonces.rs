//! Nonces that were seen: the newest 10,000.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Nonces(Mutex<(HashSet<Nonce>, VecDeque<Nonce>)>);

/// Whose it is, and itself.
pub(crate) type Nonce = (String, String);

impl Nonces {
    /// Those that are remembered, the oldest first.
    pub(crate) fn all(&self) -> Vec<Nonce> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }

    /// Remembers these and no others.
    pub(crate) fn replace(&self, all: Vec<Nonce>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (all.iter().cloned().collect(), all.into());
    }

    /// Remembers a merchant's nonce; whether it was seen before.
    pub(crate) fn is_reused(&self, mchid: &str, nonce: &str) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, order) = &mut *seen;
        let entry = (mchid.to_owned(), nonce.to_owned());
        if !known.insert(entry.clone()) {
            return true;
        }
        order.push_back(entry);
        if order.len() > MOST {
            order.pop_front().into_iter().for_each(|oldest| _ = known.remove(&oldest));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered_by_merchant() {
        let nonces = Nonces::default();
        assert!(!nonces.is_reused("1", "a") && !nonces.is_reused("2", "a") && nonces.is_reused("1", "a"));
        for number in 0..MOST {
            assert!(!nonces.is_reused("3", &number.to_string()));
        }
        assert!(!nonces.is_reused("1", "a") && nonces.is_reused("3", "9999"));
    }
}
