//! Merchants: who they are and what they may do. Their keys live outside; here are the serials alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Merchant {
    pub(crate) mchid: String,
    pub(crate) kind: MerchantKind,
    /// The partner of a sub-merchant.
    pub(crate) parent: Option<String>,
    pub(crate) appids: Vec<AppId>,
    /// Products it may use; `None` means all.
    pub(crate) products: Option<BTreeSet<String>>,
    pub(crate) key_mode: KeyMode,
    /// Of its notices, how many are signed by the public key in mode `grey`: 0 to 1.
    pub(crate) grey_share: f64,
    /// Its API certificates, the oldest first.
    pub(crate) serials: Vec<Serial>,
    /// The fee in 1/10,000 of the amount: 60 is 0.60 %.
    pub(crate) fee_bp: u32,
    /// The most that may be shared, in 1/10,000.
    pub(crate) share_ratio_bp: u32,
    pub(crate) transfer_scenes: Vec<String>,
    pub(crate) has_api_v3_key: bool,
    pub(crate) refund_notify_url: Option<String>,
    pub(crate) sharing_notify_url: Option<String>,
    pub(crate) complaint_notify_url: Option<String>,
    pub(crate) allow_return: bool,
    /// Hosts that a payment in a phone's browser may go back to.
    #[serde(default)]
    pub(crate) h5_domains: Vec<String>,
    pub(crate) status: Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MerchantKind {
    Merchant,
    Partner,
    Sub,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyMode {
    PublicKey,
    Certificate,
    Grey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Normal,
    Restricted,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AppId {
    pub(crate) appid: String,
    pub(crate) kind: AppKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AppKind {
    Official,
    Mini,
    App,
}

/// An API certificate of a merchant: the wall times between which it is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Serial {
    pub(crate) serial: String,
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
    pub(crate) revoked: bool,
}

impl Merchant {
    /// An ordinary one of the world at the start: nothing of its own set.
    pub(crate) fn new(mchid: &str, kind: MerchantKind, parent: Option<&str>, appids: Vec<AppId>) -> Self {
        Self {
            mchid: mchid.to_owned(),
            kind,
            parent: parent.map(str::to_owned),
            appids,
            products: None,
            key_mode: KeyMode::PublicKey,
            grey_share: 0.5,
            serials: Vec::new(),
            fee_bp: 60,
            share_ratio_bp: 3000,
            transfer_scenes: ["1000", "1002", "1005", "1009", "1010", "1011"].map(str::to_owned).to_vec(),
            has_api_v3_key: true,
            refund_notify_url: None,
            sharing_notify_url: None,
            complaint_notify_url: None,
            allow_return: true,
            h5_domains: Vec::new(),
            status: Status::Normal,
        }
    }

    pub(crate) fn has_appid(&self, appid: &str) -> bool {
        self.appids.iter().any(|known| known.appid == appid)
    }

    /// Whether it may use a product: `jsapi native h5 app combine codepay refund transfer sharing bill`.
    pub(crate) fn may_use(&self, product: &str) -> bool {
        self.products.as_ref().is_none_or(|products| products.contains(product))
    }

    /// Whether an API certificate of that serial is valid at a wall time.
    pub(crate) fn holds(&self, serial: &str, wall: Time) -> bool {
        self.valid(wall).any(|known| known.serial.eq_ignore_ascii_case(serial))
    }

    /// The newest API certificate that is valid.
    pub(crate) fn newest(&self, wall: Time) -> Option<&Serial> {
        self.valid(wall).last()
    }

    /// The API certificates that are valid at a wall time, the oldest first.
    pub(crate) fn valid(&self, wall: Time) -> impl Iterator<Item = &Serial> {
        let fits = move |known: &&Serial| !known.revoked && known.not_before <= wall && wall <= known.not_after;
        self.serials.iter().filter(fits)
    }
}

/// All merchants, by number.
pub(crate) type Merchants = BTreeMap<String, Merchant>;

/// The merchants of the world at the start.
pub(crate) fn at_the_start() -> Merchants {
    let appids = [
        ("wx0000000000000001", AppKind::Official),
        ("wx0000000000000002", AppKind::Mini),
        ("wx0000000000000003", AppKind::App),
    ];
    let appids = appids.map(|(appid, kind)| AppId { appid: appid.to_owned(), kind }).to_vec();
    let sub = {
        let mut all = appids.clone();
        all.push(AppId { appid: "wx0000000000000011".to_owned(), kind: AppKind::Mini });
        all
    };
    let mut second = Merchant::new("1900000002", MerchantKind::Merchant, None, appids.clone());
    second.key_mode = KeyMode::Certificate;
    [
        Merchant::new("1900000001", MerchantKind::Merchant, None, appids.clone()),
        second,
        Merchant::new("1900000010", MerchantKind::Partner, None, appids),
        Merchant::new("1900000011", MerchantKind::Sub, Some("1900000010"), sub.clone()),
        Merchant::new("1900000012", MerchantKind::Sub, Some("1900000010"), sub),
    ]
    .into_iter()
    .map(|merchant| (merchant.mchid.clone(), merchant))
    .collect()
}
