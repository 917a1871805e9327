//! Money: postings from one account to another, in fen. Nothing else changes a balance.

mod account;
mod book;
mod posting;

pub(crate) use account::{Account, MerchantAccount};
pub(crate) use book::Ledger;
pub(crate) use posting::{Posted, Posting, PostingKind};
