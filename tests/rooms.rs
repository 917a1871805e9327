//! Every outside crate has one home in `src/`, and files stay short enough to be read in one sitting.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The crate, and the files or folders that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("md5::", &["crypto/"]),
    ("sm3::", &["crypto/"]),
    ("sha1::", &["crypto/"]),
    ("ghash::", &["crypto/"]),
    ("csv::", &["bill/"]),
    ("quick_xml", &["v2/xml.rs"]),
    ("tokio_rustls", &["mock/"]),
    ("flate2::", &["download/", "mock/"]),
    ("tempfile::", &["download/"]),
    ("ring::", &["crypto/"]),
    ("aws_lc_rs", &["crypto/"]),
    ("base64::Engine", &["crypto/"]),
    ("pem::parse", &["crypto/"]),
    ("x509_cert", &["crypto/"]),
    ("hyper::", &["transport.rs", "driver.rs", "tracked.rs", "heard.rs", "mock/"]),
    ("async_task", &["driver.rs"]),
    ("hyper_util", &["transport.rs", "connect.rs", "proxy.rs", "heard.rs", "mock/"]),
    ("tracing::", &["trace.rs"]),
    ("httpdate", &["settle.rs", "retry.rs"]),
    ("hyper_rustls", &["connect.rs"]),
    ("rustls::", &["connect.rs", "mock/tls.rs"]),
    ("webpki_roots", &["connect.rs"]),
    ("http_body_util", &["transport.rs", "axum.rs", "mock/"]),
    ("axum_core", &["axum.rs"]),
    (
        "tokio::",
        &[
            "runtime.rs",
            "driver.rs",
            "stack.rs",
            "call.rs",
            "refresh.rs",
            "fetch.rs",
            "pending.rs",
            "sync.rs",
            "execute.rs",
            "warm_up.rs",
            "transport.rs",
            "connect.rs",
            "download/",
            "mock/",
            "layer/",
        ],
    ),
    ("tower::", &["stack.rs", "fetch.rs", "layer/", "builder.rs"]),
    ("tower_layer", &["stack.rs", "fetch.rs", "layer/", "builder.rs"]),
    ("tower_service", &["stack.rs", "transport.rs", "connect.rs", "proxy.rs", "layer/", "builder.rs"]),
    ("once_cell", &["intern.rs", "chain.rs", "runtime.rs", "connect.rs", "mock/"]),
];

/// The pure core: functions of their arguments, which know neither clock nor network.
const PURE: &[&str] = &[
    "sign.rs",
    "verify.rs",
    "template.rs",
    "outcome.rs",
    "exempt.rs",
    "target.rs",
    "payload.rs",
    "trust.rs",
    "v2/xml.rs",
    "v2/sign.rs",
    "v2/answer.rs",
    "v2/judge.rs",
    "v2/table.rs",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    assert!(found.len() > 30, "{found:?}");
    let read =
        |path: PathBuf| (path.strip_prefix(&root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap());
    found.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")).map(read).collect()
}

/// The lines of code, without comments and unit tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_outside_crate_has_one_home() {
    for (name, text) in files() {
        let code = code(&text);
        for (outside, homes) in HOMES {
            let named = code.match_indices(outside).any(|(at, _)| {
                !code[..at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':'))
                    || code[..at].ends_with("use ")
            });
            assert!(
                !named || homes.iter().any(|home| name.starts_with(home)),
                "{name} names {outside}; its home is {homes:?}"
            );
        }
    }
}

#[test]
fn the_core_is_pure() {
    for (name, text) in files() {
        if PURE.contains(&name.as_str()) {
            for impure in
                ["SystemTime::now", "Instant::now", "tokio", "hyper", "tower", "std::net", "std::fs", "random::"]
            {
                assert!(!code(&text).contains(impure), "{name} uses {impure}");
            }
        }
    }
}

#[test]
fn files_can_be_read_in_one_sitting() {
    for (name, text) in files() {
        let lines = text.lines().count();
        assert!(lines <= 350, "{name} has {lines} lines");
        assert!(text.starts_with("//! "), "{name} does not say what it is for");
    }
}
