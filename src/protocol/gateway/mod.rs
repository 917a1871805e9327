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
//! # use wechatpay_chain::{Client, Method, PrivateKey, http::header::AUTHORIZATION, json};
//! # let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
//! # let key = PrivateKey::from_path(format!("{directory}/merchant_key.pem"))?;
//! # let (merchant, platform) = (key.public_key()?, key.clone());
//! # let builder = Client::builder().mchid("1900009191").serial("5F3A").private_key(key);
//! # let client = builder.platform_key("PUB_KEY_ID_0", platform.public_key()?).build()?;
//! # let request = client["v3/pay/transactions/native"].to_request(Method::POST, json!({"description": "tea"}))?;
//! # let header = request.headers()[AUTHORIZATION].to_str()?;
//! # let (target, body) = ("/v3/pay/transactions/native", request.body());
//! # let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
//! let authorization = Authorization::parse(header)?;
//! let find = |mchid: &str, serial: &str| (mchid == "1900009191" && serial == "5F3A").then_some(&merchant);
//! authorization.verify("POST", target, body, now, find)?;
//! assert_eq!(authorization.verify("PUT", target, body, now, find), Err(Failure::Mismatch));
//!
//! let platform = PlatformKey::new("PUB_KEY_ID_0", platform);
//! let signature = platform.sign(now, "593BEC0C930BF1AFEB40B4A08C8FB242", br#"{"code_url":"weixin://wxpay/x"}"#)?;
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
pub use seal::{Sealed, is_ciphertext, seal, seal_field};
