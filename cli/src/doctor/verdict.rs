//! What a check came to.

use crate::base::text::{Text, text};

/// The state of a check, from good to bad; a skipped one says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, but not well or not for long.
    Warn,
    /// It cannot work.
    Fail,
    /// Not looked at.
    Skipped,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }
}

/// Why a check was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Offline,
    NotConfigured,
    NotApplicable,
    Asked,
    /// This check stands in the way.
    Needs(&'static str),
}

impl Reason {
    /// Its word in the document.
    pub(super) fn word(self) -> String {
        match self {
            Self::Offline => "offline".to_owned(),
            Self::NotConfigured => "not_configured".to_owned(),
            Self::NotApplicable => "not_applicable".to_owned(),
            Self::Asked => "asked".to_owned(),
            Self::Needs(id) => format!("needs:{id}"),
        }
    }

    /// Whether a check that was skipped for it stands in the way of those that need it.
    pub(super) fn stands_in_the_way(self) -> bool {
        matches!(self, Self::Offline | Self::Needs(_))
    }

    fn text(self) -> Text {
        match self {
            Self::Offline => Text::new("not looked at: offline", "离线模式，未检查"),
            Self::NotConfigured => Text::new("not configured", "未配置"),
            Self::NotApplicable => Text::new("does not apply here", "此处不适用"),
            Self::Asked => Text::new("not looked at, as asked", "按要求未检查"),
            Self::Needs(id) => text!("not looked at: {id} comes first", "未检查：需先解决 {id}"),
        }
    }
}

/// What stands in the place of a secret.
const HIDDEN: &str = "<secret>";

/// What a check came to: its state, what was seen, and for a warning or failure what to do.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) state: State,
    pub(super) reason: Option<Reason>,
    pub(super) seen: Option<String>,
    pub(super) wanted: Option<String>,
    pub(super) message: Text,
    pub(super) remedy: Option<Text>,
}

impl Verdict {
    fn new(state: State, message: Text, remedy: Option<Text>) -> Self {
        Self { state, reason: None, seen: None, wanted: None, message, remedy }
    }

    pub(super) fn ok(message: Text) -> Self {
        Self::new(State::Ok, message, None)
    }

    pub(super) fn warn(message: Text, remedy: Text) -> Self {
        Self::new(State::Warn, message, Some(remedy))
    }

    pub(super) fn fail(message: Text, remedy: Text) -> Self {
        Self::new(State::Fail, message, Some(remedy))
    }

    pub(super) fn skipped(reason: Reason) -> Self {
        Self { reason: Some(reason), ..Self::new(State::Skipped, reason.text(), None) }
    }

    /// Skipped, with what people are told of it instead of the usual.
    pub(super) fn skipped_as(reason: Reason, message: Text) -> Self {
        Self { message, ..Self::skipped(reason) }
    }

    /// The same, naming what is to be mended where that is not the check that is needed but one that this one waits for itself.
    pub(super) fn led_back_to(mut self, root: Option<&'static str>) -> Self {
        if let (Some(Reason::Needs(id)), Some(root)) =
            (self.reason, root.filter(|root| self.reason != Some(Reason::Needs(root))))
        {
            self.message = text!(
                "not looked at: {root} comes first, which {id} waits for",
                "未检查：需先解决 {root}（{id} 也在等它）"
            );
        }
        self
    }

    /// The same without the values of secrets, should one of them stand where another value belongs.
    pub(super) fn without(mut self, secrets: &[impl AsRef<str>]) -> Self {
        let hide =
            |text: &str| secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_ref(), HIDDEN));
        let both = |text: &Text| Text::new(hide(text.en()), hide(text.zh()));
        self.seen = self.seen.as_deref().map(hide);
        self.wanted = self.wanted.as_deref().map(hide);
        self.message = both(&self.message);
        self.remedy = self.remedy.as_ref().map(both);
        self
    }

    /// Lengths, kinds, serials, ids, hosts; never a key or a part of one.
    pub(super) fn seen(mut self, seen: impl Into<String>) -> Self {
        self.seen = Some(seen.into());
        self
    }

    pub(super) fn wanted(mut self, wanted: impl Into<String>) -> Self {
        self.wanted = Some(wanted.into());
        self
    }
}
