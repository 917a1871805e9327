//! A value against a list of fields.

use serde_json::{Map, Value};

use crate::field::{Field, Fields, fits};
use crate::kinds::{Encryption, Kind, Required, Text};

use super::ciphertext::is_ciphertext;
use super::problem::{Issue, Location, Problem};
use super::wording::Expectation;
use super::{scalar, suggest};

/// After so many problems nobody is helped by another suggestion.
const MOST_SUGGESTIONS: usize = 1_000;

/// What is checked, and how.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Rules {
    pub(super) location: Location,
    /// All fields of the part.
    pub(super) root: Fields,
    /// Values are texts: a query, or XML.
    pub(super) as_text: bool,
    /// Encrypted members must be ciphertext.
    pub(super) sent: bool,
    /// APIv2: `sign` and `nonce_str` are never missing and never unknown.
    pub(super) v2: bool,
    /// Nothing is missing: the answer is a refusal.
    pub(super) partial: bool,
}

/// Problems, each with the level of its object.
pub(super) type Found = Vec<(usize, Problem)>;

/// Whether a member of APIv2 is the SDK's affair.
pub(super) fn is_added(name: &str) -> bool {
    name == "sign" || name == "nonce_str"
}

/// A walk through a value; it goes as deep as the fields do, however deep the value is.
pub(super) struct Walk {
    rules: Rules,
    pointer: String,
    level: usize,
    /// Inside a string that holds JSON texts are no numbers again.
    as_text: bool,
    pub(super) found: Found,
}

impl Walk {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, pointer: String::new(), level: 0, as_text: rules.as_text, found: Vec::new() }
    }

    /// The members of an object.
    pub(super) fn object(&mut self, fields: Fields, value: &Map<String, Value>) {
        if fields.is_empty() {
            return;
        }
        if self.rules.location != Location::Answer {
            self.unknown(fields, value);
        }
        for (at, field) in fields.iter().enumerate() {
            if field.has_twin() && fields.iter().take(at).any(|earlier| earlier.name() == field.name()) {
                continue;
            }
            if field.name().contains('$') {
                self.numbered(fields, field, value);
                continue;
            }
            match value.get(field.name()) {
                Some(value) => self.within(field.name(), |walk| walk.alternatives(fields, field, value)),
                None => self.missing(fields, field),
            }
        }
    }

    fn unknown(&mut self, fields: Fields, value: &Map<String, Value>) {
        let known = fields.iter().filter(|field| !field.has_twin() && value.contains_key(field.name())).count();
        if known == value.len() {
            return;
        }
        for name in value.keys().filter(|name| fields.get(name).is_none()) {
            if self.rules.v2 && self.level == 0 && is_added(name) {
                continue;
            }
            let helpful = self.found.len() < MOST_SUGGESTIONS;
            let meant = helpful.then(|| suggest::member(name, fields, value, &self.pointer, self.rules.root)).flatten();
            self.within(name, |walk| {
                walk.problem(Issue::UnknownMember, "nothing", Expectation::NoSuchMember, meant);
            });
            if let (Some((_, problem)), Some(value)) = (self.found.last_mut(), value.get(name)) {
                problem.found = scalar::name(value);
            }
        }
    }

    /// Every member whose digits fit a name with `$n`.
    fn numbered(&mut self, fields: Fields, field: Field, value: &Map<String, Value>) {
        let mut some = false;
        for (name, value) in value.iter().filter(|(name, _)| fits(field.name(), name)) {
            some = true;
            self.within(name, |walk| walk.alternatives(fields, field, value));
        }
        if !some {
            self.missing(fields, field);
        }
    }

    fn missing(&mut self, fields: Fields, field: Field) {
        let added = self.rules.v2 && self.level == 0 && is_added(field.name());
        let twins_too = || fields.named(field.name()).all(|twin| twin.required() == Required::Yes);
        let due = field.required() == Required::Yes && (!field.has_twin() || twins_too());
        if due && !added && !self.rules.partial {
            self.within(field.name(), |walk| walk.problem(Issue::Missing, "nothing", Expectation::of(field), None));
        }
    }

    /// Of the alternatives of a name the one with the fewest problems speaks.
    fn alternatives(&mut self, fields: Fields, field: Field, value: &Value) {
        if !field.has_twin() {
            return self.field(field, value);
        }
        let before = std::mem::take(&mut self.found);
        let tries = fields.named(field.name()).map(|field| {
            self.field(field, value);
            std::mem::take(&mut self.found)
        });
        let fewest = tries.min_by_key(Vec::len).unwrap_or_default();
        self.found = before;
        self.found.extend(fewest);
    }

    /// A value, or each item of a list.
    fn field(&mut self, field: Field, value: &Value) {
        match value {
            Value::Null => self.null(field, Expectation::of(field)),
            Value::Array(items) if field.is_list() => {
                for (at, item) in items.iter().enumerate() {
                    self.within_item(at, |walk| walk.item(field, item));
                }
            }
            _ if field.is_list() && !self.as_text => self.wrong_type(Expectation::of(field), value),
            _ => self.item(field, value),
        }
    }

    fn item(&mut self, field: Field, value: &Value) {
        if value.is_null() {
            return self.null(field, Expectation::of_item(field));
        }
        let right = match self.as_text {
            true => scalar::is_as_text(field.kind(), value),
            false => scalar::is_strictly(field.kind(), value),
        };
        if !right {
            return self.wrong_type(Expectation::of_item(field), value);
        }
        match (value, field.text()) {
            (Value::Object(members), _) if field.kind() == Kind::Object => {
                self.below(|walk| walk.object(field.fields(), members));
            }
            (_, Some(text)) if text != Text::Pairs => self.json(field, text, value),
            _ => self.scalar(field, value),
        }
    }

    /// Values, lengths, ciphertext.
    fn scalar(&mut self, field: Field, value: &Value) {
        let platform = field.encryption() == Some(Encryption::Platform);
        let listed = field.values().len() > 0 && !field.is_open();
        if !(platform || listed) && field.min_len().or(field.max_len()).is_none() {
            return;
        }
        let Some(text) = scalar::text(value) else { return };
        if platform {
            if self.rules.sent && !is_ciphertext(&text) {
                self.problem(Issue::NotEncrypted, scalar::name(value), Expectation::Ciphertext, None);
            }
            return;
        }
        if listed && !field.values().any(|listed| listed == text) {
            let meant = (self.found.len() < MOST_SUGGESTIONS).then(|| suggest::value(&text, field)).flatten();
            self.problem(Issue::NotInEnum, scalar::name(value), Expectation::OneOf(field), meant);
        }
        if field.kind() == Kind::String && field.encryption().is_none() {
            self.length(field, &text, scalar::name(value));
        }
    }

    fn length(&mut self, field: Field, text: &str, found: &'static str) {
        let length = text.chars().count();
        if let Some(least) = field.min_len().filter(|least| length < *least) {
            self.problem(Issue::TooShort, found, Expectation::AtLeast(least), None);
        }
        if let Some(most) = field.max_len().filter(|most| length > *most) {
            self.problem(Issue::TooLong, found, Expectation::AtMost(most), None);
        }
    }

    /// A string that holds JSON; inside it everything is strict.
    fn json(&mut self, field: Field, text: Text, value: &Value) {
        let written = scalar::text(value).unwrap_or_default();
        let parsed: Option<Value> = serde_json::from_str(&written).ok();
        let as_text = std::mem::take(&mut self.as_text);
        match (text, parsed) {
            (Text::Object | Text::AnyJson, Some(Value::Object(members))) => {
                self.below(|walk| walk.object(field.fields(), &members));
            }
            (Text::Objects, Some(Value::Array(items))) => self.items(field.fields(), &items, Kind::Object),
            (Text::Strings, Some(Value::Array(items))) => self.items(field.fields(), &items, Kind::String),
            (Text::AnyJson, Some(Value::Array(items))) => {
                let objects: Vec<Value> = items.into_iter().filter(Value::is_object).collect();
                self.items(field.fields(), &objects, Kind::Object);
            }
            (Text::AnyJson, Some(_)) => {}
            _ => self.problem(Issue::NotJson, scalar::name(value), Expectation::Json(text), None),
        }
        self.as_text = as_text;
        self.length(field, &written, scalar::name(value));
    }

    /// The items of a list that is the root of a text.
    fn items(&mut self, fields: Fields, items: &[Value], kind: Kind) {
        for (at, item) in items.iter().enumerate() {
            self.within_item(at, |walk| match item {
                Value::Object(members) if kind == Kind::Object => walk.below(|walk| walk.object(fields, members)),
                Value::Null => walk.problem(Issue::Null, "null", Expectation::Type(kind, false), None),
                _ if scalar::is_strictly(kind, item) => {}
                _ => walk.wrong_type(Expectation::Type(kind, false), item),
            });
        }
    }

    fn null(&mut self, field: Field, expected: Expectation) {
        if self.rules.location != Location::Answer || field.required() == Required::Yes {
            self.problem(Issue::Null, "null", expected, None);
        }
    }

    fn wrong_type(&mut self, expected: Expectation, value: &Value) {
        self.problem(Issue::WrongType, scalar::name(value), expected, None);
    }

    fn problem(&mut self, issue: Issue, found: &'static str, of: Expectation, suggestion: Option<String>) {
        let problem = Problem::new(self.rules.location, &self.pointer, issue, found, of);
        self.found.push((self.level, problem.with_suggestion(suggestion)));
    }

    fn within(&mut self, name: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        match name.contains(['~', '/']) {
            true => self.pointer.push_str(&suggest::escaped(name)),
            false => self.pointer.push_str(name),
        }
        then(self);
        self.pointer.truncate(length);
    }

    fn within_item(&mut self, at: usize, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&at.to_string());
        then(self);
        self.pointer.truncate(length);
    }

    fn below(&mut self, then: impl FnOnce(&mut Self)) {
        self.level += 1;
        then(self);
        self.level -= 1;
    }
}
