use wechatpay_chain::{Client, Notice, http};

/// For any other framework: the headers, and the body as it came, byte for byte.
pub fn answer(
    wxpay: &Client,
    headers: &http::HeaderMap,
    body: &[u8],
    book: impl FnOnce(&Notice) -> wechatpay_chain::Result<()>,
) -> http::Response<String> {
    match wxpay.notice(headers, body).and_then(|notice| book(&notice)) {
        Ok(()) => Notice::accept(),
        // 401 if it was not verified, else 500, so that it comes again.
        Err(error) => Notice::refuse(&error),
    }
}
