//! Who calls, and by which version of the API.

use super::super::call::Version;

#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    pub(super) version: Version,
    pub(super) is_partner: bool,
}

pub(super) const FAMILIES: [Family; 4] = [
    Family { version: Version::V3, is_partner: false },
    Family { version: Version::V3, is_partner: true },
    Family { version: Version::V2, is_partner: false },
    Family { version: Version::V2, is_partner: true },
];

impl Family {
    /// Who signs: the merchant, or its partner.
    pub(super) fn mchid(self) -> &'static str {
        if self.is_partner { "1900000010" } else { "1900000001" }
    }

    /// Whose money it is.
    pub(super) fn owner(self) -> &'static str {
        if self.is_partner { "1900000011" } else { "1900000001" }
    }
}
