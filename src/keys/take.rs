//! Takes what a purpose needs out of what was given, or says what was given and which command makes the right thing of it.

use super::advice;
use super::form::{Form, Piece};
use super::want::Want;
use crate::crypto::der::{Algorithm, Kind};
use crate::error::{Error, Result};

/// What each piece that fits was read as, in order; one at least.
///
/// `read` gives `None` for a piece of another kind, and why a piece of the right kind cannot be used.
pub(crate) fn take<T>(
    pieces: &[Piece],
    want: Want,
    read: impl Fn(&Piece) -> Option<Result<T, String>>,
) -> Result<Vec<T>, String> {
    let mut taken = Vec::new();
    let mut unusable = None;
    for found in pieces.iter().filter_map(read) {
        match found {
            Ok(found) => taken.push(found),
            Err(why) => unusable = unusable.or(Some(why)),
        }
    }
    if !taken.is_empty() {
        return Ok(taken);
    }
    Err(unusable.unwrap_or_else(|| {
        let closest = pieces.iter().min_by_key(|piece| (distance(piece, want), !is_rsa(piece.form)));
        closest.map_or_else(|| "nothing was given".to_owned(), |piece| advice::complaint(piece, want))
    }))
}

/// What the first piece that fits was read as.
pub(crate) fn take_first<T>(
    pieces: &[Piece],
    want: Want,
    read: impl Fn(&Piece) -> Option<Result<T, String>>,
) -> Result<T> {
    let taken = take(pieces, want, read).map_err(|why| Error::config(format!("{}: {why}", want.noun())));
    taken.map(|mut taken| taken.swap_remove(0))
}

fn is_rsa(form: Form) -> bool {
    matches!(
        form,
        Form::Der(
            Kind::PrivateKey { algorithm: Algorithm::Rsa, .. }
                | Kind::PublicKey { algorithm: Algorithm::Rsa, .. }
                | Kind::Certificate(Algorithm::Rsa)
        )
    )
}

/// How far a piece is from what is wanted: of several, the closest is named.
fn distance(piece: &Piece, want: Want) -> u8 {
    let labelled = |word: &str| piece.label.as_ref().is_some_and(|label| label.contains(word));
    match (piece.form, want) {
        (
            Form::Der(Kind::PrivateKey { .. } | Kind::EncryptedKey)
            | Form::OldEncrypted
            | Form::OpenSshKey { .. }
            | Form::Putty,
            Want::PrivateKey,
        )
        | (
            Form::Der(Kind::PublicKey { .. } | Kind::Certificate(_)) | Form::SshPublic { .. } | Form::Ssh2Public { .. },
            Want::PublicKey,
        )
        | (Form::Der(Kind::Certificate(_) | Kind::Pkcs7), Want::Certificate) => 0,
        (Form::Damaged | Form::Der(Kind::CutOff), Want::PrivateKey) if labelled("PRIVATE") => 0,
        (Form::Damaged | Form::Der(Kind::CutOff), Want::PublicKey) if labelled("PUBLIC") => 0,
        (Form::Damaged | Form::Der(Kind::CutOff), Want::Certificate) if labelled("CERTIFICATE") => 0,
        (Form::Der(Kind::Pkcs12) | Form::JavaKeystore, _)
        | (Form::Der(Kind::Pkcs7 | Kind::Request), Want::PublicKey) => 1,
        (Form::Damaged | Form::Der(Kind::CutOff), _) => 3,
        (Form::Parameters | Form::Unknown | Form::Empty, _) => 4,
        _ => 2,
    }
}
