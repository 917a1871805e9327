//! Made-up requests and answers, the same every time.

pub(crate) mod request;
pub(crate) mod values;
