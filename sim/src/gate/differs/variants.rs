//! The lines of a text to sign as they are often got wrong.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Hosts that clients put before the path.
const HOSTS: [&str; 2] = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"];

/// What a second encoding encodes.
const AGAIN: &AsciiSet = &CONTROLS.add(b'%').add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// A target that was signed instead, and the word for it.
pub(super) fn targets(target: &str, authority: &str) -> Vec<(&'static str, String)> {
    let mut variants = Vec::new();
    if let Some((path, _)) = target.split_once('?') {
        variants.push(("path_without_query", path.to_owned()));
    }
    for host in HOSTS.into_iter().chain([authority]) {
        for scheme in ["https://", "http://", ""] {
            variants.push(("host_in_path", format!("{scheme}{host}{target}")));
        }
    }
    let decoded = percent_decode_str(target).decode_utf8_lossy().into_owned();
    let with_spaces = decoded.replace('+', " ");
    variants.push(("target_double_encoded", utf8_percent_encode(target, AGAIN).to_string()));
    variants.push(("target_decoded", decoded));
    variants.push(("target_decoded", with_spaces));
    variants.retain(|(_, variant)| variant != target);
    variants
}

/// What a body of which nothing is left was signed as.
pub(super) fn empties(body: &str) -> Vec<String> {
    ["", "{}", "null", "[]"].map(str::to_owned).into_iter().filter(|empty| empty != body).collect()
}
