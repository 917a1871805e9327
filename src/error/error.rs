//! One opaque error for everything: what went wrong, where, and whether the call may have taken effect.

use std::borrow::Cow;
use std::fmt;

use super::attempt::Attempt;
use super::lang::Lang;
use super::outcome::Outcome;
use super::rejection::Rejection;
use super::told::Told;

/// What the fallible functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A boxed error of any type, as tower's middleware passes them.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Bad builder input, or a key or setting that this call needs is missing.
    Config,
    /// A bad path, variable, header, payload or pointer; nothing was sent.
    Request,
    /// The signer failed; nothing was sent. Final, unless the signer said [`Temporary`](crate::Temporary).
    Sign,
    /// DNS, a refused connection, the TLS handshake, or the connect timeout; nothing was sent.
    Connect,
    /// The deadline of the whole call passed; of a download, nothing came for as long; a notification could not be verified in time.
    Timeout,
    /// The connection was reset, the answer truncated, malformed or over the size limit.
    Transport,
    /// A 2xx answer whose signature is missing, stale, by an unknown key, or wrong; a download with another hash.
    Verify,
    /// The gateway said no: every 3xx, 4xx and 5xx, and FAIL of APIv2. See [`Error::rejection`].
    Rejected,
    /// A verified answer that is not what was asked for; a notification or XML that cannot be read.
    Decode,
    /// A ciphertext that does not decrypt with the keys at hand.
    Decrypt,
    /// A local file or writer failed.
    Io,
    /// A caller's own layer returned an error of its own.
    Middleware,
}

#[cfg(feature = "tracing")]
impl ErrorKind {
    /// As it is spelled here.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Config => "Config",
            Self::Request => "Request",
            Self::Sign => "Sign",
            Self::Connect => "Connect",
            Self::Timeout => "Timeout",
            Self::Transport => "Transport",
            Self::Verify => "Verify",
            Self::Rejected => "Rejected",
            Self::Decode => "Decode",
            Self::Decrypt => "Decrypt",
            Self::Io => "Io",
            Self::Middleware => "Middleware",
        }
    }
}

/// An error of this crate: a kind, a sentence, and whether the call may have taken effect.
///
/// `Display` prints this error's own sentence; the cause is in [`source`](std::error::Error::source). Where the outcome of
/// a write is unknown the sentence begins `outcome unknown, query before repeating: `. No key, `Authorization` header or
/// payload is ever part of it.
///
/// ```
/// use wechatpay_chain::{Client, ErrorKind};
///
/// let error = Client::builder().mchid("1900000109").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Config);
/// assert!(error.to_string().contains("serial"));
/// assert!(!error.outcome_unknown());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    source: Option<BoxError>,
    rejection: Option<Rejection>,
    request_id: Option<String>,
    attempts: Vec<Attempt>,
    outcome: Outcome,
    /// Bytes of the request may have left; the transport's own word, whatever became of the call's state.
    sent: bool,
    /// It happened before the call itself began, such as in a download of platform certificates.
    before: bool,
    /// Repeating the call can only fail alike.
    hopeless: bool,
    /// How long the gateway asked to wait.
    retry_after: Option<std::time::Duration>,
}

impl Error {
    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The gateway's refusal, when it was the gateway that said no ([`ErrorKind::Rejected`]).
    pub fn rejection(&self) -> Option<&Rejection> {
        self.0.rejection.as_ref()
    }

    /// The `Request-ID` of the answer, if one came; WeChat Pay's support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What was tried, in order: each request that was sent or could not be, and each that a signer put off
    /// ([`Temporary`](crate::Temporary)).
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Whether repeating the call cannot do harm and may help.
    ///
    /// Always false for a write whose outcome is unknown and that was not marked
    /// [`idempotent`](crate::Chain::idempotent).
    pub fn is_retryable(&self) -> bool {
        self.0.outcome.retryable && !self.0.hopeless
    }

    /// Whether this write may have taken effect although it failed here.
    ///
    /// Query the order by its merchant number before doing anything else. Always false for `GET` and where nothing was
    /// sent.
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome.unknown
    }

    /// The error in a language: the same sentence, with names, codes and what the gateway said as they are.
    ///
    /// [`Lang::En`] is what `Display` prints. In Chinese too, an error of a write whose outcome is unknown says so first
    /// (`结果未知，重试前请先查单：`). What caused it ([`source`](std::error::Error::source)) is in the words of whoever made it.
    ///
    /// ```
    /// use wechatpay_chain::{Client, Lang};
    ///
    /// let error = Client::builder().mchid("wx1").build().unwrap_err();
    /// assert_eq!(error.lang(Lang::En).to_string(), error.to_string());
    /// assert!(error.lang(Lang::Zh).to_string().starts_with("mchid 含有数字以外的字符；"));
    /// ```
    pub fn lang(&self, lang: Lang) -> impl fmt::Display {
        Told {
            lang,
            sentence: &self.0.message,
            rejection: self.rejection(),
            request_id: self.request_id(),
            unknown: self.outcome_unknown(),
        }
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            source: None,
            rejection: None,
            request_id: None,
            attempts: Vec::new(),
            outcome: Outcome::default(),
            sent: false,
            before: false,
            hopeless: false,
            retry_after: None,
        }))
    }

    pub(crate) fn config(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    pub(crate) fn request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Request, message)
    }

    pub(crate) fn rejected(rejection: Rejection) -> Self {
        let mut error = Self::new(ErrorKind::Rejected, rejection.sentence());
        error.0.request_id = rejection.request_id().map(str::to_owned);
        error.0.rejection = Some(rejection);
        error
    }

    pub(crate) fn with_source_of(mut self, error: Self) -> Self {
        self.0.source = error.into_source();
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error, saying more.
    pub(crate) fn and(mut self, more: &str) -> Self {
        self.0.message.to_mut().push_str(more);
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<&str>) -> Self {
        self.0.request_id = request_id.map(str::to_owned);
        self
    }

    /// Its own sentence, without what `Display` adds.
    pub(crate) fn sentence(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn with_sent(mut self, sent: bool) -> Self {
        self.0.sent = sent;
        self
    }

    pub(crate) fn before_the_call(mut self) -> Self {
        self.0.before = true;
        self
    }

    /// Repeating the call can only fail alike.
    pub(crate) fn hopeless(mut self) -> Self {
        self.0.hopeless = true;
        self
    }

    /// Whether asking again may help, for a failure that its kind says nothing about.
    pub(crate) fn that_may_pass(mut self, may_pass: bool) -> Self {
        self.0.outcome.retryable = may_pass;
        self
    }

    pub(crate) fn with_retry_after(mut self, time: Option<std::time::Duration>) -> Self {
        self.0.retry_after = time;
        self
    }

    pub(crate) fn retry_after(&self) -> Option<std::time::Duration> {
        self.0.retry_after
    }

    pub(crate) fn is_before_the_call(&self) -> bool {
        self.0.before
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.0.sent
    }

    /// Adds what is known of the call. An error that brought an outcome of its own is of a call that a layer made: what that
    /// left open stays open.
    pub(crate) fn with_call(mut self, outcome: Outcome, mut attempts: Vec<Attempt>) -> Self {
        let own = self.0.outcome;
        self.0.outcome = match self.0.attempts.is_empty() && own == Outcome::default() {
            true => outcome,
            false => Outcome { unknown: own.unknown || outcome.unknown, retryable: own.retryable && outcome.retryable },
        };
        attempts.append(&mut self.0.attempts);
        self.0.attempts = attempts;
        self
    }

    /// What caused it, for an error that takes its place.
    pub(crate) fn into_source(self) -> Option<BoxError> {
        self.0.source
    }

    /// Unboxes our own error; anything else came from a caller's layer.
    pub(crate) fn from_layer(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => *own,
            Err(foreign) => Self::new(ErrorKind::Middleware, "a layer of the application failed").with_source(foreign),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lang(Lang::En).fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("outcome_unknown", &self.0.outcome.unknown)
            .field("request_id", &self.0.request_id)
            .field("rejection", &self.0.rejection)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_word_wide_and_crosses_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn our_own_error_is_unboxed_and_a_foreign_one_becomes_middleware() {
        let own = Error::from_layer(Box::new(Error::config("x")));
        assert_eq!(own.kind(), ErrorKind::Config);
        let foreign = Error::from_layer("too many".into());
        assert_eq!(foreign.kind(), ErrorKind::Middleware);
        assert_eq!(std::error::Error::source(&foreign).map(ToString::to_string).as_deref(), Some("too many"));
    }

    #[test]
    fn display_warns_when_the_outcome_is_unknown() {
        let error = Error::new(ErrorKind::Timeout, "no answer within 3 s")
            .with_request_id(Some("08F7-0"))
            .with_call(Outcome { unknown: true, retryable: false }, Vec::new());
        let expected = "outcome unknown, query before repeating: no answer within 3 s (Request-ID 08F7-0)";
        assert_eq!(error.to_string(), expected);
    }
}
