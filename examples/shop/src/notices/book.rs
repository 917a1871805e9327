//! A notification is booked: with its key in one transaction, so that one that is repeated, at the same time too, changes nothing.

use wechatpay_chain::{Event, Notice};

use crate::error::{Error, Result};
use crate::model::refund::RefundState;
use crate::model::transfer::TransferState;
use crate::shop::Shop;
use crate::store::books::Books;
use crate::store::orders::{self, Payment};
use crate::store::{refunds, transfers};

impl Shop {
    /// Books what a notification says, once; what it must not be mistaken for is left alone. Blocks until it is stored.
    ///
    /// # Errors
    ///
    /// `Mismatch`, `Gateway` or `NotFound` for what does not fit the books, `Database`: nothing was booked, and it has to come again.
    pub fn book(&self, notice: &Notice) -> Result<()> {
        match notice.event() {
            Event::Payment => self.once(notice, |books| self.payment_notice(books, notice)),
            Event::Refund => self.once(notice, |books| refund_notice(books, notice)),
            Event::Transfer => self.once(notice, |books| transfer_notice(books, self.wxpay.mchid(), notice)),
            // Shared money and combined orders are not this shop's payments; accepted, so that they are not repeated.
            _ => Ok(()),
        }
    }

    fn once(&self, notice: &Notice, mut book: impl FnMut(&mut dyn Books) -> Result<()>) -> Result<()> {
        // What cannot be booked takes its key with it: it is looked at again when it comes again.
        self.store.write(|books| match orders::first_time(books, &notice.key())? {
            true => book(books),
            false => Ok(()),
        })
    }

    fn payment_notice(&self, books: &mut dyn Books, notice: &Notice) -> Result<()> {
        let order = orders::order(books, text(notice, "/out_trade_no")?)?;
        notice
            .expect("/amount/total", order.price.get())?
            .expect("/amount/currency", "CNY")?
            .expect("/mchid", self.wxpay.mchid())?
            .expect("/trade_state", "SUCCESS")?;
        let payment = Payment {
            total: order.price,
            transaction_id: text(notice, "/transaction_id")?.to_owned(),
            at: text(notice, "/success_time")?.to_owned(),
        };
        orders::paid(books, &order.number, &payment, self.maker().as_deref()).map(|_| ())
    }
}

fn refund_notice(books: &mut dyn Books, notice: &Notice) -> Result<()> {
    let refund = refunds::refund(books, text(notice, "/out_refund_no")?)?;
    notice.expect("/amount/refund", refund.amount.get())?.expect("/out_trade_no", refund.order.as_str())?;
    let status = text(notice, "/refund_status")?;
    let word = RefundState::of(status).ok_or_else(|| unknown("refund_status"))?;
    refunds::say(books, &refund.number, word).map(|_| ())
}

fn transfer_notice(books: &mut dyn Books, mchid: &str, notice: &Notice) -> Result<()> {
    let transfer = transfers::transfer(books, text(notice, "/out_bill_no")?)?;
    notice.expect("/transfer_amount", transfer.amount.get())?.expect("/mch_id", mchid)?;
    let word = TransferState::of(text(notice, "/state")?).ok_or_else(|| unknown("state"))?;
    let reason = notice.resource().get("fail_reason").and_then(|reason| reason.as_str());
    transfers::say(books, &transfer.number, word, reason).map(|_| ())
}

fn text<'n>(notice: &'n Notice, pointer: &str) -> Result<&'n str> {
    let text = notice.resource().pointer(pointer).and_then(|value| value.as_str()).map(str::trim);
    text.filter(|text| !text.is_empty()).ok_or_else(|| Error::Mismatch(format!("{pointer} is not in the notification")))
}

fn unknown(member: &str) -> Error {
    Error::Mismatch(format!("{member} of the notification is a word that is not known"))
}
