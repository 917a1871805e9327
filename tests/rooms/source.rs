//! The files of a tree, and what each path in them leads to.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::paths::{How, Written, written};
use crate::tokens::{Token, tokenise};
use crate::units::{Code, without_tests};

pub(crate) struct File {
    /// Below `src/`, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
    /// All of its tokens, and those outside of unit tests.
    pub(crate) tokens: Vec<Token>,
    pub(crate) code: Vec<Token>,
}

/// A path that a file names, followed from the root: `crate::…`, or the name of an outside crate first.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) file: usize,
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
    pub(crate) how: How,
    /// Whether it brings something here. A macro of this crate is not brought, nor is a name that a `use` already brought.
    pub(crate) import: bool,
}

impl Named {
    pub(crate) fn is_inside(&self) -> bool {
        self.path[0] == "crate"
    }
}

pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    pub(crate) names: Vec<Named>,
    modules: HashMap<Vec<String>, usize>,
}

/// All files below a folder, sorted, with their texts.
pub(crate) fn read(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().components();
            let name: Vec<_> = name.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            found.push((name.join("/"), String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()));
        }
    }
    found.sort();
    found
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|kind| kind == "rs")
}

/// `a/b.rs` and `a/b/mod.rs` are the module `crate::a::b`, the front door is `crate`.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let below = path.split('/').filter(|part| *part != "lib").map(String::from);
    std::iter::once(String::from("crate")).chain(below).collect()
}

impl Tree {
    pub(crate) fn new(sources: &[(String, String)]) -> Self {
        let mut files = Vec::new();
        let mut tests = Vec::new();
        for (path, text) in sources {
            let rust = is_rust(path);
            let tokens = if rust { tokenise(text) } else { Vec::new() };
            let Code { tokens: code, test_modules } = without_tests(&tokens);
            tests.extend(test_modules.into_iter().map(|name| [module(path), vec![name]].concat()));
            files.push(File { path: path.clone(), text: text.clone(), tokens, code });
        }
        for file in &mut files {
            if tests.iter().any(|test| module(&file.path).starts_with(test)) {
                file.code.clear();
            }
        }
        let rust = files.iter().enumerate().filter(|(_, file)| is_rust(&file.path));
        let modules = rust.map(|(index, file)| (module(&file.path), index)).collect();
        let mut tree = Self { files, names: Vec::new(), modules };
        for index in 0..tree.files.len() {
            let names = tree.names_of(index);
            tree.names.extend(names);
        }
        tree
    }

    /// The files that hold Rust.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| is_rust(&file.path))
    }

    /// The imports of other things than macros, and the files in which they stand; the front door's are left out.
    pub(crate) fn imports(&self) -> impl Iterator<Item = (&File, &Named)> {
        let imports = self.names.iter().filter(|name| name.import && name.is_inside());
        let imports = imports.map(|name| (&self.files[name.file], name));
        imports.filter(|(file, _)| file.path != crate::house::FRONT_DOOR)
    }

    /// How many segments of a path are modules.
    fn depth(&self, path: &[String]) -> usize {
        (1..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length])).unwrap_or(1)
    }

    /// The file that a path of this crate leads into, as deep as modules go. The front door is none.
    pub(crate) fn target(&self, path: &[String]) -> Option<usize> {
        let depth = self.depth(path);
        self.modules.get(&path[..depth]).copied().filter(|_| depth > 1)
    }

    fn names_of(&self, file: usize) -> Vec<Named> {
        let home = module(&self.files[file].path);
        let written = written(&self.files[file].code);
        let known = |path: &Written| Some((path.name.clone()?, self.follow(&home, path)));
        let aliases: Vec<(String, Vec<String>)> = written.iter().filter_map(known).collect();
        written.iter().flat_map(|path| self.named(file, &home, path, &aliases)).collect()
    }

    /// One path, followed through each `use` of the same file that brought its first segment.
    fn named(&self, file: usize, home: &[String], written: &Written, aliases: &[(String, Vec<String>)]) -> Vec<Named> {
        let Written { line, how, .. } = *written;
        let path = self.follow(home, written);
        let is_use = matches!(how, How::Use | How::PubUse);
        let brought = |(name, to): &&(String, Vec<String>)| *name == path[0] && (!is_use || to[0] == "crate");
        let through = aliases.iter().filter(|_| path == written.segments && path[0] != "crate").filter(brought);
        let mut found: Vec<Named> = through
            .map(|(_, to)| {
                let path = [to, &path[1..]].concat();
                let import = is_use || self.depth(&path) > to.len();
                Named { file, line, path, how, import }
            })
            .collect();
        if found.is_empty() {
            found.push(Named { file, line, path, how, import: !is_macro_of_the_crate(written) });
        }
        found
    }

    /// The path from the root, if its first segment says where it begins or is a module below this one.
    fn follow(&self, home: &[String], written: &Written) -> Vec<String> {
        let segments = &written.segments;
        let mut at = [home, &written.within].concat();
        match segments[0].as_str() {
            "" => return segments[1..].to_vec(),
            "crate" => return segments.clone(),
            "self" | "super" => (),
            _ => {
                let below = [&at[..], segments].concat();
                return if self.modules.contains_key(&below[..=at.len()]) { below } else { segments.clone() };
            }
        }
        let steps = segments.iter().take_while(|step| matches!(step.as_str(), "self" | "super")).count();
        for step in &segments[..steps] {
            at.truncate(at.len().saturating_sub(usize::from(step == "super")).max(1));
        }
        at.extend_from_slice(&segments[steps..]);
        at
    }
}

/// `crate::name!(…)`: a macro lives at the root, whichever file writes it.
fn is_macro_of_the_crate(written: &Written) -> bool {
    written.how == How::Macro && written.segments.len() == 2 && written.segments[0] == "crate"
}
