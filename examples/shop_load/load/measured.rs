//! What was measured, and how it is written down.

use std::fmt;
use std::time::Duration;

/// What the requests of a turn are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Work {
    Products,
    Order,
    OrdersOf,
    Place,
}

impl Work {
    pub(super) const ALL: [Self; 4] = [Self::Products, Self::Order, Self::OrdersOf, Self::Place];

    const fn name(self) -> &'static str {
        match self {
            Self::Products => "the page of 100 products",
            Self::Order => "the page of an order",
            Self::OrdersOf => "the page of a customer's orders",
            Self::Place => "placing an order",
        }
    }
}

/// What a side did in its turn.
pub(super) struct Turn {
    pub(super) requests: usize,
    pub(super) time: Duration,
    pub(super) latencies: Vec<Duration>,
    /// Of the server, with what the requests have led to.
    pub(super) cpu: Duration,
}

impl Turn {
    fn rate(&self) -> f64 {
        count(self.requests) / self.time.as_secs_f64()
    }
}

#[expect(clippy::cast_precision_loss, reason = "they are few")]
fn count(number: usize) -> f64 {
    number as f64
}

/// All turns of a side at a work.
struct Row {
    work: Work,
    side: &'static str,
    turns: Vec<Turn>,
}

/// The turns of all sides.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Row>,
}

impl Table {
    pub(super) fn add(&mut self, work: Work, side: &'static str, turn: Turn) {
        match self.rows.iter_mut().find(|row| row.work == work && row.side == side) {
            Some(row) => row.turns.push(turn),
            None => self.rows.push(Row { work, side, turns: vec![turn] }),
        }
    }
}

impl Row {
    fn rate(&self) -> f64 {
        middle(self.turns.iter().map(Turn::rate).collect())
    }

    /// The latency that so much of all requests have at most, in milliseconds.
    fn latency(&self, part: f64) -> f64 {
        let mut all: Vec<_> = self.turns.iter().flat_map(|turn| &turn.latencies).map(Duration::as_secs_f64).collect();
        all.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among them")]
        let place = (part * count(all.len())) as usize;
        all.get(place).or(all.last()).copied().unwrap_or_default() * 1_000.0
    }

    /// What the server computes for a request, in microseconds.
    fn cpu(&self) -> f64 {
        let cpu: Duration = self.turns.iter().map(|turn| turn.cpu).sum();
        let requests: usize = self.turns.iter().map(|turn| turn.requests).sum();
        cpu.as_secs_f64() * 1_000_000.0 / count(requests)
    }
}

fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| work | side | requests/s | p50 | p99 | CPU of the server | ratio | of the rounds |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for work in Work::ALL {
            let of_work = || self.rows.iter().filter(|row| row.work == work);
            for (index, side) in ["by hand", "ours"].into_iter().enumerate() {
                let Some(row) = of_work().find(|row| row.side == side) else { continue };
                let name = if index == 0 { work.name() } else { "" };
                let (rate, p50, p99, cpu) = (row.rate(), row.latency(0.5), row.latency(0.99), row.cpu());
                write!(f, "| {name} | {side} | {rate:.0} | {p50:.1} ms | {p99:.1} ms | {cpu:.0} us |")?;
                match of_work().find(|other| other.side == "by hand") {
                    Some(hand) if side == "ours" => {
                        let ratios = row.turns.iter().zip(&hand.turns).map(|(ours, hand)| ours.rate() / hand.rate());
                        let mut ratios: Vec<f64> = ratios.collect();
                        ratios.sort_by(f64::total_cmp);
                        let (least, most) = (ratios.first().copied(), ratios.last().copied());
                        let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
                        writeln!(f, " {:.2} | {least:.2} to {most:.2} |", middle(ratios))?;
                    }
                    _ => writeln!(f, "  |  |")?,
                }
            }
        }
        Ok(())
    }
}
