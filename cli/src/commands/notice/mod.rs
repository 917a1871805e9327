//! `wxpay notice`: saved notifications verified and decrypted, others sent to a handler under test.

mod decrypt;
mod input;
mod send;
mod v2;
mod verify;
mod words;

pub(crate) use words::{HELPS, NoticeCommand, run};
