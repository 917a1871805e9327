//! Orders: made, paid by QR code or within WeChat, asked for, given up.

use jiff::Timestamp;
use serde_json::json;
use wechatpay_chain::{Pending, Response, Value};

use super::verdict::{Verdict, known, open, same, send};
use crate::error::{Error, Result};
use crate::model::goods;
use crate::model::money::Fen;
use crate::model::openid::Openid;
use crate::model::order::{Order, OrderState};
use crate::model::{number, time};
use crate::shop::Shop;
use crate::store::orders::{self, New, Payment};

/// How long a `code_url` and a `prepay_id` can be used is two hours; a little less, for whoever scans it in the last moment.
const CREDENTIAL: i64 = 7_000;

/// What a customer wants.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The customer's own mark: twice the same, from a double click or a second try, is one order.
    pub request: String,
    /// What he buys; the price is the shop's.
    pub thing: String,
    /// Who he is, to pay within WeChat; `None` for a QR code.
    pub openid: Option<Openid>,
}

impl Shop {
    /// Takes an order: written down first, then known to WeChat Pay. The same mark again is the same order.
    ///
    /// # Errors
    ///
    /// `Refused` for what cannot be ordered; `Open` or `Gateway` if WeChat Pay could not be asked: the order is there, and the same again asks
    /// again.
    pub async fn order(&self, wanted: Wanted, now: Timestamp) -> Result<Order> {
        let order = self.take(wanted, now).await?;
        self.ready(&order.number, now).await
    }

    /// Writes an order down; WeChat Pay hears of it when its credential is asked for, by [`ready`](Self::ready).
    ///
    /// # Errors
    ///
    /// `Refused` for what cannot be ordered, naming the member.
    pub async fn take(&self, wanted: Wanted, now: Timestamp) -> Result<Order> {
        let thing = goods::thing(&wanted.thing).ok_or_else(|| Error::refused("thing: this shop has no such thing"))?;
        if !(8..=64).contains(&wanted.request.len()) || !wanted.request.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::refused("request: expected a mark of 8 to 64 letters and digits"));
        }
        if wanted.openid.as_ref().is_some_and(|openid| !openid.is_plausible()) {
            return Err(Error::refused("openid: expected 1 to 128 letters, digits, - and _"));
        }
        let new = New {
            number: number::order(time::day(now), Self::random()?),
            request: wanted.request,
            thing,
            openid: wanted.openid,
            maker_share: if self.settings.maker.is_some() { thing.maker_share } else { 0 },
            expires_at: time::later(now, self.settings.order_minutes * 60),
        };
        self.books(move |books| orders::insert(books, &new, now)).await
    }

    /// An order with what the payer's phone needs, asked for again where it is too old: the same order, letter by letter.
    ///
    /// It has none if the order cannot be paid any more, or if somebody else is asking for it just now.
    ///
    /// # Errors
    ///
    /// As [`order`](Self::order).
    pub async fn ready(&self, number: &str, now: Timestamp) -> Result<Order> {
        let key = number.to_owned();
        let place = self.books(move |books| orders::may_place(books, &key, now)).await?;
        if place {
            let order = self.look_up(number).await?;
            let placed = self.place(&order).await;
            let credential = placed.as_ref().ok().cloned().flatten();
            let (key, until) = (number.to_owned(), time::later(now, CREDENTIAL).min(order.expires_at));
            self.books(move |books| {
                orders::placed(books, &key, credential.as_deref().map(|credential| (credential, until)))
            })
            .await?;
            placed?;
        }
        self.look_up(number).await
    }

    /// Makes the order known; gives the credential, or none if it turns out that it was paid or closed meanwhile.
    async fn place(&self, order: &Order) -> Result<Option<String>> {
        match send(self.placing(order)).await? {
            Verdict::Taken(answer) => {
                let member = if order.openid.is_some() { "/prepay_id" } else { "/code_url" };
                Ok(Some(answer.get(member)?))
            }
            // Whatever the reason is: what WeChat Pay says of the order itself decides.
            Verdict::Refused(error) => match self.query_order(order).await? {
                true => Ok(None),
                false => Err(error.into()),
            },
            Verdict::Open(error) => Err(open(&order.number, error)),
            Verdict::Later(error) => Err(error.into()),
        }
    }

    fn placing(&self, order: &Order) -> Pending {
        let kind = if order.openid.is_some() { "jsapi" } else { "native" };
        // A member that is null is not sent.
        self.wxpay.chain("v3/pay/transactions").arg(kind).idempotent().post_async(json!({
            "appid": self.settings.app_id,
            "mchid": self.wxpay.mchid(),
            "description": order.description,
            "out_trade_no": order.number,
            "time_expire": time::rfc3339(order.expires_at),
            "notify_url": self.settings.notify_url(),
            "settle_info": (order.maker_share > 0).then(|| json!({"profit_sharing": true})),
            "amount": {"total": order.price.get(), "currency": "CNY"},
            "payer": order.openid.as_ref().map(|openid| json!({"openid": openid.as_str()})),
        }))
    }

    /// What the page hands to WeChat for an order that is paid there; signed anew each time, by the key that placed the order.
    ///
    /// # Errors
    ///
    /// `Gateway` for a `prepay_id` that is none.
    pub fn pay_params(&self, prepay_id: &str) -> Result<Value> {
        let params = self.wxpay.pay_params().jsapi(&self.settings.app_id, prepay_id)?;
        serde_json::to_value(params).map_err(|error| Error::Machine(format!("the payment parameters: {error}")))
    }

    /// Gives an order up, so that nobody can pay it any more; one that somebody has paid meanwhile is booked instead.
    ///
    /// # Errors
    ///
    /// `Open` or `Gateway` if it is not known to be closed: the same again is no harm.
    pub async fn close(&self, number: &str) -> Result<Order> {
        let order = self.look_up(number).await?;
        if order.state != OrderState::Unpaid {
            return Ok(order);
        }
        let chain = self.wxpay.chain("v3/pay/transactions/out-trade-no").arg(number).seg("close");
        match send(chain.idempotent().post_async(json!({"mchid": self.wxpay.mchid()}))).await? {
            Verdict::Taken(_) => _ = self.note_closed(number).await?,
            Verdict::Refused(error) => {
                self.query_order(&order).await?;
                let order = self.look_up(number).await?;
                return if order.state == OrderState::Unpaid { Err(error.into()) } else { Ok(order) };
            }
            Verdict::Open(error) => return Err(open(number, error)),
            Verdict::Later(error) => return Err(error.into()),
        }
        self.look_up(number).await
    }

    /// Asks what became of an order, and books it; whether that changed anything.
    pub(crate) async fn query_order(&self, order: &Order) -> Result<bool> {
        let chain = self.wxpay.chain("v3/pay/transactions/out-trade-no").arg(&order.number);
        let answer = known(chain.query("mchid", self.wxpay.mchid()).get_async().await)?;
        // WeChat Pay has not heard of it, or forgot it: nobody has paid.
        let Some(answer) = answer else { return Ok(false) };
        match answer.get::<String>("/trade_state")?.as_str() {
            // An order that was refunded, was paid.
            "SUCCESS" | "REFUND" => {
                let payment = self.payment(order, &answer)?;
                let (number, maker) = (order.number.clone(), self.maker());
                self.books(move |books| orders::paid(books, &number, &payment, maker.as_deref())).await
            }
            "CLOSED" | "REVOKED" | "PAYERROR" => self.note_closed(&order.number).await,
            _ => Ok(false),
        }
    }

    fn payment(&self, order: &Order, answer: &Response) -> Result<Payment> {
        same(answer, "/out_trade_no", &order.number)?;
        same(answer, "/mchid", self.wxpay.mchid())?;
        same(answer, "/amount/currency", "CNY")?;
        let total = Fen::new(answer.get("/amount/total")?);
        Ok(Payment { total, transaction_id: answer.get("/transaction_id")?, at: answer.get("/success_time")? })
    }

    async fn note_closed(&self, number: &str) -> Result<bool> {
        let number = number.to_owned();
        self.books(move |books| orders::closed(books, &number)).await
    }

    /// An order as the books have it.
    ///
    /// # Errors
    ///
    /// `NotFound`.
    pub async fn look_up(&self, number: &str) -> Result<Order> {
        let number = number.to_owned();
        self.books(move |books| orders::order(books, &number)).await
    }
}
