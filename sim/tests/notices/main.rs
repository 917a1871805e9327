//! Notices over real sockets: how they look, how answers are judged, when they come again, and what goes wrong on purpose.

mod clock;
mod events;
mod face;
mod faults;
mod faults_v2;
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
