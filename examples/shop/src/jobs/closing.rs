//! The job that gives up what nobody has paid in time, so that nobody pays for what is not kept for him any more.

use jiff::Timestamp;

use super::report::Report;
use crate::error::Result;
use crate::shop::Shop;
use crate::store::orders;

/// Closes every order whose time is over.
///
/// # Errors
///
/// `Database`; whatever else goes wrong is in the report.
pub async fn run_once(shop: &Shop, now: Timestamp) -> Result<Report> {
    let mut report = Report::default();
    for number in shop.books(move |books| orders::expired(books, now)).await? {
        let done = shop.close(&number).await.map(|_| true);
        report.add(&format!("order {number}"), done);
    }
    Ok(report)
}
