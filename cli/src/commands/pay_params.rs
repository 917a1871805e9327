//! `wxpay pay-params`: what the client side needs to let a user pay, signed. No socket is opened.
#![allow(clippy::doc_markdown, reason = "the comments of arguments are the help that people read in a terminal")]

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use wechatpay_chain::{Client, SignType};

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;
use crate::base::output::plain;
use crate::base::text::text;
use crate::settings::names;

pub(crate) const HELP: Help = Help {
    command: "pay-params",
    zh: "生成调起支付的参数（JSAPI、小程序、APP、商家转账确认）",
    examples: &[
        "wxpay pay-params jsapi --appid wxd678efh567hg6787 --prepay-id wx2014102720093955",
        "wxpay pay-params transfer --appid wxd678efh567hg6787 --package affffddafdfafddffda==",
    ],
};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// `WeixinJSBridge` in a page.
    Jsapi,
    /// `wx.requestPayment` of a mini program.
    Mini,
    /// The `OpenSDK` of an app.
    App,
    /// `wx.requestMerchantTransfer`.
    Transfer,
}

#[derive(Clone, Copy, ValueEnum)]
enum HashName {
    #[value(name = "MD5")]
    Md5,
    #[value(name = "HMAC-SHA256")]
    HmacSha256,
}

#[derive(Args)]
pub(crate) struct PayParamsArgs {
    /// Where the user pays.
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,

    /// The appid of the order; the default is the settings' (WECHATPAY_APPID).
    #[arg(long, value_name = "APPID")]
    appid: Option<String>,

    /// The prepay_id of the order's answer.
    #[arg(long, value_name = "ID")]
    prepay_id: Option<String>,

    /// The package_info of the transfer's answer.
    #[arg(long, value_name = "TEXT")]
    package: Option<String>,

    /// The user who is to confirm the transfer.
    #[arg(long, value_name = "OPENID")]
    openid: Option<String>,

    /// Sign with the APIv2 key, for an order of APIv2.
    #[arg(long)]
    v2: bool,

    /// How the order was signed; the default is MD5.
    #[arg(long, value_enum, value_name = "TYPE", requires = "v2")]
    sign_type: Option<HashName>,
}

pub(crate) fn run(args: &PayParamsArgs, context: &Context) -> Result<u8, Failure> {
    args.refuse_contradictions()?;
    let settings = context.settings()?;
    let appid = args.appid.clone().or_else(|| settings.get(names::APPID).map(|appid| appid.to_string()));
    let appid = appid.ok_or_else(|| missing("--appid"))?;
    let params = args.params(&context.client()?, &appid)?;
    let kind = args.kind.to_possible_value().map(|kind| kind.get_name().to_owned());
    context.show(|| json!({"kind": kind, "params": params}), || plain(&format!("{params:#}")));
    Ok(0)
}

fn missing(flag: &str) -> Failure {
    Failure::usage(text!("{flag} is missing", "缺少参数 {flag}"))
}

impl PayParamsArgs {
    fn refuse_contradictions(&self) -> Result<(), Failure> {
        let is_transfer = self.kind == Kind::Transfer;
        let wrong = [
            ("--prepay-id", self.prepay_id.is_some() && is_transfer),
            ("--v2", self.v2 && is_transfer),
            ("--package", self.package.is_some() && !is_transfer),
            ("--openid", self.openid.is_some() && !is_transfer),
        ];
        match wrong.iter().find(|(_, wrong)| *wrong) {
            Some((flag, _)) => Err(Failure::usage(text!("{flag} does not apply here", "{flag} 在此不适用"))),
            None => Ok(()),
        }
    }

    /// The object for the client side.
    fn params(&self, client: &Client, appid: &str) -> Result<Value, Failure> {
        if self.kind == Kind::Transfer {
            let package = self.package.as_deref().ok_or_else(|| missing("--package"))?;
            let params = client.pay_params().transfer(appid, package)?;
            return Ok(match &self.openid {
                Some(openid) => json!(params.open_id(openid)),
                None => json!(params),
            });
        }
        let id = self.prepay_id.as_deref().ok_or_else(|| missing("--prepay-id"))?;
        let sign_type = match self.sign_type {
            Some(HashName::HmacSha256) => SignType::HmacSha256,
            _ => SignType::Md5,
        };
        let mut params = match (self.kind, self.v2) {
            (Kind::App, false) => json!(client.pay_params().app(appid, id)?),
            (Kind::App, true) => json!(client.pay_params_v2().app(appid, id, sign_type)?),
            (_, false) => json!(client.pay_params().jsapi(appid, id)?),
            (_, true) => json!(client.pay_params_v2().jsapi(appid, id, sign_type)?),
        };
        // `wx.requestPayment` takes no appId: the mini program knows its own.
        if let (Kind::Mini, Some(object)) = (self.kind, params.as_object_mut()) {
            object.remove("appId");
        }
        Ok(params)
    }
}
