//! The stand-in refuses what the gateway would refuse by its documents: paths, verbs, members; and takes what it is told to.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use support::foreign::{call, get, post};
use support::{EMPTY, HOOK, NATIVE, PRESIGN, REFUND, REFUND_1, hook, native, payload, token};
use wechatpay_catalog::{Part, Protocol, operations};
use wechatpay_chain::mock::{Reply, Server};
use wechatpay_chain::{Client, Error, Media, Method, Rejection, Value, json};

fn start() -> (Server, Client) {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay)
}

/// Why the stand-in says that it refused the last call.
fn noted(gateway: &Server) -> String {
    gateway.calls().last().unwrap().refused().unwrap().to_owned()
}

/// The same of all calls.
fn all_noted(gateway: &Server) -> Vec<String> {
    gateway.calls().iter().filter_map(|call| call.refused().map(str::to_owned)).collect()
}

/// A verified 400 for a parameter: its field, issue, location, and the value that stood there.
#[track_caller]
fn refused(error: &Error) -> (String, String, String, Value) {
    let no: &Rejection = error.rejection().unwrap_or_else(|| panic!("{error}"));
    assert_eq!((no.status().as_u16(), no.code(), no.is_verified()), (400, "PARAM_ERROR", true), "{error}");
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (text(no.field()), text(no.issue()), text(no.location()), no.detail().unwrap()["value"].clone())
}

/// An order with one thing else.
fn with(pointer: &str, value: Value) -> Value {
    let mut order = native();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    order.pointer_mut(parent).unwrap()[name] = value;
    order
}

/// An order without one thing.
fn without(pointer: &str) -> Value {
    let mut order = native();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    order.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    order
}

#[test]
fn an_unknown_path_is_a_404_that_names_the_nearest() {
    let (gateway, wxpay) = start();
    // A route does not make it known.
    gateway.on(Method::POST, "v3/pay/transactions/natve").reply(json!({"code_url": "weixin://x"}));
    for (path, meant) in [
        ("v3/pay/transactions/natve", "v3/pay/transactions/native"),
        ("v3/pay/transaction/native", "v3/pay/transactions/native"),
        ("v3/applyment4sub/applyment", "v3/applyment4sub/applyment/"),
        ("pay/unifiedorder", "v2/pay/unifiedorder"),
        (
            "v3/refund/domestic/refunds/1/apply-abnormal-refunds",
            "v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund",
        ),
    ] {
        let error = wxpay.chain(path).post(native()).unwrap_err();
        let no = error.rejection().unwrap();
        assert_eq!((no.status().as_u16(), no.code(), no.is_verified()), (404, "NOT_FOUND", true), "{error}");
        assert!(no.message().ends_with(&format!("did you mean {meant}?")), "{error}");
        assert_eq!(noted(&gateway), no.message());
        assert!(!error.outcome_unknown());
    }
    // Of paths that are as near, one that has the verb.
    let error = wxpay["v3/merchant-service/complaint-notification"].delete().unwrap_err();
    assert!(error.to_string().contains(&format!("did you mean {HOOK}?")), "{error}");
}

#[test]
fn a_verb_that_a_path_does_not_have_is_a_405_that_names_those_it_has() {
    let (gateway, wxpay) = start();
    let cases = [
        (wxpay[NATIVE].get().unwrap_err(), "/v3/pay/transactions/native has no GET, only POST"),
        (
            wxpay[HOOK].patch(hook()).unwrap_err(),
            "/v3/merchant-service/complaint-notifications has no PATCH, only DELETE, GET, POST, PUT",
        ),
        (wxpay[REFUND_1].post(native()).unwrap_err(), "/v3/refund/domestic/refunds/1 has no POST, only GET"),
    ];
    assert_eq!(all_noted(&gateway).len(), cases.len());
    for ((error, message), noted) in cases.into_iter().zip(all_noted(&gateway)) {
        let no = error.rejection().unwrap();
        assert_eq!((no.status().as_u16(), no.code(), no.is_verified()), (405, "METHOD_NOT_ALLOWED", true), "{error}");
        assert_eq!((no.message(), noted.as_str()), (message, message));
        assert!(!error.outcome_unknown());
    }
}

#[test]
fn an_unknown_member_is_named_with_the_one_that_was_meant() {
    let (gateway, wxpay) = start();
    let mut order = without("/amount/total");
    order["amount"]["totl"] = json!(100);
    order["out_trade_np"] = json!("1");
    let error = wxpay[NATIVE].post(order).unwrap_err();
    let no = error.rejection().unwrap();
    assert_eq!(no.message(), "请求中含有未在API文档中定义的参数");
    let (field, issue, location, value) = refused(&error);
    assert_eq!((field.as_str(), location.as_str()), ("/out_trade_np", "body"));
    assert_eq!(issue, "no such member; did you mean /out_trade_no?");
    assert_eq!(value, json!(["/body/out_trade_np", "/body/amount/totl"]), "all of them, as the gateway does");
    // The journal has all that is wrong, level by level.
    assert_eq!(
        noted(&gateway),
        "body /out_trade_np: no such member; did you mean /out_trade_no?\n\
         body /amount/totl: no such member; did you mean /amount/total?\n\
         body /amount/total: integer missing"
    );
    assert!(error.to_string().contains("(field /out_trade_np in body: no such member; did you mean /out_trade_no?)"));
}

#[test]
fn each_kind_of_finding_is_told_in_the_gateways_words() {
    let (gateway, wxpay) = start();
    let source = |pointer: &str| format!("输入源“/body{pointer}”映射到");
    for (body, field, issue, value, message) in [
        (
            without("/amount/total"),
            "/amount/total",
            "integer missing",
            json!(null),
            "字段“total”必填性规则校验失败，此字段为必填项",
        ),
        (
            with("/amount/total", json!("100")),
            "/amount/total",
            "integer expected, found string",
            json!("100"),
            "数值字段“total”类型不符",
        ),
        (
            with("/amount/total", json!(1.5)),
            "/amount/total",
            "integer expected, found number",
            json!(1.5),
            "数值字段“total”类型不符",
        ),
        (
            with("/attach", json!({"a": 1})),
            "/attach",
            "string expected, found object",
            json!(null),
            "字段“attach”类型不符",
        ),
        (
            with("/limit_pay", json!(["no_credits"])),
            "/limit_pay/0",
            "one of no_balance, no_credit, no_debit, balance_only expected, found another string; did you mean no_credit?",
            json!("no_credits"),
            "字段“0”规则校验失败，应为 no_balance、no_credit、no_debit、balance_only 之一，实为其他字符串，是否为 no_credit？",
        ),
        (
            with("/out_trade_no", json!("A1")),
            "/out_trade_no",
            "at least 6 characters",
            json!("A1"),
            "字段“out_trade_no”规则校验失败，长度应为至少 6 个字符",
        ),
        (
            with("/goods_tag", json!("x".repeat(33))),
            "/goods_tag",
            "at most 32 characters",
            json!("x".repeat(33)),
            "字段“goods_tag”规则校验失败，长度应为至多 32 个字符",
        ),
    ] {
        let error = wxpay[NATIVE].post(body).unwrap_err();
        let found = refused(&error);
        assert_eq!(found, (field.to_owned(), issue.to_owned(), "body".to_owned(), value), "{error}");
        assert_eq!(error.rejection().unwrap().message(), source(field) + message);
        assert_eq!(noted(&gateway), format!("body {field}: {issue}"));
    }
    // The SDK leaves `null` out; another does not.
    let answer = post(&gateway, &format!("/{NATIVE}"), &with("/attach", json!(null)).to_string());
    assert_eq!((answer.status, &answer.json()["detail"]["field"]), (400, &json!("/attach")));
}

#[test]
fn a_text_that_should_hold_json_is_read() {
    let (gateway, wxpay) = start();
    let submit = wxpay.chain("v3/mch-manage/mch-manage-records/1/mch-manage-submissions");
    let example =
        operations().find(|known| known.path().ends_with("/mch-manage-submissions") && known.method() == "POST");
    let mut body = example.unwrap().example_request().body().clone();
    submit.post(&body).unwrap();
    body["submit_data"] = json!("{no json");
    let (field, issue, location, _) = refused(&submit.post(&body).unwrap_err());
    assert_eq!((field.as_str(), location.as_str()), ("/submit_data", "body"));
    assert!(issue.starts_with("JSON object as text expected, found string"), "{issue}");
    assert!(!noted(&gateway).contains("no json"));
}

#[test]
fn plain_text_where_ciphertext_is_due_is_refused_and_not_repeated() {
    let (gateway, wxpay) = start();
    let name = "王小明";
    let receiver = |name: Value| {
        json!({
            "appid": "wx8888888888888888", "type": "MERCHANT_ID", "account": "86693852", "name": name, "relation_type": "STORE",
        })
    };
    let chain = wxpay.chain("v3/profitsharing/receivers/add");
    let error = chain.post(receiver(json!(name))).unwrap_err();
    let (field, issue, location, value) = refused(&error);
    assert_eq!((field.as_str(), location.as_str(), value), ("/name", "body", json!(null)));
    assert_eq!(issue, "ciphertext (base64) of the platform's key expected, found string");
    assert_eq!(error.rejection().unwrap().message(), "平台私钥解密失败");
    // Nor is one of another type, or a misspelt one.
    for (body, field) in [
        (receiver(json!(13_800_138_000_u64)), "/name"),
        (receiver(json!([name])), "/name"),
        (json!({"nmae": name}), "/nmae"),
    ] {
        let error = chain.post(body).unwrap_err();
        assert_eq!(refused(&error).0, field);
        let told = format!("{} {}", String::from_utf8_lossy(error.rejection().unwrap().body()), noted(&gateway));
        assert!(!told.contains(name) && !told.contains("13800138000"), "{told}");
    }
    chain.encrypt("/name").post(receiver(json!(name))).unwrap();
    assert_eq!(gateway.calls().last().unwrap().json()["name"], name);
    assert_eq!(gateway.calls().last().unwrap().refused(), None);
}

#[test]
fn a_query_is_checked_as_a_body_is() {
    let (gateway, wxpay) = start();
    let stocks = |query: &str| wxpay.chain(format!("v3/marketing/favor/stocks?{query}")).get();
    let right = "stock_creator_mchid=1900000109&limit=10&offset=0";
    stocks(right).unwrap();
    for (query, field, issue) in [
        ("limit=10&offset=0".to_owned(), "/stock_creator_mchid", "string missing"),
        (format!("{right}&ofset=1"), "/ofset", "no such member; did you mean /offset?"),
        (format!("{right}&limit=10"), "/limit", "integer expected, found array"),
        (
            format!("{right}&status=run"),
            "/status",
            "one of unactivated, audit, running, stoped, paused expected, found another string",
        ),
        (right.replace("=10", "=ten"), "/limit", "integer expected, found string"),
    ] {
        let found = refused(&stocks(&query).unwrap_err());
        assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), (field, issue, "query"), "{query}");
        assert_eq!(noted(&gateway), format!("query {field}: {issue}"));
    }
    // Names are decoded, values too.
    assert_eq!(get(&gateway, &format!("/v3/marketing/favor/stocks?{}", right.replace("limit", "%6Cimit"))).status, 200);
}

#[test]
fn ciphertext_in_a_query_is_due_and_of_the_key_that_is_named() {
    let (gateway, wxpay) = start();
    let banks =
        wxpay.chain("v3/capital/capitallhh/banks/search-banks-by-bank-account").query("account_number", "6225880137");
    let found = refused(&banks.get().unwrap_err());
    assert_eq!((found.0.as_str(), found.2.as_str(), found.3), ("/account_number", "query", json!(null)));
    assert!(!noted(&gateway).contains("6225880137"));
    banks.encrypt_query("account_number").get().unwrap();
    let other = gateway.issue_certificate(wechatpay_chain::mock::Validity::Now).unwrap();
    let sealed = wxpay.encrypt("6225880137").unwrap();
    let banks = wxpay.chain("v3/capital/capitallhh/banks/search-banks-by-bank-account");
    let foreign =
        banks.query("account_number", sealed.ciphertext()).header("Wechatpay-Serial", other).get().unwrap_err();
    // It is signed by the key that was named, which this client does not hold.
    let no = foreign.rejection().unwrap();
    assert_eq!((no.status().as_u16(), no.field(), no.location()), (400, Some("/account_number"), Some("query")));
}

#[test]
fn where_no_query_and_no_body_is_known_there_is_none() {
    let (gateway, wxpay) = start();
    let (field, issue, location, value) = refused(&wxpay[HOOK].query("a/b", 1).get().unwrap_err());
    assert_eq!((field.as_str(), issue.as_str(), location.as_str()), ("/a~1b", "no such member", "query"));
    assert_eq!(value, json!(["/query/a~1b"]));
    let (field, issue, location, _) = refused(&wxpay[EMPTY].post(json!({"reason": "none"})).unwrap_err());
    assert_eq!((field.as_str(), issue.as_str(), location.as_str()), ("/reason", "no such member", "body"));
    wxpay[EMPTY].post(json!({})).unwrap();
    wxpay[EMPTY].post(()).unwrap();
    // A body where none belongs, and none where one does.
    assert_eq!(refused(&wxpay[NATIVE].post(()).unwrap_err()).0, "/appid");
    assert_eq!(gateway.calls().iter().filter(|call| call.refused().is_some()).count(), 3);
}

#[test]
fn a_header_that_an_endpoint_needs_is_missed() {
    let (gateway, wxpay) = start();
    let build = operations().find(|known| known.path() == "v3/marketing/partnerships/build").unwrap();
    let (body, chain) = (build.example_request().body().clone(), wxpay.chain(build.path()));
    let found = refused(&chain.post(&body).unwrap_err());
    assert_eq!((found.0.as_str(), found.2.as_str()), ("Idempotency-Key", "header"));
    assert_eq!(noted(&gateway), "header Idempotency-Key: string missing");
    chain.header("Idempotency-Key", "1217752501").post(&body).unwrap();
}

#[test]
fn of_an_upload_its_meta_and_its_parts_are_checked() {
    let (gateway, wxpay) = start();
    let (path, media) = ("v3/merchant/media/upload", || Media::new("a.png", "content"));
    wxpay[path].post(media()).unwrap();
    for (meta, field, issue) in [
        (json!({"filename": "a.png"}), "/sha256", "string missing"),
        (json!({"filename": 1, "sha256": media().sha256()}), "/filename", "string expected, found integer"),
        (
            json!({"file_name": "a.png", "sha256": media().sha256()}),
            "/file_name",
            "no such member; did you mean /filename?",
        ),
    ] {
        let found = refused(&wxpay[path].post(media().meta(meta)).unwrap_err());
        assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), (field, issue, "body"));
    }
    // What is no form where one is due, and a form where JSON is.
    let error = wxpay[path].post(json!({"filename": "a.png", "sha256": "0"})).unwrap_err();
    assert_eq!(refused(&error).1, "multipart/form-data expected, found JSON");
    let error = wxpay[NATIVE].post(media()).unwrap_err();
    assert_eq!(refused(&error).1, "JSON expected, found multipart/form-data");
    assert_eq!(noted(&gateway), "body: JSON expected, found multipart/form-data");
    // A part of another name than the one that is documented.
    let meta = json!({"file_name": "a.png", "file_digest": "0", "item_id": 1});
    let found = refused(
        &wxpay["v3/mch-manage/submission-files/sub-mchid/1900000110/upload"].post(media().meta(meta)).unwrap_err(),
    );
    assert_eq!((found.0.as_str(), found.1.as_str()), ("/submission_file", "part of the form missing"));
}

#[test]
fn an_upload_with_a_part_of_another_name_is_taken_where_it_is_documented() {
    let gateway = Server::start().unwrap();
    let meta = json!({"file_name": "a.png", "file_digest": "0", "item_id": 1}).to_string();
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{meta}\r\n\
         --X\r\nContent-Disposition: form-data; name=\"submission_file\"; filename=\"a.png\"\r\n\r\ncontent\r\n--X--\r\n"
    );
    let path = ("POST", "/v3/mch-manage/submission-files/sub-mchid/1900000110/upload");
    let kind = [("Content-Type", "multipart/form-data; boundary=X")];
    assert_eq!(call(&gateway, path, &kind, body.as_bytes(), meta.as_bytes()).status, 200);
}

#[test]
fn the_signature_is_looked_at_first() {
    let (gateway, wxpay) = start();
    let stranger = gateway.builder().serial("ABCDEF").build().unwrap();
    for error in
        [stranger["v3/pay/transactions/natve"].post(native()).unwrap_err(), stranger[NATIVE].get().unwrap_err()]
    {
        assert_eq!(error.rejection().unwrap().status(), 401);
        assert!(noted(&gateway).starts_with("签名错误: serial_no is not"), "{}", noted(&gateway));
    }
    // Then the headers.
    let error = wxpay["v3/pay/transactions/natve"].header("Content-Type", "text/plain").post(native()).unwrap_err();
    assert_eq!(error.rejection().unwrap().field(), Some("Content-Type"));
}

#[test]
fn a_route_of_the_tests_own_goes_before_the_example_and_behind_the_checks() {
    let (gateway, wxpay) = start();
    assert_eq!(wxpay[PRESIGN].post(payload()).unwrap()["presign_token"], "presign_token");
    gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "mine"}));
    let response = wxpay[PRESIGN].post(payload()).unwrap();
    assert!(!response.headers().contains_key("mock-example"));
    assert_eq!(token(Ok(response)), "mine");
    assert_eq!(refused(&wxpay[PRESIGN].post(json!({"business_name": "店"})).unwrap_err()).0, "/facepay_user");
    // A closure does not see what is refused.
    gateway.on(Method::POST, REFUND).reply_with(|_| -> Reply { panic!("nobody should ask") });
    assert_eq!(refused(&wxpay[REFUND].post(json!({})).unwrap_err()).0, "/out_refund_no");
}

#[test]
fn what_the_sdk_knows_beside_the_catalogue_is_no_unknown_endpoint() {
    let (gateway, wxpay) = start();
    let unsigned =
        support::foreign::unsigned(&gateway, ("GET", "/v3/new-tax-control-fapiao/download?token=x"), &[], b"");
    assert!(unsigned.text().contains("the stand-in has no answer for GET"), "{}", unsigned.text());
    gateway.on(Method::GET, "v3/bill/downloadurl").reply(Reply::file("text/plain", "a bill"));
    assert_eq!(get(&gateway, "/v3/bill/downloadurl?token=x&tartype=gzip").text(), "a bill");
    // And hosts with a prefix of their own.
    gateway.on(Method::GET, "hk/v3/merchant-service/complaint-notifications").reply(json!({"url": "x"}));
    assert_eq!(wxpay["hk/v3/merchant-service/complaint-notifications"].get().unwrap()["url"], "x");
    gateway.on(Method::GET, "v2/papay/entrustweb").reply(json!({}));
    wxpay["v2/papay/entrustweb"].query("mch_id", wxpay.mchid()).get().unwrap();
}

#[test]
fn of_every_endpoint_with_a_body_what_it_does_not_know_is_refused_by_name() {
    let (gateway, wxpay) = start();
    let mut wrong = Vec::new();
    let json = operations().filter(|known| known.protocol() == Protocol::V3 && !known.fields(Part::Json).is_empty());
    for known in json {
        let example = known.example_request();
        let mut body = example.body().clone();
        body["zz_no_such_member"] = json!(1);
        let mut chain = wxpay.chain(example.path()).header("Idempotency-Key", "1");
        for (name, value) in example.query().as_object().into_iter().flatten() {
            chain = chain.query(name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        let result = chain.send(known.method().parse().unwrap(), body);
        let field = result.as_ref().err().and_then(|error| error.rejection()?.field().map(str::to_owned));
        if field.as_deref() != Some("/zz_no_such_member") {
            wrong.push(format!("{known:?}: {result:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(gateway.calls().len() > 500);
}
