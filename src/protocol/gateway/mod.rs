//! The gateway's side of the protocol: what WeChat Pay does with a request, an answer and a notice, for stand-ins and simulators.
//!
//! Everything here is a function of its arguments: clock, nonces and keys come from the caller.
//!
//! * a request: [`Authorization`] is read and verified, [`request_message`] is what it signs, a [`Form`] is what an upload sends
//! * an answer or a notice: [`PlatformKey`] signs it, [`seal`] encrypts a notice's `resource` or a platform certificate
//! * sensitive members: [`PlatformKey::open`] reads those of a request, [`seal_field`] makes those of an answer
//! * APIv2: the module `v2`
//!
//! ```
//! use wechatpay_chain::gateway::{Authorization, Failure, PlatformKey};
//! # use wechatpay_chain::{PrivateKey, Value};
//! # let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
//! # let platform_key = PrivateKey::from_path(format!("{directory}/merchant_key.pem"))?;
//! # let merchant = platform_key.public_key()?;
//! # let vectors: Value = serde_json::from_str(&std::fs::read_to_string(format!("{directory}/vectors.json"))?)?;
//! # let vectors = vectors.as_array().ok_or("no vectors")?;
//! # let vector = vectors.iter().find(|vector| vector["id"] == "v3-sign-get-no-query").ok_or("no vector")?;
//! # let header = vector["expected"]["authorization"].as_str().ok_or("no header")?;
//! # let now = 1_554_208_461;
//! let authorization = Authorization::parse(header)?;
//! let find = |mchid: &str, serial: &str| (mchid == "1900009191").then_some(&merchant);
//! authorization.verify("GET", "/v3/certificates", b"", now, find)?;
//! assert_eq!(authorization.verify("GET", "/v3/certificates?", b"", now, find), Err(Failure::Mismatch));
//! assert_eq!(authorization.verify("GET", "/v3/certificates", b"", now + 300, find), Err(Failure::Window));
//!
//! let platform = PlatformKey::new("PUB_KEY_ID_0", platform_key);
//! let signature = platform.sign(now, "593BEC0C930BF1AFEB40B4A08C8FB242", br#"{"data":[]}"#)?;
//! for (name, value) in signature.headers() {
//!     println!("{name}: {value}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authorization;
mod failure;
mod form;
mod message;
mod platform_key;
mod seal;
#[cfg(feature = "v2")]
#[cfg_attr(docsrs, doc(cfg(feature = "v2")))]
pub mod v2;

pub use authorization::Authorization;
pub use failure::Failure;
pub use form::{Form, Part};
pub use message::{answer_message, request_message};
pub use platform_key::{PlatformKey, Signature};
pub use seal::{Sealed, is_ciphertext, open, seal, seal_field};
