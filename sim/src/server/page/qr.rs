//! QR codes as pictures.

use qrcode::QrCode;
use qrcode::render::svg;

/// Longer than any address here; a code of more could not be read from a screen.
const LONGEST: usize = 1024;

/// The picture of a text as SVG, with the quiet margin that readers need; `None` for none, and for one that is too long.
pub(super) fn svg(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok().filter(|_| (1..=LONGEST).contains(&text.len()))?;
    let color = |name| svg::Color(name);
    Some(code.render().min_dimensions(200, 200).dark_color(color("#000")).light_color(color("#fff")).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_picture_with_its_own_shapes_alone() {
        let picture = svg("weixin://wxpay/bizpayurl?pr=abcdefghzz").unwrap();
        assert!(picture.contains("<svg") && picture.ends_with("</svg>"), "{picture}");
        assert!(picture.contains("viewBox") && !picture.contains("weixin"));
        assert_ne!(picture, svg("weixin://wxpay/bizpayurl?pr=abcdefgizz").unwrap());
    }

    #[test]
    fn no_text_and_too_long_a_text_have_none() {
        assert_eq!((svg(""), svg(&"a".repeat(LONGEST + 1))), (None, None));
        assert!(svg(&"a".repeat(LONGEST)).is_some());
    }
}
