//! What WeChat Pay tells: verified and decrypted before it comes here, compared with the books, booked once.
//!
//! Nothing here asks the network, so the answer is there well within the five seconds that WeChat Pay waits. Imports `model` and `store`.

mod book;
