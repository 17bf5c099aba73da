//! Types of fields whose bounds rustc could take for two, or for one that asks itself.

use std::path::{Path, PathBuf};

use eventsourcing::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line(u8);

type Row = Line;

pub trait HasLine {
    type Line;
}

#[derive(Aggregate, Clone, Debug, PartialEq)]
pub struct Order {
    root: Root<Self>,
    lines: Vec<Line>,
    events: Vec<OrderEvent>,
    path: PathBuf,
}

impl HasLine for Order {
    type Line = Line;
}

#[events]
impl Order {
    #[event(Placed)]
    pub fn place(first: Line, second: &Line, third: &Row, fourth: <Self as HasLine>::Line) -> Self {
        let lines = vec![first, second.clone(), third.clone(), fourth];
        Self { root: Root::new(), lines, events: Vec::new(), path: PathBuf::new() }
    }

    #[event(Extended)]
    pub fn extend(&mut self, lines: Vec<Line>, rows: &[Row], more: Vec<<Self as HasLine>::Line>) {
        self.lines.extend(lines.into_iter().chain(rows.to_vec()).chain(more));
    }

    #[event(Moved)]
    pub fn move_to(&mut self, from: PathBuf, to: &Path) {
        self.path = from.join(to);
    }

    #[event(Merged)]
    pub fn merge(&mut self, events: &[OrderEvent], last: Option<Box<OrderEvent>>) {
        self.events.extend(events.iter().cloned().chain(last.map(|last| *last)));
    }
}

#[event]
#[derive(Debug, PartialEq)]
pub enum Change {
    Made { by: Vec<Line> },
    Undone { change: Box<Self>, others: Vec<Change> },
}

fn main() {
    let orders = Repository::<Order>::new(MemoryStore::new()).blocking();
    let mut order = Order::place(Line(1), &Line(2), &Line(3), Line(4));
    order.extend(vec![Line(5)], &[Line(6)], vec![Line(7)]);
    order.move_to(PathBuf::from("a"), Path::new("b"));
    let moved = OrderEvent::Moved { from: PathBuf::from("a"), to: PathBuf::from("b") };
    let merged = OrderEvent::Merged { events: vec![moved.clone()], last: None };
    order.merge(&[moved], Some(Box::new(merged)));
    orders.save(&mut order).unwrap();
    assert_eq!(orders.get(order.id()).unwrap(), order);
    let undone = Change::Undone { change: Box::new(Change::Made { by: vec![Line(1)] }), others: Vec::new() };
    assert_eq!(undone.clone(), undone);
}
