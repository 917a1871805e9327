//! Orders, whichever version of the API made them, and how they are found.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::call::Version;
use super::combined::Role;
use super::due::Place;
use super::money::Back;
use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The simulator's id, `ord_1`.
    pub(crate) id: String,
    pub(crate) version: Version,
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(crate) mchid: String,
    pub(crate) sub_mchid: Option<String>,
    pub(crate) appid: String,
    pub(crate) sub_appid: Option<String>,
    pub(crate) trade_type: TradeType,
    pub(crate) out_trade_no: String,
    pub(crate) transaction_id: Option<String>,
    pub(crate) state: State,
    /// Fen.
    pub(crate) total: i64,
    pub(crate) currency: String,
    pub(crate) description: String,
    pub(crate) attach: Option<String>,
    pub(crate) notify_url: String,
    /// The sign type that an order of APIv2 asks for.
    pub(crate) sign_type: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) paid_at: Option<Time>,
    pub(crate) closed_at: Option<Time>,
    pub(crate) closed_by: Option<String>,
    /// The payer's name, once it is known who pays.
    pub(crate) payer: Option<String>,
    /// The openid that the request names.
    pub(crate) openid: Option<String>,
    pub(crate) sub_openid: Option<String>,
    pub(crate) bank_type: Option<String>,
    pub(crate) coupon: Option<Coupon>,
    /// The rate of the fee that was taken, in 1/10,000; set by the payment.
    pub(crate) fee_bp: Option<u32>,
    /// When a paid code was reversed, and what went back then.
    pub(crate) reversed: Option<(Time, Back)>,
    pub(crate) profit_sharing: bool,
    /// From when on no more of it is shared.
    pub(crate) sharing_ended: Option<Time>,
    /// The place in the queue of the release of what is frozen of it.
    pub(crate) release_due: Option<Place>,
    /// All credentials it ever had, the newest last.
    pub(crate) credentials: Vec<Credential>,
    pub(crate) attempts: Vec<Attempt>,
    /// The request as it was decrypted, for comparing a repetition: JSON, members sorted.
    pub(crate) request: String,
    /// The `device_id` or `device_info` of the request.
    pub(crate) device: Option<String>,
    /// Its place in the queue, while it is to be closed.
    pub(crate) close_due: Option<Place>,
    #[serde(default, skip_serializing_if = "Role::is_single")]
    pub(crate) role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum TradeType {
    Jsapi,
    Native,
    App,
    Mweb,
    Micropay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    Notpay,
    Success,
    Refund,
    Closed,
    Userpaying,
    Payerror,
    Revoked,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Coupon {
    pub(crate) amount: i64,
    /// Whether the merchant gets it: `CASH`; not of `NOCASH`.
    pub(crate) is_cash: bool,
}

/// What a payer pays with: `prepay_id`, `code_url`, `h5_url` or an `auth_code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) value: String,
    pub(crate) made_at: Time,
    pub(crate) expires_at: Time,
    /// Replaced by a newer one: a `code_url` is dead then.
    pub(crate) is_dead: bool,
    /// The payer who opened it first.
    pub(crate) bound_to: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CredentialKind {
    PrepayId,
    CodeUrl,
    H5Url,
    AuthCode,
}

impl Credential {
    /// What the payer's page is found by: the part of the value that is its own.
    pub(crate) fn page_id(&self) -> &str {
        let start = match self.kind {
            CredentialKind::CodeUrl => self.value.rfind(['=', '/']).map_or(0, |at| at + 1),
            CredentialKind::H5Url => self.value.find("prepay_id=").map_or(0, |at| at + "prepay_id=".len()),
            CredentialKind::PrepayId | CredentialKind::AuthCode => 0,
        };
        let rest = self.value.get(start..).unwrap_or_default();
        rest.split('&').next().unwrap_or_default()
    }
}

/// One try of a payer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) at: Time,
    pub(crate) payer: String,
    pub(crate) outcome: String,
}

impl State {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Notpay => "NOTPAY",
            Self::Success => "SUCCESS",
            Self::Refund => "REFUND",
            Self::Closed => "CLOSED",
            Self::Userpaying => "USERPAYING",
            Self::Payerror => "PAYERROR",
            Self::Revoked => "REVOKED",
        }
    }

    pub(crate) fn is_paid(self) -> bool {
        matches!(self, Self::Success | Self::Refund)
    }
}

impl TradeType {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Jsapi => "JSAPI",
            Self::Native => "NATIVE",
            Self::App => "APP",
            Self::Mweb => "MWEB",
            Self::Micropay => "MICROPAY",
        }
    }
}

impl Order {
    /// One that nobody paid, with nothing in it yet but that.
    pub(crate) fn unpaid(id: String, version: Version, trade_type: TradeType, now: Time) -> Self {
        Self {
            id,
            version,
            mchid: String::new(),
            sub_mchid: None,
            appid: String::new(),
            sub_appid: None,
            trade_type,
            out_trade_no: String::new(),
            transaction_id: None,
            state: State::Notpay,
            total: 0,
            currency: String::new(),
            description: String::new(),
            attach: None,
            notify_url: String::new(),
            sign_type: None,
            created_at: now,
            expires_at: now,
            paid_at: None,
            closed_at: None,
            closed_by: None,
            payer: None,
            openid: None,
            sub_openid: None,
            bank_type: None,
            coupon: None,
            fee_bp: None,
            reversed: None,
            profit_sharing: false,
            sharing_ended: None,
            release_due: None,
            credentials: Vec::new(),
            attempts: Vec::new(),
            request: String::new(),
            device: None,
            close_due: None,
            role: Role::Single,
        }
    }

    /// Gives back room that it does not need: there are many orders, most with one credential and one attempt.
    fn fit(&mut self) {
        self.credentials.shrink_to_fit();
        self.attempts.shrink_to_fit();
        self.request.shrink_to_fit();
    }

    /// Whose money it is: the sub-merchant's in the partner's families, else the merchant's.
    pub(crate) fn owner(&self) -> &str {
        self.sub_mchid.as_deref().unwrap_or(&self.mchid)
    }

    /// The credential that is meant by its own part, else the newest.
    pub(crate) fn credential(&self, by: &str) -> Option<&Credential> {
        self.credentials.iter().find(|known| known.page_id() == by).or_else(|| self.credentials.last())
    }

    fn credential_mut(&mut self, by: &str) -> Option<&mut Credential> {
        let last = self.credentials.len().checked_sub(1)?;
        let at = self.credentials.iter().position(|known| known.page_id() == by);
        self.credentials.get_mut(at.unwrap_or(last))
    }

    /// The payer opens a credential: if nobody did before, it is this payer's from now on.
    pub(crate) fn bind(&mut self, by: &str, payer: &str) {
        if let Some(credential) = self.credential_mut(by) {
            credential.bound_to.get_or_insert_with(|| payer.to_owned());
        }
    }
}

/// All orders, and the ways to them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Order>", into = "Vec<Order>")]
pub(crate) struct Orders {
    list: Vec<Order>,
    by_id: HashMap<String, usize>,
    by_number: HashMap<(String, String), usize>,
    by_combined: HashMap<(String, String), usize>,
    by_transaction: HashMap<String, usize>,
    by_credential: BTreeMap<String, usize>,
}

impl Orders {
    /// In the order in which they were made.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.list.iter()
    }

    pub(crate) fn insert(&mut self, mut order: Order) {
        order.fit();
        let index = self.list.len();
        self.list.push(order);
        self.enter(index);
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Order> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    /// By merchant and the merchant's number; a combined order's is another kind of number.
    pub(crate) fn by_number(&self, mchid: &str, out_trade_no: &str) -> Option<&Order> {
        let index = self.by_number.get(&(mchid.to_owned(), out_trade_no.to_owned()))?;
        self.list.get(*index)
    }

    /// A combined order by merchant and the merchant's number.
    pub(crate) fn by_combined(&self, mchid: &str, combine_out_trade_no: &str) -> Option<&Order> {
        let index = self.by_combined.get(&(mchid.to_owned(), combine_out_trade_no.to_owned()))?;
        self.list.get(*index)
    }

    pub(crate) fn by_transaction(&self, transaction_id: &str) -> Option<&Order> {
        self.by_transaction.get(transaction_id).and_then(|index| self.list.get(*index))
    }

    /// By a credential's own part: a `prepay_id`, the end of a `code_url`, a code.
    pub(crate) fn by_credential(&self, page_id: &str) -> Option<&Order> {
        self.by_credential.get(page_id).and_then(|index| self.list.get(*index))
    }

    /// Changes one and keeps the ways to it up to date; what the closure gives back, or `None` if there is no such order.
    pub(crate) fn update<T>(&mut self, id: &str, change: impl FnOnce(&mut Order) -> T) -> Option<T> {
        let index = *self.by_id.get(id)?;
        let order = self.list.get_mut(index)?;
        let done = change(order);
        order.fit();
        self.enter(index);
        Some(done)
    }

    fn enter(&mut self, index: usize) {
        let Some(order) = self.list.get(index) else { return };
        self.by_id.insert(order.id.clone(), index);
        let numbers = if order.is_combined() { &mut self.by_combined } else { &mut self.by_number };
        numbers.insert((order.mchid.clone(), order.out_trade_no.clone()), index);
        if let Some(id) = &order.transaction_id {
            self.by_transaction.insert(id.clone(), index);
        }
        for credential in &order.credentials {
            self.by_credential.insert(credential.page_id().to_owned(), index);
        }
    }
}

impl From<Vec<Order>> for Orders {
    fn from(list: Vec<Order>) -> Self {
        let mut orders = Self::default();
        list.into_iter().for_each(|order| orders.insert(order));
        orders
    }
}

impl From<Orders> for Vec<Order> {
    fn from(orders: Orders) -> Self {
        orders.list
    }
}
