//! Step 11: whether the request has the form that its page describes.

use wechatpay_catalog::Operation;

use super::stop::Stop;
use crate::engine::answer::Warning;
use crate::engine::rules::Rules;
use crate::schema::check::{Sent, check};
use crate::schema::document::Document;

/// Checks query and body, ciphertext opened.
pub(crate) fn form(
    operation: Operation,
    query: &[(String, String)],
    document: &Document,
    rules: &Rules,
) -> Result<Vec<Warning>, Stop> {
    check(Sent { operation, query, document }, rules).map_err(|refusal| {
        let unknown = refusal.internal == 270_924_358;
        Stop::new("11", if unknown { "unknown_member" } else { "form" }, refusal).doc(operation.doc())
    })
}
