//! The shop on `PostgreSQL`.

fn main() {}
