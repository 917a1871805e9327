//! Names of the API's vocabulary, as the PHP library's property syntax has them.

use std::borrow::Cow;

/// A name by the rules of the PHP library's property syntax.
pub(crate) fn normalize(name: &'static str) -> Cow<'static, str> {
    if name == "_empty_" {
        return Cow::Borrowed("");
    }
    let variable = name.len() > 2 && name.starts_with('_') && name.ends_with('_') && !name.contains('\n');
    if !variable && !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 4);
    for (at, character) in name.char_indices() {
        if character.is_ascii_uppercase() && at > 0 {
            out.push('-');
        }
        out.push(character.to_ascii_lowercase());
    }
    if variable {
        out.replace_range(..1, "{");
        out.replace_range(out.len() - 1.., "}");
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_as_in_php() {
        for (name, expected) in [
            ("v3", "v3"),
            ("V3", "v3"),
            ("merchantService", "merchant-service"),
            ("complaintsV2", "complaints-v2"),
            ("OutTradeNO", "out-trade-n-o"),
            ("SNAKE_CASE", "s-n-a-k-e_-c-a-s-e"),
            ("_out_trade_no_", "{out_trade_no}"),
            ("_OutTradeNo_", "{-out-trade-no}"),
            ("____", "{__}"),
            ("_", "_"),
            ("__", "__"),
            ("_a\nb_", "_a\nb_"),
            ("trailing_", "trailing_"),
            ("a--B", "a---b"),
            ("_empty_", ""),
            ("微信Pay", "微信-pay"),
        ] {
            assert_eq!(normalize(name), expected, "{name}");
        }
    }
}
