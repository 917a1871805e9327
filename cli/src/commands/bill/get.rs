//! `wxpay bill get`: asks for a bill, downloads it, checks its hash.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use wechatpay_chain::{Chain, Client, Value};

use crate::base::failure::Failure;
use crate::base::files;
use crate::base::output::plain;
use crate::base::text::text;
use crate::bill::{open, rows};
use crate::commands::context::Context;
use crate::commands::download::Target;
use crate::commands::help::Help;

pub(super) const HELP: Help = Help {
    command: "bill get",
    zh: "下载交易账单或资金账单并校验摘要",
    examples: &[
        "wxpay bill get trade 2026-11-24 -o trade.csv",
        "wxpay bill get fundflow 2026-11-24 --account BASIC -o funds.csv",
    ],
};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Orders and refunds.
    Trade,
    /// Every change of a balance.
    Fundflow,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum TradeType {
    All,
    Success,
    Refund,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Account {
    Basic,
    Operation,
    Fees,
}

#[derive(Args)]
pub(crate) struct GetArgs {
    /// Which bill.
    #[arg(value_enum, value_name = "trade|fundflow", hide_possible_values = true)]
    kind: Kind,

    /// The day: 2026-11-24.
    #[arg(value_name = "DATE", value_parser = date)]
    date: String,

    /// Which orders (trade).
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    of_type: Option<TradeType>,

    /// Which account (fundflow).
    #[arg(long, value_enum, value_name = "ACCOUNT")]
    account: Option<Account>,

    /// Only those of this sub-merchant (trade).
    #[arg(long, value_name = "MCHID")]
    sub_mchid: Option<String>,

    /// Transfer it compressed.
    #[arg(long)]
    gzip: bool,

    /// Where it goes; the default is DATE-KIND.csv.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
}

/// `2026-11-24`, for clap.
fn date(text: &str) -> Result<String, String> {
    let parts: Vec<_> = text.split('-').collect();
    let number = |at: usize, digits: usize| {
        let part = parts.get(at).filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse::<u32>().ok()).unwrap_or_default()
    };
    let is_date =
        parts.len() == 3 && number(0, 4) > 0 && (1..=12).contains(&number(1, 2)) && (1..=31).contains(&number(2, 2));
    if is_date { Ok(text.to_owned()) } else { Err("expected a day such as 2026-11-24".to_owned()) }
}

pub(super) fn run(args: &GetArgs, context: &Context) -> Result<u8, Failure> {
    args.refuse_contradictions(context)?;
    let kind = if args.kind == Kind::Trade { "trade" } else { "fundflow" };
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}-{kind}.csv", args.date)));
    let client = context.client()?;
    let target = Target::open(&path, args.force)?;
    let answer = args.chain(&client).get()?;
    let hash = answer.get::<String>("/hash_type").unwrap_or_else(|_| "SHA1".to_owned());
    let written = target.download(client.download(&answer)?, Some(hash), context)?;
    if files::is_dash(&path) {
        return Ok(0);
    }
    let mut count = 0_u64;
    rows(&open(&path)?, |_| {
        count += 1;
        Ok(())
    })?;
    let document = || {
        let mut document = written.json();
        document["rows"] = Value::from(count);
        document
    };
    let said = text!("{}, {count} rows", "{}，{count} 行", written.text());
    context.show(document, || plain(said.of(context.lang)));
    Ok(0)
}

impl GetArgs {
    fn refuse_contradictions(&self, context: &Context) -> Result<(), Failure> {
        let is_trade = self.kind == Kind::Trade;
        let wrong = [
            ("--type", self.of_type.is_some() && !is_trade),
            ("--sub-mchid", self.sub_mchid.is_some() && !is_trade),
            ("--account", self.account.is_some() && is_trade),
        ];
        if let Some((flag, _)) = wrong.iter().find(|(_, wrong)| *wrong) {
            return Err(Failure::usage(text!("{flag} is of the other kind of bill", "{flag} 不适用于这种账单")));
        }
        match context.is_json() && self.output.as_deref().is_some_and(files::is_dash) {
            true => Err(Failure::usage(text!("--json and -o - both want stdout", "--json 与 -o - 都要写到标准输出"))),
            false => Ok(()),
        }
    }

    fn chain(&self, client: &Client) -> Chain {
        let path = if self.kind == Kind::Trade { "v3/bill/tradebill" } else { "v3/bill/fundflowbill" };
        let chain = client.chain(path).query("bill_date", &self.date);
        let of_type = self.of_type.map(|of_type| match of_type {
            TradeType::All => "ALL",
            TradeType::Success => "SUCCESS",
            TradeType::Refund => "REFUND",
        });
        let account = self.account.map(|account| match account {
            Account::Basic => "BASIC",
            Account::Operation => "OPERATION",
            Account::Fees => "FEES",
        });
        let gzip = self.gzip.then_some("GZIP");
        let optional = [
            ("bill_type", of_type),
            ("account_type", account),
            ("sub_mchid", self.sub_mchid.as_deref()),
            ("tar_type", gzip),
        ];
        let given = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        given.fold(chain, |chain, (name, value)| chain.query(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert!(date("2026-11-24").is_ok());
        for text in ["2026-13-01", "2026-1-1", "20261124", "2026-11-32", "2026-11-24-1", "0000-01-01", "yesterday"] {
            assert!(date(text).is_err(), "{text}");
        }
    }
}
