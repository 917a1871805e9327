//! The bills of the stand-in: generated as they are sent, of any size, plain or compressed, and wrong where asked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use serde_json::json;

use super::journal::Call;
use super::merchant::Parties;
use super::route::Reply;
use super::stream::{BillFault, Pieces};
use crate::crypto::{gcm, hash, random};
use crate::error::BoxError;

/// How much of a bill is made at a time.
const PIECE: usize = 64 * 1024;

/// How long a download URL lives.
const LIFETIME: Duration = Duration::from_secs(30);

const HEADER: &str = "\u{feff}交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,商品名称,应结订单金额,手续费\r\n";
const SUMMARY: &str = "总交易单数,应结订单总金额,手续费总金额\r\n";

/// The bills that the stand-in serves; what [`Server::bills`](super::Server::bills) gives.
///
/// `GET v3/bill/tradebill` and `v3/bill/fundflowbill` name one file, compressed with `tar_type=GZIP`;
/// `v3/bill/sub-merchant-fundflowbill` and `v3/ecommerce/bill/fundflowbill` two encrypted ones, to be joined.
#[derive(Clone, Debug)]
pub struct Bills(Arc<Mutex<Shelf>>);

#[derive(Debug)]
struct Shelf {
    /// `None`: no bills are served.
    rows: Option<u64>,
    fault: Option<BillFault>,
    lifetime: Duration,
    issued: Vec<Issued>,
}

/// A file that an answer named.
#[derive(Debug)]
struct Issued {
    token: String,
    until: Instant,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Generated { rows: u64, gzip: bool },
    Encrypted(Bytes),
}

impl Bills {
    pub(super) fn none() -> Self {
        Self(Arc::new(Mutex::new(Shelf { rows: None, fault: None, lifetime: LIFETIME, issued: Vec::new() })))
    }

    pub(super) fn serve(&self, rows: u64) {
        self.lock().rows = Some(rows);
    }

    /// Makes them wrong from now on.
    pub fn fault(&self, fault: BillFault) -> &Self {
        self.lock().fault = Some(fault);
        self
    }

    /// How long a download URL lives from now on, instead of 30 seconds; then it is answered 404.
    pub fn lifetime(&self, lifetime: Duration) -> &Self {
        self.lock().lifetime = lifetime;
        self
    }

    /// The answer to a call about bills; `None` if it is about something else.
    pub(super) fn answer(&self, call: &Call, parties: &Parties, url: &str) -> Result<Option<Reply>, BoxError> {
        let gzip = call.query().is_some_and(|query| query.split('&').any(|pair| pair == "tar_type=GZIP"));
        let mut stock = self.lock();
        let Some(rows) = stock.rows.filter(|_| call.method() == http::Method::GET) else { return Ok(None) };
        match call.path() {
            "/v3/bill/tradebill" | "/v3/bill/fundflowbill" => stock.name(rows, gzip, url).map(Some),
            "/v3/bill/sub-merchant-fundflowbill" | "/v3/ecommerce/bill/fundflowbill" => {
                stock.name_encrypted(rows, gzip, parties, url).map(Some)
            }
            "/v3/billdownload/file" => Ok(Some(stock.file(call.query().unwrap_or_default()))),
            _ => Ok(None),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn name(&mut self, rows: u64, gzip: bool, url: &str) -> Result<Reply, BoxError> {
        let value = self.hash(|take| Generator::new(rows, false).for_each(|piece| take(&piece)))?;
        let download_url = self.issue(Content::Generated { rows, gzip }, url)?;
        Ok(Reply::from(json!({"hash_type": "SHA1", "hash_value": value, "download_url": download_url})))
    }

    /// Two files: the bill is cut in the middle, each half is compressed and encrypted by itself.
    fn name_encrypted(&mut self, rows: u64, gzip: bool, parties: &Parties, url: &str) -> Result<Reply, BoxError> {
        let plain: Vec<u8> = Generator::new(rows, false).flatten().collect();
        let (first, second) = plain.split_at(plain.len() / 2);
        let mut list = Vec::new();
        for (sequence, half) in [(1, first), (2, second)] {
            let (key, nonce) = (random::nonce()?, random::nonce()?[..16].to_owned());
            let content = if gzip { compress(half)? } else { half.to_vec() };
            let sealed = gcm::seal(key.as_bytes(), nonce.as_bytes(), &content).map_err(|_| "not encrypted")?;
            list.push(json!({
                "bill_sequence": sequence,
                "hash_type": "SHA1",
                "hash_value": self.hash(|take| take(half))?,
                "download_url": self.issue(Content::Encrypted(sealed.into()), url)?,
                "encrypt_key": parties.merchant_public.encrypt(&key)?,
                "nonce": nonce,
            }));
        }
        // Not in order, as nothing promises it.
        list.reverse();
        Ok(Reply::from(json!({"download_bill_count": 2, "download_bill_list": list})))
    }

    fn hash(&self, feed: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Result<String, BoxError> {
        let mut hasher = hash::Hasher::by_name("SHA1").ok_or("no SHA-1")?;
        feed(&mut |piece| hasher.update(piece));
        if self.fault == Some(BillFault::WrongHash) {
            hasher.update(b"more");
        }
        Ok(hasher.finish())
    }

    fn issue(&mut self, content: Content, url: &str) -> Result<String, BoxError> {
        let (token, until) = (random::nonce()?, Instant::now() + self.lifetime);
        self.issued.retain(|issued| issued.until > Instant::now());
        self.issued.push(Issued { token: token.clone(), until, content });
        Ok(format!("{url}v3/billdownload/file?token={token}"))
    }

    fn file(&self, query: &str) -> Reply {
        let found = self.issued.iter().find(|issued| query.strip_prefix("token=") == Some(&issued.token));
        let Some(issued) = found.filter(|issued| issued.until > Instant::now()) else {
            let body = json!({"code": "NOT_FOUND", "message": "下载地址已失效"});
            return Reply::from((StatusCode::NOT_FOUND, body));
        };
        let pieces: Pieces = match issued.content.clone() {
            Content::Generated { rows, gzip } => Box::new(Generator::new(rows, gzip)),
            Content::Encrypted(sealed) => Box::new(std::iter::once(sealed)),
        };
        Reply::stream("application/octet-stream", pieces, self.fault)
    }
}

/// A bill, piece by piece; the same for the same number of rows.
struct Generator {
    rows: u64,
    row: u64,
    text: String,
    gzip: Option<GzEncoder<Vec<u8>>>,
    ended: bool,
}

impl Generator {
    fn new(rows: u64, gzip: bool) -> Self {
        let gzip = gzip.then(|| GzEncoder::new(Vec::new(), Compression::fast()));
        Self { rows, row: 0, text: HEADER.to_owned(), gzip, ended: false }
    }

    /// Adds rows until there is a piece; at the end the summary.
    fn fill(&mut self) {
        while self.text.len() < PIECE && self.row < self.rows {
            self.row += 1;
            let (row, second, fen) = (self.row, self.row % 60, self.row % 100);
            // Writing to a string cannot fail.
            _ = write!(
                self.text,
                "`2026-11-21 10:00:{second:02},`wxd678efh567hg6787,`1900000109,`42000{row:023},`1217752501{row:018},`oUpF8uMuAJO_{row:016},`JSAPI,`SUCCESS,`测试商品, 第{row}件,`1.{fen:02},`0.01000\r\n"
            );
        }
        if self.text.len() < PIECE && !self.ended {
            self.ended = true;
            let fen: u64 =
                self.rows * 100 + (1..=self.rows % 100).sum::<u64>() + self.rows / 100 * (0..100).sum::<u64>();
            _ = write!(
                self.text,
                "{SUMMARY}`{},`{}.{:02},`{}.{:02}000\r\n",
                self.rows,
                fen / 100,
                fen % 100,
                self.rows / 100,
                self.rows % 100
            );
        }
    }
}

impl Iterator for Generator {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        loop {
            self.fill();
            let text = std::mem::take(&mut self.text);
            if self.gzip.is_none() {
                return (!text.is_empty()).then(|| text.into());
            }
            if text.is_empty() {
                // Writing to memory cannot fail.
                let rest = self.gzip.take().and_then(|encoder| encoder.finish().ok())?;
                return Some(rest.into());
            }
            let encoder = self.gzip.as_mut()?;
            encoder.write_all(text.as_bytes()).ok()?;
            let ready = std::mem::take(encoder.get_mut());
            if !ready.is_empty() {
                return Some(ready.into());
            }
        }
    }
}

pub(super) fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// The digest in the header of an overseas statement: that of the text, compressed or not.
pub(super) fn statement_sha1(body: &[u8]) -> Result<String, BoxError> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(hash::sha1_hex(body));
    }
    let mut decoder = flate2::write::GzDecoder::new(Vec::new());
    decoder.write_all(body)?;
    Ok(hash::sha1_hex(&decoder.finish()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::bill::Bill;

    #[test]
    fn a_generated_bill_is_one_and_its_sum_is_right() {
        for rows in [0, 1, 7, 100, 250, 1000] {
            let plain: Vec<u8> = Generator::new(rows, false).flatten().collect();
            let gzip: Vec<u8> = Generator::new(rows, true).flatten().collect();
            assert_eq!(statement_sha1(&gzip).unwrap(), hash::sha1_hex(&plain));
            let bill = Bill::from_bytes(plain).unwrap();
            let sum: i64 = bill.rows().map(|row| row.unwrap().fen("应结订单金额").unwrap()).sum();
            let summary = bill.summary().unwrap();
            assert_eq!(summary.get("总交易单数"), Some(&*rows.to_string()));
            assert_eq!((summary.fen("应结订单总金额").unwrap(), bill.rows().count() as u64), (sum, rows));
            assert_eq!(summary.fen("手续费总金额").unwrap(), i64::try_from(rows).unwrap());
        }
    }
}
