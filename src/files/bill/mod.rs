//! Bills as rows: the CSV that WeChat Pay writes, read one record after the other.
//!
//! UTF-8 with a byte order mark, CRLF; a header; data whose every cell begins with a back-tick; the summary, its header and its
//! values (下载账单, 4013071219). `lines.rs` reads the file by lines, `form.rs` names what is no bill, `record.rs` puts lines together
//! and splits them into cells, `row.rs` is what one record says, `raw.rs` keeps lines that were asked for, `table.rs` is the whole.

#[cfg(feature = "inspect")]
mod column_kind;
mod form;
mod lines;
mod raw;
mod record;
mod row;
mod table;

#[cfg(feature = "inspect")]
pub use column_kind::ColumnKind;
pub use row::Row;
pub use table::{Bill, Rows};
