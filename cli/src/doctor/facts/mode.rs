//! How a merchant's answers are verified, as the settings choose it, and what that needs.

use crate::settings::{Settings, names};

/// How answers are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Mode {
    PublicKey,
    Certificate,
    Both,
    V2,
}

impl Mode {
    pub(in crate::doctor) fn name(self) -> &'static str {
        match self {
            Self::PublicKey => "public_key",
            Self::Certificate => "certificate",
            Self::Both => "both",
            Self::V2 => "v2",
        }
    }

    /// The one that settings choose, complete or not.
    pub(super) fn of(settings: &Settings) -> Self {
        let has = |name| settings.has(name);
        let public_key = has(names::PUBLIC_KEY) || has(names::PUBLIC_KEY_ID);
        let certificates = !settings.platform_certificates().is_empty();
        // The private key alone is not one of APIv3: with a certificate it is presented.
        let of_v3 =
            has(names::SERIAL) || public_key || certificates || has(names::PRIVATE_KEY) && !has(names::CERTIFICATE);
        match () {
            () if has(names::SECRET) && !of_v3 && !has(names::API_V3_KEY) => Self::V2,
            () if public_key && certificates => Self::Both,
            () if !public_key && (certificates || has(names::API_V3_KEY)) => Self::Certificate,
            () => Self::PublicKey,
        }
    }

    /// The names that this mode needs and the settings lack.
    pub(super) fn missing(self, settings: &Settings) -> Vec<&'static str> {
        let has = |name| settings.has(name);
        let has_certificate = has(names::CERTIFICATE);
        let platform = match self {
            Self::PublicKey | Self::Both => &[names::PUBLIC_KEY_ID, names::PUBLIC_KEY][..],
            Self::Certificate | Self::V2 => &[],
        };
        let mut needed = vec![names::MCHID];
        match self {
            Self::V2 if has_certificate => needed.extend([names::PRIVATE_KEY, names::SECRET]),
            Self::V2 => needed.push(names::SECRET),
            _ if has_certificate => needed.push(names::PRIVATE_KEY),
            _ => needed.extend([names::SERIAL, names::PRIVATE_KEY]),
        }
        needed.extend(platform);
        needed.into_iter().filter(|name| !has(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Source;

    fn settings(names: &[&str]) -> Settings {
        let vars = names.iter().map(|name| (format!("WECHATPAY_{name}"), "x".to_owned()));
        Settings::of(Source::Environment, vars)
    }

    #[test]
    fn the_settings_choose_and_what_is_missing_is_named() {
        for (given, mode, missing) in [
            (&[][..], Mode::PublicKey, &["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY"][..]),
            (&["MCHID", "SECRET"], Mode::V2, &[]),
            (&["SECRET"], Mode::V2, &["MCHID"]),
            (&["MCHID", "SECRET", "CERTIFICATE"], Mode::V2, &["PRIVATE_KEY"]),
            (&["MCHID", "SECRET", "CERTIFICATE", "PRIVATE_KEY"], Mode::V2, &[]),
            (&["MCHID", "SECRET", "PRIVATE_KEY"], Mode::PublicKey, &["SERIAL", "PUBLIC_KEY_ID", "PUBLIC_KEY"]),
            (&["MCHID", "SERIAL", "PRIVATE_KEY", "API_V3_KEY"], Mode::Certificate, &[]),
            (&["MCHID", "SERIAL", "PRIVATE_KEY", "PLATFORM_CERTIFICATE"], Mode::Certificate, &[]),
            (
                &["MCHID", "CERTIFICATE", "PRIVATE_KEY", "PLATFORM_CERTIFICATE", "PUBLIC_KEY"],
                Mode::Both,
                &["PUBLIC_KEY_ID"],
            ),
            (&["MCHID", "SERIAL", "PRIVATE_KEY", "API_V3_KEY", "PUBLIC_KEY_ID"], Mode::PublicKey, &["PUBLIC_KEY"]),
        ] {
            let settings = settings(given);
            let found = Mode::of(&settings);
            let missing: Vec<_> = missing.iter().map(|name| format!("WECHATPAY_{name}")).collect();
            assert_eq!(
                (found, found.missing(&settings)),
                (mode, missing.iter().map(String::as_str).collect()),
                "{given:?}"
            );
        }
    }
}
