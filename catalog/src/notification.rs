//! Notifications.

use std::fmt;

use crate::field::{Field, Fields};
use crate::kinds::{Encryption, Protocol};
use crate::packed::bytes::narrow;
use crate::packed::{records, tables};

/// A notification, and everything that is known about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notification(u16);

/// The notification of an event.
///
/// The protocol matters: `TRANSACTION.SUCCESS` and `TRANSACTION.FAIL` exist in both.
///
/// ```
/// use wechatpay_catalog::{Protocol, notification};
///
/// let paid = notification(Protocol::V3, "TRANSACTION.SUCCESS").unwrap();
/// assert!(paid.resource().get("transaction_id").is_some());
/// ```
pub fn notification(protocol: Protocol, event_type: &str) -> Option<Notification> {
    notifications().find(|one| one.event_type() == event_type && one.protocol() == protocol)
}

/// All 112 notifications: 10 of APIv2 and 102 of APIv3.
///
/// ```
/// assert_eq!(wechatpay_catalog::notifications().len(), 112);
/// ```
pub fn notifications() -> impl ExactSizeIterator<Item = Notification> {
    (0..records::notifications()).map(|number| Notification(narrow(number)))
}

impl Notification {
    /// The protocol.
    pub fn protocol(self) -> Protocol {
        if records::is_v3(self.place()) { Protocol::V3 } else { Protocol::V2 }
    }

    /// The name of the event: `TRANSACTION.SUCCESS`.
    pub fn event_type(self) -> &'static str {
        tables::string(records::notification(self.place(), 0))
    }

    /// What the page calls it, in Chinese.
    pub fn title(self) -> &'static str {
        tables::string(records::notification(self.place(), 1))
    }

    /// The envelope as it arrives.
    pub fn body(self) -> Fields {
        Fields::listed(records::notification(self.place(), 2))
    }

    /// What is inside the ciphertext; empty where nothing is encrypted, or the page does not list it.
    pub fn resource(self) -> Fields {
        ciphertext(self.body()).map_or_else(|| Fields::listed(0), Field::fields)
    }

    /// What may be answered.
    pub fn reply(self) -> Fields {
        Fields::listed(records::notification(self.place(), 3))
    }

    /// The address of the public page.
    pub fn doc(self) -> String {
        let version = if records::is_v3(self.place()) { "v3" } else { "v2" };
        format!("https://wechatpay.im/webhook/{version}/{}", self.event_type())
    }

    fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({:?} {})", self.protocol(), self.event_type())
    }
}

/// The field of an envelope that is encrypted by AES.
fn ciphertext(fields: Fields) -> Option<Field> {
    fields.iter().find_map(|field| match field.encryption() {
        Some(Encryption::AesGcm | Encryption::AesEcb) => Some(field),
        _ => ciphertext(field.fields()),
    })
}
