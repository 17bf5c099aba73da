//! A road traffic fine: the eleven things that happen to one.

use eventsourcing::prelude::*;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Cents;

/// A fine, and what was paid of it.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Fine {
    root: Root<Self>,
    amount: Cents,
    expenses: Cents,
    paid: Cents,
    in_collection: bool,
}

/// What the officer wrote down. The codes are the police's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offence {
    pub(crate) officer: String,
    pub(crate) article: u32,
    pub(crate) points: u32,
    pub(crate) vehicle_class: String,
    pub(crate) dismissal: String,
}

#[events]
impl Fine {
    /// An officer writes it. The case names the fine: the same case finds the same one.
    #[event(Created, name = "Create Fine")]
    pub(crate) fn create(case: &str, on: Date, amount: Cents, total_paid: Cents, offence: Offence) -> Self {
        Self { root: Root::named(case), amount, expenses: Cents::ZERO, paid: Cents::ZERO, in_collection: false }
    }

    /// It is sent by post, and the postage is added to what is due.
    #[event(Sent, name = "Send Fine")]
    pub(crate) fn send(&mut self, on: Date, expense: Cents) {
        self.expenses += expense;
    }

    /// The post says that it arrived.
    #[event(NotificationInserted, name = "Insert Fine Notification")]
    pub(crate) fn insert_notification(&mut self, on: Date, notification_type: &str) {}

    /// It was not paid in time: the amount is replaced by a higher one.
    #[event(PenaltyAdded, name = "Add penalty")]
    pub(crate) fn add_penalty(&mut self, on: Date, amount: Cents) {
        self.amount = amount;
    }

    /// Something is paid.
    #[event(Paid, name = "Payment")]
    pub(crate) fn pay(&mut self, on: Date, payment: Cents, total_paid: Cents) {
        self.paid += payment;
    }

    /// It is handed to those who collect debts.
    #[event(SentForCollection, name = "Send for Credit Collection")]
    pub(crate) fn send_for_collection(&mut self, on: Date) {
        self.in_collection = true;
    }

    /// The offender appeals to the prefecture.
    #[event(PrefectureAppealed, name = "Insert Date Appeal to Prefecture")]
    pub(crate) fn appeal_to_prefecture(&mut self, on: Date) {}

    /// The appeal goes to the prefecture.
    #[event(PrefectureAppealSent, name = "Send Appeal to Prefecture")]
    pub(crate) fn send_appeal(&mut self, on: Date, dismissal: &str) {}

    /// The prefecture has decided.
    #[event(PrefectureResultReceived, name = "Receive Result Appeal from Prefecture")]
    pub(crate) fn receive_result(&mut self, on: Date) {}

    /// The offender is notified.
    #[event(ResultNotified, name = "Notify Result Appeal to Offender")]
    pub(crate) fn notify_result(&mut self, on: Date) {}

    /// The offender appeals to a judge.
    #[event(JudgeAppealed, name = "Appeal to Judge")]
    pub(crate) fn appeal_to_judge(&mut self, on: Date, officer: &str, dismissal: &str) {}

    /// What is to be paid in all: the latest amount, and the expenses.
    pub(crate) fn due(&self) -> Cents {
        self.amount + self.expenses
    }

    /// What was paid.
    pub(crate) fn paid(&self) -> Cents {
        self.paid
    }

    /// What is still to be paid; who paid too much gets no fine below zero.
    pub(crate) fn outstanding(&self) -> Cents {
        (self.due() - self.paid).max(Cents::ZERO)
    }

    /// Whether nothing is left to pay.
    pub(crate) fn is_paid_in_full(&self) -> bool {
        self.paid >= self.due()
    }

    /// Whether it was handed to those who collect debts.
    pub(crate) fn is_in_collection(&self) -> bool {
        self.in_collection
    }
}

impl FineEvent {
    /// The day on which it happened.
    pub(crate) fn on(&self) -> Date {
        match self {
            Self::Created { on, .. }
            | Self::Sent { on, .. }
            | Self::NotificationInserted { on, .. }
            | Self::PenaltyAdded { on, .. }
            | Self::Paid { on, .. }
            | Self::SentForCollection { on }
            | Self::PrefectureAppealed { on }
            | Self::PrefectureAppealSent { on, .. }
            | Self::PrefectureResultReceived { on }
            | Self::ResultNotified { on }
            | Self::JudgeAppealed { on, .. } => *on,
        }
    }
}
