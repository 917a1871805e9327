//! Sharings: the maker of what was bought gets his part of what was paid, and gives it back before the payer gets his.

use jiff::Timestamp;
use serde_json::json;
use wechatpay_chain::{Response, Value};

use super::verdict::{Verdict, known, open, same, same_amount, send};
use crate::error::{Error, Result};
use crate::model::number;
use crate::model::sharing::{Sharing, SharingState};
use crate::shop::Shop;
use crate::store::{orders, sharings};

impl Shop {
    /// Takes a sharing a step further: sent when it is time, asked about until each receiver has his result, released if he gets nothing,
    /// and the same for its return. Whether that changed anything.
    pub(crate) async fn advance_sharing(&self, number: &str) -> Result<bool> {
        let key = number.to_owned();
        let before = self.books(move |books| sharings::sharing(books, &key)).await?;
        let key = number.to_owned();
        // Written down before it is sent; from here on the order is not refunded.
        let sharing = self.books(move |books| sharings::begin(books, &key)).await?;
        let step = match sharing.state {
            SharingState::Open => self.share(&sharing).await,
            SharingState::Processing => self.query_sharing(&sharing).await.map(|_| ()),
            SharingState::Releasing => self.release(&sharing).await,
            SharingState::Returning => self.send_return(&sharing).await,
            _ => Ok(()),
        };
        step?;
        let after = self.look_up_sharing(number).await?;
        Ok(after.state != before.state)
    }

    async fn share(&self, sharing: &Sharing) -> Result<()> {
        self.add_maker(sharing).await?;
        let transaction_id = self.transaction_id(sharing).await?;
        let call = self.wxpay["v3/profitsharing/orders"].idempotent().post_async(json!({
            "appid": self.settings.app_id,
            "transaction_id": transaction_id,
            "out_order_no": sharing.number,
            "receivers": [{
                "type": "MERCHANT_ID",
                "account": sharing.maker,
                "amount": sharing.amount.get(),
                "description": "货款分成",
            }],
            // What is left is the shop's at once.
            "unfreeze_unsplit": true,
        }));
        match send(call).await? {
            Verdict::Taken(answer) => self.heard_sharing(sharing, &answer).await,
            // A refusal says nothing of an earlier call under this number: what WeChat Pay says of the sharing itself decides.
            Verdict::Refused(error) => {
                if self.query_sharing(sharing).await? {
                    return Ok(());
                }
                let code = error.rejection().map(|no| no.code().to_owned());
                self.say_sharing(sharing, SharingState::Releasing, code).await?;
                Err(error.into())
            }
            Verdict::Open(error) => Err(open(&sharing.number, error)),
            Verdict::Later(error) => Err(error.into()),
        }
    }

    /// WeChat Pay has to know who gets something; that it knows already is no harm.
    async fn add_maker(&self, sharing: &Sharing) -> Result<()> {
        let maker = self.settings.maker.as_ref().filter(|maker| maker.mchid == sharing.maker);
        let maker = maker.ok_or_else(|| {
            Error::refused(format!("SHOP_MAKER is not the maker of sharing {}: his name is not known", sharing.number))
        })?;
        let call = self.wxpay["v3/profitsharing/receivers/add"].encrypt("/name").idempotent().post_async(json!({
            "appid": self.settings.app_id,
            "type": "MERCHANT_ID",
            "account": maker.mchid,
            "name": maker.name,
            "relation_type": "SUPPLIER",
        }));
        Ok(tokio::spawn(call).await?.map(|_| ())?)
    }

    /// Whether WeChat Pay has the sharing; what it says of it is booked.
    async fn query_sharing(&self, sharing: &Sharing) -> Result<bool> {
        let chain = self.wxpay.chain("v3/profitsharing/orders").arg(&sharing.number);
        let chain = chain.query("transaction_id", self.transaction_id(sharing).await?);
        match known(chain.get_async().await)? {
            Some(answer) => self.heard_sharing(sharing, &answer).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// `FINISHED` is no success: what became of the receiver's part is.
    async fn heard_sharing(&self, sharing: &Sharing, answer: &Response) -> Result<()> {
        same(answer, "/out_order_no", &sharing.number)?;
        let receivers: Vec<Value> = answer.get::<Option<_>>("/receivers")?.unwrap_or_default();
        let maker = receivers.iter().find(|receiver| receiver["account"] == sharing.maker.as_str());
        let word = match maker.and_then(|maker| maker["result"].as_str()) {
            Some("SUCCESS") => SharingState::Success,
            Some("CLOSED") => SharingState::Releasing,
            _ => SharingState::Processing,
        };
        if maker.is_some_and(|maker| maker["amount"] != sharing.amount.get()) {
            return Err(Error::Mismatch(format!("sharing {} has another amount at WeChat Pay", sharing.number)));
        }
        let reason = maker.and_then(|maker| maker["fail_reason"].as_str()).map(str::to_owned);
        self.say_sharing(sharing, word, reason).await
    }

    /// What was not shared is the shop's; asked for twice, nothing happens. WeChat Pay may have released it by itself: then it refuses, and
    /// what it says of the transaction decides.
    async fn release(&self, sharing: &Sharing) -> Result<()> {
        let transaction_id = self.transaction_id(sharing).await?;
        let call = self.wxpay["v3/profitsharing/orders/unfreeze"].idempotent().post_async(json!({
            "transaction_id": transaction_id,
            "out_order_no": number::release(&sharing.order),
            "description": "解冻剩余资金",
        }));
        match send(call).await? {
            Verdict::Taken(_) => {}
            Verdict::Refused(error) => {
                let chain = self.wxpay.chain("v3/profitsharing/transactions").arg(transaction_id).seg("amounts");
                if chain.get_async().await?.get::<i64>("/unsplit_amount")? != 0 {
                    return Err(error.into());
                }
            }
            Verdict::Open(error) => return Err(open(&sharing.number, error)),
            Verdict::Later(error) => return Err(error.into()),
        }
        self.say_sharing(sharing, SharingState::Released, None).await
    }

    /// Asks an order's share back from its maker, so that the order can be refunded. Again: what became of it.
    ///
    /// # Errors
    ///
    /// `Refused` if there is no share; `NotFound` for an order without a sharing; `Open` or `Gateway`: a job asks what became of it.
    pub async fn return_share(&self, order: &str, now: Timestamp) -> Result<Sharing> {
        let order = order.to_owned();
        let sharing = self.books(move |books| sharings::begin_return(books, &order, now)).await?;
        if sharing.state == SharingState::Returning {
            self.send_return(&sharing).await?;
        }
        self.look_up_sharing(&sharing.number).await
    }

    /// Under its number it happens once, and the answer is how it stands.
    async fn send_return(&self, sharing: &Sharing) -> Result<()> {
        let return_number = number::share_return(&sharing.order, sharing.returns);
        let call = self.wxpay["v3/profitsharing/return-orders"].idempotent().post_async(json!({
            "out_order_no": sharing.number,
            "out_return_no": return_number,
            "return_mchid": sharing.maker,
            "amount": sharing.amount.get(),
            "description": "订单退款",
        }));
        match send(call).await? {
            Verdict::Taken(answer) => {
                same(&answer, "/out_return_no", &return_number)?;
                same_amount(&answer, "/amount", sharing.amount)?;
                let reason = answer.get::<Option<String>>("/fail_reason")?;
                match answer.get::<String>("/result")?.as_str() {
                    "SUCCESS" => self.say_sharing(sharing, SharingState::Returned, None).await,
                    "FAILED" => self.say_sharing(sharing, SharingState::Success, reason).await,
                    _ => Ok(()),
                }
            }
            // It stays asked back: only WeChat Pay's word on the return itself ends it.
            Verdict::Open(error) | Verdict::Refused(error) => Err(open(&return_number, error)),
            Verdict::Later(error) => Err(error.into()),
        }
    }

    async fn say_sharing(&self, sharing: &Sharing, word: SharingState, reason: Option<String>) -> Result<()> {
        let number = sharing.number.clone();
        self.books(move |books| sharings::say(books, &number, word, reason.as_deref()).map(|_| ())).await
    }

    async fn transaction_id(&self, sharing: &Sharing) -> Result<String> {
        let order = sharing.order.clone();
        let order = self.books(move |books| orders::order(books, &order)).await?;
        order.transaction_id.ok_or_else(|| Error::Mismatch(format!("order {} is shared but not paid", order.number)))
    }

    /// A sharing as the books have it.
    ///
    /// # Errors
    ///
    /// `NotFound`.
    pub async fn look_up_sharing(&self, number: &str) -> Result<Sharing> {
        let number = number.to_owned();
        self.books(move |books| sharings::sharing(books, &number)).await
    }

    /// An order's sharing, if it has one.
    ///
    /// # Errors
    ///
    /// `Database`.
    pub async fn sharing_of(&self, order: &str) -> Result<Option<Sharing>> {
        let order = order.to_owned();
        self.books(move |books| sharings::of_order(books, &order)).await
    }
}
