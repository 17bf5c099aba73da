//! The contract of a store, kept by a store with gaps in its positions.

eventsourcing::contract_tests!(eventsourcing_tests::Sparse::default());
