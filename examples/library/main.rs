//! A library: books, members and loans, what is lent to whom, and a second release that shows more.
//!
//! The guide's page `tutorial` reads it from the beginning to the end. `cargo run --example library` runs it in a folder that is gone at the end.

mod domain;
mod release_1;
mod release_2;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use eventsourcing::prelude::*;
use jiff::civil::{Date, date};

use crate::domain::{Book, Library, Loan, Member};

const TODAY: Date = date(2026, 3, 2);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let library = Library::new(SqliteStore::open(folder.path().join("library.db"))?);

    open_the_doors(&library).await?;
    lend(&library).await?;
    show(&library, &folder.path().join("views")).await?;
    release(&library, &folder.path().join("views")).await
}

async fn open_the_doors(library: &Library) -> Result<(), Box<dyn Error>> {
    println!("Members join, and books are bought.");
    for (name, email) in [("Ann", "ann@example.org"), ("Bob", "bob@example.org")] {
        library.members.save(&mut Member::join(name, email)).await?;
    }
    for (isbn, title) in [("978-1", "Emma"), ("978-2", "Ulysses"), ("978-3", "Walden")] {
        library.books.save(&mut Book::buy(isbn, title)).await?;
    }

    let other_ann = library.members.save(&mut Member::join("Ann B.", "ann@example.org")).await;
    if let Err(SaveError::Taken { field, by, .. }) = other_ann {
        let holder = library.members.get(Id::from(by)).await?;
        println!("  Another Ann does not join: her {field} is that of {}.", holder.name);
    }
    if library.books.save(&mut Book::buy("978-1", "Emma, again")).await.is_err() {
        println!("  No ISBN is bought twice.");
    }
    Ok(())
}

async fn lend(library: &Library) -> Result<(), Box<dyn Error>> {
    println!("\nBooks are lent.");
    let ann = library.members.find_by(Member::EMAIL, "ann@example.org").await?.ok_or("no Ann")?.id();
    let bob = library.members.find_by(Member::EMAIL, "bob@example.org").await?.ok_or("no Bob")?.id();
    let emma = library.books.find_by(Book::ISBN, "978-1").await?.ok_or("no 978-1")?.id();
    let ulysses = library.books.find_by(Book::ISBN, "978-2").await?.ok_or("no 978-2")?.id();

    let mut of_emma = Loan::lend(emma, ann, date(2026, 2, 20));
    library.loans.save(&mut of_emma).await?;
    library.loans.save(&mut Loan::lend(ulysses, ann, date(2026, 3, 9))).await?;
    if let Err(SaveError::Taken { .. }) = library.loans.save(&mut Loan::lend(emma, bob, date(2026, 3, 1))).await {
        println!("  Bob does not get Emma: Ann has it.");
    }

    library.loans.update(of_emma.id(), |loan| loan.extend(date(2026, 2, 19), date(2026, 3, 5))).await?;
    match library.loans.update(of_emma.id(), |loan| loan.extend(date(2026, 3, 6), date(2026, 4, 1))).await {
        Err(UpdateError::Rejected(overdue)) => {
            println!("  Ann keeps Emma longer, once. Later she does not: {overdue}.");
        }
        other => other?,
    }
    Ok(())
}

async fn show(library: &Library, folder: &Path) -> Result<(), Box<dyn Error>> {
    use release_1::Shelf;

    println!("\nRelease 1 shows what is lent.");
    let views = Views::sqlite(folder)?.with::<Shelf>();
    let running = library.run(&views)?; // on a thread of its own: catches up, then follows
    views.caught_up().await?; // all that was saved before this call can be read

    let ann = library.members.find_by(Member::EMAIL, "ann@example.org").await?.ok_or("no Ann")?.id();
    for row in views.all::<Shelf>().by(Shelf::BORROWER, ann).await? {
        println!("  Ann has {}.", row.title);
    }
    for row in views.query::<Shelf>("due < ?1 ORDER BY due", [TODAY.to_string()]).await? {
        println!("  Overdue on {TODAY}: {}, says release 1.", row.title);
    }
    running.stop().await;
    Ok(())
}

async fn release(library: &Library, folder: &Path) -> Result<(), Box<dyn Error>> {
    use release_2::Shelf;

    println!("\nRelease 2 builds its rows beside those of release 1, and waits.");
    let views = Views::sqlite(folder)?.hold_swaps().with::<Shelf>();
    let running = library.run(&views)?;
    let diff = views.diff::<Shelf>(Duration::from_secs(30)).await?;
    println!("  The same: {}, different: {}, new columns: {:?}.", diff.same, diff.different, diff.columns_only_built);

    println!("\nThat is what was meant, so the new rows are shown.");
    views.swap::<Shelf>().await?;
    views.caught_up().await?;
    let late = views.query::<Shelf>("due < ?1 ORDER BY due", [TODAY.to_string()]).await?;
    println!("  Overdue on {TODAY}: {}.", late.len());

    let emma = library.books.find_by(Book::ISBN, "978-1").await?.ok_or("no 978-1")?.id();
    let loan = library.loans.find_by(Loan::LENT, emma).await?.ok_or("no loan")?.id();
    library.loans.update(loan, Loan::bring_back).await?;
    views.caught_up().await?;
    let row = views.get::<Shelf>(emma).await?.ok_or("no row")?;
    println!("  {} is back; it was lent {} time.", row.title, row.times_lent);

    for old in views.generations::<Shelf>().await?.iter().filter(|generation| !generation.is_active) {
        views.remove_generation::<Shelf>(old.number).await?;
        println!("  The rows of release {} are removed.", old.version);
    }
    running.stop().await;
    Ok(())
}
