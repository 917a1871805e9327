//! The amounts of one's own books: a CSV with a header.

use std::io::Read;

use super::money::{Money, Unit};
use super::read::{no_amount, require};
use crate::base::failure::Failure;
use crate::base::text::text;

/// Key and amount of each row, in order.
///
/// # Errors
///
/// Exit 2 for a column that is not there; exit 5 for an amount that is none; exit 8 for what is no CSV of UTF-8.
pub(crate) fn own_amounts(
    source: impl Read,
    (key, amount): (&str, &str),
    unit: Unit,
) -> Result<Vec<(String, Money)>, Failure> {
    let failed = |error: csv::Error| Failure::file(text!("the CSV cannot be read: {error}", "CSV 无法读取：{error}"));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source);
    let header = reader.headers().map_err(failed)?;
    let columns: Vec<_> = header.iter().map(|name| bare(name.trim_start_matches('\u{feff}')).to_owned()).collect();
    require(&columns, key)?;
    require(&columns, amount)?;
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap_or_default();
    let (key_at, amount_at) = (at(key), at(amount));
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let line = record.position().map_or(0, csv::Position::line);
        let text = bare(record.get(amount_at).unwrap_or_default());
        let money = Money::parse(text, unit).filter(|_| !text.is_empty()).ok_or_else(|| no_amount(line, amount))?;
        rows.push((bare(record.get(key_at).unwrap_or_default()).to_owned(), money));
    }
    Ok(rows)
}

/// A cell without the back-tick that bills put before it, should somebody have copied it.
fn bare(cell: &str) -> &str {
    cell.trim().trim_start_matches('`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_is_read_by_its_header() {
        let csv = "\u{feff}no,note,total\r\n`A-1,\"a, b\",1.05\r\nA-2,,2\r\n";
        let rows = own_amounts(csv.as_bytes(), ("no", "total"), Unit::Yuan).unwrap();
        let rows: Vec<_> = rows.iter().map(|(key, money)| (key.as_str(), money.to_string())).collect();
        assert_eq!(rows, [("A-1", "1.05".to_owned()), ("A-2", "2.00".to_owned())]);
        assert_eq!(own_amounts(csv.as_bytes(), ("no", "sum"), Unit::Yuan).unwrap_err().exit(), 2);
        assert_eq!(own_amounts(csv.as_bytes(), ("no", "total"), Unit::Fen).unwrap_err().exit(), 5);
        assert_eq!(own_amounts("no,total\nA-1\n".as_bytes(), ("no", "total"), Unit::Fen).unwrap_err().exit(), 8);
    }
}
