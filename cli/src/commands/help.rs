//! What the help of a command needs beside the words that clap knows.

/// The help of one command; the English summary is the comment above its variant or arguments.
pub(crate) struct Help {
    /// The words of the command: `"bill sum"`.
    pub(crate) command: &'static str,
    /// Its summary in Chinese.
    pub(crate) zh: &'static str,
    /// Lines that can be typed, without `$ `.
    pub(crate) examples: &'static [&'static str],
}
