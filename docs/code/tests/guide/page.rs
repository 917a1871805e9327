//! A page of Markdown: its blocks, links, headings, and what it looks like when it is up to date.

use std::collections::BTreeSet;
use std::path::Path;

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

const MARK: &str = "<!-- code: ";

pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text }
    }

    fn events(&self) -> Vec<Event<'_>> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).collect()
    }

    /// The files that the page shows, in order.
    pub(crate) fn marked(&self) -> Vec<String> {
        self.text.lines().filter_map(mark).map(str::to_owned).collect()
    }

    /// The blocks of code: kind and text.
    pub(crate) fn blocks(&self) -> Vec<(String, String)> {
        let (mut blocks, mut inside) = (Vec::new(), false);
        for event in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    inside = true;
                    let CodeBlockKind::Fenced(info) = kind else { panic!("{}: an indented block", self.path) };
                    blocks.push((info.to_string(), String::new()));
                }
                Event::End(TagEnd::CodeBlock) => inside = false,
                Event::Text(text) if inside => blocks.last_mut().unwrap().1.push_str(&text),
                _ => (),
            }
        }
        blocks
    }

    /// The levels of the headings.
    pub(crate) fn headings(&self) -> Vec<HeadingLevel> {
        let starts = self.events().into_iter().filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(level),
            _ => None,
        });
        starts.collect()
    }

    /// What GitHub and mdBook call the headings.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let (mut found, mut heading) = (BTreeSet::new(), None::<String>);
        for event in self.events() {
            match (event, &mut heading) {
                (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
                (Event::End(TagEnd::Heading(_)), Some(text)) => {
                    let kept = text.to_lowercase();
                    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                    found.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
                    heading = None;
                }
                (Event::Text(part) | Event::Code(part), Some(text)) => text.push_str(&part),
                _ => (),
            }
        }
        found
    }

    /// How many paragraphs, items, rows and cells there are.
    pub(crate) fn shape(&self) -> [usize; 4] {
        let mut shape = [0; 4];
        for event in self.events() {
            match event {
                Event::Start(Tag::Paragraph) => shape[0] += 1,
                Event::Start(Tag::Item) => shape[1] += 1,
                Event::Start(Tag::TableRow) => shape[2] += 1,
                Event::Start(Tag::TableCell) => shape[3] += 1,
                _ => (),
            }
        }
        shape
    }

    /// Where the links lead, in order.
    pub(crate) fn links(&self) -> Vec<String> {
        let links = self.events().into_iter().filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
            _ => None,
        });
        links.collect()
    }

    /// The same without order: sentences of two languages are built differently.
    pub(crate) fn targets(&self) -> BTreeSet<String> {
        self.links().into_iter().collect()
    }

    /// What stands between backticks.
    pub(crate) fn spans(&self) -> Vec<String> {
        let spans = self.events().into_iter().filter_map(|event| match event {
            Event::Code(text) => Some(text.to_string()),
            _ => None,
        });
        spans.collect()
    }

    /// Of these what has no Chinese in it, without order.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        self.spans().into_iter().filter(|span| span.is_ascii()).collect()
    }

    /// The methods, `.name(` or `::name(`, between backticks; not those in the first column of a table, which may be of another SDK.
    pub(crate) fn methods(&self) -> Vec<String> {
        let (mut found, mut column) = (Vec::new(), 1);
        for event in self.events() {
            match event {
                Event::Start(Tag::TableRow | Tag::TableHead) => column = 0,
                Event::End(TagEnd::TableCell) => column += 1,
                Event::End(TagEnd::Table) => column = 1,
                Event::Code(text) if column > 0 => found.extend(called(&text)),
                _ => (),
            }
        }
        found
    }

    /// References of links that nothing defines.
    pub(crate) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let note = |link: BrokenLink<'_>| {
            broken.push(link.reference.to_string());
            None
        };
        let count = Parser::new_with_broken_link_callback(&self.text, Options::ENABLE_TABLES, Some(note)).count();
        assert!(count > 0, "{}: empty", self.path);
        broken
    }

    /// The page with the code it names, and with a definition for every page it leads to.
    pub(crate) fn filled(&self, code: impl Fn(&str) -> String) -> String {
        let (mut text, mut lines) = (String::new(), self.text.lines());
        while let Some(line) = lines.next() {
            if definition(line) {
                continue;
            }
            text.extend([line, "\n"]);
            if let Some(file) = mark(line) {
                let fence = lines.next().unwrap_or_default();
                assert!(fence.starts_with("```"), "{}: no block below {line}", self.path);
                text.extend([fence, "\n", &code(file), "```\n"]);
                assert!(lines.by_ref().any(|line| line == "```"), "{}: a block without end", self.path);
            }
        }
        let mut text = text.trim_end().to_owned() + "\n";
        // Not those of code, `order["payer"]["openid"]` or `order["notices"][0]`.
        let is_name = |name: &&str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        let names = text.split("][").skip(1).filter_map(|rest| rest.split(']').next()).filter(is_name);
        let names: BTreeSet<_> = names.map(str::to_owned).collect();
        let folder = if self.path.contains('/') { "" } else { "en/" };
        if !names.is_empty() {
            text.push('\n');
        }
        for name in names {
            text.extend(["[", &name, "]: ", folder, &name, ".md\n"]);
        }
        text
    }
}

/// The file that a line announces.
fn mark(line: &str) -> Option<&str> {
    line.strip_prefix(MARK)?.strip_suffix(" -->")
}

/// Whether a line says where a link to a page leads.
fn definition(line: &str) -> bool {
    line.starts_with('[') && line.split_once("]: ").is_some_and(|(_, file)| has_kind(file, "md"))
}

/// The names before an opening parenthesis, after a dot or a path.
fn called(code: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let pieces: Vec<_> = code.split('(').collect();
    let before = pieces.iter().take(pieces.len() - 1).filter_map(|piece| {
        let piece = piece.strip_suffix("::<T>").unwrap_or(piece);
        let (head, name) = piece.split_at(piece.trim_end_matches(is_name).len());
        head.ends_with(['.', ':', '…']).then_some(name)
    });
    before.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Whether a file's name ends so.
pub(crate) fn has_kind(file: &str, kind: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == kind)
}
