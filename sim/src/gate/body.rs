//! Steps 8 and 9: what kind of body a request has, and the headers that its endpoint asks for.

use wechatpay_catalog::{Field, Part, Required};
use wechatpay_chain::gateway::Form;

use super::arrived::Arrived;
use super::route::Found;
use super::stop::Stop;
use crate::engine::answer::Refusal;
use crate::schema::document::{self, Document};

/// Reads the body; of an upload its meta.
pub(crate) fn read(arrived: &Arrived, found: Found, form: Option<&Form>) -> Result<Document, Stop> {
    let refuse = |why: &str, message: &str| Err(Stop::new("8", why, Refusal::param("", "body", message)));
    if found.operation.is_upload() {
        let Some(form) = form else {
            return refuse("content_type", "Content-Type应为multipart/form-data");
        };
        return parse(form.meta().unwrap_or_default());
    }
    if arrived.body.is_empty() {
        return Ok(Document::none());
    }
    match arrived.content_type().eq_ignore_ascii_case("application/json") {
        true => parse(&arrived.body),
        false => refuse("content_type", "Content-Type应为application/json"),
    }
}

fn parse(body: &[u8]) -> Result<Document, Stop> {
    document::parse(body).map_err(|refusal| {
        // What names a member is about the form of the whole, which comes later.
        let names_one =
            refusal.detail.as_ref().and_then(|detail| detail["field"].as_str()).is_some_and(|at| !at.is_empty());
        Stop::new(if names_one { "11" } else { "8" }, "json", refusal)
    })
}

/// Step 9: `Idempotency-Key` where it is required.
pub(crate) fn headers(arrived: &Arrived, found: Found) -> Result<(), Stop> {
    let required = found.operation.fields(Part::Header).into_iter().filter(|field| field.required() == Required::Yes);
    // Who has no ciphertext needs no name of a key, whatever the page says.
    let due = required.filter(|field| !field.name().eq_ignore_ascii_case("wechatpay-serial"));
    match due.map(Field::name).find(|name| arrived.named(name).is_none()) {
        None => Ok(()),
        Some(name) => {
            let message = format!("Http头缺少{name}");
            Err(Stop::new("9", "header_missing", Refusal::param(name, "header", message)))
        }
    }
}
