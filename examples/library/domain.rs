//! Books, members and loans.

use eventsourcing::prelude::*;
use jiff::civil::Date;

/// A book that the library owns.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Book {
    root: Root<Self>,
    #[aggregate(unique)]
    isbn: String,
    title: String,
}

#[events]
impl Book {
    #[event(Bought)]
    pub(crate) fn buy(isbn: &str, title: &str) -> Self {
        Self { root: Root::new(), isbn: isbn.to_owned(), title: title.to_owned() }
    }
}

/// A member, who can borrow books.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Member {
    root: Root<Self>,
    pub(crate) name: String,
    #[aggregate(unique)]
    email: String,
}

#[events]
impl Member {
    #[event(Joined)]
    pub(crate) fn join(name: &str, email: &str) -> Self {
        Self { root: Root::new(), name: name.to_owned(), email: email.to_owned() }
    }
}

/// A loan of one book to one member.
#[derive(Aggregate, Clone, Debug, PartialEq)]
pub(crate) struct Loan {
    root: Root<Self>,
    book: Id<Book>,
    due: Date,
    /// The book, until it is returned: so that no book has two loans at once.
    #[aggregate(unique)]
    lent: Option<Id<Book>>,
}

/// Why a loan is not extended.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("it was due on {due}")]
pub(crate) struct Overdue {
    pub(crate) due: Date,
}

#[events]
impl Loan {
    #[event(Lent)]
    pub(crate) fn lend(book: Id<Book>, member: Id<Member>, due: Date) -> Self {
        Self { root: Root::new(), book, due, lent: Some(book) }
    }

    /// A command: it decides, and records what it decided.
    pub(crate) fn extend(&mut self, today: Date, due: Date) -> Result<(), Overdue> {
        if self.due < today {
            return Err(Overdue { due: self.due });
        }
        self.extended(self.book, due);
        Ok(())
    }

    pub(crate) fn bring_back(&mut self) {
        self.returned(self.book);
    }

    #[event(Extended)]
    fn extended(&mut self, book: Id<Book>, due: Date) {
        self.due = due;
    }

    #[event(Returned)]
    fn returned(&mut self, book: Id<Book>) {
        self.lent = None;
    }
}

/// The application: its repositories, over one store.
#[derive(Application)]
pub(crate) struct Library {
    pub(crate) books: Repository<Book>,
    pub(crate) members: Repository<Member>,
    pub(crate) loans: Repository<Loan>,
}
