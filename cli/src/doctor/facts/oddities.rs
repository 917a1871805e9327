//! What stands in the place of a value of one line, where that can be seen from its form.

use std::path::Path;

/// What is odd about a value that does not have the form it should have, as the end of a sentence; nothing that shows the value.
pub(in crate::doctor) fn odd(value: &str) -> Option<(&'static str, &'static str)> {
    let is_placeholder = value.starts_with('$')
        || value.contains("${")
        || value.contains("{{")
        || value.starts_with('<') && value.ends_with('>')
        || value.starts_with("your") && value.contains(['-', '_']);
    match () {
        () if value.contains("-----BEGIN") => Some(("it is a PEM text", "这是 PEM 文本")),
        () if value.contains(" #") => {
            Some(("a `#` is a comment only where a line begins", "`#` 只有在行首才是注释，行尾的注释成了值的一部分"))
        }
        () if is_placeholder => Some(("it is a placeholder that nothing replaced", "这是未替换的占位符")),
        () if value.ends_with([';', ',']) => Some(("it ends with `;` or `,`", "末尾多了 `;` 或 `,`")),
        () if value.contains(['/', '\\']) || is_file_name(value) => Some(("it is a path", "这是文件路径")),
        () if value.starts_with("PUB_KEY_ID_") => {
            Some(("it is the id of WeChat Pay's public key", "这是微信支付公钥 ID"))
        }
        () if is_appid(value) => Some(("it is an AppID", "这是 AppID")),
        () if is_mchid(value) => Some(("it is a merchant number", "这是商户号")),
        () => None,
    }
}

/// Whether it is the name of a file, as those of keys are called.
fn is_file_name(value: &str) -> bool {
    let extension = Path::new(value).extension();
    extension.is_some_and(|it| ["pem", "key", "txt", "p12"].iter().any(|known| it.eq_ignore_ascii_case(known)))
}

/// Whether it has the form of an `AppID`.
pub(in crate::doctor) fn is_appid(text: &str) -> bool {
    let is_right = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.strip_prefix("wx").is_some_and(|rest| rest.len() == 16 && rest.bytes().all(is_right))
}

/// Whether it has the form of a merchant number.
pub(in crate::doctor) fn is_mchid(text: &str) -> bool {
    (8..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_place_of_a_value_is_named() {
        for (value, expected) in [
            ("1900000109 # the shop", "comment"),
            ("$MCHID", "placeholder"),
            ("${WECHATPAY_MCHID}", "placeholder"),
            ("<mchid>", "placeholder"),
            ("your-api-v3-key", "placeholder"),
            ("1900000109;", "`;`"),
            ("/etc/pay/v3.key", "path"),
            ("apiclient_cert.pem", "path"),
            ("PUB_KEY_ID_0114232134912410000000000000", "public key"),
            ("wxd678efh567hg6787", "AppID"),
            ("1900000109", "merchant number"),
            ("-----BEGIN PRIVATE KEY-----", "PEM"),
        ] {
            let (en, zh) = odd(value).unwrap();
            assert!(en.contains(expected) && !zh.is_ascii(), "{value}: {en}");
        }
        assert_eq!((odd("0123456789abcdef"), odd("190000010O")), (None, None));
    }
}
