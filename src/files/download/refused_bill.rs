//! A bill of APIv2 that is none: under the same status it is XML that says why.

use crate::error::Error;
use crate::exchange::response::Response;
use crate::protocol::v2::answer;
use crate::request::prepare::Prepared;
use crate::transport::file_body::FileBody;

/// The start of a bill of APIv2, which says under the same status, in XML, why there is none.
pub(super) struct BillStart {
    path: String,
    held: Vec<u8>,
}

impl BillStart {
    const LONGEST: usize = 64 * 1024;

    pub(super) fn of(request: &Prepared) -> Self {
        Self { path: request.operation.clone(), held: Vec::new() }
    }

    /// All bytes so far, once there is more than a byte order mark and blanks.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<bytes::Bytes> {
        self.held.extend_from_slice(bytes);
        let told = !Self::text(&self.held).is_empty() || self.held.len() > Self::LONGEST;
        told.then(|| std::mem::take(&mut self.held).into())
    }

    pub(super) fn is_document(bytes: &[u8]) -> bool {
        Self::text(bytes).starts_with(b"<")
    }

    fn text(bytes: &[u8]) -> &[u8] {
        const BOM: &[u8] = b"\xef\xbb\xbf";
        // Of a mark that is not whole yet nothing can be told.
        let rest = bytes.trim_ascii_start();
        let rest = if BOM.starts_with(rest) { &[] } else { rest };
        rest.strip_prefix(BOM).unwrap_or(rest).trim_ascii_start()
    }

    /// The refusal that came in the place of a bill.
    pub(super) async fn refusal(
        &self,
        response: &Response,
        body: &mut FileBody,
        first: bytes::Bytes,
        idle: std::time::Duration,
    ) -> Error {
        let mut document = first.to_vec();
        loop {
            match body.next(idle).await {
                Ok(Some(bytes)) if document.len() < Self::LONGEST => document.extend_from_slice(&bytes),
                Ok(Some(_) | None) => break,
                Err(error) => return error,
            }
        }
        match answer::read(&self.path, &document).and_then(|answer| answer.refusal(&self.path)) {
            Ok(Some(refusal)) => {
                Error::rejected(refusal.into_rejection(response.status(), response.headers(), document.into(), false))
            }
            Ok(None) => answer::unreadable("it is XML, and neither a bill nor a refusal"),
            Err(why) => answer::unreadable(&why),
        }
    }
}
