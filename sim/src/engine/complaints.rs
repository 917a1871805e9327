//! Complaints of payers about orders, and how they are found.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Complaint {
    /// The simulator's id, `cmp_1`.
    pub(crate) id: String,
    /// WeChat Pay's number.
    pub(crate) complaint_id: String,
    /// The simulator's id of the order.
    pub(crate) order: String,
    /// The merchant whose order it is: the ordinary one, or the partner.
    pub(crate) mchid: String,
    /// Who is complained of: the merchant, or the partner's sub-merchant.
    pub(crate) complainted: String,
    pub(crate) state: ComplaintState,
    pub(crate) created_at: Time,
    pub(crate) text: String,
    pub(crate) phone: Phone,
    /// The ids of the payer's images.
    pub(crate) images: Vec<String>,
    /// Whether the payer said something that the merchant has not answered.
    pub(crate) has_reply: bool,
    /// How often the payer complained: once, and once more for each time after it was done.
    pub(crate) times: u32,
    /// What everybody said and did, the oldest first.
    pub(crate) history: Vec<Entry>,
}

/// A telephone number: not for the eyes of whoever reads a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Phone(pub(crate) String);

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ComplaintState {
    Pending,
    Processing,
    Processed,
}

/// Something that somebody said or did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) log_id: String,
    pub(crate) at: Time,
    pub(crate) act: Act,
    pub(crate) text: String,
    pub(crate) images: Vec<String>,
}

/// What can be said and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// The payer complains.
    Create,
    /// The payer complains again, after it was done.
    Continue,
    /// The payer says something more.
    Reply,
    /// The merchant answers.
    Respond,
    /// The merchant says that it is done.
    Complete,
}

impl Act {
    /// As the history of the API writes it.
    pub(crate) fn operate_type(self) -> &'static str {
        match self {
            Self::Create => "USER_CREATE_COMPLAINT",
            Self::Continue => "USER_CONTINUE_COMPLAINT",
            Self::Reply => "USER_RESPONSE",
            Self::Respond => "MERCHANT_RESPONSE",
            Self::Complete => "MERCHANT_CONFIRM_COMPLETE",
        }
    }

    /// As notifications write it.
    pub(crate) fn action_type(self) -> &'static str {
        match self {
            Self::Create => "CREATE_COMPLAINT",
            Self::Continue => "CONTINUE_COMPLAINT",
            Self::Reply => "USER_RESPONSE",
            Self::Respond => "MERCHANT_RESPONSE",
            Self::Complete => "MERCHANT_CONFIRM_COMPLETE",
        }
    }

    /// Who does it, as the API writes it.
    pub(crate) fn operator(self) -> &'static str {
        match self {
            Self::Create | Self::Continue | Self::Reply => "投诉人",
            Self::Respond | Self::Complete => "商户",
        }
    }
}

impl ComplaintState {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Processing => "PROCESSING",
            Self::Processed => "PROCESSED",
        }
    }
}

impl Complaint {
    /// Whether a merchant may see it: whose order it is, and who is complained of.
    pub(crate) fn is_of(&self, mchid: &str) -> bool {
        self.mchid == mchid || self.complainted == mchid
    }
}

/// All complaints.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Complaint>", into = "Vec<Complaint>")]
pub(crate) struct Complaints {
    list: Vec<Complaint>,
    by_id: HashMap<String, usize>,
    by_complaint_id: HashMap<String, usize>,
}

impl Complaints {
    /// In the order in which they were made.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Complaint> {
        self.list.iter()
    }

    pub(crate) fn insert(&mut self, complaint: Complaint) {
        let index = self.list.len();
        self.by_id.insert(complaint.id.clone(), index);
        self.by_complaint_id.insert(complaint.complaint_id.clone(), index);
        self.list.push(complaint);
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Complaint> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    pub(crate) fn by_complaint_id(&self, complaint_id: &str) -> Option<&Complaint> {
        self.by_complaint_id.get(complaint_id).and_then(|index| self.list.get(*index))
    }

    /// Changes one; its numbers stay as they are.
    pub(crate) fn update<T>(&mut self, id: &str, change: impl FnOnce(&mut Complaint) -> T) -> Option<T> {
        let index = *self.by_id.get(id)?;
        self.list.get_mut(index).map(change)
    }
}

impl From<Vec<Complaint>> for Complaints {
    fn from(list: Vec<Complaint>) -> Self {
        let mut complaints = Self::default();
        list.into_iter().for_each(|complaint| complaints.insert(complaint));
        complaints
    }
}

impl From<Complaints> for Vec<Complaint> {
    fn from(complaints: Complaints) -> Self {
        complaints.list
    }
}
