//! What can be set while the simulator runs, as the control interface has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) auto: Auto,
    /// `any` or `known`.
    pub(crate) openids: String,
    /// `weixin` or `http`.
    pub(crate) code_url: String,
    pub(crate) triggers: Triggers,
    pub(crate) bills: Bills,
    pub(crate) limits: Limits,
    pub(crate) notify: Notify,
    pub(crate) origins: Vec<String>,
    /// `zh` or `en`.
    pub(crate) lang: String,
}

/// What happens by itself; `None` leaves it to the control interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Auto {
    pub(crate) pay: Option<After>,
    pub(crate) refund: Option<After>,
    pub(crate) transfer: Option<After>,
    pub(crate) cancel: Option<After>,
    pub(crate) sharing: Option<After>,
    #[serde(rename = "return")]
    pub(crate) returned: Option<After>,
}

/// A result that comes by itself some seconds later.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    pub(crate) after_s: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payer: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Triggers {
    pub(crate) text: bool,
    /// Amount in fen, as a text, to the name of what happens.
    pub(crate) amounts: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bills {
    pub(crate) immediate: bool,
}

/// Rate limits, calls a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub(crate) on: bool,
    /// By path template; what is not named has no limit.
    #[serde(flatten)]
    pub(crate) per_second: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notify {
    pub(crate) hosts: Vec<String>,
    pub(crate) map: BTreeMap<String, String>,
    pub(crate) insecure: bool,
    pub(crate) concurrency: u32,
    pub(crate) duplicate: u32,
    pub(crate) shuffle: bool,
    pub(crate) delay_ms: u64,
    pub(crate) timeout_ms: u64,
    pub(crate) probe_every: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let after = |after_s| After { after_s, ..After::default() };
        let success = || Some("SUCCESS".to_owned());
        Self {
            auto: Auto {
                pay: None,
                refund: Some(After { status: success(), ..after(3) }),
                transfer: Some(After { state: success(), ..after(1) }),
                cancel: Some(after(1)),
                sharing: Some(After { result: success(), ..after(1) }),
                returned: Some(After { result: success(), ..after(0) }),
            },
            openids: "any".to_owned(),
            code_url: "weixin".to_owned(),
            triggers: Triggers { text: true, amounts: BTreeMap::new() },
            bills: Bills { immediate: false },
            limits: Limits { on: false, per_second: BTreeMap::new() },
            notify: Notify {
                hosts: Vec::new(),
                map: BTreeMap::new(),
                insecure: false,
                concurrency: 1,
                duplicate: 1,
                shuffle: false,
                delay_ms: 0,
                timeout_ms: 5000,
                probe_every: 0,
            },
            origins: Vec::new(),
            lang: "zh".to_owned(),
        }
    }
}
