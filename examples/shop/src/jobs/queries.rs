//! The job that asks: what nobody knows the end of. A notification may never come, an answer may be lost, a process may end.

use jiff::Timestamp;

use super::report::Report;
use crate::error::Result;
use crate::model::order::OrderState;
use crate::shop::Shop;
use crate::store::outbox::{self, Due, Kind};

/// How many are asked about in one run.
const MOST: i64 = 100;

/// Asks about everything that is due.
///
/// # Errors
///
/// `Database`; whatever else goes wrong is in the report.
pub async fn run_once(shop: &Shop, now: Timestamp) -> Result<Report> {
    let mut report = Report::default();
    for due in shop.books(move |books| outbox::claim(books, now, MOST)).await? {
        let done = ask(shop, &due).await;
        report.add(&format!("{} {}", due.kind.as_str(), due.number), done);
    }
    Ok(report)
}

async fn ask(shop: &Shop, due: &Due) -> Result<bool> {
    match due.kind {
        Kind::Order => {
            let order = shop.look_up(&due.number).await?;
            match order.state {
                OrderState::Unpaid => shop.query_order(&order).await,
                _ => Ok(false),
            }
        }
        Kind::Refund => refund(shop, &due.number).await,
        Kind::Transfer => transfer(shop, &due.number).await,
        Kind::Sharing => shop.advance_sharing(&due.number).await,
    }
}

/// One that WeChat Pay does not have is sent again, under its number: whatever became of the first call, it is one refund.
async fn refund(shop: &Shop, number: &str) -> Result<bool> {
    let refund = shop.look_up_refund(number).await?;
    match shop.query_refund(&refund).await? {
        Some(changed) => Ok(changed),
        None => Ok(shop.send_refund(refund.clone()).await?.state != refund.state),
    }
}

/// The same; and one that waits for the merchant's money is only paid when it is asked for again.
async fn transfer(shop: &Shop, number: &str) -> Result<bool> {
    let before = shop.look_up_transfer(number).await?;
    shop.query_transfer(&before).await?;
    let heard = shop.look_up_transfer(number).await?;
    Ok(shop.send_transfer(heard).await?.state != before.state)
}
