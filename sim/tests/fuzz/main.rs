//! Replays what the fuzz targets of the simulator are seeded with, and what they found.
#![allow(missing_docs)]

mod targets;

use std::fs;
use std::path::{Path, PathBuf};

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Each seed, and inputs that are nearly that: cut off, or with another byte, at so many places evenly spread over it.
fn replay(name: &str, target: fn(&[u8]), places: usize) {
    let seeds = seeds(name);
    assert!(seeds.len() >= 3, "{name} has {} seeds", seeds.len());
    for (_, data) in seeds {
        target(&data);
        for at in (0..data.len()).step_by(data.len().div_ceil(places).max(1)) {
            target(&data[..at]);
            let mut other = data.clone();
            other[at] ^= 0x11;
            target(&other);
        }
    }
}

#[test]
fn controls() {
    replay("control", targets::control, 5);
    replay("control_body", targets::control_body, 20);
}

#[test]
fn calls() {
    replay("call", targets::call, 10);
    replay("upload", targets::call, 25);
    replay("xml", targets::xml, 15);
    replay("authorization", targets::authorization, 60);
}

#[test]
fn states_and_folders() {
    replay("state", targets::state, 30);
    replay("folder", targets::folder, 4);
}

/// The controls that change something, as they stand in the source: a method and a template.
fn controls_of(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            controls_of(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let routes = text
            .split_once("const ROUTES")
            .map_or("", |(_, rest)| rest.split_once("];").map_or(rest, |(list, _)| list));
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let start = format!("(\"{method}\", \"");
            let templates = routes.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(templates.map(|template| (method.to_owned(), template.to_owned())));
        }
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(name, value)| name.starts_with('{') || name == value)
}

#[test]
fn every_control_that_changes_something_has_a_seed() {
    let (root, mut controls) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), Vec::new());
    controls_of(&root.join("engine/control"), &mut controls);
    controls_of(&root.join("shell/control"), &mut controls);
    assert!(controls.len() > 50, "{}", controls.len());
    let lines: Vec<_> = seeds("control").into_iter().map(|(_, seed)| String::from_utf8(seed).unwrap()).collect();
    for (method, template) in controls {
        let is_it = |line: &&String| {
            let (verb, target) = line.lines().next().unwrap().split_once(' ').unwrap();
            verb == method && fits(&template, target.split('?').next().unwrap())
        };
        assert!(lines.iter().any(|line| is_it(&line)), "no seed for {method} {template}");
    }
}
