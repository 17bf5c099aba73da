//! What the first release shows: which books are lent, to whom, and until when.

use eventsourcing::prelude::*;
use jiff::civil::Date;

use crate::domain::{Book, BookEvent, Loan, LoanEvent, Member};

/// A book, and who has it.
#[derive(View, Clone, Debug, PartialEq)]
pub(crate) struct Shelf {
    #[view(key)]
    pub(crate) book: Id<Book>,
    pub(crate) title: String,
    #[view(index)]
    pub(crate) borrower: Option<Id<Member>>,
    #[view(index)]
    pub(crate) due: Option<Date>,
}

#[projection(version = 1, ignore(LoanEvent::Extended))]
impl Shelf {
    #[on(BookEvent::Bought)]
    fn bought(at: &At<Book>, title: &str) -> Self {
        Self { book: at.id(), title: title.to_owned(), borrower: None, due: None }
    }

    #[on(LoanEvent::Lent, key = book)]
    fn lent(&mut self, member: Id<Member>, due: Date) {
        self.borrower = Some(member);
        self.due = Some(due);
    }

    #[on(LoanEvent::Returned, key = book)]
    fn returned(&mut self) {
        self.borrower = None;
        self.due = None;
    }
}
