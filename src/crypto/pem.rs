//! PEM, as people paste it: CRLF, stray blanks and a byte-order mark are no reason to refuse a key.

use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// One PEM block.
pub(crate) struct Block {
    pub(crate) label: String,
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// The first PEM block of a text.
pub(crate) fn decode(text: &str, what: &str) -> Result<Block> {
    let tidy = tidy(text, what)?;
    pem::parse(tidy.as_bytes()).map(Block::from).map_err(|error| damaged(error, what))
}

/// All PEM blocks of a text, one at least.
#[cfg(feature = "tls")]
pub(crate) fn decode_all(text: &str, what: &str) -> Result<Vec<Block>> {
    let tidy = tidy(text, what)?;
    let blocks = pem::parse_many(tidy.as_bytes()).map_err(|error| damaged(error, what))?;
    Ok(blocks.into_iter().map(Block::from).collect())
}

impl From<pem::Pem> for Block {
    fn from(pem: pem::Pem) -> Self {
        Self { label: pem.tag().to_owned(), der: Zeroizing::new(pem.into_contents()) }
    }
}

fn damaged(error: pem::PemError, what: &str) -> Error {
    Error::config(format!("{what}: the PEM text is damaged")).with_source(error)
}

/// The text without blank lines, indentation and CRs.
fn tidy(text: &str, what: &str) -> Result<Zeroizing<String>> {
    let mut tidy = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty()) {
        tidy.push_str(line);
        tidy.push('\n');
    }
    if !tidy.contains("-----BEGIN ") {
        let hint = if text.len() < 256 { "; a file is read by `load(\"file:///path/to.pem\")`" } else { "" };
        let message = format!("{what}: no PEM text (`-----BEGIN …-----`) found in {} characters{hint}", text.len());
        return Err(Error::config(message));
    }
    Ok(tidy)
}

/// The lines of a PEM file with this label around `der`, ended as WeChat Pay's are: some programs know no other.
#[cfg(feature = "mock")]
pub(crate) fn encode(label: &str, der: &[u8]) -> String {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&pem::Pem::new(label, der), config)
}
