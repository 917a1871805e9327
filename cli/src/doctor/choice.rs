//! Which checks are asked for.

use std::collections::BTreeSet;

use super::check::Check;
use super::table::{needs_of, position};
use super::verdict::Reason;

/// Which checks are asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    pub(crate) offline: bool,
    pub(crate) no_notify: bool,
    /// Ids that are left out.
    pub(crate) skip: Vec<String>,
    /// Ids that are looked at, with what they need; all when there is none.
    pub(crate) only: Vec<String>,
}

impl Choice {
    /// The first id that is none.
    pub(crate) fn unknown_id(&self) -> Option<&str> {
        self.skip.iter().chain(&self.only).map(String::as_str).find(|id| position(id).is_none())
    }

    /// The ids that are looked at because of `--only`.
    pub(super) fn wanted(&self) -> BTreeSet<&'static str> {
        let mut wanted = BTreeSet::new();
        let mut open: Vec<&Check> = self.only.iter().filter_map(|id| position(id)).map(|(_, check)| check).collect();
        while let Some(check) = open.pop() {
            if wanted.insert(check.id) {
                open.extend(needs_of(check).iter().filter_map(|id| position(id)).map(|(_, check)| check));
            }
        }
        wanted
    }

    /// Why a check is left out, if it is.
    pub(super) fn reason(&self, check: &Check, wanted: &BTreeSet<&'static str>) -> Option<Reason> {
        let is_left_out = self.skip.iter().any(|id| id == check.id)
            || !self.only.is_empty() && !wanted.contains(check.id)
            || self.no_notify && check.is_online() && check.group == super::check::Group::Notify;
        match () {
            () if is_left_out => Some(Reason::Asked),
            () if self.offline && check.is_online() => Some(Reason::Offline),
            () => None,
        }
    }
}
