//! The parts of a file that are ours to read, each given any bytes: nothing panics, and what is read is read the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| eventsourcing::store::sqlite::fuzzing::read(bytes));
