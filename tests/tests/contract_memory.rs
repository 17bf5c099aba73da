//! The contract of a store, kept by the one in memory.

eventsourcing::contract_tests!(eventsourcing_tests::Memory::default());
