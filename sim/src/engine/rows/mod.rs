//! The tables of orders, payment codes and refunds, row by row: in which state what happens, what becomes of it, what is answered, and how
//! many are told. Each row stands in a table of its own words; every state meets every event.

mod codes;
mod family;
mod order_rows;
mod orders;
mod refund_rows;
mod refunds;
mod row;
mod v2_codes;
