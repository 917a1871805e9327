//! Rules of complaints.

use serde_json::{Value, json};
use wechatpay_chain::Method;

use super::bench::{Bench, Case, M, case, refusal, said};

const LIST: &str = "v3/merchant-service/complaints-v2";
const ADDRESS: &str = "v3/merchant-service/complaint-notifications";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        refusal("complaint.unknown", "404 RESOURCE_NOT_EXISTS 投诉单不存在", |bench| {
            said(bench.wxpay.chain(format!("{LIST}/1")).get())
        }),
        refusal("complaint.mchid", "400 INVALID_REQUEST 被诉商户号与投诉单不匹配", |bench| {
            complete(bench, &complained(bench), "1900000002")
        }),
        refusal("complaint.done", "400 INVALID_REQUEST 投诉单已处理完成", |bench| {
            let id = complained(bench);
            complete(bench, &id, M);
            complete(bench, &id, M)
        }),
        case("complaint.days", json!(29), "200", "400 PARAM_ERROR", |bench| {
            let asked = bench.wxpay.chain(LIST).query("begin_date", "2026-11-01").query("end_date", "2026-12-01").get();
            said(asked).split(' ').take(2).collect::<Vec<_>>().join(" ")
        }),
        refusal("complaint.image", "404 RESOURCE_NOT_EXISTS 图片不存在", |bench| {
            said(bench.wxpay.chain("v3/merchant-service/images/none").get())
        }),
        refusal("complaint.address_unknown", "400 RESOURCE_NOT_EXISTS 查询的通知回调不存在", |bench| {
            set(bench, Value::Null);
            said(bench.wxpay.chain(ADDRESS).get())
        }),
        refusal("complaint.address_exists", "400 INVALID_REQUEST 通知回调已存在", |bench| {
            set(bench, json!("http://127.0.0.1:1/complaints"));
            let made = said(bench.wxpay.chain(ADDRESS).send(Method::POST, json!({"url": "http://127.0.0.1:1/other"})));
            set(bench, Value::Null);
            made
        }),
    ]
}

fn set(bench: &Bench, url: Value) {
    bench.sim.patch(&format!("merchants/{M}"), json!({"complaint_notify_url": url})).unwrap();
}

/// A complaint about an order: WeChat Pay's number.
fn complained(bench: &Bench) -> String {
    let made = bench.sim.post("complaints", json!({"order": bench.paid()})).unwrap();
    made["complaint_id"].as_str().unwrap().to_owned()
}

fn complete(bench: &Bench, id: &str, mchid: &str) -> String {
    said(bench.wxpay.chain(format!("{LIST}/{id}/complete")).post(json!({"complainted_mchid": mchid})))
}
