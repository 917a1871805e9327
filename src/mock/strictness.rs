//! How far requests are compared with the catalogue: wholly, but for some members, or not at all.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a test said about it, and what was said at the start.
#[derive(Debug, Default)]
pub(super) struct Strictness {
    lenient_at_start: bool,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    lenient: bool,
    /// Pointers, without their first slash.
    allowed: Vec<String>,
}

impl Strictness {
    pub(super) fn new(lenient: bool) -> Self {
        Self { lenient_at_start: lenient, now: Mutex::new(Now { lenient, allowed: Vec::new() }) }
    }

    /// Takes everything from now on.
    pub(super) fn lenient(&self) {
        self.lock().lenient = true;
    }

    /// Takes what is at this pointer and below it.
    pub(super) fn allow(&self, pointer: &str) {
        self.lock().allowed.push(pointer.trim_start_matches('/').to_owned());
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.lock().lenient
    }

    /// Whether what is wrong at this pointer is taken.
    pub(super) fn allows(&self, pointer: &str) -> bool {
        let Some(pointer) = pointer.strip_prefix('/') else { return false };
        self.lock().allowed.iter().any(|allowed| covers(allowed, pointer))
    }

    /// As at the start.
    pub(super) fn reset(&self) {
        *self.lock() = Now { lenient: self.lenient_at_start, allowed: Vec::new() };
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether one pointer is the other or above it, with `*` for any item.
fn covers(allowed: &str, pointer: &str) -> bool {
    let mut rest = pointer.split('/');
    let is_item = |token: &str| token.bytes().all(|byte| byte.is_ascii_digit());
    allowed.split('/').all(|token| rest.next().is_some_and(|found| found == token || token == "*" && is_item(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_itself_and_what_is_below_it() {
        for (allowed, pointer, expected) in [
            ("/a", "/a", true),
            ("/a", "/a/b/0", true),
            ("/a/*/c", "/a/12/c", true),
            ("/a/*/c", "/a/b/c", false),
            ("/a/b", "/a", false),
            ("/a", "/ab", false),
            ("/a", "", false),
            ("/a", "a", false),
        ] {
            let strictness = Strictness::default();
            strictness.allow(allowed);
            assert_eq!(strictness.allows(pointer), expected, "{allowed} {pointer}");
        }
    }

    #[test]
    fn a_reset_brings_back_the_start() {
        for lenient in [true, false] {
            let strictness = Strictness::new(lenient);
            strictness.lenient();
            strictness.allow("/a");
            strictness.reset();
            assert_eq!((strictness.is_lenient(), strictness.allows("/a")), (lenient, false));
        }
    }
}
