//! `wxpay notice`: saved notifications verified and decrypted.

mod decrypt;
mod input;
mod v2;
mod verify;
mod words;

pub(crate) use words::{HELPS, NoticeCommand, run};
