//! An order, as it is remembered.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::super::call::Version;
use super::super::combined::Role;
use super::super::due::Place;
use super::super::money::Back;
use super::super::time::Time;
use super::super::urls::Url;
use super::credential::Credential;
use super::state::{State, TradeType};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The simulator's id, `ord_1`.
    pub(crate) id: CompactString,
    pub(crate) version: Version,
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(crate) mchid: CompactString,
    pub(crate) sub_mchid: Option<CompactString>,
    pub(crate) appid: CompactString,
    pub(crate) sub_appid: Option<CompactString>,
    pub(crate) trade_type: TradeType,
    pub(crate) out_trade_no: CompactString,
    pub(crate) transaction_id: Option<CompactString>,
    pub(crate) state: State,
    /// Fen.
    pub(crate) total: i64,
    pub(crate) currency: CompactString,
    pub(crate) description: CompactString,
    pub(crate) attach: Option<CompactString>,
    pub(crate) notify_url: Url,
    /// The sign type that an order of APIv2 asks for.
    pub(crate) sign_type: Option<CompactString>,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) paid_at: Option<Time>,
    pub(crate) closed_at: Option<Time>,
    pub(crate) closed_by: Option<CompactString>,
    /// The payer's name, once it is known who pays.
    pub(crate) payer: Option<CompactString>,
    /// The openid that the request names.
    pub(crate) openid: Option<CompactString>,
    pub(crate) sub_openid: Option<CompactString>,
    pub(crate) bank_type: Option<CompactString>,
    pub(crate) coupon: Option<Coupon>,
    /// The rate of the fee that was taken, in 1/10,000; set by the payment.
    pub(crate) fee_bp: Option<u32>,
    /// When a paid code was reversed, and what went back then.
    pub(crate) reversed: Option<Box<(Time, Back)>>,
    pub(crate) profit_sharing: bool,
    /// From when on no more of it is shared.
    pub(crate) sharing_ended: Option<Time>,
    /// The place in the queue of the release of what is frozen of it.
    pub(crate) release_due: Option<Place>,
    /// All credentials it ever had, the newest last.
    pub(crate) credentials: Vec<Credential>,
    pub(crate) attempts: Vec<Attempt>,
    /// What a repetition of the request is compared with: the digest of it as it was decrypted, of a combined order itself.
    pub(crate) request: CompactString,
    /// The `device_id` or `device_info` of the request.
    pub(crate) device: Option<CompactString>,
    /// Its place in the queue, while it is to be closed.
    pub(crate) close_due: Option<Place>,
    #[serde(default, skip_serializing_if = "Role::is_single")]
    pub(crate) role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Coupon {
    pub(crate) amount: i64,
    /// Whether the merchant gets it: `CASH`; not of `NOCASH`.
    pub(crate) is_cash: bool,
}

/// One try of a payer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) at: Time,
    pub(crate) payer: CompactString,
    pub(crate) outcome: CompactString,
}

impl Order {
    /// One that nobody paid, with nothing in it yet but that.
    pub(crate) fn unpaid(id: impl Into<CompactString>, version: Version, trade_type: TradeType, now: Time) -> Self {
        Self {
            id: id.into(),
            version,
            mchid: CompactString::default(),
            sub_mchid: None,
            appid: CompactString::default(),
            sub_appid: None,
            trade_type,
            out_trade_no: CompactString::default(),
            transaction_id: None,
            state: State::Notpay,
            total: 0,
            currency: CompactString::default(),
            description: CompactString::default(),
            attach: None,
            notify_url: Url::default(),
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
            request: CompactString::default(),
            device: None,
            close_due: None,
            role: Role::Single,
        }
    }

    /// Gives back room that it does not need: there are many orders, most with one credential and one attempt.
    pub(super) fn fit(&mut self) {
        self.credentials.shrink_to_fit();
        self.attempts.shrink_to_fit();
    }

    /// Whose money it is: the sub-merchant's in the partner's families, else the merchant's.
    pub(crate) fn owner(&self) -> &str {
        self.sub_mchid.as_deref().unwrap_or(&self.mchid)
    }

    /// When it was reversed, and what went back then.
    pub(crate) fn reversed(&self) -> Option<(Time, Back)> {
        self.reversed.as_deref().copied()
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
            credential.bound_to.get_or_insert_with(|| payer.into());
        }
    }
}
