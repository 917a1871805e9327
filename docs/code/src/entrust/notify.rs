use wechatpay_chain::{Client, Notice, Value, http};

/// APIv2 notifies by XML and wants XML back. `book` stores what it gets under the
/// number of the order or contract, once.
pub fn notify(
    wxpay: &Client,
    body: &[u8],
    book: impl FnOnce(&Value) -> bool,
) -> http::Response<String> {
    match wxpay.notice_v2(body) {
        Ok(notice) if book(&notice) => Notice::accept_v2(),
        _ => Notice::refuse_v2(),
    }
}
