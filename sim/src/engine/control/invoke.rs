//! `invoke`: what the WeChat client does with the parameters that a front end hands it. Whether the signature is right is told from outside.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::call::Version;
use super::super::orders::{Order, TradeType};
use super::super::products::order_pay;
use super::super::time::Time;
use super::request::ControlError;

/// Who asks for the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jsapi,
    Mini,
    App,
}

/// The parameters, whatever the front end calls them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handed {
    pub(crate) kind: Kind,
    /// A mini program need not name its own.
    pub(crate) app_id: Option<String>,
    /// Of an app.
    pub(crate) partner_id: Option<String>,
    pub(crate) time_stamp: String,
    pub(crate) nonce: String,
    pub(crate) package: String,
    pub(crate) prepay_id: String,
    /// Not of an app.
    pub(crate) sign_type: Option<String>,
    pub(crate) sign: String,
}

/// What the signature must be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// RSA by a key of the merchant's, over lines.
    Lines([String; 4]),
    /// By the APIv2 key, over members.
    Members { fields: BTreeMap<String, String>, sign_type: String },
}

/// What the client shows instead of the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) error: &'static str,
    pub(crate) client_text: String,
    pub(crate) differs: Option<Differs>,
}

/// Which parameter, or which line of what was signed, is another than it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Differs {
    /// A parameter's name, `line 4`, or `key`.
    pub(crate) part: String,
    pub(crate) sent: String,
    pub(crate) expected: String,
}

impl Wrong {
    pub(crate) fn new(error: &'static str, client_text: impl Into<String>) -> Self {
        Self { error, client_text: client_text.into(), differs: None }
    }

    pub(crate) fn differs(self, part: &str, sent: &str, expected: impl Into<String>) -> Self {
        let differs = Differs { part: part.to_owned(), sent: sent.to_owned(), expected: expected.into() };
        Self { differs: Some(differs), ..self }
    }

    /// What `invoke` answers.
    pub(crate) fn to_json(&self) -> Value {
        let differs = self.differs.as_ref();
        let line = differs.and_then(|it| it.part.strip_prefix("line ")).and_then(|line| line.parse::<u8>().ok());
        let differs =
            differs.map(|it| json!({"line": line, "part": it.part, "sent": it.sent, "expected": it.expected}));
        json!({"ok": false, "error": self.error, "client_text": self.client_text, "differs": differs})
    }
}

/// How long a signature is good, by the wall clock; seconds.
const FRESH: u64 = 300;

impl Kind {
    /// Names that front ends use for each part, the one of the documentation first.
    fn names(self, part: &str) -> &'static [&'static str] {
        match (self, part) {
            (Self::App, "appId") => &["appid", "appId"],
            (Self::App, "partnerId") => &["partnerid", "partnerId"],
            (Self::App, "prepayId") => &["prepayid", "prepayId"],
            (Self::App, "package") => &["package", "packageValue"],
            (Self::App, "nonceStr") => &["noncestr", "nonceStr"],
            (Self::App, "timeStamp") => &["timestamp", "timeStamp"],
            (Self::App, _) => &["sign"],
            (_, "appId") => &["appId"],
            (_, "package") => &["package"],
            (_, "nonceStr") => &["nonceStr"],
            (_, "timeStamp") => &["timeStamp"],
            (_, "signType") => &["signType"],
            _ => &["paySign"],
        }
    }
}

impl Handed {
    /// The parameters of a body `{kind, params}`; the inner error is the client's.
    pub(crate) fn read(kind: Kind, params: &Map<String, Value>) -> Result<Self, Wrong> {
        let text = |part| text(kind, params, part);
        let package = text("package")?;
        let is_app = kind == Kind::App;
        let prepay_id = match is_app {
            true => text("prepayId")?,
            false => package.strip_prefix("prepay_id=").unwrap_or_default().to_owned(),
        };
        let expected = if is_app { "Sign=WXPay" } else { "prepay_id=<prepay_id>" };
        if prepay_id.is_empty() || is_app && package != expected {
            return Err(Wrong::new("package", SIGNATURE).differs("package", &package, expected));
        }
        Ok(Self {
            kind,
            app_id: if kind == Kind::Mini { text("appId").ok() } else { Some(text("appId")?) },
            partner_id: is_app.then(|| text("partnerId")).transpose()?,
            time_stamp: text("timeStamp")?,
            nonce: text("nonceStr")?,
            sign_type: (!is_app).then(|| text("signType")).transpose()?,
            sign: text("sign")?,
            package,
            prepay_id,
        })
    }

    /// Everything but the signature, for the order of the `prepay_id`; gives what the signature must be of.
    pub(crate) fn check(&self, order: Option<&Order>, now: Time, wall: Time) -> Result<Signed, Wrong> {
        let order = order.filter(|order| self.fits(order.trade_type));
        let order = order.ok_or_else(|| Wrong::new("prepay_id", SIGNATURE))?;
        let app_id = self.app_of(order)?;
        if let Some(partner) = self.partner_id.as_ref().filter(|partner| **partner != order.mchid) {
            return Err(Wrong::new("partner_id", SIGNATURE).differs("partnerid", partner, order.mchid.as_str()));
        }
        self.fresh(wall)?;
        let signed = self.signed(order, app_id)?;
        match order_pay::ended(now, order, &self.prepay_id) {
            None => Ok(signed),
            Some(ended) => Err(Wrong::new("ended", ended.client_text())),
        }
    }

    fn fits(&self, trade_type: TradeType) -> bool {
        matches!((self.kind, trade_type), (Kind::Jsapi | Kind::Mini, TradeType::Jsapi) | (Kind::App, TradeType::App))
    }

    /// The app that asks: the sub-merchant's where the order was placed for it.
    fn app_of<'a>(&'a self, order: &'a Order) -> Result<&'a str, Wrong> {
        let sub = order.sub_appid.as_deref();
        let expected = sub.unwrap_or(&order.appid);
        // An order for a payer whom only the partner's app knows is paid in that app.
        let is_known = |app: &str| app == expected || app == order.appid && order.sub_openid.is_none();
        match self.app_id.as_deref() {
            None => Ok(expected),
            Some(app) if is_known(app) => Ok(app),
            Some(app) => Err(Wrong::new("app_id", SIGNATURE).differs("appId", app, expected)),
        }
    }

    fn fresh(&self, wall: Time) -> Result<(), Wrong> {
        let (sent, clock) = (self.time_stamp.as_str(), wall.seconds());
        let wrong = |error| Wrong::new(error, "支付请求已失效").differs("timeStamp", sent, clock.to_string());
        let seconds: i64 = sent.parse().map_err(|_| wrong("time_stamp"))?;
        match seconds.abs_diff(clock) {
            0..=FRESH => Ok(()),
            _ if (seconds / 1000).abs_diff(clock) <= FRESH => Err(wrong("milliseconds")),
            _ => Err(wrong("too_old")),
        }
    }

    fn signed(&self, order: &Order, app_id: &str) -> Result<Signed, Wrong> {
        let expected = match order.version {
            Version::V3 => "RSA",
            Version::V2 => order.sign_type.as_deref().unwrap_or("MD5"),
        };
        if let Some(sent) = self.sign_type.as_deref().filter(|sent| *sent != expected) {
            return Err(Wrong::new("sign_type", SIGNATURE).differs("signType", sent, expected));
        }
        let last = if self.kind == Kind::App { &self.prepay_id } else { &self.package };
        let lines = [app_id, &self.time_stamp, &self.nonce, last].map(str::to_owned);
        if order.version == Version::V3 {
            return Ok(Signed::Lines(lines));
        }
        let [app, time, nonce, _] = lines;
        let package = self.package.clone();
        let pairs = match self.kind {
            Kind::App => vec![
                ("appid", app),
                ("partnerid", order.mchid.to_string()),
                ("prepayid", self.prepay_id.clone()),
                ("package", package),
                ("noncestr", nonce),
                ("timestamp", time),
            ],
            Kind::Jsapi | Kind::Mini => vec![
                ("appId", app),
                ("timeStamp", time),
                ("nonceStr", nonce),
                ("package", package),
                ("signType", expected.to_owned()),
            ],
        };
        let fields = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Signed::Members { fields, sign_type: expected.to_owned() })
    }

    /// The client's refusal of a signature, and what explains it.
    pub(crate) fn unsigned(differs: Option<Differs>) -> Wrong {
        Wrong { differs, ..Wrong::new("signature", SIGNATURE) }
    }

    /// What may have been signed instead of the four lines, each with what differs then.
    pub(crate) fn mistakes(&self, lines: &[String; 4], order: &Order) -> Vec<(Vec<u8>, Differs)> {
        let [app, time, nonce, last] = lines;
        let differs = |part: &str, sent: &str, expected: &str| Differs {
            part: part.to_owned(),
            sent: sent.to_owned(),
            expected: expected.to_owned(),
        };
        let mut all = Vec::new();
        let apps = [Some(&order.appid), order.sub_appid.as_ref()].into_iter().flatten();
        for other in apps.filter(|other| *other != app) {
            all.push((message([other, time, nonce, last]), differs("line 1", other, app)));
        }
        let others = [self.prepay_id.clone(), format!("prepay_id={}", self.prepay_id), self.package.clone()];
        for other in others.into_iter().filter(|other| other != last) {
            all.push((message([app, time, nonce, &other]), differs("line 4", &other, last)));
        }
        let whole = message([app, time, nonce, last]);
        let ended = format!("{last}\\n");
        all.push(([&whole[..], b"\n"].concat(), differs("line 4", &format!("{ended}\\n"), &ended)));
        if let Some(open) = whole.strip_suffix(b"\n") {
            all.push((open.to_vec(), differs("line 4", last, &ended)));
        }
        all
    }
}

/// The client's words for a signature, and for what the signature cannot be of.
const SIGNATURE: &str = "支付验证签名失败";

/// Each line with its line feed.
pub(crate) fn message(lines: [&str; 4]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

fn text(kind: Kind, params: &Map<String, Value>, part: &str) -> Result<String, Wrong> {
    let names = kind.names(part);
    let name = names.first().copied().unwrap_or_default();
    let missing = || Wrong::new("missing", format!("调用支付JSAPI缺少参数：{name}"));
    match names.iter().find_map(|name| params.get(*name)) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        // The SDK of an app has a number there; in a page some phones take a number for nothing.
        Some(Value::Number(number)) if kind == Kind::App => Ok(number.to_string()),
        Some(Value::Number(number)) => Err(missing().differs(name, &number.to_string(), format!("\"{number}\""))),
        _ => Err(missing()),
    }
}

/// What is invoked: a payment, or the confirmation of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invoked {
    Payment(Kind),
    Transfer,
}

/// The two members of the body.
pub(crate) fn body(body: &Value) -> Result<(Invoked, Map<String, Value>), ControlError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        kind: Wanted,
        params: Map<String, Value>,
    }
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Wanted {
        Jsapi,
        Mini,
        App,
        Transfer,
    }
    let body: Result<Body, _> = serde_json::from_value(body.clone());
    let Body { kind, params } = body.map_err(|error| ControlError::bad(format!("body: {error}")))?;
    let invoked = match kind {
        Wanted::Jsapi => Invoked::Payment(Kind::Jsapi),
        Wanted::Mini => Invoked::Payment(Kind::Mini),
        Wanted::App => Invoked::Payment(Kind::App),
        Wanted::Transfer => Invoked::Transfer,
    };
    Ok((invoked, params))
}
