//! Bills as rows: the CSV that WeChat Pay writes, read one record after the other.
//!
//! UTF-8 with a byte order mark, CRLF; a header; data whose every cell begins with a back-tick; two lines of summary, its
//! header and its values (下载账单, 4013071219). `record.rs` splits the file, `row.rs` is what one record says, `table.rs` the whole.

mod record;
mod row;
mod table;
mod unreadable;

pub use row::Row;
pub use table::{Bill, Rows};
