//! What a fault does to a notice.

use wechatpay_chain::gateway::PlatformKey;

use super::envelope::{Sealing, envelope, unusable, usual};
use super::letter::{Letter, Stamp};
use super::papers::Papers;
use super::v2;
use crate::engine::call::Version;
use crate::engine::notices::Notice;
use crate::keys::KeyError;
use crate::keys::stranger::stranger;

/// A fault of the letter itself. `DUPLICATE`, `LATE`, `LOST` and `REORDERED` are about when it goes, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trick {
    /// Signed by somebody else under the platform's name.
    Forged,
    /// A byte is changed after it was signed.
    Tampered,
    /// Signed so many seconds ago.
    Stale(u32),
    /// Signed by a key that nobody holds.
    UnknownSerial,
    /// The signature is a probe.
    Probe,
    /// Sealed with another key than the merchant's.
    WrongKey,
    EmptyAad,
    NoAad,
    NoTypeHeader,
    V2Xml,
}

impl Trick {
    /// The one of a name and its argument; `None` if nothing is wrong with the letter.
    pub(super) fn of(name: &str, argument: u32) -> Option<Self> {
        Some(match name {
            "FORGED" => Self::Forged,
            "TAMPERED" => Self::Tampered,
            "STALE" => Self::Stale(argument),
            "UNKNOWN_SERIAL" => Self::UnknownSerial,
            "PROBE" => Self::Probe,
            "WRONG_KEY" => Self::WrongKey,
            "EMPTY_AAD" => Self::EmptyAad,
            "NO_AAD" => Self::NoAad,
            "NO_TYPE_HEADER" => Self::NoTypeHeader,
            "V2_XML" => Self::V2Xml,
            _ => return None,
        })
    }
}

/// A secret of nobody's, as long as an APIv3 key or an APIv2 key.
const NOBODYS: &str = "nobody-has-this-key-0123456789ab";

/// The body that a fault asks for, if it is another one.
///
/// # Errors
///
/// Should a key not be usable.
pub(super) fn body(trick: Trick, notice: &Notice, papers: &Papers) -> Result<Option<String>, KeyError> {
    let sealed = |sealing| envelope(notice, sealing).map(Some);
    match (trick, notice.version) {
        (Trick::Forged | Trick::WrongKey, Version::V2) => v2::body(notice, NOBODYS, NOBODYS).map(Some),
        (Trick::WrongKey, Version::V3) => sealed(Sealing { api_v3_key: NOBODYS, ..usual(notice, papers) }),
        (Trick::EmptyAad, _) => sealed(Sealing { associated_data: Some(""), ..usual(notice, papers) }),
        (Trick::NoAad, _) => sealed(Sealing { associated_data: None, ..usual(notice, papers) }),
        (Trick::V2Xml, Version::V3) => v2::translated(notice, papers.secret()).map(Some),
        _ => Ok(None),
    }
}

/// A letter that was written rightly, as a fault leaves it.
///
/// # Errors
///
/// Should a key not be usable.
pub(super) fn spoil(trick: Trick, mut letter: Letter, papers: &Papers, stamp: &Stamp) -> Result<Letter, KeyError> {
    match trick {
        Trick::Forged => resign(&mut letter, &stranger()?, stamp.seconds, stamp, Some(papers.key.id()))?,
        Trick::UnknownSerial => resign(&mut letter, &stranger()?, stamp.seconds, stamp, None)?,
        Trick::Stale(ago) => resign(&mut letter, &papers.key, stamp.seconds.saturating_sub(ago.into()), stamp, None)?,
        Trick::Probe => change(&mut letter, "Wechatpay-Signature", |value| format!("WECHATPAY/SIGNTEST/{value}")),
        Trick::Tampered => tamper(&mut letter.body),
        Trick::NoTypeHeader => letter.headers.retain(|(name, _)| *name != "Wechatpay-Signature-Type"),
        Trick::WrongKey | Trick::EmptyAad | Trick::NoAad | Trick::V2Xml => {}
    }
    Ok(letter)
}

/// Signs it again, by a key and perhaps under another one's name. What is not signed by a platform key stays as it is.
fn resign(
    letter: &mut Letter,
    key: &PlatformKey,
    seconds: u64,
    stamp: &Stamp,
    name: Option<&str>,
) -> Result<(), KeyError> {
    let before = letter.headers.len();
    letter.headers.retain(|(name, _)| !name.starts_with("Wechatpay-"));
    if letter.headers.len() == before {
        return Ok(());
    }
    let signature = key.sign(seconds, &stamp.nonce, &letter.body).map_err(|error| unusable(&error))?;
    letter.headers.extend(signature.headers());
    if let Some(name) = name {
        change(letter, "Wechatpay-Serial", |_| name.to_owned());
    }
    Ok(())
}

fn change(letter: &mut Letter, name: &str, value: impl Fn(&str) -> String) {
    letter.headers.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, old)| *old = value(old));
}

/// Changes a digit that is part of nothing sealed: of the envelope's time, else the last one. Who does not verify does not notice.
fn tamper(body: &mut [u8]) {
    const TIME: &[u8] = br#""create_time":"2026-11-25T10:00:00"#;
    const NAME: &[u8] = br#""create_time":""#;
    let time = body.windows(NAME.len()).position(|window| window == NAME).map(|at| at + TIME.len() - 1);
    let at = time.or_else(|| body.iter().rposition(u8::is_ascii_digit));
    if let Some(byte) = at.and_then(|at| body.get_mut(at)) {
        *byte = if *byte == b'0' { b'1' } else { b'0' };
    }
}
