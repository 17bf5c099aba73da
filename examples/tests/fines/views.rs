//! What is read from the views: the same as what is folded from the events, and as what is counted from the lines of the log.

use std::collections::BTreeMap;

use crate::count::Count;
use crate::{Case, LOG, beginning};

/// What is left to pay of each fine, in cents, and whether debts are collected, from the lines of a log.
fn outstanding(log: &str) -> BTreeMap<&str, (i64, bool)> {
    let cents = |cell: &str| cell.replace('.', "").parse::<i64>().unwrap_or(0);
    let mut fines: BTreeMap<&str, (i64, i64, bool)> = BTreeMap::new();
    for line in log.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (amount, others, is_collected) = fines.entry(cells[0]).or_default();
        *amount = if cells[4].is_empty() { *amount } else { cents(cells[4]) };
        *others += cents(cells[5]) - cents(cells[6]);
        *is_collected |= cells[1] == "Send for Credit Collection";
    }
    fines.into_iter().map(|(case, (amount, others, collected))| (case, ((amount + others).max(0), collected))).collect()
}

fn cases(table: &str) -> Vec<&str> {
    table.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect()
}

#[test]
fn what_the_views_say_is_what_the_events_come_to() {
    let case = Case::new(LOG);
    case.prints(&["import", "log.csv"]);
    let of_views = case.prints(&["report"]);
    assert_eq!(case.prints(&["report", "--as-of", "2030-01-01"]), format!("As of 2030-01-01\n{of_views}"));

    let months = case.prints(&["months"]);
    assert!(months.contains("2006-06"), "{months}");
    let sum = |n: usize| -> i64 {
        let cells = months.lines().skip(1).map(|line| line.split_whitespace().nth(n).unwrap());
        cells.map(|cell| cell.replace('.', "").parse::<i64>().unwrap()).sum()
    };
    assert_eq!(sum(1), 34_724);
    let total = |name: &str| {
        let line = of_views.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().replace('.', "").parse::<i64>().unwrap()
    };
    assert_eq!((sum(2), sum(3)), (total("Total due"), total("Total paid")));
}

#[test]
fn fines_are_listed_by_status_page_by_page_and_by_what_is_left_to_pay() {
    let log = beginning(3_000);
    let case = Case::new(&log);
    case.prints(&["import", "log.csv"]);
    let fines = outstanding(&log);
    for (status, is_it) in [
        ("unpaid", (|(cents, collected): (i64, bool)| cents > 0 && !collected) as fn((i64, bool)) -> bool),
        ("in-collection", |(cents, collected)| cents > 0 && collected),
        ("paid", |(cents, _)| cents == 0),
    ] {
        let mut listed = Vec::new();
        for page in 1_u32.. {
            let table = case.prints(&["list", "--status", status, "--page", &page.to_string()]);
            if cases(&table).is_empty() {
                break;
            }
            assert!(cases(&table).len() <= 20, "{table}");
            listed.extend(cases(&table).into_iter().map(str::to_owned));
        }
        let mut expected: Vec<_> = fines.iter().filter(|(_, fine)| is_it(**fine)).map(|(case, _)| *case).collect();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{status}");
    }
    assert_eq!(cases(&case.prints(&["list"])), cases(&case.prints(&["list", "--page", "1"])));
    assert_eq!(case.run(&["list", "--page", "0"]).status.code(), Some(2));
    assert_eq!(case.run(&["list", "--status", "lost"]).status.code(), Some(2));

    let mut most: Vec<_> = fines.iter().map(|(case, (cents, _))| (-cents, *case)).collect();
    most.sort_unstable();
    let top = case.prints(&["top", "10"]);
    assert_eq!(cases(&top), most.iter().take(10).map(|(_, case)| *case).collect::<Vec<_>>());
}

#[test]
fn views_follow_an_import_and_are_made_again_when_their_folder_is_deleted() {
    let case = Case::new(&beginning(6));
    case.prints(&["import", "log.csv"]);
    assert_eq!(case.prints(&["report"]), Count::of(&beginning(6), None).text());

    case.write(beginning(500).as_bytes());
    case.prints(&["import", "log.csv"]);
    assert_eq!(case.prints(&["report"]), Count::of(&beginning(500), None).text());

    let folder = case.path("fines.views");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(case.prints(&["report"]), Count::of(&beginning(500), None).text());
    assert!(folder.exists());

    // The folder belongs to one database.
    std::fs::remove_file(case.path("fines.db")).unwrap();
    for side_file in ["fines.db-wal", "fines.db-shm", "fines.db-head", "fines.db-turn"] {
        std::fs::remove_file(case.path(side_file)).ok();
    }
    case.prints(&["import", "log.csv"]);
    let complaint = case.fails(&["report"]);
    assert!(complaint.contains("has stopped") && complaint.contains("rebuild the view"), "{complaint}");
}
