//! OpenSSL, which knows nothing of this project.

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs it in a folder; its stdout.
#[track_caller]
pub fn openssl(folder: &Path, line: &str) -> String {
    let output =
        Command::new("openssl").args(line.split(' ')).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a signature of a file is that of a key.
#[track_caller]
pub fn verifies(folder: &Path, public: &str, message: &[u8], signature: &str) {
    use base64::Engine as _;
    std::fs::write(folder.join("message.bin"), message).unwrap();
    let signature = base64::prelude::BASE64_STANDARD.decode(signature).unwrap();
    std::fs::write(folder.join("signature.bin"), signature).unwrap();
    let line = format!("dgst -sha256 -verify {public} -signature signature.bin message.bin");
    assert_eq!(openssl(folder, &line).trim(), "Verified OK");
}
