//! Where keys and certificates come from: a text, one of the URL-like forms of the PHP library, or a file.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file_url;
use super::form::{self, Form, Piece};
use super::want::Want;
use crate::error::{Error, Result};

/// More than any key or chain has.
const LARGEST: usize = 1 << 20;

/// What is in a text.
pub(crate) fn of_text(text: &str, want: Want) -> Result<Vec<Piece>> {
    if text.len() > LARGEST {
        let (noun, length) = (want.noun(), text.len());
        return Err(Error::config(format!("{noun}: a text of {length} bytes, at most {LARGEST} are read")));
    }
    Ok(form::recognise(trimmed(text).as_bytes()))
}

/// What is in a text, or in the file whose path or `file:` URL it is.
pub(crate) fn of_text_or_file(text: &str, want: Want) -> Result<Vec<Piece>> {
    let name = trimmed(text);
    if let Some(path) = file_url::path(name).filter(|_| !name.contains("-----BEGIN")) {
        let path = path.map_err(|why| Error::config(format!("{}: the `file:` URL {why}", want.noun())))?;
        return of_file(Path::new(&path), want);
    }
    let pieces = of_text(text, want)?;
    let is_unknown = pieces.iter().all(|piece| piece.form == Form::Unknown);
    match is_unknown && name.len() <= LONGEST_PATH && (is_path(name) || Path::new(name).exists()) {
        true => of_file(Path::new(name), want),
        false => Ok(pieces),
    }
}

/// What is in a file.
pub(crate) fn of_file(path: &Path, want: Want) -> Result<Vec<Piece>> {
    let content = read(path, want)?;
    Ok(form::recognise(&content))
}

/// What is in a file, which a `file:` URL may name too.
pub(crate) fn of_path(path: &Path, want: Want) -> Result<Vec<Piece>> {
    let Some(text) = path.to_str() else { return of_file(path, want) };
    if text.contains("-----BEGIN") {
        let noun = want.noun();
        return Err(Error::config(format!(
            "{noun}: a PEM text was given as the path of a file; `from_pem` reads texts"
        )));
    }
    match file_url::path(text) {
        Some(Ok(url)) if !path.exists() => of_file(&PathBuf::from(url), want),
        Some(Err(why)) if !path.exists() => Err(Error::config(format!("{}: the `file:` URL {why}", want.noun()))),
        _ => of_file(path, want),
    }
}

/// Reads a file of a sensible size; the error names the path, unless it may be a key that was taken for one.
fn read(path: &Path, want: Want) -> Result<Zeroizing<Vec<u8>>> {
    let shown = path.to_str().filter(|text| is_path(text)).unwrap_or("of that name");
    let noun = want.noun();
    let failed = |error| Error::config(format!("{noun}: cannot read the file {shown}")).with_source(error);
    let refused = |why: &str| Error::config(format!("{noun}: cannot read the file {shown}: {why}"));
    // A pipe would be waited for, a device never ends.
    let about = match fs::metadata(path) {
        Err(_) if path.starts_with("~") => return Err(refused("only shells replace `~` by the home directory")),
        about => about.map_err(failed)?,
    };
    if about.is_dir() {
        return Err(refused("it is a directory"));
    }
    if !about.is_file() {
        return Err(refused("it is a pipe or a device, expected a file"));
    }
    let mut content = Zeroizing::new(Vec::with_capacity(LARGEST.min(4096)));
    let limit = LARGEST as u64 + 1;
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut content)).map_err(failed)?;
    match content.len() > LARGEST {
        true => Err(refused(&format!("it has more than {LARGEST} bytes, so it is no key"))),
        false => Ok(content),
    }
}

/// The text without what files of settings leave around it: blanks, quotes, a byte-order mark.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '"' | '\'' | '`'))
}

/// Longer names no system takes.
const LONGEST_PATH: usize = 4096;

/// So many letters and digits in a row may be of a key.
const LONGEST_WORD: usize = 40;

/// Whether a text is surely a path: base64 has no dot and long words, and a key is longer.
fn is_path(text: &str) -> bool {
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=');
    let has_long_word = text.split(|c| !of_base64(c)).any(|word| word.len() >= LONGEST_WORD);
    text.len() < 256 && text.contains('.') && !has_long_word && !text.starts_with("MII")
}
