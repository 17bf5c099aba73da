const _: () = {
    const _: () = ::eventsourcing::__private::assert_other_names(
        &[<Repository<Account> as ::eventsourcing::FromStore>::AGGREGATES],
        <Repository<Transfer> as ::eventsourcing::FromStore>::AGGREGATES,
    );
    #[automatically_derived]
    impl ::eventsourcing::FromStore for Bank {
        const AGGREGATES: &'static [&'static str] = &::eventsourcing::__private::all_names::<
            {
                0 + <Repository<Account> as ::eventsourcing::FromStore>::AGGREGATES.len()
                    + <Repository<Transfer> as ::eventsourcing::FromStore>::AGGREGATES
                        .len()
            },
        >(
            &[
                <Repository<Account> as ::eventsourcing::FromStore>::AGGREGATES,
                <Repository<Transfer> as ::eventsourcing::FromStore>::AGGREGATES,
            ],
        );
        fn aggregate_schemas() -> ::std::vec::Vec<::eventsourcing::AggregateSchema> {
            [
                <Repository<Account> as ::eventsourcing::FromStore>::aggregate_schemas(),
                <Repository<Transfer> as ::eventsourcing::FromStore>::aggregate_schemas(),
            ]
                .concat()
        }
        fn from_store(
            store: &::std::sync::Arc<dyn ::eventsourcing::store::EventStore>,
        ) -> Self {
            Self {
                accounts: <Repository<
                    Account,
                > as ::eventsourcing::FromStore>::from_store(store),
                transfers: <Repository<
                    Transfer,
                > as ::eventsourcing::FromStore>::from_store(store),
            }
        }
        fn store(&self) -> &::std::sync::Arc<dyn ::eventsourcing::store::EventStore> {
            ::eventsourcing::FromStore::store(&self.accounts)
        }
    }
    #[automatically_derived]
    impl ::eventsourcing::Application for Bank {}
};
