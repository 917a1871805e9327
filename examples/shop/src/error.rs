//! What can go wrong, sorted by what is to be done about it.

/// Why something was not done, or is not known to be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be done as it was asked for; asking again changes nothing.
    #[error("{0}")]
    Refused(String),
    /// There is no such order, refund or transfer.
    #[error("there is no {0}")]
    NotFound(String),
    /// It may have happened. Its number stays taken, and a job asks until WeChat Pay has said what became of it.
    #[error("{number} is open until WeChat Pay says what became of it")]
    Open {
        /// The merchant's number.
        number: String,
        /// What happened to the call.
        #[source]
        cause: Box<Error>,
    },
    /// WeChat Pay, or the way to it.
    #[error("WeChat Pay: {0}")]
    Gateway(#[from] wechatpay_chain::Error),
    /// WeChat Pay says something that does not fit what the books say.
    #[error("{0}")]
    Mismatch(String),
    /// The database.
    #[error("the database: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The machine: an address in use, a thread that ended.
    #[error("{0}")]
    Machine(String),
}

/// What most functions of the shop give.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Something that cannot be done as it was asked for.
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

#[cfg(feature = "postgres")]
impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Machine(format!("a task of the shop's ended early: {error}"))
    }
}
