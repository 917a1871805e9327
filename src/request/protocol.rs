//! Which protocol a call speaks: said by the first segment of its path, and decided here and nowhere else.

/// A protocol. What differs between them hangs on this value: `prepare` writes by it, `exchange::protocol_handlers` signs and judges by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// APIv3: JSON, signed in a header.
    V3,
    /// APIv2: XML, signed inside.
    V2,
}

impl Protocol {
    /// The protocol of a target, and the target as it is sent.
    pub(crate) fn of(target: &str) -> (Self, &str) {
        strip_v2(target).map_or((Self::V3, target), |rest| (Self::V2, rest))
    }
}

impl Protocol {
    /// Whether the path of a URL has no version in it, which every endpoint of APIv3 but a brand's has.
    pub(crate) fn misses_version(self, path: &str) -> bool {
        let mut segments = path.trim_matches('/').split('/');
        let is_version = |segment: &str| matches!(segment.as_bytes(), [b'v' | b'V', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
        let is_brand = path.trim_start_matches('/').starts_with("brand/");
        self == Self::V3 && !is_brand && !segments.by_ref().take(3).any(is_version)
    }
}

/// The path of a call of APIv2 without its first segment, which says so in any case of letters.
fn strip_v2(target: &str) -> Option<&str> {
    let path = target.trim_start_matches('/');
    let (first, rest) = path.split_at(path.find(['/', '?']).unwrap_or(path.len()));
    // A leading slash replaces the base URI's own path, with `v2` or without.
    let rest = if target.starts_with('/') { rest } else { rest.strip_prefix('/').unwrap_or(rest) };
    first.eq_ignore_ascii_case("v2").then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_a_version_is_seen() {
        for path in ["pay/transactions/native", "/certificates", "/pay/transactions/id/4200"] {
            assert!(Protocol::V3.misses_version(path), "{path}");
        }
        for path in ["v3/certificates", "/v3/pay", "hk/v3/certificates", "brand/partner/x", "global/v3/x", "V3/x"] {
            assert!(!Protocol::V3.misses_version(path), "{path}");
        }
        assert!(!Protocol::V2.misses_version("pay/orderquery"));
    }

    #[test]
    fn the_first_segment_says_which() {
        assert_eq!(strip_v2("V2/pay/orderquery"), Some("pay/orderquery"));
        assert_eq!((strip_v2("/v2/pay"), strip_v2("v2"), strip_v2("v2x/pay")), (Some("/pay"), Some(""), None));
        assert_eq!(Protocol::of("v2/pay/orderquery"), (Protocol::V2, "pay/orderquery"));
        assert_eq!(Protocol::of("hk/v3/certificates"), (Protocol::V3, "hk/v3/certificates"));
    }
}
