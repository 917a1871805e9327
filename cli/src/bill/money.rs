//! Exact amounts, in hundred-thousandths of a yuan: bills have fees with five decimals.

use std::fmt;
use std::ops::{Add, AddAssign};

use serde_json::{Value, json};

/// How an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Unit {
    /// 元, with decimals.
    Yuan,
    /// 分, whole.
    Fen,
}

/// An amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Money(i128);

/// So many decimals of a yuan.
const DECIMALS: usize = 5;
/// A yuan.
const YUAN: i128 = 100_000;
/// A fen.
const FEN: i128 = 1000;
/// More digits than any amount has; sums of a billion such stay within `i128`.
const LONGEST: usize = 20;

impl Money {
    /// An amount as it is written; nothing at all is nothing. `None` for what is no amount.
    pub(crate) fn parse(text: &str, unit: Unit) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self(0));
        }
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let is_numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let has_point = digits.contains('.');
        if whole.is_empty()
            || whole.len() > LONGEST
            || !is_numeric(whole)
            || !is_numeric(decimals)
            || (has_point && decimals.is_empty())
        {
            return None;
        }
        let (kept, rest) = decimals.split_at(decimals.len().min(if unit == Unit::Yuan { DECIMALS } else { 0 }));
        if rest.bytes().any(|byte| byte != b'0') {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        Some(Self(
            sign * match unit {
                Unit::Fen => whole * FEN,
                Unit::Yuan => whole * YUAN + format!("{kept:0<DECIMALS$}").parse::<i128>().ok()?,
            },
        ))
    }

    /// `{"yuan":"12.30","fen":1230}`; `fen` is null where it is no whole number.
    pub(crate) fn json(self) -> Value {
        let fen = (self.0 % FEN == 0).then_some(self.0 / FEN).and_then(|fen| i64::try_from(fen).ok());
        json!({"yuan": self.to_string(), "fen": fen})
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl fmt::Display for Money {
    /// Yuan with two decimals, or as many more as there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, all) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let yuan = YUAN.unsigned_abs();
        let decimals = format!("{:05}", all % yuan);
        let shown = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{sign}{}.{}", all / yuan, &decimals[..shown])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_none() {
        for (text, shown, fen) in [
            ("12.3", "12.30", Some(1230)),
            ("-0.01", "-0.01", Some(-1)),
            ("0.00600", "0.006", None),
            ("0.00001", "0.00001", None),
            ("7", "7.00", Some(700)),
            ("", "0.00", Some(0)),
            ("1.0000000", "1.00", Some(100)),
        ] {
            let money = Money::parse(text, Unit::Yuan).unwrap();
            assert_eq!((money.to_string().as_str(), money.json()["fen"].as_i64()), (shown, fen), "{text}");
        }
        assert_eq!(Money::parse("1230", Unit::Fen), Money::parse("12.30", Unit::Yuan));
        for text in ["x", "1,000", "1.", ".5", "--1", "1e3", "0.000001", "999999999999999999999"] {
            assert_eq!(Money::parse(text, Unit::Yuan), None, "{text}");
        }
        assert_eq!(Money::parse("1.5", Unit::Fen), None);
    }

    #[test]
    fn ten_times_a_dime_is_one() {
        let mut sum = Money::default();
        for _ in 0..10 {
            sum += Money::parse("0.1", Unit::Yuan).unwrap();
        }
        assert_eq!(sum.to_string(), "1.00");
    }
}
