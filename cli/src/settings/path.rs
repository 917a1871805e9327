//! Relative paths in env files, which are relative to the file's folder.

use std::path::Path;

/// Longer texts are keys.
const LONGEST: usize = 256;

/// A value as it is used: a relative path joined to the folder; an absolute one, a text or a URL as it stands.
pub(super) fn resolve(value: &str, folder: &Path) -> String {
    let name = value.trim();
    let is_text = name.len() > LONGEST || name.contains("-----BEGIN") || name.contains('\n') || name.contains("://");
    // Only shells replace `~`; the SDK says so.
    if name.is_empty() || is_text || name.starts_with('~') || Path::new(name).is_absolute() {
        return value.to_owned();
    }
    let joined = folder.join(name);
    let is_base64 = name.starts_with("MI") && !joined.exists();
    match joined.to_str() {
        Some(joined) if !is_base64 => joined.to_owned(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_paths_are_joined() {
        let folder = Path::new("/etc/pay");
        assert_eq!(resolve("keys/apiclient_key.pem", folder), "/etc/pay/keys/apiclient_key.pem");
        assert_eq!(resolve(" apiclient_key ", folder), "/etc/pay/apiclient_key");
        for value in
            ["/abs/key.pem", "-----BEGIN PRIVATE KEY-----\\nAA", "file:///x.pem", "~/key.pem", "", "MIIEvQIBADAN", " "]
        {
            assert_eq!(resolve(value, folder), value);
        }
        let long = "A".repeat(300);
        assert_eq!(resolve(&long, folder), long);
    }
}
