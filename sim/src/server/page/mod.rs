//! The page `/_/`, and the payer's sheets `/_/pay/…`, `/_/h5`, `/_/confirm/…`: files as they stand in the program, QR codes, and what a
//! payer without the token may see and do.

pub(super) mod answer;
mod files;
mod payer;
mod qr;
