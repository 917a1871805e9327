//! What both databases have to stand.

use jiff::{SignedDuration, Timestamp};
use wechatpay_chain_shop::Error;
use wechatpay_chain_shop::store::books::Books;
use wechatpay_chain_shop::store::outbox::{self, Kind};

use crate::support::{Done, Place, Town};

pub async fn each_thing_is_claimed_once_and_again_later(place: Place) -> Done {
    let town = Town::open(place).await?;
    let (other, start) = (town.another().await?, Timestamp::now());
    town.shop
        .books(move |books| (0..40).try_for_each(|n| outbox::put(books, Kind::Refund, &format!("r{n:02}"), start)))
        .await?;
    let claim = move |after: i64| {
        let now = start + SignedDuration::from_secs(after);
        move |books: &mut dyn Books| outbox::claim(books, now, 10)
    };
    assert_eq!(town.shop.books(claim(-1)).await?, [], "nothing is due");
    // Two processes, one after the other and at the same time: nobody gets what somebody else has.
    let mut claimed = Vec::new();
    for _ in 0..4 {
        let (one, two) = tokio::join!(town.shop.books(claim(0)), other.books(claim(0)));
        claimed.extend(one?.into_iter().chain(two?).map(|due| due.number));
    }
    claimed.sort();
    assert_eq!(claimed, (0..40).map(|n| format!("r{n:02}")).collect::<Vec<_>>());
    // What is not taken out is due again: after 15 seconds, then after 30.
    assert_eq!(town.shop.books(claim(14)).await?, []);
    assert_eq!(town.shop.books(claim(15)).await?.len(), 10);
    assert_eq!(town.shop.books(|books| outbox::count(books)).await?, 40);
    town.shop.books(|books| (0..40).try_for_each(|n| outbox::take(books, Kind::Refund, &format!("r{n:02}")))).await?;
    assert_eq!(town.shop.books(claim(86_400)).await?, []);
    Ok(())
}

pub async fn what_fails_changes_nothing(place: Place) -> Done {
    let town = Town::open(place).await?;
    let failed = town.shop.books(|books| {
        outbox::put(books, Kind::Order, "S1", Timestamp::UNIX_EPOCH)?;
        Err::<(), _>(Error::Machine("in between".to_owned()))
    });
    assert_eq!(failed.await.unwrap_err().to_string(), "in between");
    assert_eq!(town.shop.books(|books| outbox::count(books)).await?, 0);
    let wrong = town.shop.books(|books| books.rows("SELECT nothing FROM nowhere", &[]).map(|_| ())).await.unwrap_err();
    assert!(matches!(wrong, Error::Database(_)), "{wrong}");
    Ok(())
}

pub async fn the_database_itself_refuses_what_must_not_be(place: Place) -> Done {
    let town = Town::open(place).await?;
    let order = town.paid("taste").await?;
    for sql in [
        "UPDATE orders SET taken = 101",
        "UPDATE orders SET refunded = 1",
        "UPDATE orders SET taken = -1",
        "UPDATE orders SET paid = 99",
        "INSERT INTO refunds (number, request, order_number, amount, reason, state, created_at) VALUES ('r', 'r', 'S0', 1, '', 'OPEN', 0)",
        "INSERT INTO refunds (number, request, order_number, amount, reason, state, created_at) SELECT 'r', 'r', number, 0, '', 'OPEN', 0 FROM orders",
    ] {
        let refused = town.shop.books(move |books| books.execute(sql, &[])).await;
        assert!(matches!(refused, Err(Error::Database(_))), "{sql}");
    }
    town.agree(&order.number, 100, 0).await
}
