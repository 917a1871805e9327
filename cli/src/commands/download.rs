//! Files that are downloaded: written whole and checked, or not at all; what several commands need.

use std::path::Path;

use serde_json::{Value, json};
use wechatpay_chain::{Client, Download, Response};

use super::context::Context;
use crate::base::failure::Failure;
use crate::base::files::{self, Mode, NewFile};
use crate::base::output;
use crate::base::progress::Progress;

/// A file that was written, and how it was checked.
pub(crate) struct Written {
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) hash_type: Option<String>,
}

impl Written {
    pub(crate) fn json(&self) -> Value {
        json!({"file": self.file, "bytes": self.bytes, "hash_type": self.hash_type, "hash_verified": self.hash_type.is_some()})
    }

    pub(crate) fn text(&self) -> String {
        let hash = self.hash_type.as_deref().map(|name| format!(" · {name} ✓")).unwrap_or_default();
        format!("{}: {} bytes{hash}", self.file, self.bytes)
    }
}

/// Whether a JSON answer names a file, and by which hash.
pub(crate) fn named(body: &Value) -> Option<String> {
    let one = body.get("download_url").map(|_| body);
    let first = body.pointer("/download_bill_list/0");
    let named = one.or(first).filter(|file| file.get("download_url").is_some() && file.get("hash_value").is_some())?;
    Some(named.get("hash_type").and_then(Value::as_str).unwrap_or("SHA1").to_owned())
}

/// Writes the file that an answer names, else the answer itself.
pub(crate) fn of_answer(
    client: &Client,
    response: &Response,
    path: &Path,
    force: bool,
    context: &Context,
) -> Result<Written, Failure> {
    if let Some(hash_type) = response.value().ok().as_ref().and_then(named) {
        return download(client.download(response)?, path, force, Some(hash_type), context);
    }
    files::write(path, response.bytes(), Mode::Private, force)?;
    let bytes = response.bytes().len() as u64;
    Ok(Written { file: path.display().to_string(), bytes, hash_type: None })
}

/// Writes what is downloaded; a file that is not whole and right is not there afterwards.
pub(crate) fn download(
    download: Download,
    path: &Path,
    force: bool,
    hash_type: Option<String>,
    context: &Context,
) -> Result<Written, Failure> {
    let progress = Progress::new(context.flags.quiet || context.is_json());
    let shown = progress.clone();
    let download = download.progress(move |done, of| shown.at(done, of));
    let bytes = write(download, path, force);
    // Also after a failure, whose message takes the place of the bar.
    progress.end();
    Ok(Written { file: path.display().to_string(), bytes: bytes?, hash_type })
}

fn write(download: Download, path: &Path, force: bool) -> Result<u64, Failure> {
    if files::is_dash(path) {
        // What was not checked yet must not reach a pipe.
        let mut whole = Vec::new();
        let bytes = download.limit(files::LARGEST).to_writer(&mut whole)?;
        output::print_bytes(&whole);
        return Ok(bytes);
    }
    let mut file = NewFile::create(path, Mode::Private, force)?;
    let bytes = download.to_writer(&mut file)?;
    file.finish()?;
    Ok(bytes)
}
