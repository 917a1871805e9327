//! A whole day of the shop: what is asked, paid, lost and refunded today is in the books, and tomorrow's bill says the same.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use wechatpay_chain::json;
use wechatpay_chain_shop::jobs::bills;
use wechatpay_chain_shop::model::bill::{Difference, Entry};
use wechatpay_chain_shop::model::money::Fen;
use wechatpay_sim::Fault;

use crate::support::{Done, NATIVE, PAID, Place, REFUNDS, Town, wanted};

const DAY: Date = date(2026, 11, 25);

fn tomorrow_at_ten(town: &Town) -> Done {
    town.post("clock/advance", json!({"to": "2026-11-26T10:00:00+08:00"}))?;
    Ok(())
}

/// Every way a refund can go, of one order of 129 yuan; the one that is not done today.
async fn money_goes_back(town: &Town, order: &str) -> Done<String> {
    let good = town.refund(order, "good", 3_000).await?;
    town.end_refund(&good, "SUCCESS")?;
    town.sim.fault(Fault::ResetAfter).on("POST", REFUNDS).times(1);
    town.refund(order, "lost", 2_000).await.unwrap_err();
    assert_eq!(town.settled().await?, 1);
    town.end_refund(&format!("{order}-R2"), "SUCCESS")?;
    town.sim.fault(Fault::ResetBefore).on("POST", REFUNDS).times(1);
    town.refund(order, "none", 1_000).await.unwrap_err();
    assert_eq!(town.settled().await?, 1);
    town.sim.fault(Fault::Lost).on_notice("REFUND.SUCCESS").times(1);
    town.end_refund(&format!("{order}-R3"), "SUCCESS")?;
    assert_eq!(town.settled().await?, 1);
    town.sim.fault(Fault::code("NOT_ENOUGH")).on("POST", REFUNDS).times(1);
    town.refund(order, "poor", 500).await.unwrap_err();
    let shut = town.refund(order, "shut", 4_000).await?;
    town.end_refund(&shut, "CLOSED")?;
    town.agree(order, 12_900, 6_000).await?;
    // Taken today, done tomorrow.
    Ok(town.refund(order, "slow", 1_500).await?)
}

pub async fn a_day_of_the_shop_is_in_the_bill_of_the_next_one(place: Place) -> Done {
    let town = Town::open(place).await?;
    let cup = town.paid("cup").await?;
    let left = town.order("tea").await?;
    assert_eq!(town.sim.pay(&left.number).outcome("NOT_ENOUGH").send()?["state"], "NOTPAY");
    for fault in [Fault::ResetAfter, Fault::ResetBefore, Fault::SystemErrorAfter] {
        town.sim.fault(fault).on("POST", NATIVE).times(1);
        let order = town.shop.take(wanted("taste"), Timestamp::now()).await?;
        town.shop.ready(&order.number, Timestamp::now()).await.unwrap_err();
        town.shop.ready(&order.number, Timestamp::now()).await?;
        town.pay(&order.number, "bob")?;
    }
    let silent = town.order("tea").await?;
    town.sim.fault(Fault::Lost).on_notice(PAID).times(1);
    town.pay(&silent.number, "alice")?;
    assert_eq!(town.settled().await?, 1);
    let slow = money_goes_back(&town, &cup.number).await?;
    // Too early: there is no bill, and the shop does not take that for an empty one.
    let early = town.shop.reconcile(DAY, Timestamp::now()).await.unwrap_err();
    assert!(early.to_string().contains("INVALID_REQUEST"), "{early}");

    tomorrow_at_ten(&town)?;
    let found = town.shop.reconcile(DAY, Timestamp::now()).await?;
    assert_eq!(found.differences, [], "{found:?}");
    assert_eq!((found.payments, found.paid), (5, Fen::new(12_900 + 3 * 100 + 6_800)));
    // Of the one that was refused there is no row; the closed one has one.
    assert_eq!((found.refunds, found.refunded), (5, Fen::new(3_000 + 2_000 + 1_000 + 4_000 + 1_500)));
    let before = town.shop.reconcile(DAY.yesterday()?, Timestamp::now()).await?;
    assert_eq!((before.payments, before.differences), (0, vec![]), "a day without a bill");
    // The refund of yesterday ends today: yesterday's bill stays as it is, and so do the books of that day.
    town.end_refund(&slow, "SUCCESS")?;
    town.agree(&cup.number, 12_900, 7_500).await?;
    assert_eq!(town.shop.reconcile(DAY, Timestamp::now()).await?, found);
    town.in_order()
}

pub async fn what_bill_and_books_do_not_have_in_common_is_named(place: Place) -> Done {
    let town = Town::open(place).await?;
    let mut numbers = Vec::new();
    for _ in 0..4 {
        numbers.push(town.paid("taste").await?.number);
    }
    numbers.sort();
    let [same, less, gone, ours] = &numbers[..] else { panic!("{numbers:?}") };
    let refund = town.refund(same, "r", 10).await?;
    // The books lose an order, have another with a wrong amount, and one that was never paid.
    let (less_sql, gone_sql) = (less.clone(), gone.clone());
    let ours_sql = ours.clone();
    town.shop
        .books(move |books| {
            books.execute("UPDATE orders SET paid = 99, price = 99 WHERE number = ?1", &[(&less_sql).into()])?;
            books.execute("DELETE FROM orders WHERE number = ?1", &[(&gone_sql).into()])?;
            books.execute("UPDATE orders SET number = 'X-NEVER' WHERE number = ?1", &[(&ours_sql).into()])?;
            books.execute("UPDATE refunds SET number = 'X-OTHER'", &[])
        })
        .await?;
    tomorrow_at_ten(&town)?;
    let found = town.shop.reconcile(DAY, Timestamp::now()).await?;
    let (payment, fen) = (|number: &str| Entry::Payment(number.to_owned()), Fen::new);
    let expected = [
        Difference::Amount { entry: payment(less), bill: fen(100), books: fen(99) },
        Difference::OnlyBill { entry: payment(gone), amount: fen(100) },
        Difference::OnlyBill { entry: payment(ours), amount: fen(100) },
        Difference::OnlyBill { entry: Entry::Refund(refund), amount: fen(10) },
        Difference::OnlyBooks { entry: payment("X-NEVER"), amount: fen(100) },
        Difference::OnlyBooks { entry: Entry::Refund("X-OTHER".to_owned()), amount: fen(10) },
    ];
    assert_eq!(found.differences, expected);
    Ok(())
}

pub async fn a_bill_that_is_damaged_is_not_compared(place: Place) -> Done {
    let town = Town::open(place).await?;
    town.paid("taste").await?;
    tomorrow_at_ten(&town)?;
    for fault in [Fault::WrongHash, Fault::BillTruncated, Fault::BillExpired, Fault::StatementCreating.of(1)] {
        town.sim.fault(fault.clone()).times(1);
        assert!(town.shop.reconcile(DAY, Timestamp::now()).await.is_err(), "{fault}");
    }
    assert_eq!(town.shop.reconcile(DAY, Timestamp::now()).await?.differences, []);
    Ok(())
}

pub async fn the_job_compares_each_day_once_and_catches_up(place: Place) -> Done {
    let town = Town::open(place).await?;
    assert_eq!(bills::run_once(&town.shop, "2026-11-26T12:00:00+08:00".parse()?).await?.settled, 0, "no order, no day");
    let order = town.paid("taste").await?;
    // As if the order had been made by the shop's clock of that day.
    let made = "2026-11-25T09:00:00+08:00".parse::<Timestamp>()?.as_second();
    town.shop.books(move |books| books.execute("UPDATE orders SET created_at = ?1", &[made.into()])).await?;
    town.post("clock/advance", json!({"to": "2026-11-28T10:00:00+08:00"}))?;
    let at = |text: &str| text.parse::<Timestamp>();
    assert_eq!(bills::run_once(&town.shop, at("2026-11-26T09:59:59+08:00")?).await?.settled, 0, "not yet");
    let report = bills::run_once(&town.shop, at("2026-11-28T09:59:59+08:00")?).await?;
    assert_eq!((report.settled, report.troubles), (2, vec![]), "the 25th and the 26th");
    assert_eq!(bills::run_once(&town.shop, at("2026-11-28T09:59:59+08:00")?).await?.settled, 0);
    // A bill that is not there yet is fetched the next time; what does not fit is told, once.
    town.sim.fault(Fault::StatementCreating.of(1)).times(1);
    let report = bills::run_once(&town.shop, at("2026-11-28T10:00:00+08:00")?).await?;
    assert_eq!((report.settled, report.troubles.len()), (0, 1));
    let paid_at = "2026-11-27T09:00:00+08:00";
    let number = order.number.clone();
    town.shop
        .books(move |books| {
            books.execute("UPDATE orders SET paid_at = ?2 WHERE number = ?1", &[(&number).into(), paid_at.into()])
        })
        .await?;
    let report = bills::run_once(&town.shop, at("2026-11-28T10:00:00+08:00")?).await?;
    assert_eq!(report.settled, 1);
    assert!(report.troubles[0].contains("OnlyBooks") && report.troubles[0].contains(&order.number), "{report:?}");
    Ok(())
}
