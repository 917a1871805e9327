use wechatpay_chain::{Error, ErrorKind};

/// Who has to do something.
#[derive(Debug, PartialEq)]
pub enum Advice {
    Query,
    RepeatLater,
    FixSettings,
    FixRequest,
    TellPayer,
    AskSomebody,
}

pub fn advice(error: &Error) -> Advice {
    if error.outcome_unknown() {
        return Advice::Query;
    }
    if error.is_retryable() {
        return Advice::RepeatLater;
    }
    match (error.kind(), error.rejection()) {
        (ErrorKind::Config | ErrorKind::Sign | ErrorKind::Decrypt, _) => {
            Advice::FixSettings
        }
        (ErrorKind::Request | ErrorKind::Io, _) => Advice::FixRequest,
        (_, Some(no)) if no.is("SIGN_ERROR") || no.is("NO_AUTH") => {
            Advice::FixSettings
        }
        (_, Some(no)) if no.is("PARAM_ERROR") => Advice::FixRequest,
        (_, Some(no)) if no.is("USER_ACCOUNT_ABNORMAL") => Advice::TellPayer,
        _ => Advice::AskSomebody,
    }
}
