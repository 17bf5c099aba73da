//! The rules and the views of `library`, as a program of one's own would test them; what it prints, and that the guide shows it as it is.
#![allow(dead_code, reason = "the example uses what these tests do not")]
#![expect(clippy::unwrap_used, reason = "a test may panic on what it does not expect")]

#[path = "../library/domain.rs"]
mod domain;
#[path = "../library/release_1.rs"]
mod release_1;
#[path = "../library/release_2.rs"]
mod release_2;

use std::process::Command;

use eventsourcing::prelude::*;
use eventsourcing::testing::{Scenario, ViewScenario};
use jiff::civil::date;

use crate::domain::{Book, BookEvent, Loan, LoanEvent, Member, Overdue};

#[test]
fn a_loan_is_extended_until_it_is_due() {
    let (book, member) = (Id::<Book>::new(), Id::<Member>::new());
    let lent = LoanEvent::Lent { book, member, due: date(2026, 3, 1) };

    Scenario::<Loan>::given([lent.clone()])
        .when(|loan| loan.extend(date(2026, 3, 1), date(2026, 4, 1)))
        .then([LoanEvent::Extended { book, due: date(2026, 4, 1) }]);
    Scenario::<Loan>::given([lent])
        .when(|loan| loan.extend(date(2026, 3, 2), date(2026, 4, 1)))
        .then_rejected(Overdue { due: date(2026, 3, 1) });
}

#[test]
fn the_shelf_says_who_has_a_book_and_until_when() {
    use release_2::Shelf;

    let (book, member, loan) = (Id::<Book>::new(), Id::<Member>::new(), Id::<Loan>::new());
    let bought = BookEvent::Bought { isbn: "978-1".to_owned(), title: "Emma".to_owned() };
    let lent = LoanEvent::Lent { book, member, due: date(2026, 3, 1) };
    let extended = LoanEvent::Extended { book, due: date(2026, 4, 1) };
    let row = Shelf { book, title: "Emma".to_owned(), borrower: None, due: None, times_lent: 1 };

    ViewScenario::<Shelf>::given([(book, bought.clone())])
        .and_given([(loan, lent.clone()), (loan, extended.clone())])
        .then_rows([Shelf { borrower: Some(member), due: Some(date(2026, 4, 1)), ..row.clone() }]);
    ViewScenario::<Shelf>::given([(book, bought)])
        .and_given([(loan, lent), (loan, extended), (loan, LoanEvent::Returned { book })])
        .then_rows([row]);
}

#[test]
fn release_1_shows_what_it_is_to_show() {
    use release_1::Shelf;

    let (book, member, loan) = (Id::<Book>::new(), Id::<Member>::new(), Id::<Loan>::new());
    let lent = LoanEvent::Lent { book, member, due: date(2026, 3, 1) };
    let bought = BookEvent::Bought { isbn: "978-1".to_owned(), title: "Emma".to_owned() };
    let row = Shelf { book, title: "Emma".to_owned(), borrower: Some(member), due: Some(date(2026, 3, 1)) };
    ViewScenario::<Shelf>::given([(book, bought)])
        .and_given([(loan, lent), (loan, LoanEvent::Extended { book, due: date(2026, 4, 1) })])
        .then_row(book, row);
}

/// The page has parts of the program, each whole and as it is, and what the program prints.
#[test]
fn the_tutorial_shows_this_program_and_what_it_prints() {
    let page = include_str!("../../eventsourcing/src/guide/tutorial.md");
    let program = [
        include_str!("../library/domain.rs"),
        include_str!("../library/release_1.rs"),
        include_str!("../library/release_2.rs"),
        include_str!("../library/main.rs"),
        include_str!("library.rs"),
    ];
    let printed = printed();
    let (mut shown, mut outputs) = (0, String::new());
    let mut blocks = page.split("```").skip(1).step_by(2);
    for block in &mut blocks {
        let (kind, text) = block.split_once('\n').unwrap();
        match kind {
            "rust" => {
                assert!(
                    program.iter().any(|file| file.contains(&indented(text)) || file.contains(text)),
                    "not in the program:\n{text}"
                );
                shown += 1;
            }
            "text" => outputs.push_str(text),
            "sh" => {}
            other => panic!("a block of {other}"),
        }
    }
    assert!(shown > 5, "{shown} parts of the program are shown");
    assert_eq!(outputs, printed, "the page shows all that is printed");
}

fn indented(text: &str) -> String {
    let line = |line: &str| if line.trim().is_empty() { line.to_owned() } else { format!("    {line}") };
    text.split_inclusive('\n').map(line).collect()
}

fn printed() -> String {
    // Beside the folder of this test's own program: `cargo test` builds examples, too.
    let program = std::env::current_exe().unwrap();
    let program = program.ancestors().nth(2).unwrap().join("examples").join("library");
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split_inclusive('\n').filter(|line| !line.trim().is_empty()).collect()
}
