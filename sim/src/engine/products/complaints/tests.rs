//! Complaints, line by line of what is known of them.

mod acts;
mod address;
mod ask;
mod controls;
mod images;
mod states;
