//! The merchant's own numbers. One of an order is drawn once; those of what follows from the order are derived from it, so that they are
//! the same however often they are asked for.

use std::fmt::Write as _;

use jiff::civil::Date;

/// How much randomness a number has: nobody guesses the address of somebody else's order.
pub type Random = [u8; 10];

/// A new order's number: 27 characters, of which WeChat Pay takes 32.
pub fn order(day: Date, random: Random) -> String {
    drawn('S', day, random)
}

/// A new transfer's number: letters and digits alone, as WeChat Pay wants it.
pub fn transfer(day: Date, random: Random) -> String {
    drawn('T', day, random)
}

/// The number of an order's n-th refund.
pub fn refund(order: &str, n: i64) -> String {
    format!("{order}-R{n}")
}

/// The number of an order's sharing with its maker.
pub fn sharing(order: &str) -> String {
    format!("{order}-P")
}

/// The number under which what was not shared is released.
pub fn release(order: &str) -> String {
    format!("{order}-U")
}

/// The number of the n-th attempt to get an order's share back.
pub fn share_return(order: &str, n: i64) -> String {
    format!("{order}-B{n}")
}

fn drawn(kind: char, day: Date, random: Random) -> String {
    let mut number = format!("{kind}{:02}{:02}{:02}", day.year() % 100, day.month(), day.day());
    for byte in random {
        // Writing to a text cannot fail.
        _ = write!(number, "{byte:02x}");
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_what_wechat_pay_takes() {
        let day = jiff::civil::date(2026, 11, 5);
        let order = order(day, [0xab; 10]);
        assert_eq!(order, "S261105abababababababababab");
        assert_eq!(transfer(day, [0; 10]), "T26110500000000000000000000");
        let derived = [refund(&order, 50), sharing(&order), release(&order), share_return(&order, 3)];
        let ends = derived.each_ref().map(|number| number.strip_prefix(order.as_str()).unwrap());
        assert_eq!(ends, ["-R50", "-P", "-U", "-B3"]);
        assert!(order.len() <= 32 && derived.iter().all(|number| number.len() <= 64));
    }
}
