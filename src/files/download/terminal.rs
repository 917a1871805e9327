//! The public face: from an answer, a URL or a chain to a file or a writer.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use http::Method;

use super::fetch::{Fetch, Progress};
use super::plan::{self, IntoFiles, Part};
use super::sink;
use super::target::Target;
use crate::chain::Chain;
use crate::client::Client;
use crate::error::Result;
#[cfg(feature = "sync")]
use crate::exchange::blocking;
use crate::exchange::engine::Engine;
#[cfg(feature = "async")]
use crate::exchange::pending::Pending;
use crate::request::payload::IntoPayload;
use crate::request::prepare::prepare;
use crate::transport::runtime::Drive;

/// The most bytes of a file, unless configured.
const LIMIT: u64 = 8 << 30;

/// A file to be fetched; the terminals (`to_path`, `to_writer` and their `_async` twins) do it.
///
/// The bytes are streamed: whatever the size, a few megabytes of memory are enough. A gzip file is recognised by how it
/// begins and decompressed, an encrypted bill decrypted, the digest is that of the file as it is written. The timeout of the
/// client, or of the chain, holds for the head of the answer and for each wait for more bytes; the whole may take as long as it takes.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # gateway.bills(3);
/// # let wxpay = gateway.client()?;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("2026-11-21.csv");
/// use wechatpay_chain::Bill;
///
/// let bill = wxpay.chain("v3/bill/tradebill").query("bill_date", "2026-11-21").query("tar_type", "GZIP").get()?;
/// wxpay.download(&bill)?.to_path(&path)?; // streams, decompresses, checks hash_value; a wrong hash leaves no file
/// let rows: Vec<_> = Bill::open(&path)?.rows().collect::<Result<_, _>>()?;
/// assert_eq!(rows.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a download does nothing until a terminal such as `.to_path(…)` is called"]
pub struct Download(Fetch);

impl Client {
    /// The file that an answer names: `download_url` with `hash_type` and `hash_value`, or a `download_bill_list` of them.
    ///
    /// Takes the `&Response` of `v3/bill/tradebill` and its like, or a `&Value` with the same members. Several files are
    /// joined by their `bill_sequence`; those with an `encrypt_key` are decrypted with the merchant's private key.
    ///
    /// # Errors
    ///
    /// `Request`, when a member is missing or the URL is not one to be asked (see [`download_url`](Self::download_url));
    /// `Decrypt`, when a key was encrypted for another merchant.
    pub fn download(&self, answer: impl IntoFiles) -> Result<Download> {
        Ok(Download::new(self.engine(), plan::by_answer(&self.engine().merchant, answer)?))
    }

    /// The file of a URL, which is taken verbatim, never decoded or encoded again: complaint images, invoices (发票).
    ///
    /// The host must be that of the `base_uri`, or one of WeChat Pay over https; the path one of the files that WeChat Pay
    /// serves without a signature over their bytes. An invoice is asked for without `Authorization`. **There is no digest to check it by**; for files
    /// that have one, use [`download`](Self::download).
    ///
    /// # Errors
    ///
    /// `Request`, for another URL.
    pub fn download_url(&self, url: impl AsRef<str>) -> Result<Download> {
        Ok(Download::new(self.engine(), vec![plan::by_url(&self.engine().merchant, url.as_ref())?]))
    }
}

impl Chain {
    /// The file that an endpoint answers with, such as an overseas statement.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use wechatpay_chain::{Method, mock::Reply};
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(Method::GET, "v3/global/statements").reply(Reply::file("text/csv", "a,b\r\n"));
    /// # let wxpay = gateway.client()?;
    /// let mut statement = Vec::new();
    /// let chain = wxpay.chain("v3/global/statements").query("date", "20261121").query("mchid", wxpay.mchid());
    /// chain.download(Method::GET, ())?.to_writer(&mut statement)?;
    /// assert_eq!(statement, b"a,b\r\n");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Request`, when the call cannot be made, or its endpoint is not one whose answer may be a file.
    pub fn download(&self, method: Method, payload: impl IntoPayload) -> Result<Download> {
        let engine = self.engine();
        let request = prepare(&engine.merchant, self.description(), method, payload.into_source())?;
        Ok(Download::new(engine, vec![plan::by_request(request)?]))
    }
}

impl Download {
    fn new(engine: &Arc<Engine>, parts: Vec<Part>) -> Self {
        Self(Fetch { engine: Arc::clone(engine), parts, limit: LIMIT, progress: None })
    }

    fn drive(&self) -> Drive {
        self.0.engine.sender.hyper.drive().clone()
    }

    /// Calls `progress` with each piece: how many bytes came, and how many are to come in all, where that is known.
    ///
    /// Both count bytes of the transfer, which are fewer than those of the file where it is compressed.
    pub fn progress(mut self, progress: impl FnMut(u64, Option<u64>) + Send + 'static) -> Self {
        self.0.progress = Some(Progress(Box::new(progress)));
        self
    }

    /// The most bytes the file may have, decompressed; the default is 8 GiB. A longer one is a `Transport` error.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.0.limit = bytes;
        self
    }

    /// Writes the file; the number of its bytes.
    ///
    /// It is written under another name beside `path` and renamed when all is there and right: an error leaves nothing, and
    /// what was there before stays.
    ///
    /// # Errors
    ///
    /// `Verify` for a wrong digest, `Decrypt` for a damaged encrypted file, `Transport` for a transfer that broke off,
    /// `Io` where the file cannot be written, `Rejected` for an expired URL (ask for a new one), and those of any call.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn to_path(self, path: impl AsRef<Path>) -> Result<u64> {
        let target = Target::create(path.as_ref())?;
        let written = blocking::wait(&self.drive(), self.0.run(sink::Inline::new(target.writer()?)))?;
        target.commit().map(|()| written)
    }

    /// Writes to a writer; the number of bytes. They reach it before the digest is known: **on `Err` discard them**.
    ///
    /// # Errors
    ///
    /// As [`to_path`](Self::to_path).
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn to_writer(self, out: impl std::io::Write) -> Result<u64> {
        blocking::wait(&self.drive(), self.0.run(sink::Inline::new(out)))
    }

    /// As `to_path`; unpacks and writes on a thread of its own. Dropping the future leaves nothing behind.
    ///
    /// # Errors
    ///
    /// `Verify` for a wrong digest, `Decrypt` for a damaged encrypted file, `Transport` for a transfer that broke off,
    /// `Io` where the file cannot be written, `Rejected` for an expired URL (ask for a new one), and those of any call.
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub fn to_path_async(self, path: impl AsRef<Path>) -> Pending<u64> {
        let path = path.as_ref().to_owned();
        Pending::new(self.drive(), async move {
            let target = Target::create(&path)?;
            let written = self.0.run(sink::Threaded::start(&target)?).await?;
            target.commit().map(|()| written)
        })
    }

    /// Writes to a tokio writer; the number of bytes. They reach it before the digest is known: **on `Err` discard them**.
    ///
    /// # Errors
    ///
    /// As [`to_path_async`](Self::to_path_async).
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub async fn to_writer_async(self, out: impl tokio::io::AsyncWrite + Unpin + Send) -> Result<u64> {
        let drive = self.drive();
        Box::pin(crate::exchange::pending::in_context(&drive, self.0.run(sink::Asynchronous::new(out)))).await
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("parts", &self.0.parts.len())
            .field("limit", &self.0.limit)
            .finish_non_exhaustive()
    }
}
