//! Combined orders, line by line of what is known of them.

mod acts;
mod close;
mod controls;
mod create;
mod money;
mod parties;
mod view;
