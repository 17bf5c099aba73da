//! The contract of a store, kept by a store that keeps no snapshots and takes no more than every store does.

eventsourcing::contract_tests!(eventsourcing_tests::Least::default());
