//! A test for each row of the tables of orders and of payment codes, for each code, each rule and each control.

mod acts;
mod codes;
mod controls;
mod credentials;
mod hostile;
mod parties;
mod rules;
mod table;
mod v2;
