//! Files that are downloaded: written whole and checked, or not at all; what several commands need.

use std::io::Write as _;
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
fn named(body: &Value) -> Option<String> {
    let one = body.get("download_url").map(|_| body);
    let first = body.pointer("/download_bill_list/0");
    let named = one.or(first).filter(|file| file.get("download_url").is_some() && file.get("hash_value").is_some())?;
    Some(named.get("hash_type").and_then(Value::as_str).unwrap_or("SHA1").to_owned())
}

/// Where a file is going to be: opened before anything is asked for, so that a place which cannot be written to costs no answer.
pub(crate) struct Target {
    name: String,
    /// `None` for stdout.
    file: Option<NewFile>,
}

impl Target {
    /// # Errors
    ///
    /// `Io` (exit 8): the file exists and `force` was not given, or its folder cannot be written to.
    pub(crate) fn open(path: &Path, force: bool) -> Result<Self, Failure> {
        let file = if files::is_dash(path) { None } else { Some(NewFile::create(path, Mode::Private, force)?) };
        Ok(Self { name: path.display().to_string(), file })
    }

    /// Writes the file that an answer names, else the answer itself.
    pub(crate) fn keep(self, client: &Client, answer: &Response, context: &Context) -> Result<Written, Failure> {
        if let Some(hash_type) = answer.value().ok().as_ref().and_then(named) {
            return self.download(client.download(answer)?, Some(hash_type), context);
        }
        let name = self.name;
        match self.file {
            None => output::print_bytes(answer.bytes()),
            Some(mut file) => {
                let failed = |error| files::cannot(Path::new(&name), "write", "写入", &error);
                file.write_all(answer.bytes()).map_err(failed)?;
                file.finish()?;
            }
        }
        Ok(Written { file: name, bytes: answer.bytes().len() as u64, hash_type: None })
    }

    /// Writes what is downloaded; a file that is not whole and right is not there afterwards.
    pub(crate) fn download(
        self,
        download: Download,
        hash_type: Option<String>,
        context: &Context,
    ) -> Result<Written, Failure> {
        let progress = Progress::new(context.flags.quiet || context.is_json());
        let shown = progress.clone();
        let bytes = write(self.file, download.progress(move |done, of| shown.at(done, of)));
        // Also after a failure, whose message takes the place of the bar.
        progress.end();
        Ok(Written { file: self.name, bytes: bytes?, hash_type })
    }
}

fn write(file: Option<NewFile>, download: Download) -> Result<u64, Failure> {
    let Some(mut file) = file else {
        // What was not checked yet must not reach a pipe.
        let mut whole = Vec::new();
        let bytes = download.limit(files::LARGEST).to_writer(&mut whole)?;
        output::print_bytes(&whole);
        return Ok(bytes);
    };
    let bytes = download.to_writer(&mut file)?;
    file.finish()?;
    Ok(bytes)
}
