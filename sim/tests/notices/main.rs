//! Notices over real sockets: how they look, how answers are judged, when they come again, and what goes wrong on purpose.

mod clock;
mod combined;
mod complaints;
mod events;
mod face;
mod faults;
mod letters;
mod merchant;
mod order;
mod products;
mod receiver;
mod schedule;
mod sharing;
mod tls;
mod transfers;
mod verdicts;
