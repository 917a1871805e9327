//! The languages an error can be told in.

/// The language of an error's sentence, for [`Error::lang`](crate::Error::lang).
///
/// ```
/// use wechatpay_chain::{Client, Lang};
///
/// let error = Client::builder().mchid("").build().unwrap_err();
/// assert!(error.lang(Lang::En).to_string().starts_with("mchid is empty, expected digits; "));
/// assert!(error.lang(Lang::Zh).to_string().starts_with("mchid 为空，应为数字；"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English, which `Display` prints.
    En,
    /// Chinese (简体中文).
    Zh,
}
