//! The books in a file.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, TransactionBehavior};

use super::books::{Books, Cell, Database, Row, Value};
use crate::error::{Error, Result};

/// How long another process that writes is waited for: WeChat Pay waits five seconds for the answer to a notification.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(PATIENCE)?;
        // What was committed is on the disk, and who reads does not wait for who writes.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(Self(Mutex::new(connection)))
    }
}

impl Database for Sqlite {
    fn transaction(&self, work: &mut dyn FnMut(&mut dyn Books) -> Result<()>) -> Result<()> {
        // Whoever panicked with it had his transaction rolled back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // At once: one that only reads at first could not write later, had another one written in between.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&mut Open(&transaction))?;
        Ok(transaction.commit()?)
    }
}

struct Open<'c>(&'c Connection);

impl Books for Open<'_> {
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        let changed = self.0.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?;
        u64::try_from(changed).map_err(|error| Error::Database(error.into()))
    }

    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns = statement.column_count();
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| {
            let cells = (0..columns).map(|column| cell(row.get_ref(column)?, column));
            Ok(Row(cells.collect::<rusqlite::Result<_>>()?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn cell(value: ValueRef<'_>, column: usize) -> rusqlite::Result<Cell> {
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Text(text) => Ok(Cell::Text(String::from_utf8_lossy(text).into_owned())),
        other => Err(rusqlite::Error::InvalidColumnType(column, "a text or a number".to_owned(), other.data_type())),
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Null => ValueRef::Null,
        }))
    }
}
