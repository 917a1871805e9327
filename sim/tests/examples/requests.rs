//! Requests as the documentation's pages have them, sent as the SDK sends them.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wechatpay_catalog::{Encryption, Field, Kind, Operation, Part, Protocol, Required, encrypted};
use wechatpay_chain::{Chain, Client, Media, Method, Response, Result};
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask, hex};

/// Members whose examples are no values here: the simulator knows which apps and addresses there are.
const KNOWN: &[(&str, &str)] = &[
    ("appid", "wx0000000000000001"),
    ("sp_appid", "wx0000000000000001"),
    ("combine_appid", "wx0000000000000001"),
    ("notify_url", "http://127.0.0.1/notices"),
    ("time_expire", "2036-11-25T10:00:00+08:00"),
    ("payer_client_ip", "1.2.3.4"),
    ("currency", "CNY"),
    ("device_id", "POS1:1"),
];

/// Those besides, of a partner's request.
const OF_PARTNER: &[(&str, &str)] = &[
    ("sp_mchid", "1900000010"),
    ("combine_mchid", "1900000010"),
    ("sub_mchid", "1900000011"),
    ("sub_mch_id", "1900000011"),
    ("sub_appid", "wx0000000000000011"),
];

/// The day of the bill that there is.
const DAY: &str = "2026-11-25";

pub(crate) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Which merchant a request is sent by, and a number that no other has.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) is_partner: bool,
    pub(crate) number: usize,
}

impl Sender {
    /// A member's value that the simulator knows, or with those that it knows in it.
    fn known(self, operation: Operation, name: &str, value: &Value) -> Value {
        let is_v2 = operation.protocol() == Protocol::V2;
        match (value, name) {
            // The catalogue does not say what it may be.
            (Value::Object(members), "h5_info") if members["type"] == "type" => json!({"type": "Wap"}),
            (Value::Object(members), _) => {
                members.iter().map(|(name, value)| (name.clone(), self.known(operation, name, value))).collect()
            }
            (Value::Array(items), _) => items.iter().map(|item| self.known(operation, "", item)).collect(),
            (_, "auth_code") => json!(format!("13{:016}", self.number)),
            (_, "bill_date") if operation.path().contains("/bill/") => json!(DAY),
            (_, "bill_date") if is_v2 && operation.is_download() => json!(DAY.replace('-', "")),
            (_, "sign_type") if operation.path() == "v2/pay/downloadfundflow" => json!("HMAC-SHA256"),
            (_, "trade_type") if operation.path() == "v2/pay/unifiedorder" => json!("NATIVE"),
            (_, "mchid") if self.is_partner && is_combined(operation) => json!("1900000010"),
            (_, "begin_date" | "end_date") if operation.path() == "v3/merchant-service/complaints-v2" => json!(DAY),
            (_, "url") if operation.path().ends_with("complaint-notifications") => json!("http://127.0.0.1/complaints"),
            (_, "out_trade_no" | "combine_out_trade_no")
                if operation.method() == "POST" && !operation.path().contains("query") =>
            {
                json!(format!("N{:05}", self.number))
            }
            _ => {
                let partner = OF_PARTNER.iter().filter(|_| self.is_partner);
                let known = KNOWN.iter().chain(partner).find(|(known, _)| *known == name);
                known.map_or_else(|| value.clone(), |(_, value)| json!(value))
            }
        }
    }
}

/// A request with its query, its headers, and what has to be encrypted.
fn chain(wxpay: &Client, operation: Operation, request: &Sample) -> Chain {
    let mut chain = wxpay.chain(request.path.as_str());
    let v2 = operation.protocol() == Protocol::V2;
    for (name, value) in request.query.as_object().into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for value in values.iter().filter(|_| !v2 || !matches!(name.as_str(), "sign" | "nonce_str")) {
            let mine = v2 && name == "mch_id";
            chain = chain.query(name.clone(), if mine { wxpay.mchid().to_owned() } else { text(value) });
        }
    }
    for header in operation.fields(Part::Header).into_iter().filter(|field| field.required() == Required::Yes) {
        chain = chain.header(header.name(), "1");
    }
    for member in encrypted(operation.method(), operation.path()) {
        chain = match member.part() {
            Part::Query => chain.encrypt_query(member.pointer().trim_start_matches('/')),
            _ => chain.encrypt_if_present(member.pointer()),
        };
    }
    chain
}

/// The meta that an upload's page describes.
fn meta(wxpay: &Client, content: &[u8], fields: impl IntoIterator<Item = Field>, sm3: bool) -> Value {
    let member = |field: Field| match (field.name(), field.kind()) {
        ("digest", _) if sm3 => json!(hex(&sm3::Sm3::digest(content))),
        ("sha256" | "digest" | "file_digest", _) => json!(hex(&Sha256::digest(content))),
        ("filename" | "file_name", _) => json!("a.mp4"),
        (name, Kind::String) if field.encryption() == Some(Encryption::Platform) => {
            json!(wxpay.encrypt(name).unwrap().ciphertext())
        }
        (name, Kind::String) => json!(field.values().next().unwrap_or(name)),
        (_, Kind::Object) => meta(wxpay, content, field.fields(), sm3),
        _ => json!(1),
    };
    fields.into_iter().map(|field| (field.name().to_owned(), member(field))).collect()
}

fn meta_of(wxpay: &Client, operation: Operation) -> Value {
    let fields = operation.field(Part::Form, "/meta").map(Field::fields);
    let sm3 = operation.path().contains("fapiao") || operation.path().contains("taxi");
    let mut meta = fields.map_or_else(|| json!({"sign_type": "MD5"}), |fields| meta(wxpay, b"content", fields, sm3));
    for member in ["filename", "file_name"] {
        meta.get_mut(member).into_iter().for_each(|member| *member = json!(file_name(operation)));
    }
    meta
}

fn file_name(operation: Operation) -> &'static str {
    match operation.path() {
        path if path.contains("video") => "a.mp4",
        path if path.contains("fapiao") => "a.pdf",
        _ => "a.png",
    }
}

fn upload(wxpay: &Client, operation: Operation, request: &Sample) -> Result<Response> {
    let media = Media::new(file_name(operation), &b"content"[..]).meta(meta_of(wxpay, operation));
    chain(wxpay, operation, request).send(Method::POST, media)
}

/// A request as a page has it.
pub(crate) struct Sample {
    pub(crate) path: String,
    pub(crate) query: Value,
    pub(crate) body: Value,
}

impl Sample {
    /// The catalogue's example, as somebody sends it.
    pub(crate) fn of(operation: Operation, sender: Sender) -> Self {
        let example = operation.example_request();
        Self::new(operation, sender, example.path(), example.query(), example.body())
    }

    pub(crate) fn new(operation: Operation, sender: Sender, path: &str, query: &Value, body: &Value) -> Self {
        let known = |value: &Value| sender.known(operation, "", value);
        let (mut query, mut body) = (known(query), known(body));
        let is_v2_file = operation.protocol() == Protocol::V2 && operation.is_download();
        if is_v2_file
            || ["v3/bill/tradebill", "v3/bill/fundflowbill", "v3/refund/", "v3/profitsharing/"]
                .iter()
                .any(|start| path.starts_with(start))
        {
            // A partner may name a sub-merchant; the merchant who sends it has none.
            for members in [&mut query, &mut body].into_iter().filter_map(Value::as_object_mut) {
                members.retain(|name, _| !matches!(name.as_str(), "sub_mchid" | "sub_mch_id"));
            }
        }
        Self { path: path.to_owned(), query, body }
    }
}

/// Whether an endpoint's example is a partner's.
pub(crate) fn is_partners(operation: Operation) -> bool {
    let path = operation.path();
    let of_v2 = ["v2/pay/", "v2/secapi/pay/", "v2/xdc/apiv2sandbox/"].iter().any(|start| path.starts_with(start));
    let of_v3 = ["v3/pay/partner/", "v3/fund-app/mch-transfer/partner/", "v3/profitsharing/merchant-configs/"];
    let has_sub = || operation.example_request().body().get("sub_mch_id").is_some();
    is_combined(operation)
        || of_v3.iter().any(|start| path.starts_with(start))
        || of_v2 && !operation.is_download() && has_sub()
}

/// Whether it is about combined orders: the example's one sub-order is a sub-merchant's.
fn is_combined(operation: Operation) -> bool {
    let path = operation.path();
    path.starts_with("v3/combine-transactions/") && !path.ends_with("/miniprogram") && !path.contains("/id/")
}

/// Sends a request as the SDK sends it.
pub(crate) fn send(wxpay: &Client, operation: Operation, request: &Sample) -> Result<Response> {
    if operation.is_upload() {
        return upload(wxpay, operation, request);
    }
    let (chain, method) = (chain(wxpay, operation, request), operation.method().parse::<Method>().unwrap());
    let mut body = request.body.clone();
    if let Value::Object(members) = &mut body {
        if operation.protocol() == Protocol::V2 {
            members.retain(|name, _| !matches!(name.as_str(), "sign" | "nonce_str"));
            for name in ["mch_id", "mchid", "combine_mch_id"] {
                members.get_mut(name).into_iter().for_each(|mchid| *mchid = json!(wxpay.mchid()));
            }
        }
    }
    if operation.protocol() == Protocol::V2 && body.is_null() && operation.method() == "POST" {
        // Its page lists no members, and the gateway has to know who asks.
        body = json!({"mch_id": wxpay.mchid()});
    }
    if body.is_null() { chain.send(method, ()) } else { chain.send(method, body) }
}

/// What the part with the file is called, of an upload whose part has another name than the one that the SDK's `Media` gives it.
pub(crate) fn other_file(operation: Operation) -> Option<&'static str> {
    let is_v3 = operation.is_upload() && operation.protocol() == Protocol::V3;
    let parts = operation.fields(Part::Form);
    let name = parts.iter().map(Field::name).find(|name| *name != "meta");
    name.filter(|name| is_v3 && *name != "file")
}

/// Such an upload, written by hand.
pub(crate) fn send_by_hand(sim: &Simulator, wxpay: &Client, operation: Operation, name: &str) -> Answer {
    let target = format!("/{}", operation.example_request().path());
    let (meta, content) = (meta_of(wxpay, operation).to_string(), b"content");
    let head = |name: &str, more: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
    let file = "; filename=\"a.png\"\r\nContent-Type: image/png";
    let mut ask = Ask::new(sim, "POST", &target, "").header("Content-Type", "multipart/form-data; boundary=x");
    let pieces = [head("meta", ""), meta.clone(), "\r\n".to_owned(), head(name, file)];
    ask.body = [pieces.concat().as_bytes(), content, b"\r\n--x--\r\n"].concat();
    let timestamp = ask.timestamp.clone();
    ask.signing(&target, &timestamp, meta.as_bytes()).send(sim)
}
