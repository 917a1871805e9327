//! What bills there are, and the answers to requests for them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

#[cfg(feature = "v2")]
use super::ask::dashed;
use super::ask::{Ask, Wrong, day};
use super::generator::{Generator, compress};
use super::kind::BillKind;
use super::plan::{OwnRow, Plan};
use super::{fund_flow, money, trade};
use crate::crypto::{gcm, hash, random};
use crate::error::BoxError;
use crate::mock::journal::Call;
use crate::mock::merchant::Parties;
use crate::mock::route::Reply;
use crate::mock::stream::{BillFault, Pieces};

/// How long a download URL lives.
const LIFETIME: Duration = Duration::from_secs(30);

/// The day of a bill that was asked for without one.
const DAY: &str = "2026-11-21";

/// Bills that the stand-in serves; what [`Server::bills`](crate::mock::Server::bills) gives.
///
/// `GET v3/bill/tradebill` and `v3/bill/fundflowbill` name one file, compressed with `tar_type=GZIP`, of the `bill_date` that is
/// asked for and with the columns of its `bill_type` or `account_type`; of a trade bill every third row is a refund.
/// `v3/bill/sub-merchant-fundflowbill` and `v3/ecommerce/bill/fundflowbill` name two encrypted ones, to be joined; they have the
/// columns of a trade bill unless [`kind`](Self::kind) is one of fund flow. `v2/pay/downloadbill` and `v2/pay/downloadfundflow`
/// answer with the file itself.
///
/// ```
/// use wechatpay_chain::Bill;
/// use wechatpay_chain::mock::{BillKind, Server};
///
/// let gateway = Server::start()?;
/// gateway.bills(2).rows([[("商户订单号", "A1"), ("订单金额", "8.00")]]).date("2026-11-21").kind(BillKind::Trade);
///
/// let wxpay = gateway.client()?;
/// let answer = wxpay.chain("v3/bill/tradebill").query("bill_date", "2026-11-21").get()?;
/// let mut file = Vec::new();
/// wxpay.download(&answer)?.to_writer(&mut file)?;
/// let bill = Bill::from_bytes(file)?;
/// let row = bill.rows().next().unwrap()?;
/// assert_eq!((row.get("商户订单号"), row.fen("订单金额")?), (Some("A1"), 800));
/// assert_eq!(bill.summary()?.get("总交易单数"), Some("2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bills(Arc<Mutex<Set>>);

/// What was said about some bills.
#[derive(Debug)]
struct Set {
    rows: u64,
    own: Arc<[OwnRow]>,
    /// `None`: of every day.
    date: Option<String>,
    /// `None`: of every kind.
    kind: Option<BillKind>,
    fault: Option<BillFault>,
    lifetime: Duration,
}

impl Bills {
    /// Makes them wrong from now on.
    pub fn fault(&self, fault: BillFault) -> &Self {
        lock(&self.0).fault = Some(fault);
        self
    }

    /// How long a download URL lives from now on, instead of 30 seconds; then it is answered 404.
    pub fn lifetime(&self, lifetime: Duration) -> &Self {
        lock(&self.0).lifetime = lifetime;
        self
    }

    /// Says what is in the first rows, by column; what a row does not say is made up, as in the others.
    ///
    /// If they are more than the bill has rows, it gets as many. Amounts are texts in yuan (元); of 订单金额 and 应结订单金额, and of
    /// 退款金额 and 申请退款金额, one is enough. A row is a payment unless 交易状态 says something else or it has a column of refunds. The
    /// summary counts them.
    ///
    /// # Panics
    ///
    /// If a bill has no such column, a text has a line break, or an amount is none.
    pub fn rows<R, C, V>(&self, rows: impl IntoIterator<Item = R>) -> &Self
    where
        R: IntoIterator<Item = (C, V)>,
        C: Into<String>,
        V: Into<String>,
    {
        let text = |(column, value): (C, V)| checked(column.into(), value.into());
        let own: Vec<OwnRow> = rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect();
        lock(&self.0).own = own.into();
        self
    }

    /// Serves them for this day alone, such as `2026-11-21`; another one is answered 400 `NO_STATEMENT_EXIST`.
    ///
    /// # Panics
    ///
    /// If it is no day.
    pub fn date(&self, date: impl AsRef<str>) -> &Self {
        let date = date.as_ref();
        lock(&self.0).date = Some(day(date).unwrap_or_else(|| panic!("{date:?} is no day, expected 2026-11-21")));
        self
    }

    /// Serves them for this kind alone; another one is answered 400 `NO_STATEMENT_EXIST`.
    pub fn kind(&self, kind: BillKind) -> &Self {
        lock(&self.0).kind = Some(kind);
        self
    }
}

/// A cell that a bill can have.
fn checked(column: String, value: String) -> (String, String) {
    let known = trade::COLUMNS.iter().chain(&fund_flow::COLUMNS).any(|known| *known == column);
    assert!(known, "no bill has a column {column:?}");
    assert!(!value.contains(['\r', '\n']), "{column:?} has a line break");
    if let Some((_, decimals)) = trade::AMOUNTS.iter().chain(&fund_flow::AMOUNTS).find(|(known, _)| *known == column) {
        let amount = money::parse(&value, *decimals);
        assert!(amount.is_some(), "{column:?} is {value:?}, expected yuan with at most {decimals} decimals");
    }
    let directions = [fund_flow::INCOME, fund_flow::EXPENSE];
    assert!(
        column != "收支类型" || directions.contains(&value.as_str()),
        "{column:?} is {value:?}, expected 收入 or 支出"
    );
    (column, value)
}

impl Set {
    /// The bill that is asked for, if it is one of these.
    fn plan(&self, ask: &Ask) -> Option<Plan> {
        let fits = self.kind.is_none_or(|kind| kind.covers(ask.kind))
            && (self.date.is_none() || ask.date.is_none() || self.date == ask.date);
        let date = ask.date.as_ref().or(self.date.as_ref()).map_or(DAY, String::as_str);
        fits.then(|| Plan {
            kind: ask.kind,
            only: self.kind.is_some_and(BillKind::is_one),
            date: date.to_owned(),
            rows: self.rows.max(self.own.len() as u64),
            own: Arc::clone(&self.own),
        })
    }
}

/// All bills, and the files that were named.
#[derive(Debug, Default)]
pub(in crate::mock) struct Shelf {
    sets: Mutex<Vec<Bills>>,
    issued: Mutex<Vec<Issued>>,
}

/// A file that an answer named.
#[derive(Debug)]
struct Issued {
    token: String,
    until: Instant,
    content: Content,
    set: Bills,
}

#[derive(Clone, Debug)]
enum Content {
    Generated { plan: Plan, gzip: bool },
    Encrypted(Bytes),
}

/// What a request is told.
type Answer = Result<Option<Reply>, BoxError>;

impl Shelf {
    pub(in crate::mock) fn serve(&self, rows: u64) -> Bills {
        let set = Set { rows, own: [].into(), date: None, kind: None, fault: None, lifetime: LIFETIME };
        let bills = Bills(Arc::new(Mutex::new(set)));
        lock(&self.sets).push(bills.clone());
        bills
    }

    /// As at the start: none.
    pub(in crate::mock) fn reset(&self) {
        lock(&self.sets).clear();
        lock(&self.issued).clear();
    }

    /// The answer to a call about bills; `None` if it is about something else, or if none are served.
    pub(in crate::mock) fn answer(&self, call: &Call, parties: &Parties, url: &str) -> Answer {
        if call.method() != http::Method::GET || lock(&self.sets).is_empty() {
            return Ok(None);
        }
        let query = call.query().unwrap_or_default();
        let get = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next()
        };
        match call.path() {
            "/v3/bill/tradebill" => self.named(Ask::trade(get), url).map(Some),
            "/v3/bill/fundflowbill" => self.named(Ask::fund_flow(get), url).map(Some),
            "/v3/bill/sub-merchant-fundflowbill" | "/v3/ecommerce/bill/fundflowbill" => {
                self.named_encrypted(Ask::fund_flow(get), parties, url).map(Some)
            }
            "/v3/billdownload/file" => Ok(Some(self.file(query))),
            _ => Ok(None),
        }
    }

    /// The same of APIv2, whose answer is the file.
    #[cfg(feature = "v2")]
    pub(in crate::mock) fn answer_v2(&self, call: &Call) -> Option<Reply> {
        let text = |name: &str| call.json()[name].as_str().map(str::to_owned);
        let get = |name: &str| if name == "bill_date" { text(name).map(|day| dashed(&day)) } else { text(name) };
        let ask = match call.path() {
            _ if lock(&self.sets).is_empty() => return None,
            "/pay/downloadbill" => Ask::trade(get),
            "/pay/downloadfundflow" if get("sign_type").as_deref() == Some("HMAC-SHA256") => Ask::fund_flow(get),
            "/pay/downloadfundflow" => Err(Wrong { field: "sign_type", value: String::new() }),
            _ => return None,
        };
        let refused = |code: &str, why: &str| json!({"return_code": "FAIL", "result_code": "FAIL", "return_msg": why, "error_code": code});
        Some(match ask.map(|ask| (self.find(&ask), ask.gzip)) {
            Err(wrong) => Reply::from(refused("20001", &format!("invalid {}", wrong.field))),
            Ok((None, _)) => Reply::from(refused("20002", "No Bill Exist")),
            Ok((Some((set, plan)), gzip)) => stream(&set, Content::Generated { plan, gzip }),
        })
    }

    /// What was said last about the bill that is asked for.
    fn find(&self, ask: &Ask) -> Option<(Bills, Plan)> {
        let sets = lock(&self.sets);
        let (set, plan) = sets.iter().rev().find_map(|set| Some((set, lock(&set.0).plan(ask)?)))?;
        // A bill without rows is served where the test asked for none.
        let empty = plan.rows > 0 && Generator::new(plan.clone(), false).is_empty();
        (!empty).then(|| (set.clone(), plan))
    }

    fn named(&self, ask: Result<Ask, Wrong>, url: &str) -> Result<Reply, BoxError> {
        let ask = match ask {
            Ok(ask) => ask,
            Err(wrong) => return Ok(refusal(&wrong)),
        };
        let Some((set, plan)) = self.find(&ask) else { return Ok(no_statement()) };
        let value = set.hash(|take| Generator::new(plan.clone(), false).for_each(|piece| take(&piece)))?;
        let download_url = self.issue(&set, Content::Generated { plan, gzip: ask.gzip }, url)?;
        Ok(Reply::from(json!({"hash_type": "SHA1", "hash_value": value, "download_url": download_url})))
    }

    /// Two files: the bill is cut in the middle, each half is compressed and encrypted by itself.
    fn named_encrypted(&self, ask: Result<Ask, Wrong>, parties: &Parties, url: &str) -> Result<Reply, BoxError> {
        let ask = match ask {
            Ok(ask) => ask,
            Err(wrong) => return Ok(refusal(&wrong)),
        };
        let Some((set, mut bill)) = self.find(&ask) else { return Ok(no_statement()) };
        if lock(&set.0).kind.is_none() {
            bill.kind = BillKind::TradeAll;
        }
        let plain: Vec<u8> = Generator::new(bill, false).flatten().collect();
        let (first, second) = plain.split_at(plain.len() / 2);
        let mut list = Vec::new();
        for (sequence, half) in [(1, first), (2, second)] {
            let (key, nonce) = (random::nonce()?, random::nonce()?[..16].to_owned());
            let content = if ask.gzip { compress(half)? } else { half.to_vec() };
            let sealed = gcm::seal(key.as_bytes(), nonce.as_bytes(), &content).map_err(|_| "not encrypted")?;
            list.push(json!({
                "bill_sequence": sequence,
                "hash_type": "SHA1",
                "hash_value": set.hash(|take| take(half))?,
                "download_url": self.issue(&set, Content::Encrypted(sealed.into()), url)?,
                "encrypt_key": parties.merchant_public.encrypt(&key)?,
                "nonce": nonce,
            }));
        }
        // Not in order, as nothing promises it.
        list.reverse();
        Ok(Reply::from(json!({"download_bill_count": 2, "download_bill_list": list})))
    }

    fn issue(&self, set: &Bills, content: Content, url: &str) -> Result<String, BoxError> {
        let (token, until) = (random::nonce()?, Instant::now() + lock(&set.0).lifetime);
        let mut issued = lock(&self.issued);
        issued.retain(|issued| issued.until > Instant::now());
        issued.push(Issued { token: token.clone(), until, content, set: set.clone() });
        Ok(format!("{url}v3/billdownload/file?token={token}"))
    }

    fn file(&self, query: &str) -> Reply {
        let issued = lock(&self.issued);
        let found = issued.iter().find(|issued| query.strip_prefix("token=") == Some(&issued.token));
        match found.filter(|issued| issued.until > Instant::now()) {
            Some(issued) => stream(&issued.set, issued.content.clone()),
            None => Reply::from((StatusCode::NOT_FOUND, json!({"code": "NOT_FOUND", "message": "下载地址已失效"}))),
        }
    }
}

impl Bills {
    fn hash(&self, feed: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Result<String, BoxError> {
        let mut hasher = hash::Hasher::by_name("SHA1").ok_or("no SHA-1")?;
        feed(&mut |piece| hasher.update(piece));
        if lock(&self.0).fault == Some(BillFault::WrongHash) {
            hasher.update(b"more");
        }
        Ok(hasher.finish())
    }
}

fn stream(set: &Bills, content: Content) -> Reply {
    let (content_type, pieces): (_, Pieces) = match content {
        Content::Generated { plan, gzip: false } => ("text/plain", Box::new(Generator::new(plan, false))),
        Content::Generated { plan, gzip: true } => ("application/x-gzip", Box::new(Generator::new(plan, true))),
        Content::Encrypted(sealed) => ("application/octet-stream", Box::new(std::iter::once(sealed))),
    };
    Reply::stream(content_type, pieces, lock(&set.0).fault)
}

fn refusal(wrong: &Wrong) -> Reply {
    let Wrong { field, value } = wrong;
    let detail =
        json!({"field": format!("/{field}"), "value": value, "issue": format!("no such {field}"), "location": "query"});
    let body = json!({"code": "PARAM_ERROR", "message": "参数错误", "detail": detail});
    Reply::from((StatusCode::BAD_REQUEST, body))
}

fn no_statement() -> Reply {
    let body = json!({"code": "NO_STATEMENT_EXIST", "message": "账单文件不存在"});
    Reply::from((StatusCode::BAD_REQUEST, body))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
