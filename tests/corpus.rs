//! Replays what the fuzz targets are seeded with, and what they found.
#![cfg(all(feature = "gateway", feature = "sync", feature = "v2"))]

#[path = "support/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// A target, and the folder of its seeds.
type Target = (&'static str, fn(&[u8]));

#[test]
fn the_corpus_breaks_nothing() {
    let targets: [Target; 9] = [
        ("template", targets::template),
        ("headers", targets::headers),
        ("keys", targets::keys),
        ("xml", targets::xml),
        ("notice", targets::notice),
        ("bill", targets::bill),
        ("authorization", targets::authorization),
        ("form", targets::form),
        ("document", targets::document),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fuzz");
    for (name, target) in targets {
        let files: Vec<_> = fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() >= 3, "{name} has {} seeds", files.len());
        for file in files {
            let data = fs::read(&file).unwrap();
            target(&data);
            // And everything that is nearly that.
            for end in 0..data.len().min(300) {
                target(&data[..end]);
                let mut other = data.clone();
                other[end] ^= 0x11;
                target(&other);
            }
        }
    }
}
