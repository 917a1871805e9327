//! The books on a server, which several processes of the shop can share.

use std::error::Error as StdError;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, IsolationLevel, NoTls, Transaction};

use super::books::{Books, Cell, Database, Row, Value, unexpected};
use crate::error::{Error, Result};

/// How often a transaction is done again because another one came between.
const ATTEMPTS: u32 = 20;

/// How long the server is waited for: WeChat Pay waits five seconds for the answer to a notification.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Postgres {
    config: Config,
    /// The connection, once it was needed; another one when it broke.
    client: Mutex<Option<Client>>,
}

impl Postgres {
    pub(super) fn new(url: &str) -> Result<Self> {
        // The error of a URL may quote it, and its password with it.
        let mut config: Config = url.parse().map_err(|_| Error::refused("SHOP_DATABASE is no URL of PostgreSQL"))?;
        config.connect_timeout(PATIENCE);
        let limit = format!("-c statement_timeout={}", PATIENCE.as_millis());
        let options = config.get_options().map_or_else(|| limit.clone(), |options| format!("{options} {limit}"));
        config.options(&options);
        Ok(Self { config, client: Mutex::new(None) })
    }

    fn once(&self, work: &mut dyn FnMut(&mut dyn Books) -> Result<()>) -> Result<()> {
        let mut held = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let client = match held.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => self.config.connect(NoTls)?,
        };
        let client = held.insert(client);
        let mut transaction = client.build_transaction().isolation_level(IsolationLevel::Serializable).start()?;
        work(&mut Open(&mut transaction))?;
        Ok(transaction.commit()?)
    }
}

impl Database for Postgres {
    fn transaction(&self, work: &mut dyn FnMut(&mut dyn Books) -> Result<()>) -> Result<()> {
        let mut left = ATTEMPTS;
        loop {
            left -= 1;
            match self.once(work) {
                Err(Error::Database(error)) if left > 0 && came_between(&*error) => {}
                done => return done,
            }
        }
    }
}

/// The server undid it, because another transaction came between.
fn came_between(error: &(dyn StdError + Send + Sync + 'static)) -> bool {
    let code = error.downcast_ref::<postgres::Error>().and_then(postgres::Error::code);
    code.is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED
            // Two processes that make the tables at once.
            || *code == SqlState::UNIQUE_VIOLATION
            || *code == SqlState::DUPLICATE_TABLE
    })
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let held = self.client.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = held.take() {
            // It ends a runtime of its own, which must not happen within another one.
            std::thread::spawn(move || drop(client));
        }
    }
}

struct Open<'t, 'c>(&'t mut Transaction<'c>);

impl Books for Open<'_, '_> {
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        Ok(self.0.execute(&numbered(sql), &references(values))?)
    }

    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        let rows = self.0.query(&numbered(sql), &references(values))?;
        rows.iter().map(read).collect()
    }
}

/// `PostgreSQL` writes `$1` for `?1`; no statement has a question mark for anything else.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

fn references<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn read(row: &postgres::Row) -> Result<Row> {
    let cell = |(column, kind): (usize, &postgres::Column)| match *kind.type_() {
        Type::INT8 => Ok(row.try_get::<_, Option<i64>>(column)?.map_or(Cell::Null, Cell::Int)),
        Type::TEXT => Ok(row.try_get::<_, Option<String>>(column)?.map_or(Cell::Null, Cell::Text)),
        ref other => Err(unexpected(column, other.name())),
    };
    row.columns().iter().enumerate().map(cell).collect::<Result<_>>().map(Row)
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT)
    }

    to_sql_checked!();
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_no_error() {
        let Err(error) = Postgres::new("postgres://shop:hunter2@[") else { panic!("it is no URL") };
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error}");
    }

    #[test]
    fn values_are_numbered_as_the_server_has_them() {
        assert_eq!(numbered("UPDATE a SET b = ?1 WHERE c = ?2"), "UPDATE a SET b = $1 WHERE c = $2");
    }
}
