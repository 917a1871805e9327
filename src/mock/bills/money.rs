//! Amounts of bills, in thousandths of a fen (分): exact for the five decimals that fees are written with.

/// One fen.
pub(super) const FEN: i128 = 1000;

/// One yuan.
const YUAN: i128 = 100 * FEN;

/// An amount in yuan with at most this many decimals; nothing counts as zero.
pub(super) fn parse(text: &str, decimals: usize) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (yuan, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() {
        return Some(0);
    }
    if yuan.is_empty() || yuan.len() > 15 || fraction.len() > decimals || !numeric(yuan) || !numeric(fraction) {
        return None;
    }
    let units: i128 = format!("{yuan}{fraction:0<5}").parse().ok()?;
    Some(if negative { -units } else { units })
}

/// The amount in yuan with this many decimals; it has no more.
pub(super) fn write(units: i128, decimals: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (yuan, rest) = (units.abs() / YUAN, units.abs() % YUAN);
    format!("{sign}{yuan}.{}", &format!("{rest:05}")[..decimals])
}

/// The fee for an amount: 0.60 %, rounded to whole fen.
pub(super) fn fee(units: i128) -> i128 {
    let fen = units / FEN;
    (fen * 6 + 500 * fen.signum()) / 1000 * FEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, units) in [
            ("", 0),
            ("1", 100_000),
            ("1.05", 105_000),
            ("-0.01", -1000),
            ("0.1", 10_000),
            ("999999999999999.99", 99_999_999_999_999_999_000),
        ] {
            assert_eq!(parse(text, 2), Some(units), "{text}");
        }
        for text in ["1.005", ".5", "1e3", "+1", "1,000", "-", "１", "--1"] {
            assert_eq!(parse(text, 2), None, "{text}");
        }
        assert_eq!((parse("0.00601", 5), parse("0.000001", 5)), (Some(601), None));
        assert_eq!(
            (write(105_000, 2), write(-1000, 5), write(0, 2)),
            ("1.05".into(), "-0.01000".into(), "0.00".into())
        );
        // 0.006 yuan, and half a fen.
        assert_eq!([100, 83, 84, 250, -100].map(|fen| fee(fen * FEN) / FEN), [1, 0, 1, 2, -1]);
    }
}
