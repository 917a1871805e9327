//! What something of the gateway means.

use serde_json::{Value, json};
use wechatpay_chain::{Difference, SignInformation, may_have_happened};

use super::answer::Answer;
use super::finding::{Both, Finding, Retry};
use super::internal_codes::INTERNAL;
use super::lookup::{of_code, of_status};
use super::signature;
use super::what::What;
use crate::base::failure::internal_code;
use crate::base::lang::Lang;

/// What was found.
pub(crate) struct Explanation {
    kind: &'static str,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    internal: Option<String>,
    findings: Vec<Finding>,
    sign: Option<(SignInformation, Option<Vec<u8>>, Vec<Difference>)>,
}

/// Explains; `status` is what is known beside, `sent` the text that was signed.
pub(crate) fn explain(what: &What, status: Option<u16>, sent: Option<Vec<u8>>) -> Explanation {
    let (kind, answer) = match what {
        What::RequestId(id) => ("request_id", Answer { request_id: Some(id.clone()), ..Answer::default() }),
        What::InternalCode(code) => return of_internal(code, status),
        What::Code(code) | What::Xml(Some(code)) => {
            let kind = if matches!(what, What::Code(_)) { "code" } else { "rejection" };
            (kind, Answer { body: json!({"code": code}), ..Answer::default() })
        }
        What::Answer(answer) => ("rejection", answer.0.clone()),
        What::Notification | What::Bill | What::Xml(None) | What::Status => ("rejection", Answer::default()),
    };
    let status = answer.status.or(status);
    let code = answer.code().map(str::to_owned);
    let internal = answer.request_id.as_deref().and_then(internal_code).map(str::to_owned);
    let by_internal = internal.as_deref().and_then(known);
    let by_code = code.as_deref().map_or_else(|| status.and_then(of_status), of_code);
    let mut findings: Vec<Finding> =
        named(what).into_iter().chain(by_internal.copied()).chain(by_code.copied()).collect();
    let sign = SignInformation::of(&answer.body).map(|information| {
        let differences = sent.as_deref().map(|sent| information.differences(sent)).unwrap_or_default();
        (information, sent, differences)
    });
    let is_sign_error =
        sign.is_some() || status == Some(401) || findings.iter().any(|finding| finding.id == "SIGN_ERROR");
    let is_answer = matches!(what, What::Answer(_));
    match &sign {
        Some((_, Some(_), differences)) if differences.is_empty() => findings.push(signature::KEY_OR_SERIAL),
        None if is_answer && is_sign_error => findings.extend(signature::ORDER),
        _ => {}
    }
    let kind = if is_answer && is_sign_error { "sign_error" } else { kind };
    Explanation { kind, status, code, request_id: answer.request_id, internal, findings, sign }
}

/// A check of the doctor's, as its table tells it.
pub(crate) fn of_check(id: &'static str, title: Both, cause: Both, remedy: Both) -> Explanation {
    let finding = Finding { id, also: &[], status: 0, title, cause, remedy, retry: Retry::No };
    let findings = vec![finding];
    Explanation { kind: "check", status: None, code: None, request_id: None, internal: None, findings, sign: None }
}

fn of_internal(code: &str, status: Option<u16>) -> Explanation {
    let findings = known(code).copied().into_iter().collect();
    let internal = Some(code.to_owned());
    Explanation { kind: "internal_code", status, code: None, request_id: None, internal, findings, sign: None }
}

fn known(code: &str) -> Option<&'static Finding> {
    INTERNAL.iter().find(|finding| finding.id == code)
}

/// What is no answer, and the command for it.
fn named(what: &What) -> Option<Finding> {
    let row = |id, title, remedy| {
        let cause = ("it is no answer that refuses", "这不是拒绝应答");
        Finding { id, also: &[], status: 0, title, cause, remedy, retry: Retry::No }
    };
    match what {
        What::Notification => Some(row(
            "notification",
            ("a notification of WeChat Pay", "微信支付的回调通知"),
            (
                "`wxpay notice verify FILE`, `wxpay notice decrypt FILE`",
                "用 `wxpay notice verify 文件`、`wxpay notice decrypt 文件`",
            ),
        )),
        What::Bill => Some(row(
            "bill",
            ("a bill", "账单"),
            ("`wxpay bill show FILE`, `wxpay bill sum FILE`", "用 `wxpay bill show 文件`、`wxpay bill sum 文件`"),
        )),
        What::Xml(_) => Some(row(
            "apiv2_xml",
            ("a document of APIv2", "APIv2 的 XML"),
            (
                "a notification: `wxpay notice verify FILE`; calls: `wxpay call v2/…`",
                "若是通知：`wxpay notice verify 文件`；请求：`wxpay call v2/…`",
            ),
        )),
        _ => None,
    }
}

impl Explanation {
    /// Whether anything is known of it.
    pub(crate) fn is_known(&self) -> bool {
        !self.findings.is_empty() || self.sign.is_some()
    }

    /// As the SDK judges a write of that status and code.
    fn outcome_unknown(&self) -> bool {
        let usual = || self.findings.iter().map(|finding| finding.status).find(|status| *status > 0);
        let status = self.status.or_else(usual);
        status.is_some_and(|status| may_have_happened(status, self.code.as_deref().unwrap_or_default()))
    }

    /// The document.
    pub(crate) fn json(&self) -> Value {
        json!({
            "kind": self.kind,
            "status": self.status,
            "code": self.code,
            "internal_code": self.internal,
            "request_id": self.request_id,
            "findings": self.findings.iter().map(Finding::json).collect::<Vec<_>>(),
            "outcome_unknown": self.outcome_unknown(),
            "sign": self.sign.as_ref().map(|(information, sent, differs)| signature::json(information, sent.as_deref(), differs)),
        })
    }

    /// The text for people.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let mut lines = Vec::new();
        for finding in &self.findings {
            let pick = |(en, zh): (&'static str, &'static str)| lang.pick(en, zh);
            lines.push(format!("{}  {}", finding.id, pick(finding.title)));
            lines.push(format!("  {}", pick(finding.cause)));
            lines.push(format!("  → {}", pick(finding.remedy)));
        }
        for difference in self.sign.iter().flat_map(|(_, _, differences)| differences) {
            let (name, gateway, sent) = (difference.name(), difference.gateway(), difference.sent());
            lines.push(match lang {
                Lang::En => format!("line {} ({name}) differs", difference.line()),
                Lang::Zh => format!("第 {} 行（{name}）不同", difference.line()),
            });
            lines.push(format!("  {}{gateway:?}", lang.pick("gateway: ", "网关：")));
            lines.push(format!("  {}{sent:?}", lang.pick("signed:  ", "签名：")));
            if let Some((en, zh)) = difference.hint().map(signature::hint) {
                lines.push(format!("  → {}", lang.pick(en, zh)));
            }
        }
        if self.outcome_unknown() {
            lines.push(
                lang.pick(
                    "the outcome of a write is unknown: query before repeating",
                    "写操作的结果未知：重试前请先查询",
                )
                .to_owned(),
            );
        }
        if lines.is_empty() {
            lines.push(lang.pick("nothing is known of it", "没有关于它的说明").to_owned());
        }
        lines.join("\n")
    }
}
