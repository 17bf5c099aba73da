//! Logs that are not as they should be: each is reported by line and column, and what was before it stays.

use crate::count::Count;
use crate::{Case, beginning};

/// Makes one row of the log wrong, and says where the complaint must point.
type Damage = (&'static str, fn(&str) -> Vec<u8>);

#[test]
fn a_malformed_row_is_told_by_line_and_column_and_what_was_before_it_stays() {
    fn cell(row: &str, n: usize, value: &str) -> Vec<u8> {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells[n] = value;
        cells.join(",").into_bytes()
    }
    let damages: [Damage; 17] = [
        ("case_id", |row| cell(row, 0, "")),
        ("activity", |row| row.replacen('A', "\"A", 1).into_bytes()),
        ("activity", |row| cell(row, 1, "Pardon")),
        ("activity", |row| {
            let cells: Vec<&str> = row.split(',').collect();
            format!("{},Add penalty,{},,42.50,,,,,,,,", cells[0], cells[2]).into_bytes()
        }),
        ("date", |row| cell(row, 2, "2006-02-30")),
        ("date", |row| cell(row, 2, "2001-01-01")),
        ("date", |row| cell(row, 2, "2006-07-30T23:59")),
        ("amount", |row| cell(row, 4, "")),
        // Two of these would be more than all cents that can be counted.
        ("amount", |row| cell(row, 4, "92233720368547758.07")),
        ("amount", |row| cell(row, 4, "35 EUR")),
        ("amount", |row| cell(row, 4, "35.001")),
        ("amount", |row| cell(row, 4, "-1.00")),
        ("amount", |row| cell(row, 4, "99999999999999999999.00")),
        ("expense", |row| cell(row, 5, "1.00")),
        ("notification_type", |row| format!("{row},").into_bytes()),
        ("notification_type", |row| row.rsplit_once(',').unwrap().0.as_bytes().to_vec()),
        ("vehicle_class", |row| {
            let mut bytes = cell(row, 10, "?");
            let at = bytes.iter().rposition(|byte| *byte == b'?').unwrap();
            bytes[at] = 0xff;
            bytes
        }),
    ];
    let log = beginning(40);
    // The first row of the last date that is whole in these rows creates a fine.
    let wrong = 30;
    for (column, damage) in damages {
        let mut bytes = Vec::new();
        for (n, line) in log.lines().enumerate() {
            bytes.extend(if n == wrong { damage(line) } else { line.as_bytes().to_vec() });
            bytes.push(b'\n');
        }
        let case = Case::new("");
        case.write(&bytes);
        let complaint = case.fails(&["import", "log.csv"]);
        assert!(complaint.contains(&format!("line {}, column `{column}`", wrong + 1)), "{column}: {complaint}");
        assert!(case.stored() > 0, "what was before stays");

        case.write(log.as_bytes());
        case.prints(&["import", "log.csv"]);
        assert_eq!(case.prints(&["report"]), Count::of(&log, None).text(), "mended, the import goes on");
    }
}

#[test]
fn a_line_is_counted_whatever_ends_it() {
    let ending = |rows: &str, end: &str| rows.replace('\n', end);
    let mut rows = beginning(3);
    rows.push_str("A15,Pardon,2006-07-20,,,,,,,,,,\n");
    for (log, line) in
        [(rows.clone(), 5), (ending(&rows, "\r\n"), 5), (ending(&rows, "\n\n"), 9), (ending(&rows, "\r\n\r\n"), 9)]
    {
        let case = Case::new(&log);
        let complaint = case.fails(&["import", "log.csv"]);
        assert!(complaint.contains(&format!("line {line}, column `activity`")), "{complaint}");
        assert_eq!(case.stored(), 3);
    }
    let case = Case::new(&ending(&beginning(500), "\r\n"));
    case.prints(&["import", "log.csv"]);
    assert_eq!(case.prints(&["report"]), Count::of(&beginning(500), None).text());
}

#[test]
fn all_dates_before_a_malformed_row_stay_and_are_told() {
    // The last three of these rows are the first of a date; that date is not whole.
    let dates_before = 40;
    let case = Case::new(&beginning(43).replace("A219,Create Fine", "A219,Pardon"));
    let complaint = case.fails(&["import", "log.csv"]);
    assert!(complaint.contains("the 40 events up to 2006-07-30 stay imported"), "{complaint}");
    assert!(complaint.contains("line 44, column `activity`"), "{complaint}");
    assert_eq!(case.stored(), dates_before);

    // The first row of a date: the date before it is over.
    let case = Case::new(&beginning(41).replace("A217,Create Fine", "A217,Pardon"));
    let complaint = case.fails(&["import", "log.csv"]);
    assert!(complaint.contains("line 42, column `activity`"), "{complaint}");
    assert_eq!(case.stored(), dates_before);

    let case = Case::new(&beginning(2).replace("A2127,Create Fine", "A2127,Pardon"));
    assert!(case.fails(&["import", "log.csv"]).contains("nothing is imported"));
    assert_eq!(case.stored(), 0);
}

#[test]
fn a_header_with_more_columns_is_not_that_of_a_log() {
    let case = Case::new(&beginning(3).replacen("notification_type", "notification_type,colour", 1));
    assert!(case.fails(&["import", "log.csv"]).contains("line 1, column `notification_type`"));
    assert_eq!(case.stored(), 0);
}
