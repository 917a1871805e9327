//! Types in Rust, TypeScript and PHP. That all of them compile is seen by `ci/types`.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use std::collections::HashSet;

use wechatpay_catalog::{Operation, Part, operation, operations};

fn get(method: &str, path: &str) -> Operation {
    operation(method, path).unwrap_or_else(|| panic!("{method} {path} is in the catalogue"))
}

/// The block of a type: from its name to the closing brace.
fn block<'a>(text: &'a str, head: &str) -> &'a str {
    let from = text.find(head).unwrap_or_else(|| panic!("{head} in {text}"));
    &text[from..from + text[from..].find("\n}").expect("a closing brace")]
}

#[test]
fn rust_has_structs_with_serde_alone() {
    let text = get("POST", "v3/pay/transactions/native").rust_types();
    let request = block(&text, "pub struct PostPayTransactionsNativeRequest {");
    assert!(request.contains("    pub appid: String,\n"), "{request}");
    assert!(request.contains(
        "    #[serde(default, skip_serializing_if = \"Option::is_none\")]\n    pub attach: Option<String>,\n"
    ));
    assert!(request.contains("    /// 6 to 32 characters.\n    pub out_trade_no: String,\n"), "{request}");
    assert!(request.contains("    pub amount: PostPayTransactionsNativeRequestAmount,\n"));
    assert!(block(&text, "pub struct PostPayTransactionsNativeRequestAmount {").contains("pub total: i64,"));
    let goods = "pub goods_detail: Option<Vec<PostPayTransactionsNativeRequestDetailGoodsDetail>>,";
    assert!(block(&text, "pub struct PostPayTransactionsNativeRequestDetail {").contains(goods));
    assert!(block(&text, "pub struct PostPayTransactionsNativeResponse {").contains("pub code_url: String,"));
    assert!(!text.contains("serde_json"));
    let receiver = get("POST", "v3/profitsharing/receivers/add").rust_types();
    assert!(receiver.contains("#[serde(rename = \"type\")]\n    pub type_: String,"), "{receiver}");
    assert!(receiver.contains("encrypted (RSA)"));
    assert!(receiver.contains("    /// `MERCHANT_ID`, "), "{receiver}");
}

#[test]
fn typescript_has_interfaces() {
    let text = get("POST", "v3/pay/transactions/native").typescript_types();
    let request = block(&text, "export interface PostPayTransactionsNativeRequest {");
    assert!(request.contains("\n  appid: string;\n") && request.contains("\n  attach?: string;\n"), "{request}");
    assert!(
        block(&text, "interface PostPayTransactionsNativeRequestDetail {")
            .contains("goods_detail?: PostPayTransactionsNativeRequestDetailGoodsDetail[];")
    );
    let bill = get("GET", "v3/bill/tradebill").typescript_types();
    assert!(
        block(&bill, "export interface GetBillTradebillQuery {").contains("/** `GZIP` */\n  tar_type?: string;"),
        "{bill}"
    );
    let refund = get("POST", "v2/pay/refundquery").typescript_types();
    assert!(refund.contains("[name: `coupon_refund_id_${number}_${number}`]: string | undefined;"), "{refund}");
}

#[test]
fn php_has_array_shapes() {
    let text = get("POST", "v3/pay/transactions/native").php_types();
    assert!(text.starts_with("/**\n") && text.ends_with(" */\n"));
    let request = &text[text.find("@phpstan-type PostPayTransactionsNativeRequest array{").expect("the request")..];
    assert!(request.contains("\n *   appid: string,\n") && request.contains("\n *   attach?: string,\n"), "{request}");
    assert!(request.contains("\n *   amount: PostPayTransactionsNativeRequestAmount,\n"));
    assert_eq!(text.matches("*/").count(), 1);
}

#[test]
fn of_apiv2_every_member_is_a_text_and_the_signature_is_optional() {
    let text = get("POST", "v2/pay/unifiedorder").rust_types();
    let request = block(&text, "pub struct PostPayUnifiedorderRequest {");
    assert!(request.contains("    pub total_fee: String,\n"), "{request}");
    let answer = block(&text, "pub struct PostPayUnifiedorderResponse {");
    assert!(
        answer.contains("    pub nonce_str: Option<String>,\n") && answer.contains("    pub sign: Option<String>,")
    );
    let token = get("GET", "v2/appauth/getaccesstoken").rust_types();
    assert!(block(&token, "pub struct GetAppauthGetaccesstokenQuery {").contains("    pub sign: Option<String>,"));
    assert!(block(&text, "pub struct PostPayUnifiedorderResponse {").contains("pub return_code: String,"));
}

#[test]
fn names_are_unique_and_every_part_with_members_has_its_type() {
    for known in operations() {
        let (rust, typescript, php) = (known.rust_types(), known.typescript_types(), known.php_types());
        let names: Vec<&str> = rust.lines().filter_map(|line| line.strip_prefix("pub struct ")).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{known:?}");
        let has = |suffix: &str| names.iter().any(|name| name.ends_with(&format!("{suffix} {{")));
        assert_eq!(has("Query"), !known.fields(Part::Query).is_empty(), "{known:?}");
        assert!(!known.has_answer() || has("Response"), "{known:?}");
        let body = !known.fields(Part::Json).is_empty() || !known.fields(Part::Xml).is_empty();
        assert!(!body || has("Request"), "{known:?}");
        assert_eq!(typescript.matches("export interface ").count(), names.len());
        assert_eq!(php.matches("@phpstan-type ").count(), names.len());
    }
}

/// The page lists no members in six places; in some more there are alternatives.
#[test]
fn anything_is_said_only_where_nothing_is_known() {
    let all: String = operations().map(Operation::rust_types).collect();
    let alternatives: usize = operations().map(twins).sum();
    assert_eq!(all.matches("serde_json::Value").count(), 6 + alternatives);
    assert_eq!(all.matches("f64").count(), all.matches("pub enum ").count());
}

fn twins(known: Operation) -> usize {
    fn of(fields: wechatpay_catalog::Fields) -> usize {
        let twin =
            |field: &wechatpay_catalog::Field| fields.iter().filter(|other| other.name() == field.name()).count() > 1;
        let first = |field: &wechatpay_catalog::Field| fields.get(field.name()) == Some(*field);
        let here = fields.iter().filter(|field| twin(field) && first(field)).count();
        here + fields
            .iter()
            .filter(first)
            .filter(|field| !twin(field) || !field.is_list())
            .map(|field| of(field.fields()))
            .sum::<usize>()
    }
    [Part::Query, Part::Json, Part::Xml, Part::Answer].into_iter().map(|part| of(known.fields(part))).sum()
}
