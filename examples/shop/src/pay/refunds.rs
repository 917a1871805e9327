//! Refunds: asked for under a number that is written down before, and asked about until they have ended.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use wechatpay_chain::{Pending, Response};

use super::verdict::{Verdict, known, open, same, same_amount, send};
use crate::error::{Error, Result};
use crate::model::money::Fen;
use crate::model::order::Order;
use crate::model::refund::{Refund, RefundState};
use crate::shop::Shop;
use crate::store::refunds;

/// A refund that the shopkeeper wants.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The shopkeeper's own mark: twice the same is one refund.
    pub request: String,
    /// Of which order.
    pub order: String,
    /// How much, in fen.
    pub amount: Fen,
    /// Why, for the payer; at most 80 characters.
    pub reason: String,
}

impl Shop {
    /// Pays an order back, in part or whole. The same mark again is the same refund, under the same number.
    ///
    /// # Errors
    ///
    /// `Refused` for what cannot be refunded; `Open` if it may have been taken: a job asks until that is known; `Gateway` if WeChat Pay said
    /// no, or could not be asked.
    pub async fn refund(&self, wish: Wish, now: Timestamp) -> Result<Refund> {
        if !(1..=64).contains(&wish.request.len()) {
            return Err(Error::refused("request: expected a mark of 1 to 64 characters"));
        }
        if !(1..=80).contains(&wish.reason.chars().count()) {
            return Err(Error::refused("reason: expected 1 to 80 characters"));
        }
        let Wish { request, order, amount, reason } = wish;
        let new = refunds::New { request, order, amount, reason };
        let refund = self.books(move |books| refunds::insert(books, &new, now)).await?;
        self.send_refund(refund).await
    }

    /// Sends a refund that WeChat Pay is not known to have; any other is given as it is.
    pub(crate) async fn send_refund(&self, refund: Refund) -> Result<Refund> {
        if !matches!(refund.state, RefundState::Pending | RefundState::Open) {
            return Ok(refund);
        }
        let order = self.look_up(&refund.order).await?;
        match send(self.refunding(&refund, &order)).await? {
            Verdict::Taken(answer) => _ = self.heard_refund(&refund, &answer).await?,
            Verdict::Open(error) => {
                self.say_refund(&refund.number, RefundState::Open).await?;
                return Err(open(&refund.number, error));
            }
            // It did not happen, unless an earlier call may have made it: then this changes nothing.
            Verdict::Refused(error) => {
                return match self.say_refund(&refund.number, RefundState::Failed).await? {
                    true => Err(error.into()),
                    false => Err(open(&refund.number, error)),
                };
            }
            Verdict::Later(error) => return Err(error.into()),
        }
        self.look_up_refund(&refund.number).await
    }

    fn refunding(&self, refund: &Refund, order: &Order) -> Pending {
        self.wxpay["v3/refund/domestic/refunds"].idempotent().post_async(json!({
            "out_trade_no": refund.order,
            "out_refund_no": refund.number,
            "reason": refund.reason,
            "notify_url": self.settings.notify_url(),
            "amount": {"refund": refund.amount.get(), "total": order.price.get(), "currency": "CNY"},
        }))
    }

    /// Asks what became of a refund, and books it; `None` if WeChat Pay has no such refund, else whether that changed anything.
    pub(crate) async fn query_refund(&self, refund: &Refund) -> Result<Option<bool>> {
        let chain = self.wxpay.chain("v3/refund/domestic/refunds").arg(&refund.number);
        match known(chain.get_async().await)? {
            Some(answer) => self.heard_refund(refund, &answer).await.map(Some),
            None => Ok(None),
        }
    }

    async fn heard_refund(&self, refund: &Refund, answer: &Response) -> Result<bool> {
        same(answer, "/out_refund_no", &refund.number)?;
        same(answer, "/out_trade_no", &refund.order)?;
        same_amount(answer, "/amount/refund", refund.amount)?;
        let (status, at): (String, String) = (answer.get("/status")?, answer.get("/create_time")?);
        let number = refund.number.clone();
        self.books(move |books| {
            refunds::accepted_at(books, &number, &at)?;
            // A word that is not known yet is no end.
            RefundState::of(&status).map_or(Ok(false), |word| refunds::say(books, &number, word))
        })
        .await
    }

    async fn say_refund(&self, number: &str, word: RefundState) -> Result<bool> {
        let number = number.to_owned();
        self.books(move |books| refunds::say(books, &number, word)).await
    }

    /// A refund as the books have it.
    ///
    /// # Errors
    ///
    /// `NotFound`.
    pub async fn look_up_refund(&self, number: &str) -> Result<Refund> {
        let number = number.to_owned();
        self.books(move |books| refunds::refund(books, &number)).await
    }
}
