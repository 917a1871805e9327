//! Every block of the guide, run against the simulator or, where it has nothing to say, the stand-in.

mod agents;
mod basics;
mod bench;
mod chapters;
mod first;
mod messages;
mod money;
mod notify;
mod products;
mod running;
mod sdk;
