//! How a bill is written: UTF-8 with BOM, lines that end in CR LF, headers bare, values with a backtick before them.

use jiff::civil::Date;

use super::super::time::Time;

/// Before the first header.
const BOM: char = '\u{feff}';

/// A table of texts, its header line, and a summary of two lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) header: Vec<&'static str>,
    /// The newest first.
    pub(crate) rows: Vec<Vec<String>>,
    /// Of some kinds of bill there is none.
    pub(crate) summary: Option<(&'static str, Vec<String>)>,
}

impl Sheet {
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(BOM);
        text.push_str(&self.header.join(","));
        text.push_str("\r\n");
        for row in &self.rows {
            line(&mut text, row);
        }
        if let Some((header, values)) = &self.summary {
            text.push_str(header);
            text.push_str("\r\n");
            line(&mut text, values);
        }
        text
    }
}

fn line(text: &mut String, values: &[String]) {
    for (index, value) in values.iter().enumerate() {
        text.push_str(if index == 0 { "`" } else { ",`" });
        text.push_str(value);
    }
    text.push_str("\r\n");
}

/// Fen as yuan with two decimals.
pub(crate) fn yuan(fen: i64) -> String {
    decimals(i128::from(fen) * 1000, 2)
}

/// Fen as yuan with five decimals, as fees are written.
pub(crate) fn fee(fen: i64) -> String {
    decimals(i128::from(fen) * 1000, 5)
}

/// A sum of cells as yuan: with so many decimals.
pub(crate) fn sum<'c>(cells: impl Iterator<Item = &'c str>, places: usize) -> String {
    decimals(cells.filter_map(units).sum(), places)
}

/// 1/100,000 of a yuan, with two or five decimals.
fn decimals(units: i128, places: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let fraction = format!("{:05}", units.unsigned_abs() % 100_000);
    let shown = fraction.get(..places).unwrap_or(&fraction);
    format!("{sign}{}.{shown}", units.unsigned_abs() / 100_000)
}

/// A cell of yuan in 1/100,000; `None` if it is none.
pub(crate) fn units(cell: &str) -> Option<i128> {
    let (sign, digits) = cell.strip_prefix('-').map_or((1, cell), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: i128 = whole.parse::<u64>().ok()?.into();
    let fraction: i128 = format!("{fraction:0<5}").get(..5)?.parse::<u32>().ok()?.into();
    Some(sign * (whole * 100_000 + fraction))
}

/// A rate in 1/10,000 as per cent.
pub(crate) fn rate(bp: u32) -> String {
    format!("{}.{:02}%", bp / 100, bp % 100)
}

/// What would end a cell or a line, written so that it does not.
pub(crate) fn escaped(text: &str) -> String {
    text.replace(',', "\\ ").replace('\n', "\\n")
}

/// A day as bills name it, `2026-11-25`.
pub(crate) fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}

/// Whether a moment is of that day, Beijing's.
pub(crate) fn span(day: Date) -> Option<std::ops::Range<Time>> {
    let start = Time::parse(&format!("{day}T00:00:00+08:00"))?;
    Some(start..start.plus_seconds(86_400))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
