//! Fields, and the pointers to them.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use wechatpay_catalog::{
    Encryption, Field, Fields, Kind, Operation, Part, Required, Text, encrypted, operation, operations,
};

fn get(method: &str, path: &str) -> Operation {
    operation(method, path).unwrap_or_else(|| panic!("{method} {path} is in the catalogue"))
}

fn native() -> Operation {
    get("POST", "v3/pay/transactions/native")
}

#[test]
fn encrypted_agrees_with_the_fields_to_the_member() {
    let (mut members, mut with_some) = (0, 0);
    for known in operations() {
        let mut expected = Vec::new();
        if known.path().starts_with("v3/") {
            for part in [Part::Query, Part::Json] {
                collect(known.fields(part), part, "", &mut expected);
            }
        }
        let mut found: Vec<_> = encrypted(known.method(), known.path())
            .map(|member| (member.part(), member.pointer().to_owned()))
            .collect();
        found.sort_by_key(|(part, pointer)| (*part != Part::Query, pointer.clone()));
        expected.sort_by_key(|(part, pointer)| (*part != Part::Query, pointer.clone()));
        assert_eq!(found, expected, "{known:?}");
        for (part, pointer) in &found {
            let field = known.field(*part, pointer).expect("the pointer leads to a field");
            assert_eq!(field.encryption(), Some(Encryption::Platform));
        }
        members += found.len();
        with_some += usize::from(!found.is_empty());
    }
    assert_eq!((members, with_some), (292, 118));
}

fn collect(fields: Fields, part: Part, above: &str, found: &mut Vec<(Part, String)>) {
    for field in fields {
        let pointer = format!("{above}/{}{}", field.name(), if field.is_list() { "/*" } else { "" });
        collect(field.fields(), part, &pointer, found);
        if field.encryption() == Some(Encryption::Platform) {
            found.push((part, pointer));
        }
    }
}

#[test]
fn a_pointer_leads_to_a_field() {
    let field = |pointer: &str| native().field(Part::Json, pointer);
    let total: Field = field("/amount/total").expect("a member");
    assert_eq!(
        (total.name(), total.kind(), total.required(), total.is_list()),
        ("total", Kind::Integer, Required::Yes, false)
    );
    assert_eq!(field("/detail/goods_detail/*/quantity"), field("/detail/goods_detail/17/quantity"));
    assert!(field("/detail/goods_detail/*/quantity").is_some());
    assert_eq!(field("/detail/goods_detail/0"), field("/detail/goods_detail"));
    for none in
        ["", "/", "amount", "/amount/", "/detail/goods_detail/quantity", "/amount/0", "/nope", "/amount/total/x"]
    {
        assert_eq!(field(none), None, "{none}");
    }
    let kind = get("POST", "v2/pay/downloadbill").field(Part::Xml, "/tar_type").expect("a member");
    assert_eq!((kind.values().collect::<Vec<_>>(), kind.is_open()), (vec!["GZIP"], false));
    let number = field("/out_trade_no").expect("a member");
    assert_eq!((number.min_len(), number.max_len()), (Some(6), Some(32)));
    let refund = get("POST", "v2/pay/refundquery");
    assert_eq!(refund.field(Part::Answer, "/coupon_refund_id_0_1").map(Field::name), Some("coupon_refund_id_$n_$m"));
    let share = get("POST", "v2/secapi/pay/profitsharing");
    assert_eq!(share.field(Part::Xml, "/receivers").and_then(Field::text), Some(Text::Objects));
    assert_eq!(share.field(Part::Xml, "/receivers/0/amount").map(Field::name), Some("amount"));
    let fields = native().fields(Part::Json);
    assert_eq!((fields.iter().len(), fields.is_empty()), (fields.len(), false));
    assert_eq!(fields.get("amount").map(Field::fields).map(Fields::len), Some(2));
}
