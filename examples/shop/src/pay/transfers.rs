//! Transfers to somebody's WeChat, who has to say that he wants the money.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use wechatpay_chain::{Pending, Response, Value};

use super::verdict::{Verdict, known, open, same, same_amount, send};
use crate::error::{Error, Result};
use crate::model::money::Fen;
use crate::model::openid::Openid;
use crate::model::transfer::{LEAST, NAME_NEEDED, Transfer, TransferState};
use crate::model::{number, time};
use crate::shop::Shop;
use crate::store::transfers::{self, New};

const BILLS: &str = "v3/fund-app/mch-transfer/transfer-bills";

/// 现金营销: the scene for which the merchant was approved, with what it wants to be told.
const SCENE: &str = "1000";

/// A transfer that the shopkeeper wants.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payout {
    /// The shopkeeper's own mark: twice the same is one transfer.
    pub request: String,
    /// Who gets it.
    pub openid: Openid,
    /// How much, in fen; less than 2,000 yuan, from where on WeChat Pay wants a name.
    pub amount: Fen,
    /// What for, for the payee; at most 32 characters.
    pub remark: String,
}

impl Shop {
    /// Transfers money. The same mark again is the same transfer, under the same number.
    ///
    /// # Errors
    ///
    /// As [`refund`](Self::refund).
    pub async fn transfer(&self, payout: Payout, now: Timestamp) -> Result<Transfer> {
        let Payout { request, openid, amount, remark } = payout;
        if !(1..=64).contains(&request.len()) {
            return Err(Error::refused("request: expected a mark of 1 to 64 characters"));
        }
        if !openid.is_plausible() {
            return Err(Error::refused("openid: expected 1 to 128 letters, digits, - and _"));
        }
        if amount < LEAST || amount >= NAME_NEEDED {
            return Err(Error::refused(
                "amount: expected at least 10 fen, and less than 200,000, from where on WeChat Pay wants a name",
            ));
        }
        if !(1..=32).contains(&remark.chars().count()) {
            return Err(Error::refused("remark: expected 1 to 32 characters"));
        }
        let number = number::transfer(time::day(now), Self::random()?);
        let new = New { number, request, openid, amount, remark };
        let transfer = self.books(move |books| transfers::insert(books, &new, now)).await?;
        self.send_transfer(transfer).await
    }

    /// Sends a transfer that WeChat Pay is not known to have, that waits for the merchant's money, or whose package was lost; any other is
    /// given as it is.
    pub(crate) async fn send_transfer(&self, transfer: Transfer) -> Result<Transfer> {
        use TransferState::{Open, Pending, Processing, WaitUserConfirm};
        let wanted = matches!(transfer.state, Pending | Open | Processing)
            || transfer.state == WaitUserConfirm && transfer.package.is_none();
        if !wanted {
            return Ok(transfer);
        }
        match send(self.transferring(&transfer)).await? {
            Verdict::Taken(answer) => _ = self.heard_transfer(&transfer, &answer).await?,
            Verdict::Open(error) => {
                self.say_transfer(&transfer.number, Open, None).await?;
                return Err(open(&transfer.number, error));
            }
            Verdict::Refused(error) => {
                let code = error.rejection().map(|no| no.code().to_owned());
                return match self.say_transfer(&transfer.number, TransferState::Failed, code).await? {
                    true => Err(error.into()),
                    false => Err(open(&transfer.number, error)),
                };
            }
            Verdict::Later(error) => return Err(error.into()),
        }
        self.look_up_transfer(&transfer.number).await
    }

    fn transferring(&self, transfer: &Transfer) -> Pending {
        self.wxpay.chain(BILLS).idempotent().post_async(json!({
            "appid": self.settings.app_id,
            "out_bill_no": transfer.number,
            "transfer_scene_id": SCENE,
            "openid": transfer.openid.as_str(),
            "transfer_amount": transfer.amount.get(),
            "transfer_remark": transfer.remark,
            "notify_url": self.settings.notify_url(),
            "transfer_scene_report_infos": [
                {"info_type": "活动名称", "info_content": "顾客有礼"},
                {"info_type": "奖励说明", "info_content": transfer.remark},
            ],
        }))
    }

    /// What the payee's page hands to WeChat, for him to say that he wants it; `None` if he is not asked.
    ///
    /// # Errors
    ///
    /// `Gateway` for a package that is none.
    pub fn transfer_params(&self, transfer: &Transfer) -> Result<Option<Value>> {
        let waits = transfer.state == TransferState::WaitUserConfirm;
        let Some(package) = transfer.package.as_ref().filter(|_| waits) else { return Ok(None) };
        let params = self.wxpay.pay_params().transfer(&self.settings.app_id, package)?;
        let params = serde_json::to_value(params);
        params.map(Some).map_err(|error| Error::Machine(format!("the transfer's parameters: {error}")))
    }

    /// Asks for the money of a transfer back, as long as the payee has not said that he wants it.
    ///
    /// # Errors
    ///
    /// `Refused` for one that has ended; `Open` if it may have been asked back; `Gateway`. In each case a job asks what became of it.
    pub async fn cancel_transfer(&self, number: &str) -> Result<Transfer> {
        let transfer = self.look_up_transfer(number).await?;
        if transfer.state.is_settled() {
            return Err(Error::refused(format!("transfer {number} is {}", transfer.state.as_str())));
        }
        let chain = self.wxpay.chain(BILLS).seg("out-bill-no").arg(number).seg("cancel");
        match send(chain.idempotent().post_async(())).await? {
            Verdict::Taken(answer) => _ = self.heard_state(&transfer, &answer).await?,
            Verdict::Open(error) => return Err(open(number, error)),
            Verdict::Refused(error) | Verdict::Later(error) => return Err(error.into()),
        }
        self.look_up_transfer(number).await
    }

    /// Asks what became of a transfer, and books it; `None` if WeChat Pay has no such transfer, else whether that changed anything.
    pub(crate) async fn query_transfer(&self, transfer: &Transfer) -> Result<Option<bool>> {
        let chain = self.wxpay.chain(BILLS).seg("out-bill-no").arg(&transfer.number);
        let Some(answer) = known(chain.get_async().await)? else { return Ok(None) };
        same_amount(&answer, "/transfer_amount", transfer.amount)?;
        self.heard_transfer(transfer, &answer).await.map(Some)
    }

    async fn heard_transfer(&self, transfer: &Transfer, answer: &Response) -> Result<bool> {
        if let Some(package) = answer.get::<Option<String>>("/package_info")? {
            let number = transfer.number.clone();
            self.books(move |books| transfers::package(books, &number, &package)).await?;
        }
        self.heard_state(transfer, answer).await
    }

    async fn heard_state(&self, transfer: &Transfer, answer: &Response) -> Result<bool> {
        same(answer, "/out_bill_no", &transfer.number)?;
        let (state, reason): (String, _) = (answer.get("/state")?, answer.get("/fail_reason")?);
        match TransferState::of(&state) {
            Some(word) => self.say_transfer(&transfer.number, word, reason).await,
            // A word that is not known yet is no end.
            None => Ok(false),
        }
    }

    async fn say_transfer(&self, number: &str, word: TransferState, reason: Option<String>) -> Result<bool> {
        let number = number.to_owned();
        self.books(move |books| transfers::say(books, &number, word, reason.as_deref())).await
    }

    /// A transfer as the books have it.
    ///
    /// # Errors
    ///
    /// `NotFound`.
    pub async fn look_up_transfer(&self, number: &str) -> Result<Transfer> {
        let number = number.to_owned();
        self.books(move |books| transfers::transfer(books, &number)).await
    }
}
