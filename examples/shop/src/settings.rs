//! What differs between one shop and another, from the environment.

use std::fmt;
use std::net::SocketAddr;

use crate::error::{Error, Result};

/// The shop's settings. The merchant's keys are not here: `Client::from_env` reads them from `WECHATPAY_*`.
#[derive(Clone)]
pub struct Settings {
    /// `SHOP_APPID`: the app in which payers pay.
    pub app_id: String,
    /// `SHOP_LISTEN`: where it listens; `127.0.0.1:3000` if it is not given.
    pub listen: SocketAddr,
    /// `SHOP_URL`: how WeChat Pay reaches it, with a slash at the end; the address where it listens if it is not given.
    pub url: Option<String>,
    /// `SHOP_DATABASE`: a file, or `postgres://…`; `shop.db` if it is not given.
    pub database: String,
    /// `SHOP_TOKEN`: what the shopkeeper's calls show; without it there are none.
    pub token: Option<String>,
    /// `SHOP_MAKER`, `SHOP_MAKER_NAME`: the maker of some of the goods, who gets his share; without him nothing is shared.
    pub maker: Option<Maker>,
    /// `SHOP_ORDER_MINUTES`: how long an order can be paid, 2 to 600; 30 if it is not given.
    pub order_minutes: i64,
}

/// A merchant who gets a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// His merchant number.
    pub mchid: String,
    /// The name under which WeChat Pay knows him.
    pub name: String,
}

impl Settings {
    /// Reads the settings by a function such as `|name| std::env::var(name).ok()`; an empty one is none.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let given = |name: &str| variable(name).filter(|text| !text.is_empty());
        let listen = given("SHOP_LISTEN").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen =
            listen.parse().map_err(|_| wrong("SHOP_LISTEN", "an address and a port, such as 127.0.0.1:3000"))?;
        let minutes = given("SHOP_ORDER_MINUTES").map_or(Ok(30), |text| text.parse());
        let minutes = minutes.ok().filter(|minutes| (2..=600).contains(minutes));
        Ok(Self {
            app_id: given("SHOP_APPID").ok_or_else(|| wrong("SHOP_APPID", "the appid in which payers pay, wx…"))?,
            listen,
            url: given("SHOP_URL").map(url).transpose()?,
            database: given("SHOP_DATABASE").unwrap_or_else(|| "shop.db".to_owned()),
            token: given("SHOP_TOKEN").map(token).transpose()?,
            maker: maker(given("SHOP_MAKER"), given("SHOP_MAKER_NAME"))?,
            order_minutes: minutes.ok_or_else(|| wrong("SHOP_ORDER_MINUTES", "minutes, 2 to 600"))?,
        })
    }

    /// Where WeChat Pay tells the shop what has happened.
    pub fn notify_url(&self) -> String {
        let url = self.url.clone().unwrap_or_else(|| format!("http://{}/", self.listen));
        format!("{url}notify")
    }
}

/// WeChat Pay wants a URL without a query; one without `https` is for a simulator on this machine.
fn url(text: String) -> Result<String> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let plain = !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', '@', ' ']);
    match plain && matches!(scheme, "http" | "https") {
        true if text.ends_with('/') => Ok(text),
        true => Ok(format!("{text}/")),
        false => Err(wrong("SHOP_URL", "a URL without user, query and fragment, such as https://shop.example/")),
    }
}

fn token(text: String) -> Result<String> {
    match text.len() {
        16.. => Ok(text),
        _ => Err(wrong("SHOP_TOKEN", "at least 16 characters that nobody guesses")),
    }
}

fn maker(mchid: Option<String>, name: Option<String>) -> Result<Option<Maker>> {
    let is_number = |mchid: &String| mchid.len() <= 32 && mchid.bytes().all(|byte| byte.is_ascii_digit());
    match (mchid, name) {
        (None, None) => Ok(None),
        (Some(mchid), Some(name)) if is_number(&mchid) => Ok(Some(Maker { mchid, name })),
        (_, None) => Err(wrong("SHOP_MAKER_NAME", "the name of the merchant of SHOP_MAKER, as WeChat Pay knows it")),
        (_, Some(_)) => Err(wrong("SHOP_MAKER", "a merchant number, digits")),
    }
}

/// The value itself is not shown: it may be a secret in the wrong place.
fn wrong(name: &str, expected: &str) -> Error {
    Error::refused(format!("{name}: expected {expected}"))
}

/// Without the token, and without the database's password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("listen", &self.listen).field("url", &self.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[(&str, &str)]) -> Result<Settings> {
        Settings::read(|name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn one_setting_is_enough() {
        let settings = read(&[("SHOP_APPID", "wx1"), ("SHOP_TOKEN", "")]).unwrap();
        assert_eq!(settings.notify_url(), "http://127.0.0.1:3000/notify");
        assert_eq!((settings.order_minutes, settings.token, settings.database.as_str()), (30, None, "shop.db"));
        let maker = [("SHOP_APPID", "wx1"), ("SHOP_MAKER", "1900000002"), ("SHOP_MAKER_NAME", "a maker")];
        assert_eq!(read(&maker).unwrap().maker.unwrap().mchid, "1900000002");
        assert!(read(&maker[..2]).unwrap_err().to_string().starts_with("SHOP_MAKER_NAME"));
        let settings = read(&[("SHOP_APPID", "wx1"), ("SHOP_URL", "https://shop.example/tea")]).unwrap();
        assert_eq!(settings.notify_url(), "https://shop.example/tea/notify");
    }

    #[test]
    fn what_is_wrong_is_named_and_not_shown() {
        for (name, value) in [
            ("SHOP_APPID", ""),
            ("SHOP_LISTEN", "hunter2"),
            ("SHOP_URL", "https://hunter2@shop.example/"),
            ("SHOP_URL", "shop.example"),
            ("SHOP_URL", "https://shop.example/?hunter2"),
            ("SHOP_TOKEN", "hunter2"),
            ("SHOP_MAKER_NAME", "hunter2"),
            ("SHOP_ORDER_MINUTES", "1"),
            ("SHOP_ORDER_MINUTES", "hunter2"),
        ] {
            let error = read(&[(name, value), ("SHOP_APPID", "wx1")]).unwrap_err().to_string();
            assert!(error.starts_with(name.trim_end_matches("_NAME")) && !error.contains("hunter2"), "{name}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let given =
            [("SHOP_APPID", "wx1"), ("SHOP_TOKEN", "hunter2-hunter2-"), ("SHOP_DATABASE", "postgres://a:hunter2@b")];
        assert!(!format!("{:?}", read(&given).unwrap()).contains("hunter2"));
    }
}
