use wechatpay_chain::catalog::{operation, search};
use wechatpay_chain::{Client, Response, Result, Value, json, path};

/// Endpoints for a few words, Chinese or English, the likeliest first.
pub fn find(words: &str) -> Vec<&'static str> {
    search(words, 5).iter().map(|found| found.path()).collect()
}

/// What is wrong with a body, before it is sent; in English and in Chinese.
pub fn problems(receiver: &Value) -> Vec<String> {
    let add = operation("POST", "v3/profitsharing/receivers/add");
    let problems = add.map(|add| add.check_request(&json!(null), receiver));
    let all = problems.into_iter().flatten();
    all.map(|problem| format!("{problem} / {}", problem.zh())).collect()
}

/// A misspelt path does not compile; what its page marks as encrypted is encrypted.
pub async fn add(wxpay: &Client, receiver: Value) -> Result<Response> {
    let receivers = wxpay.chain(path!("v3/profitsharing/receivers/add"));
    receivers.encrypt_known().post_async(receiver).await
}
