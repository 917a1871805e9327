//! What is known of a call, or of a notice, when it is looked for a fault.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::call::Version;
use super::bound::Endpoint;

/// A call whose signature was accepted, before anybody looked whether its body is right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallFacts<'a> {
    pub(crate) version: Version,
    pub(crate) method: &'a str,
    /// The catalogue's; APIv2's begin with `v2/`.
    pub(crate) template: &'a str,
    /// As it was called, without the query.
    pub(crate) path: &'a str,
    pub(crate) mchid: &'a str,
    /// `Wechatpay-Negative-Test`.
    pub(crate) header: Option<&'a str>,
    pub(crate) variables: &'a BTreeMap<String, String>,
    pub(crate) query: &'a BTreeMap<String, String>,
    /// Null if there is none or it is nothing that can be read.
    pub(crate) body: &'a Value,
}

/// A notice that is about to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoticeFacts<'a> {
    pub(crate) version: Version,
    pub(crate) event_type: &'a str,
    pub(crate) mchid: &'a str,
    /// Its resource in plain.
    pub(crate) resource: &'a Value,
    /// 1 at the first sending.
    pub(crate) attempt: u32,
}

impl CallFacts<'_> {
    pub(crate) fn endpoint(&self) -> Endpoint<'_> {
        Endpoint { version: self.version, method: self.method, template: self.template }
    }

    /// All numbers of the merchant's own in path, query and body.
    pub(crate) fn numbers(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for map in [self.variables, self.query] {
            found.extend(map.iter().filter(|(name, _)| is_number(name)).map(|(_, value)| value.as_str()));
        }
        numbers(self.body, &mut found);
        found
    }

    /// The amounts that the call is about, in fen: its own first, then those of its sub-orders or receivers.
    pub(crate) fn amounts(&self) -> Vec<i64> {
        let pointers = match self.version {
            Version::V2 => &["/refund_fee", "/total_fee", "/amount"][..],
            Version::V3 => &["/amount/refund", "/amount/total", "/transfer_amount", "/amount"],
        };
        let own = pointers.iter().find_map(|pointer| self.fen(self.body.pointer(pointer)));
        let lists = [("sub_orders", "/amount/total_amount"), ("receivers", "/amount")];
        let items = lists.iter().flat_map(|(list, pointer)| {
            let items = self.body.get(list).and_then(Value::as_array).into_iter().flatten();
            items.filter_map(move |item| self.fen(item.pointer(pointer)))
        });
        own.into_iter().chain(items).collect()
    }

    fn fen(&self, value: Option<&Value>) -> Option<i64> {
        match value? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if self.version == Version::V2 => text.parse().ok(),
            _ => None,
        }
    }
}

impl NoticeFacts<'_> {
    pub(crate) fn numbers(&self) -> Vec<&str> {
        let mut found = Vec::new();
        numbers(self.resource, &mut found);
        found
    }
}

/// Whether a member is a number that a merchant gave.
fn is_number(name: &str) -> bool {
    (name.starts_with("out_") || name.starts_with("combine_out_")) && name.ends_with("_no")
}

fn numbers<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(text) if is_number(name) => found.push(text),
            other => numbers(other, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| numbers(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_amount_is_the_one_that_a_call_moves() {
        let none = BTreeMap::new();
        let amount = |version, body: Value| {
            let (method, template, path, mchid) = ("POST", "", "", "");
            let (variables, query, body) = (&none, &none, &body);
            CallFacts { version, method, template, path, mchid, header: None, variables, query, body }
                .amounts()
                .first()
                .copied()
        };
        for (version, body, expected) in [
            (Version::V3, json!({"amount": {"refund": 1, "total": 2}}), Some(1)),
            (Version::V3, json!({"amount": {"total": 2}}), Some(2)),
            (Version::V3, json!({"transfer_amount": 3}), Some(3)),
            (Version::V3, json!({"amount": 4}), Some(4)),
            (Version::V3, json!({"amount": {}}), None),
            (Version::V2, json!({"total_fee": "5", "refund_fee": "6"}), Some(6)),
            (Version::V2, json!({"amount": "x"}), None),
        ] {
            assert_eq!(amount(version, body.clone()), expected, "{body}");
        }
    }
}
