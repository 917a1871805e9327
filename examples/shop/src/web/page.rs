//! The customer's page: one template for the shop, an order, and what went wrong.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;

use super::qr;
use super::words::Words;
use crate::error::{Error, Result};
use crate::model::goods::{self, GOODS, Thing};
use crate::model::money::Fen;
use crate::model::order::{Order, Shown};
use crate::model::time::beijing;
use crate::shop::Shop;

/// What the page shows.
#[derive(Template)]
#[template(path = "page.html")]
struct Page<'p> {
    words: &'p Words,
    goods: &'static [Thing],
    body: Body<'p>,
}

enum Body<'p> {
    /// The goods; each buy is marked, so that it is one order however often it is sent.
    Shop {
        mark: String,
        openid: Option<&'p str>,
    },
    Order(View),
    /// What went wrong, and whether trying again may help.
    Fault {
        headline: &'static str,
        again: bool,
    },
}

/// An order as the customer sees it.
pub(super) struct View {
    number: String,
    name: String,
    price: Fen,
    shown: Shown,
    text: &'static str,
    refunded: Fen,
    until: String,
    way: Way,
}

/// How it is paid.
enum Way {
    /// A picture of a QR code.
    Scan(String),
    /// Within WeChat: what its bridge wants to have, as JSON.
    Bridge(String),
    /// Not now.
    None,
}

impl View {
    /// What the customer sees of an order.
    pub(super) fn of(shop: &Shop, order: &Order, words: &Words, now: Timestamp) -> Result<Self> {
        let shown = order.shown();
        let way = match (order.usable_credential(now), &order.openid) {
            (None, _) => Way::None,
            (Some(code_url), None) => Way::Scan(qr::svg(code_url)?),
            (Some(prepay_id), Some(_)) => Way::Bridge(shop.pay_params(prepay_id)?.to_string()),
        };
        let name = goods::thing(&order.thing).map_or(order.description.clone(), |thing| words.name(thing).to_owned());
        Ok(Self {
            number: order.number.clone(),
            name,
            price: order.price,
            shown,
            text: words.state(shown),
            refunded: order.refunded,
            until: beijing(order.expires_at).strftime("%m-%d %H:%M").to_string(),
            way,
        })
    }

    /// What changes when there is something new to show.
    fn version(&self) -> String {
        version(self.shown, self.refunded, !matches!(self.way, Way::None))
    }
}

/// The same of an order, for whoever asks whether there is something new.
pub(super) fn version_of(order: &Order, now: Timestamp) -> String {
    version(order.shown(), order.refunded, order.usable_credential(now).is_some())
}

fn version(shown: Shown, refunded: Fen, payable: bool) -> String {
    format!("{}-{}-{payable}", shown.as_str(), refunded.get())
}

/// The shop's goods.
pub(super) fn shop(words: &Words, mark: String, openid: Option<&str>) -> Response {
    show(StatusCode::OK, words, Body::Shop { mark, openid })
}

/// An order.
pub(super) fn order(words: &Words, view: View) -> Response {
    show(StatusCode::OK, words, Body::Order(view))
}

/// What went wrong: the customer is told what he can do, the log what it was.
pub(super) fn fault(words: &Words, error: &Error) -> Response {
    let (headline, again) = match error {
        Error::NotFound(_) => (words.gone, false),
        Error::Refused(_) => (words.wrong, false),
        _ => (words.wrong, true),
    };
    // An order that is open is no success for the customer: he has no code.
    let status = match super::fault::status(error) {
        StatusCode::ACCEPTED => StatusCode::BAD_GATEWAY,
        status => status,
    };
    show(status, words, Body::Fault { headline, again })
}

fn show(status: StatusCode, words: &Words, body: Body<'_>) -> Response {
    match (Page { words, goods: GOODS, body }).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            eprintln!("the page: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
