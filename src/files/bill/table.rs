//! A bill: its columns, its rows, its summary.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::record::{Record, Records, Source};
use super::row::Row;
use super::unreadable::decode;
use crate::error::{Error, Result};

/// A bill that was downloaded: its columns, rows and summary.
///
/// ```
/// use wechatpay_chain::Bill;
///
/// let csv = "\u{feff}交易时间,商户订单号,订单金额\r\n`2026-11-21 10:00:00,`1217752501,`1.05\r\n总交易单数,订单总金额\r\n`1,`1.05\r\n";
/// let bill = Bill::from_bytes(csv)?;
/// for row in bill.rows() {
///     let row = row?;
///     assert_eq!(row.get("商户订单号"), Some("1217752501"));
///     assert_eq!(row.fen("订单金额")?, 105);
/// }
/// assert_eq!(bill.summary()?.fen("订单总金额")?, 105);
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone)]
pub struct Bill {
    source: Source,
    columns: Arc<[String]>,
}

impl Bill {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    ///
    /// `Io`, naming the path, when it cannot be read; `Decode`, when it begins with no header.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::new(Source::File(path.as_ref().to_owned()))
    }

    /// A bill in memory.
    ///
    /// # Errors
    ///
    /// `Decode`, when it begins with no header.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Result<Self> {
        Self::new(Source::Memory(bytes.into()))
    }

    fn new(source: Source) -> Result<Self> {
        let mut records = Records::open(&source)?;
        let header = records.next()?.ok_or_else(|| decode("the bill is empty, expected a header".to_owned()))?;
        if header.cells.iter().any(|cell| cell.starts_with('`')) {
            return Err(decode("the bill begins with data, expected a header".to_owned()));
        }
        Ok(Self { source, columns: header.cells.into() })
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads the rows from the start, one at a time; the two lines of summary are not among them.
    ///
    /// A bill that does not end with its summary is incomplete: the last item is then a `Decode` error. After an error there
    /// is no further item.
    pub fn rows(&self) -> Rows {
        Rows { state: State::Unopened(self.source.clone()), columns: Arc::clone(&self.columns), summary: None }
    }

    /// The summary at the end; reads all rows on the way, so it fails where one of them is broken.
    ///
    /// [`Rows::summary`] has it too, for who has read the rows already.
    ///
    /// # Errors
    ///
    /// As the rows.
    pub fn summary(&self) -> Result<Row> {
        let mut rows = self.rows();
        rows.by_ref().try_for_each(|row| row.map(drop))?;
        rows.summary.ok_or_else(no_summary)
    }
}

impl fmt::Debug for Bill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bill").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// The rows of a bill, read one at a time.
pub struct Rows {
    state: State,
    columns: Arc<[String]>,
    summary: Option<Row>,
}

enum State {
    Unopened(Source),
    Reading(Records),
    Done,
}

impl Rows {
    /// The summary, once the last row was read.
    pub fn summary(&self) -> Option<&Row> {
        self.summary.as_ref()
    }

    fn read(&mut self) -> Result<Option<Row>> {
        if let State::Unopened(source) = &self.state {
            let mut records = Records::open(source)?;
            let header = records.next()?;
            if header.is_none_or(|header| header.cells[..] != self.columns[..]) {
                return Err(decode("the bill is another than the one that was opened: its columns differ".to_owned()));
            }
            self.state = State::Reading(records);
        }
        let State::Reading(records) = &mut self.state else { return Ok(None) };
        let record = records.next()?.ok_or_else(no_summary)?;
        if record.is_data() {
            return record.into_row(&self.columns).map(Some);
        }
        let values = records.next()?.filter(Record::is_data).ok_or_else(no_summary)?;
        if let Some(more) = records.next()? {
            let (header, line) = (record.line, more.line);
            return Err(decode(format!(
                "line {header} of the bill has no back-ticks, as a summary; more follows in line {line}"
            )));
        }
        self.summary = Some(values.into_row(&record.cells.into())?);
        Ok(None)
    }
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.read().transpose();
        if !matches!(row, Some(Ok(_))) {
            self.state = State::Done;
        }
        row
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

fn no_summary() -> Error {
    decode("the bill does not end with its two lines of summary: it is incomplete, or no bill".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::crypto::base64;
    use crate::keys::fixtures as f;

    const HEAD: &str = "\u{feff}交易时间,商品名称,订单金额,手续费\r\n";
    const TAIL: &str = "总交易单数,订单总金额\r\n`1,`-1.00\r\n";

    fn rows(data: &str) -> Result<Vec<Row>> {
        Bill::from_bytes(format!("{HEAD}{data}{TAIL}"))?.rows().collect()
    }

    #[test]
    fn the_vector_from_memory_and_from_a_file() {
        let vector = f::vector("bill-hash-sha1");
        let csv = base64::decode(vector["input"]["csv_base64"].as_str().unwrap()).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, &csv).unwrap();
        for bill in [Bill::from_bytes(csv).unwrap(), Bill::open(&file).unwrap()] {
            assert_eq!(bill.columns()[0], "交易时间");
            let mut rows = bill.rows();
            let row = rows.next().unwrap().unwrap();
            assert_eq!(row.get("商户订单号"), Some("1217752501201407033233368018"));
            assert_eq!((row.fen("应结订单金额").unwrap(), row.fen("手续费").unwrap(), row.line()), (100, 1, 2));
            assert_eq!(row.iter().next(), Some(("交易时间", "2026-11-21 10:00:00")));
            assert!(rows.summary().is_none() && rows.next().is_none() && rows.next().is_none());
            assert_eq!(rows.summary().unwrap().get("总交易单数"), Some("1"));
            assert_eq!(bill.summary().unwrap().fen("应结订单总金额").unwrap(), 100);
        }
    }

    #[test]
    fn commas_and_quotes_in_a_cell_in_every_spelling() {
        for (cell, expected) in [
            ("`plain", "plain"),
            ("`", ""),
            ("`a,b,c", "a,b,c"),
            ("\"`a,b\"", "a,b"),
            ("`\"a,b\"", "a,b"),
            ("`\"a \"\"x\"\", b\"", "a \"x\", b"),
            ("\"`a,`b\"", "a,`b"),
            ("`27寸显示器,\"27,黑色", "27寸显示器,\"27,黑色"),
            ("`手机壳,\"苹果\"款", "手机壳,\"苹果\"款"),
            ("`\"A\"和\"B\"", "\"A\"和\"B\""),
            ("`say \"x\"", "say \"x\""),
            ("`a`b", "a`b"),
            ("``a", "`a"),
            ("`微信, 支付", "微信, 支付"),
        ] {
            let rows = rows(&format!("`2026-11-21 10:00:00,{cell},`1.00,`0.01000\r\n")).unwrap();
            assert_eq!(rows[0].get("商品名称"), Some(expected), "{cell}");
            assert_eq!((rows.len(), rows[0].fen("订单金额").unwrap()), (1, 100), "{cell}");
        }
    }

    #[test]
    fn a_bill_that_is_not_whole_is_never_a_bill() {
        let whole = format!("{HEAD}`t,`n,`1.00,`0.01\r\n`t,`n,`1.00,`0.01\r\n{TAIL}");
        let complete = whole.trim_end().len();
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let all =
                Bill::from_bytes(whole[..end].to_owned()).and_then(|bill| bill.rows().collect::<Result<Vec<_>>>());
            // Within the last amount nothing but the file's digest can tell.
            assert_eq!(all.is_ok(), end > complete - "-1.00".len() - 1, "{end}: {:?}", &whole[..end]);
        }
        for data in ["`t,`n,`1.00\r\n", "`t,`n,`1.00,`0,`0\r\n", "t,n,1.00,0.01\r\n`t,`n,`1.00,`0.01\r\n", "x\r\n"] {
            assert_eq!(rows(data).unwrap_err().kind(), ErrorKind::Decode, "{data}");
        }
        assert_eq!(Bill::from_bytes("").unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(Bill::from_bytes("`1,`2\r\n").unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(Bill::open("/no/such/bill.csv").unwrap_err().kind(), ErrorKind::Io);
        let gbk = [HEAD.as_bytes(), b"`t,`\xd6\xd0,`1,`1\r\n"].concat();
        let error = Bill::from_bytes(gbk).unwrap().summary().unwrap_err();
        assert!(error.to_string().contains("in line 2"), "{error}");
        assert_eq!(rows("").unwrap().len(), 0);
    }

    #[test]
    fn no_row_is_merged_with_another_or_taken_for_a_summary() {
        // Quotes that open in one row and close in a later one.
        let two = rows("`t1,`a,\"b,`1.00,`0.01\r\n`t2,`c,\"d,`2.00,`0.02\r\n").unwrap();
        assert_eq!((two.len(), two[0].fen("订单金额").unwrap(), two[1].fen("订单金额").unwrap()), (2, 100, 200));
        assert_eq!(two[0].get("商品名称"), Some("a,\"b"));
        for bill in [
            "日期,金额\r\n2026-11-21,1.00\r\n2026-11-22,2.00\r\n",
            "日期,金额\r\n`2026-11-21,`1.00\r\n2026-11-22,1.00\r\n2026-11-23,2.00\r\n",
            "日期,金额\r\n`2026-11-21,1.00\r\n总数\r\n`1\r\n",
            "日期,金额\r\n\"`2026-11-21,`1.00\r\n总数\r\n`1\r\n",
        ] {
            let all = Bill::from_bytes(bill).unwrap().rows().collect::<Result<Vec<_>>>();
            assert_eq!(all.unwrap_err().kind(), ErrorKind::Decode, "{bill}");
        }
        // A comma in a name, and one cell too few: the columns behind it must not shift.
        assert!(rows("`t1,`a,5.00,`1.00\r\n").is_err());
        // Parts that were joined, and a blank line.
        let joined = rows("`t1,`a,`1.00,`0.01\r\n\r\n\u{feff}`t2,`b,`2.00,`0.02\n").unwrap();
        assert_eq!((joined[1].get("交易时间"), joined[1].fen("手续费").unwrap()), (Some("t2"), 2));
    }

    #[test]
    fn a_line_that_is_no_line_is_not_read_into_memory() {
        let endless = format!("{HEAD}`t,`{}", "x".repeat(3 << 20));
        let error = Bill::from_bytes(endless).unwrap().summary().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
    }

    #[test]
    fn a_file_that_became_another_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, format!("{HEAD}{TAIL}")).unwrap();
        let bill = Bill::open(&file).unwrap();
        assert_eq!(bill.rows().count(), 0);
        std::fs::write(&file, format!("手续费,交易时间\r\n{TAIL}")).unwrap();
        assert!(bill.summary().unwrap_err().to_string().contains("its columns differ"));
    }
}
