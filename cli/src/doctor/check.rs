//! A check as a row.

use super::facts::Facts;
use super::online::Online;
use super::verdict::{Reason, Verdict};

/// Where a check belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Settings,
    Keys,
    Platform,
    Notify,
    Network,
    Gateway,
}

impl Group {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Keys => "keys",
            Self::Platform => "platform",
            Self::Notify => "notify",
            Self::Network => "network",
            Self::Gateway => "gateway",
        }
    }
}

/// The verdict of a check, or why there is nothing to look at.
pub(super) type Outcome = Result<Verdict, Reason>;

/// A check: what it looks at, what must be right before, and how it looks.
#[derive(Clone, Copy)]
pub(super) struct Check {
    pub(super) id: &'static str,
    pub(super) group: Group,
    /// In English and in Chinese.
    pub(super) looks_at: (&'static str, &'static str),
    /// Checks before it that must not have failed; `None`: all of them.
    pub(super) needs: Option<&'static [&'static str]>,
    /// It looks at something of APIv3, which a merchant with APIv2 alone does not have.
    pub(super) is_v3: bool,
    pub(super) look: Look,
}

/// How a check looks: at the settings and their files, or at what comes over a network too.
#[derive(Clone, Copy)]
pub(super) enum Look {
    Offline(fn(&Facts) -> Outcome),
    Online(fn(&Facts, &Online) -> Outcome),
}

impl Check {
    pub(super) const fn new(
        id: &'static str,
        group: Group,
        looks_at: (&'static str, &'static str),
        look: fn(&Facts) -> Outcome,
    ) -> Self {
        Self { id, group, looks_at, needs: Some(&[]), is_v3: false, look: Look::Offline(look) }
    }

    pub(super) const fn online(
        id: &'static str,
        group: Group,
        looks_at: (&'static str, &'static str),
        look: fn(&Facts, &Online) -> Outcome,
    ) -> Self {
        Self { id, group, looks_at, needs: Some(&[]), is_v3: false, look: Look::Online(look) }
    }

    pub(super) const fn is_online(&self) -> bool {
        matches!(self.look, Look::Online(_))
    }

    pub(super) const fn needs(mut self, needs: &'static [&'static str]) -> Self {
        self.needs = Some(needs);
        self
    }

    pub(super) const fn needs_all_above(mut self) -> Self {
        self.needs = None;
        self
    }

    pub(super) const fn of_v3(mut self) -> Self {
        self.is_v3 = true;
        self
    }
}
