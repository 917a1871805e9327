//! The text of a QR code as a picture that stands in the page itself.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::error::{Error, Result};

/// A picture, black on white whatever the page's colours are, with the quiet zone that a camera needs.
pub(super) fn svg(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    let code = code.map_err(|error| Error::Mismatch(format!("the code_url cannot be a QR code: {error}")))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
    // Within a page there is no place for the XML declaration.
    Ok(picture.split_once("?>").map_or(picture.clone(), |(_, picture)| picture.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_picture_without_a_declaration() {
        let picture = svg("weixin://wxpay/bizpayurl?pr=qnu8Gibzz").unwrap();
        assert!(picture.starts_with("<svg") && picture.contains("#fff"), "{}", &picture[..80]);
    }

    #[test]
    fn what_is_too_long_is_an_error() {
        assert!(matches!(svg(&"x".repeat(3_000)), Err(Error::Mismatch(_))));
    }
}
