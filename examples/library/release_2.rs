//! What the second release shows: it counts loans, and no longer ignores that a loan was extended.

use eventsourcing::prelude::*;
use jiff::civil::Date;

use crate::domain::{Book, BookEvent, Loan, LoanEvent, Member};

/// A book, who has it, and how often it was lent.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Shelf {
    #[view(key)]
    pub(crate) book: Id<Book>,
    pub(crate) title: String,
    #[view(index)]
    pub(crate) borrower: Option<Id<Member>>,
    #[view(index)]
    pub(crate) due: Option<Date>,
    pub(crate) times_lent: u32,
}

#[projection(version = 2)]
impl Shelf {
    #[on(BookEvent::Bought)]
    fn bought(at: &At<Book>, title: &str) -> Self {
        Self { book: at.id(), title: title.to_owned(), borrower: None, due: None, times_lent: 0 }
    }

    #[on(LoanEvent::Lent, key = book)]
    fn lent(&mut self, member: Id<Member>, due: Date) {
        self.borrower = Some(member);
        self.due = Some(due);
        self.times_lent += 1;
    }

    #[on(LoanEvent::Extended, key = book)]
    fn extended(&mut self, due: Date) {
        self.due = Some(due);
    }

    #[on(LoanEvent::Returned, key = book)]
    fn returned(&mut self) {
        self.borrower = None;
        self.due = None;
    }
}
