//! Finds what is wrong with a merchant's settings, and whose fault it is that a call fails: one slip gives one finding.
//!
//! A check is a row: what it looks at, what it needs, its verdict. The rows stand in `checks`, what they look at is in `facts` and, as far as it
//! comes over a network, in `online`; `run` goes through them in order, `report` tells the outcome; `meaning` is what each is about, for who asks. May import `settings` and `base`.
//!
//! ```
//! use std::time::SystemTime;
//! use wechatpay_cli::doctor;
//! use wechatpay_cli::settings::{Settings, Source};
//!
//! let settings = Settings::of(Source::Environment, [("WECHATPAY_MCHID".to_owned(), "19000".to_owned())]);
//! let report = doctor::offline(&settings, SystemTime::now());
//! assert_eq!(report.first(), Some("config.complete"));
//! assert_eq!(report.state_of("mchid.format"), Some(doctor::State::Fail));
//! ```

mod check;
mod checks;
mod choice;
mod facts;
mod meaning;
mod online;
mod report;
mod run;
mod table;
mod verdict;

pub(crate) use choice::Choice;
pub(crate) use facts::Facts;
pub(crate) use meaning::{nearest, of_check};
pub use report::Report;
pub(crate) use run::examine;
pub use run::offline;
pub(crate) use table::{document_of_all, text_of_all};
pub use verdict::State;
