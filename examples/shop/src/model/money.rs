//! Money: whole fen (分), never fractions of a yuan.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many fen.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// The number, for the database and for WeChat Pay.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; `None` if there is no such number.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left; `None` if it would be less than nothing.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).filter(|left| *left >= 0).map(Self)
    }

    /// So many ten-thousandths of it, rounded down: nobody gets more than the share that was agreed.
    #[must_use]
    pub fn share(self, basis_points: u32) -> Self {
        let share = i128::from(self.0) * i128::from(basis_points) / 10_000;
        Self(i64::try_from(share).unwrap_or(0))
    }
}

/// In yuan, as people read it: `¥12.80`.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}¥{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_yuan() {
        let texts = [1_280, 5, 0, -1_205, i64::MIN].map(|fen| Fen::new(fen).to_string());
        assert_eq!(texts, ["¥12.80", "¥0.05", "¥0.00", "-¥12.05", "-¥92233720368547758.08"]);
    }

    #[test]
    fn nothing_overflows_and_nothing_goes_below_zero() {
        assert_eq!(Fen::new(i64::MAX).plus(Fen::new(1)), None);
        assert_eq!(Fen::new(1).minus(Fen::new(2)), None);
        assert_eq!(Fen::new(2).minus(Fen::new(2)), Some(Fen::ZERO));
    }

    #[test]
    fn a_share_is_rounded_down() {
        assert_eq!(Fen::new(999).share(3_000), Fen::new(299));
        assert_eq!(Fen::new(3).share(3_000), Fen::ZERO);
        assert_eq!(Fen::new(i64::MAX).share(10_000), Fen::new(i64::MAX));
    }
}
