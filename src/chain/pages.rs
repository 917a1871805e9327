//! A list, page by page.

use std::fmt;
#[cfg(feature = "sync")]
use std::iter::FusedIterator;
use std::mem;

use http::Method;

use super::chain::Chain;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::pending::Pending;
use crate::exchange::response::Response;
use crate::protocol::v3::walk::{Verdict, Walk};
use crate::request::description::Description;
use crate::request::payload::Source;
use crate::request::protocol::Protocol;
use crate::uri::path::{Path, Piece, Text};

impl Chain {
    /// The pages of a list with `offset` and `limit`: a `GET` for each, `limit` items at a time.
    ///
    /// Every page is a verified [`Response`], the one without items too. The walk begins at the `offset` that the query
    /// has, else at 0. It ends when `total_count` (or `total_num`) is reached, by a page with fewer than `limit` items, or
    /// by an error; nothing is asked for in advance. The list of a page is its `data`, else its only array.
    ///
    /// Some coupon endpoints count pages with `offset`, not items (分页页码); which it is is told from their answers, at
    /// the cost of one more request.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use serde_json::json;
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let stocks = json!({"total_count": 1, "data": [{"stock_id": "9836588"}]});
    /// # gateway.on(http::Method::GET, "v3/marketing/favor/stocks").reply(stocks);
    /// # let wxpay = gateway.client()?;
    /// let stocks = wxpay.chain("v3/marketing/favor/stocks").query("stock_creator_mchid", "1900000109");
    /// for page in stocks.pages(10) {
    ///     let page = page?;
    ///     assert_eq!(page["data"][0]["stock_id"], "9836588");
    /// }
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A page that fails is an `Err`, and the end: those of [`get`](Self::get); `Request` for a `limit` of 0, one that
    /// differs from the query's, an `offset` that is no number, and APIv2; `Decode` for a page whose list cannot be told,
    /// and after 10,000 pages.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn pages(&self, limit: u32) -> Pages {
        Pages(Walker::new(self, limit))
    }

    /// The pages of a list, as [`pages`](Self::pages) has them, to be awaited one by one.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), wechatpay_chain::Error> {
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let complaints = json!({"total_count": 1, "data": [{"complaint_id": "2002"}]});
    /// # gateway.on(http::Method::GET, "v3/merchant-service/complaints-v2").reply(complaints);
    /// # let wxpay = gateway.client()?;
    /// let complaints = wxpay
    ///     .chain("v3/merchant-service/complaints-v2")
    ///     .query("begin_date", "2026-11-01")
    ///     .query("end_date", "2026-11-21");
    /// let mut pages = complaints.pages_async(50);
    /// while let Some(page) = pages.next().await {
    ///     assert_eq!(page?["data"][0]["complaint_id"], "2002");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`pages`](Self::pages).
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub fn pages_async(&self, limit: u32) -> PagesAsync {
        PagesAsync(Walker::new(self, limit))
    }
}

/// The pages of a list, from [`Chain::pages`]: an iterator of verified answers.
#[cfg(feature = "sync")]
#[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
#[derive(Debug)]
#[must_use = "nothing is asked for until a page is taken"]
pub struct Pages(Walker);

#[cfg(feature = "sync")]
impl Iterator for Pages {
    type Item = Result<Response>;

    fn next(&mut self) -> Option<Result<Response>> {
        loop {
            let answer = match self.0.ask()? {
                Ok(call) => call.wait(),
                Err(error) => Err(error),
            };
            let page = self.0.take(answer);
            if page.is_some() {
                return page;
            }
        }
    }
}

#[cfg(feature = "sync")]
impl FusedIterator for Pages {}

/// The pages of a list, from [`Chain::pages_async`], to be awaited one by one.
#[cfg(feature = "async")]
#[cfg_attr(docsrs, doc(cfg(feature = "async")))]
#[derive(Debug)]
#[must_use = "nothing is asked for until a page is awaited"]
pub struct PagesAsync(Walker);

#[cfg(feature = "async")]
impl PagesAsync {
    /// The next page; `None` at the end.
    ///
    /// A future that is dropped has taken nothing: the next one asks for the same page.
    ///
    /// # Errors
    ///
    /// Those of [`Chain::pages`]; after one, `None`.
    pub async fn next(&mut self) -> Option<Result<Response>> {
        loop {
            let answer = match self.0.ask()? {
                Ok(call) => call.await,
                Err(error) => Err(error),
            };
            let page = self.0.take(answer);
            if page.is_some() {
                return page;
            }
        }
    }
}

/// What both faces share: which call comes next, and what becomes of its answer.
struct Walker {
    /// Without `offset` and `limit`.
    chain: Chain,
    limit: u32,
    walk: Walk,
    /// An answer that may be the next page.
    kept: Option<Response>,
    fault: Option<Error>,
}

impl Walker {
    fn new(chain: &Chain, limit: u32) -> Self {
        let mut call = chain.description().clone();
        let (walk, fault) = match begin(&mut call, limit) {
            Ok(walk) => (walk, None),
            Err(error) => (Walk::new("", 0, limit), Some(error)),
        };
        Self { chain: chain.with(|description| *description = call), limit, walk, kept: None, fault }
    }

    /// The next call; `None` at the end.
    fn ask(&mut self) -> Option<Result<Pending>> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(fault));
        }
        let offset = match self.walk.ask() {
            Ok(offset) => offset?,
            Err(why) => return Some(Err(Error::new(ErrorKind::Decode, why))),
        };
        let page = self.chain.query("offset", offset).query("limit", self.limit);
        Some(Ok(page.pending(Method::GET, Source::Empty)))
    }

    /// The page that an answer completes; `None` if there is more to ask before it is known.
    fn take(&mut self, answer: Result<Response>) -> Option<Result<Response>> {
        match answer.and_then(|answer| Ok((self.judge(&answer)?, answer))) {
            Ok((Verdict::Give, answer)) => Some(Ok(answer)),
            Ok((Verdict::Keep, answer)) => {
                self.kept = Some(answer);
                None
            }
            Ok((Verdict::GiveKept, answer)) => Some(Ok(self.kept.take().unwrap_or(answer))),
            Err(error) => {
                self.walk.end();
                Some(Err(error))
            }
        }
    }

    fn judge(&mut self, answer: &Response) -> Result<Verdict> {
        let verdict = self.walk.take(answer.parsed()?);
        verdict.map_err(|why| Error::new(ErrorKind::Decode, why).with_request_id(answer.request_id()))
    }
}

impl fmt::Debug for Walker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walker").field("chain", &self.chain).finish_non_exhaustive()
    }
}

/// Takes `offset` and `limit` out of the query, and gives where the walk begins.
fn begin(call: &mut Description, limit: u32) -> Result<Walk> {
    if limit == 0 {
        return Err(Error::request("pages: the limit is 0, expected at least one item a page"));
    }
    call.check()?;
    let target = call.path.expand()?;
    if Protocol::of(&target).0 == Protocol::V2 {
        return Err(Error::request("pages: `offset` and `limit` are APIv3's, the path starts with `v2`"));
    }
    let (path, in_path) = target.split_once('?').unwrap_or((&target, ""));
    let pair = |text: &str| text.split_once('=').map_or_else(|| (text.to_owned(), String::new()), own);
    let (ours, rest): (Vec<_>, Vec<_>) =
        in_path.split('&').map(|text| (pair(text), text)).partition(|(pair, _)| is_ours(pair));
    let (given, others): (Vec<_>, Vec<_>) = mem::take(&mut call.query).into_iter().partition(is_ours);
    call.query = others;
    let in_path = !ours.is_empty();
    let given: Vec<_> = ours.into_iter().map(|(pair, _)| pair).chain(given).collect();
    let walk = Walk::new(path, start(&given, limit)?, limit);
    if in_path {
        let rest = rest.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("&");
        let target = if rest.is_empty() { path.to_owned() } else { format!("{path}?{rest}") };
        call.path = Path { pieces: vec![Piece::Template(Text::Computed(target.into()))], vars: Vec::new() };
    }
    Ok(walk)
}

fn own((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn is_ours((name, _): &(String, String)) -> bool {
    matches!(name.as_str(), "offset" | "limit")
}

/// The `offset` of the query, which is where to start; its `limit` may not be another one.
fn start(given: &[(String, String)], limit: u32) -> Result<u64> {
    let one = |name: &str| -> Result<Option<u64>> {
        let mut values = given.iter().filter(|(known, _)| known == name);
        let Some((_, value)) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Error::request(format!("pages: the query has `{name}` twice")));
        }
        let number = value.parse().map_err(|_| {
            Error::request(format!("pages: the query's `{name}` is no whole number, expected one such as 20"))
        });
        number.map(Some)
    };
    match one("limit")? {
        Some(other) if other != u64::from(limit) => Err(Error::request(format!(
            "pages: the query says limit={other}, pages({limit}) another; say it in one place"
        ))),
        _ => Ok(one("offset")?.unwrap_or(0)),
    }
}
