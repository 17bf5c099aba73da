//! The contract of a store, kept by one that keeps no snapshots.

eventsourcing::contract_tests!(eventsourcing_tests::WithoutSnapshots::default());
