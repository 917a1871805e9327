//! The tables. What must never be is refused by the database itself, whatever a program does.

use super::books::Books;
use crate::error::Result;

const TABLES: &[&str] = &[
    // `request` is the customer's own mark of his order: twice the same is one order.
    "CREATE TABLE IF NOT EXISTS orders (
         number TEXT PRIMARY KEY, request TEXT NOT NULL UNIQUE, thing TEXT NOT NULL, description TEXT NOT NULL,
         price BIGINT NOT NULL CHECK (price > 0), openid TEXT, maker_share BIGINT NOT NULL, state TEXT NOT NULL,
         credential TEXT, credential_until BIGINT NOT NULL DEFAULT 0, placing_until BIGINT NOT NULL DEFAULT 0,
         created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, transaction_id TEXT UNIQUE, paid_at TEXT, paid BIGINT NOT NULL DEFAULT 0,
         taken BIGINT NOT NULL DEFAULT 0, refunded BIGINT NOT NULL DEFAULT 0,
         CHECK (0 <= refunded AND refunded <= taken AND taken <= paid AND (paid = 0 OR paid = price)))",
    "CREATE TABLE IF NOT EXISTS refunds (
         number TEXT PRIMARY KEY, request TEXT NOT NULL UNIQUE, order_number TEXT NOT NULL REFERENCES orders (number),
         amount BIGINT NOT NULL CHECK (amount > 0), reason TEXT NOT NULL, state TEXT NOT NULL, accepted_at TEXT,
         created_at BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS transfers (
         number TEXT PRIMARY KEY, request TEXT NOT NULL UNIQUE, openid TEXT NOT NULL,
         amount BIGINT NOT NULL CHECK (amount > 0), remark TEXT NOT NULL, state TEXT NOT NULL, package TEXT,
         reason TEXT, created_at BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS sharings (
         number TEXT PRIMARY KEY, order_number TEXT NOT NULL UNIQUE REFERENCES orders (number), maker TEXT NOT NULL,
         amount BIGINT NOT NULL CHECK (amount >= 0), state TEXT NOT NULL, returns BIGINT NOT NULL DEFAULT 0,
         reason TEXT)",
    // What is not settled, and when it is asked for.
    "CREATE TABLE IF NOT EXISTS outbox (
         kind TEXT NOT NULL, number TEXT NOT NULL, due BIGINT NOT NULL, asked BIGINT NOT NULL DEFAULT 0,
         PRIMARY KEY (kind, number))",
    // Notifications that were booked.
    "CREATE TABLE IF NOT EXISTS notices (notice TEXT PRIMARY KEY)",
    // Days whose bill was compared.
    "CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, result TEXT NOT NULL, compared_at BIGINT NOT NULL)",
];

/// Makes the tables where they are missing.
pub(super) fn create(books: &mut dyn Books) -> Result<()> {
    for table in TABLES {
        books.execute(table, &[])?;
    }
    Ok(())
}
