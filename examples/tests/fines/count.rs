//! The same figures, counted from the lines of the log with nothing but maps and whole numbers.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

#[derive(Default)]
pub(crate) struct Count {
    pub(crate) fines: u64,
    pub(crate) events: BTreeMap<&'static str, u64>,
    due: i64,
    paid: i64,
    outstanding: i64,
    paid_in_full: u64,
    in_collection: u64,
}

impl Count {
    pub(crate) fn of(log: &str, as_of: Option<&str>) -> Self {
        let kinds = "Add penalty|Appeal to Judge|Create Fine|Insert Date Appeal to Prefecture|Insert Fine Notification|\
                     Notify Result Appeal to Offender|Payment|Receive Result Appeal from Prefecture|\
                     Send Appeal to Prefecture|Send Fine|Send for Credit Collection";
        let mut events: BTreeMap<&'static str, u64> = kinds.split('|').map(|kind| (kind, 0)).collect();
        let (mut amounts, mut expenses, mut payments) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut in_collection = 0;
        for line in log.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let (case, kind, date) = (cells[0].to_owned(), cells[1], cells[2]);
            if as_of.is_some_and(|last| date > last) {
                continue;
            }
            *events.get_mut(kind).unwrap() += 1;
            in_collection += u64::from(kind == "Send for Credit Collection");
            if !cells[4].is_empty() {
                amounts.insert(case.clone(), cents(cells[4]));
            }
            if !cells[5].is_empty() {
                *expenses.entry(case.clone()).or_insert(0) += cents(cells[5]);
            }
            if !cells[6].is_empty() {
                *payments.entry(case).or_insert(0) += cents(cells[6]);
            }
        }
        let mut count = Self { fines: events["Create Fine"], events, in_collection, ..Self::default() };
        for (case, amount) in amounts {
            let due = amount + expenses.get(&case).unwrap_or(&0);
            let paid = payments.get(&case).unwrap_or(&0);
            count.due += due;
            count.paid += paid;
            count.outstanding += if due > *paid { due - paid } else { 0 };
            count.paid_in_full += u64::from(due <= *paid);
        }
        count
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("{:<40}{:>12}\nEvents\n", "Fines", self.fines);
        for (kind, count) in &self.events {
            writeln!(text, "  {kind:<38}{count:>12}").unwrap();
        }
        for (name, amount) in [("Total due", self.due), ("Total paid", self.paid), ("Outstanding", self.outstanding)] {
            writeln!(text, "{name:<40}{:>9}.{:02}", amount / 100, amount % 100).unwrap();
        }
        for (name, count) in
            [("Fines paid in full", self.paid_in_full), ("Fines sent to credit collection", self.in_collection)]
        {
            writeln!(text, "{name:<40}{count:>12}").unwrap();
        }
        text
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        let euros =
            |cents: i64| serde_json::from_str::<serde_json::Value>(&format!("{}.{:02}", cents / 100, cents % 100));
        serde_json::json!({
            "fines": self.fines,
            "events": self.events,
            "total_due": euros(self.due).unwrap(),
            "total_paid": euros(self.paid).unwrap(),
            "outstanding": euros(self.outstanding).unwrap(),
            "paid_in_full": self.paid_in_full,
            "sent_to_credit_collection": self.in_collection,
        })
    }
}

fn cents(amount: &str) -> i64 {
    let (euros, cents) = amount.split_once('.').unwrap();
    assert_eq!(cents.len(), 2);
    euros.parse::<i64>().unwrap() * 100 + cents.parse::<i64>().unwrap()
}
