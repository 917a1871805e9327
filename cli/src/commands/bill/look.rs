//! `wxpay bill sum` and `wxpay bill reconcile`.

use std::path::PathBuf;

use clap::Args;

use crate::base::failure::Failure;
use crate::base::files;
use crate::base::output::plain;
use crate::bill::{DEFAULT_AMOUNT, DEFAULT_KEY, Reconciliation, Sum, Unit, bill_amounts, open, own_amounts};
use crate::commands::context::Context;
use crate::commands::help::Help;

pub(super) const SUM_HELP: Help = Help {
    command: "bill sum",
    zh: "精确汇总账单金额，并与账单汇总行核对",
    examples: &["wxpay bill sum trade.csv", "wxpay bill sum trade.csv --by 交易类型"],
};

pub(super) const RECONCILE_HELP: Help = Help {
    command: "bill reconcile",
    zh: "账单与自有记录（CSV）对账",
    examples: &["wxpay bill reconcile trade.csv orders.csv --their-key no --their-amount total --unit fen"],
};

#[derive(Args)]
pub(crate) struct SumArgs {
    /// The bill, plain or gzip; - for stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Add up by the values of this column too.
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
}

#[derive(Args)]
pub(crate) struct ReconcileArgs {
    /// The bill, plain or gzip.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// One's own rows: a CSV of UTF-8 with a header.
    #[arg(value_name = "CSV")]
    csv: PathBuf,

    /// The column of the bill that names a row.
    #[arg(long, value_name = "COLUMN", default_value = DEFAULT_KEY)]
    key: String,

    /// The column of the bill that is compared.
    #[arg(long, value_name = "COLUMN", default_value = DEFAULT_AMOUNT)]
    amount: String,

    /// The same in the CSV, where its name is another.
    #[arg(long, value_name = "NAME")]
    their_key: Option<String>,

    /// The same in the CSV, where its name is another.
    #[arg(long, value_name = "NAME")]
    their_amount: Option<String>,

    /// How the CSV writes amounts.
    #[arg(long, value_enum, value_name = "yuan|fen", default_value = "yuan", hide_possible_values = true)]
    unit: Unit,
}

pub(super) fn sum(args: &SumArgs, context: &Context) -> Result<u8, Failure> {
    let sum = Sum::of(&open(&args.file)?, args.by.as_deref())?;
    context.show(|| sum.json(), || plain(&sum.text(context.lang.pick("rows", "行数"))));
    Ok(u8::from(!sum.is_ok()))
}

pub(super) fn reconcile(args: &ReconcileArgs, context: &Context) -> Result<u8, Failure> {
    let bill = bill_amounts(&open(&args.file)?, &args.key, &args.amount)?;
    let (key, amount) =
        (args.their_key.as_ref().unwrap_or(&args.key), args.their_amount.as_ref().unwrap_or(&args.amount));
    let own = own_amounts(files::read(&args.csv)?.as_slice(), (key, amount), args.unit)?;
    let found = Reconciliation::of(&bill, &own);
    context.show(|| found.json(), || plain(&found.text(|text| text.of(context.lang).to_owned())));
    Ok(u8::from(!found.is_ok()))
}
