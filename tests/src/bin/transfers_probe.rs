//! A process of its own for the tests of processes: it runs the two of a transfer until all is done, or until it is killed.

use std::error::Error;

use eventsourcing::prelude::*;
use eventsourcing_tests::transfers::{PurseBank, with_transfers};
use pollster::block_on;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [task, store, folder] = arguments.as_slice() else { return Err(format!("unknown: {arguments:?}").into()) };
    let bank = PurseBank::new(SqliteStore::open(store)?);
    let views = with_transfers(Views::sqlite(folder)?);
    let running = bank.run(&views)?;
    match &**task {
        // What the first has stored is for the second.
        "once" => {
            block_on(async {
                views.caught_up().await?;
                views.caught_up().await
            })?;
            running.stop_blocking();
        }
        "on" => loop {
            std::thread::park();
        },
        _ => return Err(format!("unknown: {arguments:?}").into()),
    }
    Ok(())
}
