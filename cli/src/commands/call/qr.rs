//! A text of an answer as a QR code.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::Value;

use crate::base::output;
use crate::base::text::text;
use crate::commands::context::Context;

/// Shows the text that a pointer names on stderr; what is not there or too long is only told.
pub(super) fn show(body: &Value, pointer: &str, context: &Context) {
    let code = body.pointer(pointer).and_then(Value::as_str).and_then(|text| QrCode::new(text.as_bytes()).ok());
    let shown = code.map(|code| code.render::<Dense1x2>().quiet_zone(true).build());
    let missing =
        text!("the answer has no text at {pointer} that fits a QR code", "应答中 {pointer} 没有可生成二维码的文本");
    output::eprint(&shown.unwrap_or_else(|| output::plain(missing.of(context.lang))));
}
