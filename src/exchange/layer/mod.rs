//! Tower layers that sign and verify, over any `Service<http::Request<Bytes>, Response = http::Response<Bytes>>`.
//!
//! A client does the same by plain functions of theirs, one after another, in `stack`.

pub(crate) mod sign;
pub(crate) mod verify;
