//! The database behind a name: what is read and written in one transaction.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::books::{Books, Database};
use super::schema;
use super::sqlite::Sqlite;
use crate::error::{Error, Result};

/// The shop's database. Cheap to clone. Its methods block: call them where that is allowed.
#[derive(Clone)]
pub struct Store(Arc<dyn Database>);

impl Store {
    /// Opens the database, and makes its tables where they are missing: a file for `SQLite`, or a URL `postgres://…`.
    pub fn open(database: &str) -> Result<Self> {
        let store = if database.starts_with("postgres://") || database.starts_with("postgresql://") {
            Self::postgres(database)?
        } else {
            Self(Arc::new(Sqlite::open(Path::new(database))?))
        };
        store.write(schema::create)?;
        Ok(store)
    }

    #[cfg(feature = "postgres")]
    fn postgres(url: &str) -> Result<Self> {
        Ok(Self(Arc::new(super::postgres::Postgres::new(url)?)))
    }

    #[cfg(not(feature = "postgres"))]
    fn postgres(_: &str) -> Result<Self> {
        Err(Error::refused("SHOP_DATABASE names PostgreSQL, but the shop was built without the feature postgres"))
    }

    /// Does something in one transaction: all of it, or nothing if it fails. Where another transaction came between, it is called again.
    pub fn write<T>(&self, mut work: impl FnMut(&mut dyn Books) -> Result<T>) -> Result<T> {
        let mut done = None;
        self.0.transaction(&mut |books| {
            done = Some(work(books)?);
            Ok(())
        })?;
        done.ok_or_else(|| Error::Database("a transaction that did nothing".into()))
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store(…)")
    }
}
