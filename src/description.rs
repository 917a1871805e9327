//! What has been said about a call before it is made: the pieces of its path, and its settings.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use crate::base_uri::BaseUri;
use crate::error::{Error, ErrorKind};
use crate::name::normalize;
use crate::template::Var;

/// What has been said about a call.
#[derive(Clone, Default)]
pub(crate) struct Description {
    pub(crate) pieces: Vec<Piece>,
    /// With what is wrong with a value, should the template name it.
    pub(crate) vars: Vec<(String, Result<Var, &'static str>)>,
    pub(crate) query: Vec<(String, String)>,
    /// Pointers of fields to encrypt, and whether the field must be there.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) encrypt: Vec<(String, bool)>,
    /// Names of query parameters to encrypt.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) encrypt_query: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    /// Rare, and large for what each step of a chain copies.
    pub(crate) base_uri: Option<Box<Result<BaseUri, String>>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) idempotent: bool,
    pub(crate) mtls: bool,
    pub(crate) nonceless: bool,
    pub(crate) retry: Option<crate::retry::Retry>,
    /// The secret of an agent of 企业微信.
    #[cfg(feature = "v2")]
    pub(crate) workwx: Option<crate::secret::Secret>,
    /// The first thing found wrong with it.
    pub(crate) fault: Option<(ErrorKind, String)>,
}

/// A piece of the path; pieces are joined by exactly one `/`.
#[derive(Clone)]
pub(crate) enum Piece {
    /// A path or a part of one, possibly with RFC 6570 expressions.
    Template(Text),
    /// One value, percent-encoded: what `.arg` appends.
    Value(String),
}

/// A text that costs nothing to clone.
#[derive(Clone)]
pub(crate) enum Text {
    /// Of the program.
    Literal(&'static str),
    /// Made at run time, possibly of values.
    Made(Arc<str>),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl Description {
    /// The path as written, with `{}` for each `.arg`: says which endpoint, and nothing about the customer.
    pub(crate) fn template(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Template(text) => &**text,
            Piece::Value(_) => "{}",
        });
        pieces.collect::<Vec<_>>().join("/")
    }

    /// The same without what may be a value, for `tracing`.
    #[cfg(all(feature = "tracing", feature = "_transport"))]
    pub(crate) fn low_cardinality_template(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Template(Text::Literal(text)) => crate::trace::low_cardinality(text, true),
            Piece::Template(Text::Made(text)) => crate::trace::low_cardinality(text, false),
            Piece::Value(_) => "{}".to_owned(),
        });
        pieces.collect::<Vec<_>>().join("/")
    }

    pub(crate) fn fail(&mut self, kind: ErrorKind, message: String) {
        self.fault.get_or_insert((kind, message));
    }

    pub(crate) fn check(&self) -> crate::Result<()> {
        match &self.fault {
            Some((kind, message)) => Err(Error::new(*kind, message.clone())),
            None => Ok(()),
        }
    }

    /// Appends a name, by the rules of the PHP library.
    pub(crate) fn push_name(&mut self, name: &'static str) {
        self.push(Piece::Template(match normalize(name) {
            Cow::Borrowed(text) => Text::Literal(text),
            Cow::Owned(text) => Text::Made(text.into()),
        }));
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        // Most chains get no more.
        self.pieces.reserve_exact(1);
        self.pieces.push(piece);
    }

    pub(crate) fn push_path(&mut self, path: Text) {
        let scheme = path.split(['/', '?', '#', '{']).next().is_some_and(|start| start.contains(':'));
        if path.starts_with("//") || scheme && (self.pieces.is_empty() || path.contains("://")) {
            let message =
                "a path never decides the host: expected `v3/…`, found an absolute URL or a path starting `//`";
            self.fail(ErrorKind::Request, format!("{message}; `.base_uri(…)` names another host"));
        }
        self.push(Piece::Template(path));
    }
}
