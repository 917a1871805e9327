//! The entries that a verb and a path name.

use serde_json::json;
use wechatpay_catalog::{Operation, nearest_paths, operations_at};

use crate::base::failure::Failure;
use crate::base::output::plain;
use crate::base::text::text;
use crate::commands::context::Context;
use crate::endpoint::{Place, operation};

/// So many paths are named instead of one that is not there.
const NEAREST: usize = 5;

/// The entries of `[VERB] PATH`, one for every verb where none was named.
pub(super) fn entries(words: &[String]) -> Result<(String, Vec<Operation>), Failure> {
    let place = Place::of(words, false)?;
    let path = place.path().split('?').next().unwrap_or_default().to_owned();
    let entries = match words.len() {
        1 => operations_at(&path).collect(),
        _ => operation(place.method.as_str(), &path).into_iter().collect(),
    };
    Ok((path, entries))
}

/// Says that there is no such entry, and which are near.
pub(super) fn none(path: &str, context: &Context) -> u8 {
    let nearest = nearest_paths(path, NEAREST);
    let near = nearest.join("\n  ");
    let path = plain(path);
    let said = text!("no entry {path}; near to it:\n  {near}", "目录中没有 {path}；相近的有：\n  {near}");
    context.show(|| json!({"nearest": nearest}), || said.of(context.lang).to_owned());
    1
}
