//! Sides that take turns, and the table of their ratios. Between two moments of one machine only ratios can be compared.

use std::fmt;
use std::time::Instant;

/// One kind of work, done by several sides; the first is what the others are compared with.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// The ratios that sides are to reach.
    pub(crate) least: &'static [(&'static str, f64)],
    pub(crate) sides: fn(scale: f64) -> Vec<Side>,
}

pub(crate) struct Side {
    pub(crate) name: &'static str,
    /// Does some of the work and says how many units that were, and the longest that one caller waited, in seconds.
    pub(crate) turn: Box<dyn FnMut() -> (u64, f64)>,
}

impl Side {
    pub(crate) fn new(name: &'static str, mut turn: impl FnMut() -> u64 + 'static) -> Self {
        Self { name, turn: Box::new(move || (turn(), 0.0)) }
    }
}

pub(crate) struct Table {
    lines: Vec<String>,
}

impl Table {
    pub(crate) fn new() -> Self {
        let head = "| row | side | rate | unit | ratio | of rounds | at least | longest wait |\n|---|---|---|---|---|---|---|---|";
        Self { lines: vec![head.to_owned()] }
    }

    pub(crate) fn add(&mut self, row: &Row) {
        eprintln!("{} ..", row.name);
        let rounds: usize = setting("ROUNDS", 5.0) as usize;
        let mut sides = (row.sides)(setting("SCALE", 1.0));
        let mut rates = vec![Vec::new(); sides.len()];
        let mut longest = vec![0.0_f64; sides.len()];
        for round in 0..=rounds {
            for turn in 0..sides.len() {
                // Who comes first changes, so that none always follows another's checkpoint.
                let side = (turn + round) % sides.len();
                let since = Instant::now();
                let (units, wait) = (sides[side].turn)();
                let rate = units as f64 / since.elapsed().as_secs_f64();
                // The first round warms up.
                if round > 0 {
                    rates[side].push(rate);
                    longest[side] = longest[side].max(wait);
                }
            }
        }
        for (index, side) in sides.iter().enumerate() {
            let ratios: Vec<f64> = rates[index].iter().zip(&rates[0]).map(|(ours, base)| ours / base).collect();
            let spread = ratios.iter().copied().fold((f64::MAX, f64::MIN), |(low, high), r| (low.min(r), high.max(r)));
            let least = row.least.iter().find(|(name, _)| *name == side.name);
            let least = least.map_or(String::new(), |(_, least)| format!("{least:.2}"));
            let wait = if longest[index] > 0.0 { format!("{:.1} ms", longest[index] * 1e3) } else { String::new() };
            self.lines.push(format!(
                "| {} | {} | {:.0} | {} | {:.2} | {:.2} to {:.2} | {least} | {wait} |",
                row.name,
                side.name,
                median(&rates[index]),
                row.unit,
                median(&ratios),
                spread.0,
                spread.1,
            ));
            eprintln!("{}", self.lines.last().unwrap());
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

pub(crate) fn setting(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
