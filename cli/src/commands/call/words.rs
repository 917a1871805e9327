//! The words that name an endpoint and what goes there, which `call` and `sign` share.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use wechatpay_chain::{Chain, Client, Media};

use crate::base::failure::Failure;
use crate::base::text::text;
use crate::endpoint::{Content, Place, bytes, json_argument, pair};

#[derive(Args)]
pub(super) struct EndpointArgs {
    /// Verb and path: v3/certificates, or v3.certificates; without a verb it is GET, or POST with a payload.
    #[arg(value_names = ["VERB", "PATH"], num_args = 1..=2)]
    words: Vec<String>,

    /// The payload: JSON, @FILE, or - for stdin.
    #[arg(short, long, value_name = "JSON", conflicts_with = "file")]
    data: Option<String>,

    /// A query parameter; any number of times.
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair)]
    query: Vec<(String, String)>,

    /// The value of a template variable; any number of times.
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair)]
    var: Vec<(String, String)>,

    /// A file to upload.
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,

    /// The meta of the upload, in place of name and SHA-256: JSON, @FILE, or -.
    #[arg(long, value_name = "JSON", requires = "file")]
    meta: Option<String>,
}

/// An endpoint and what goes there.
pub(super) struct Endpoint {
    pub(super) place: Place,
    pub(super) content: Content,
    vars: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl EndpointArgs {
    /// Reads what the words name; with `raw` the payload is taken byte for byte.
    pub(super) fn read(&self, raw: bool) -> Result<Endpoint, Failure> {
        let place = Place::of(&self.words, self.data.is_some() || self.file.is_some())?;
        let content = match (&self.data, &self.file) {
            (Some(data), _) if raw => Content::Raw(bytes(data)?),
            (Some(data), _) => Content::Json(json_argument(data, "-d")?),
            (None, Some(path)) => Content::File(self.media(path)?),
            (None, None) => Content::Empty,
        };
        Ok(Endpoint { place, content, vars: self.var.clone(), query: self.query.clone() })
    }

    fn media(&self, path: &std::path::Path) -> Result<Media, Failure> {
        let media = Media::from_path(path)?;
        let Some(meta) = &self.meta else { return Ok(media) };
        match json_argument(meta, "--meta")? {
            meta @ Value::Object(_) => Ok(media.meta(meta)),
            _ => Err(Failure::usage(text!("--meta is no JSON object", "--meta 不是 JSON 对象"))),
        }
    }
}

impl Endpoint {
    /// The chain of it, before anything is encrypted.
    pub(super) fn chain(&self, client: &Client) -> Chain {
        let chain = self.place.chain(client, &self.vars);
        self.query.iter().fold(chain, |chain, (name, value)| chain.query(name, value))
    }
}
