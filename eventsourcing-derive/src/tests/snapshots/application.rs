///What happened in a [`Bank`]: an event of one of its parts, and whose it is.
#[allow(private_interfaces, clippy::large_enum_variant)]
pub enum BankEvent {
    ///An event of `accounts`.
    Accounts(
        <Repository<Account> as ::eventsourcing::application::FromStore>::Id,
        <Repository<Account> as ::eventsourcing::application::FromStore>::Event,
    ),
    ///An event of `transfers`.
    Transfers(
        <Repository<Transfer> as ::eventsourcing::application::FromStore>::Id,
        <Repository<Transfer> as ::eventsourcing::application::FromStore>::Event,
    ),
}
#[automatically_derived]
impl ::core::clone::Clone for BankEvent
where
    for<'__a> <Repository<
        Account,
    > as ::eventsourcing::application::FromStore>::Event: ::core::clone::Clone,
    for<'__a> <Repository<
        Transfer,
    > as ::eventsourcing::application::FromStore>::Event: ::core::clone::Clone,
{
    fn clone(&self) -> Self {
        match self {
            Self::Accounts(__id, __event) => {
                Self::Accounts(
                    ::core::clone::Clone::clone(__id),
                    ::core::clone::Clone::clone(__event),
                )
            }
            Self::Transfers(__id, __event) => {
                Self::Transfers(
                    ::core::clone::Clone::clone(__id),
                    ::core::clone::Clone::clone(__event),
                )
            }
        }
    }
}
#[automatically_derived]
impl ::eventsourcing::log::NamedEvent for BankEvent {
    fn name(&self) -> &'static ::core::primitive::str {
        match self {
            Self::Accounts(_, __event) => {
                <<Repository<
                    Account,
                > as ::eventsourcing::application::FromStore>::Event as ::eventsourcing::log::NamedEvent>::name(
                    __event,
                )
            }
            Self::Transfers(_, __event) => {
                <<Repository<
                    Transfer,
                > as ::eventsourcing::application::FromStore>::Event as ::eventsourcing::log::NamedEvent>::name(
                    __event,
                )
            }
        }
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for BankEvent
where
    for<'__a> <Repository<
        Account,
    > as ::eventsourcing::application::FromStore>::Event: ::core::fmt::Debug,
    for<'__a> <Repository<
        Transfer,
    > as ::eventsourcing::application::FromStore>::Event: ::core::fmt::Debug,
{
    fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self {
            Self::Accounts(__id, __event) => {
                __f.debug_tuple("Accounts").field(__id).field(__event).finish()
            }
            Self::Transfers(__id, __event) => {
                __f.debug_tuple("Transfers").field(__id).field(__event).finish()
            }
        }
    }
}
/// As the event itself is written: its stream says whose it is.
#[automatically_derived]
impl ::eventsourcing::__private::serde::Serialize for BankEvent
where
    for<'__a> <Repository<
        Account,
    > as ::eventsourcing::application::FromStore>::Event: ::eventsourcing::__private::serde::Serialize,
    for<'__a> <Repository<
        Transfer,
    > as ::eventsourcing::application::FromStore>::Event: ::eventsourcing::__private::serde::Serialize,
{
    fn serialize<__S: ::eventsourcing::__private::serde::Serializer>(
        &self,
        __serializer: __S,
    ) -> ::core::result::Result<__S::Ok, __S::Error> {
        match self {
            Self::Accounts(_, __event) => {
                ::eventsourcing::__private::serde::Serialize::serialize(
                    __event,
                    __serializer,
                )
            }
            Self::Transfers(_, __event) => {
                ::eventsourcing::__private::serde::Serialize::serialize(
                    __event,
                    __serializer,
                )
            }
        }
    }
}
impl ::core::cmp::PartialEq for BankEvent
where
    for<'__a> <Repository<
        Account,
    > as ::eventsourcing::application::FromStore>::Event: ::core::cmp::PartialEq,
    for<'__a> <Repository<
        Transfer,
    > as ::eventsourcing::application::FromStore>::Event: ::core::cmp::PartialEq,
{
    fn eq(&self, __other: &Self) -> bool {
        match (self, __other) {
            (
                Self::Accounts(__id, __event),
                Self::Accounts(__other_id, __other_event),
            ) => __id == __other_id && __event == __other_event,
            (
                Self::Transfers(__id, __event),
                Self::Transfers(__other_id, __other_event),
            ) => __id == __other_id && __event == __other_event,
            #[allow(unreachable_patterns)]
            _ => false,
        }
    }
}
const _: () = {
    const _: () = ::eventsourcing::__private::assert_other_names(
        &[<Repository<Account> as ::eventsourcing::application::FromStore>::AGGREGATES],
        <Repository<Transfer> as ::eventsourcing::application::FromStore>::AGGREGATES,
    );
    #[automatically_derived]
    impl ::eventsourcing::application::FromStore for Bank {
        const AGGREGATES: &'static [&'static str] = &::eventsourcing::__private::all_names::<
            {
                0
                    + <Repository<
                        Account,
                    > as ::eventsourcing::application::FromStore>::AGGREGATES
                        .len()
                    + <Repository<
                        Transfer,
                    > as ::eventsourcing::application::FromStore>::AGGREGATES
                        .len()
            },
        >(
            &[
                <Repository<
                    Account,
                > as ::eventsourcing::application::FromStore>::AGGREGATES,
                <Repository<
                    Transfer,
                > as ::eventsourcing::application::FromStore>::AGGREGATES,
            ],
        );
        type Id = ::eventsourcing::StreamId;
        type Event = BankEvent;
        fn aggregate_schemas() -> ::std::vec::Vec<
            ::eventsourcing::repository::AggregateSchema,
        > {
            [
                <Repository<
                    Account,
                > as ::eventsourcing::application::FromStore>::aggregate_schemas(),
                <Repository<
                    Transfer,
                > as ::eventsourcing::application::FromStore>::aggregate_schemas(),
            ]
                .concat()
        }
        fn kinds() -> ::std::vec::Vec<&'static [::eventsourcing::EventKind]> {
            [
                <Repository<
                    Account,
                > as ::eventsourcing::application::FromStore>::kinds(),
                <Repository<
                    Transfer,
                > as ::eventsourcing::application::FromStore>::kinds(),
            ]
                .concat()
        }
        fn decode(
            __stored: &::eventsourcing::store::StoredEvent<'_>,
            __each: &mut dyn ::core::ops::FnMut(BankEvent),
        ) -> ::core::result::Result<(), ::eventsourcing::error::DecodeError> {
            if <Repository<
                Account,
            > as ::eventsourcing::application::FromStore>::AGGREGATES
                .contains(&__stored.stream.aggregate())
            {
                return ::eventsourcing::__private::decode_part::<
                    Repository<Account>,
                    _,
                >(__stored, BankEvent::Accounts, __each);
            }
            if <Repository<
                Transfer,
            > as ::eventsourcing::application::FromStore>::AGGREGATES
                .contains(&__stored.stream.aggregate())
            {
                return ::eventsourcing::__private::decode_part::<
                    Repository<Transfer>,
                    _,
                >(__stored, BankEvent::Transfers, __each);
            }
            ::core::result::Result::Ok(())
        }
        fn from_store(
            __store: &::std::sync::Arc<dyn ::eventsourcing::store::EventStore>,
        ) -> Self {
            Self {
                accounts: <Repository<
                    Account,
                > as ::eventsourcing::application::FromStore>::from_store(__store),
                transfers: <Repository<
                    Transfer,
                > as ::eventsourcing::application::FromStore>::from_store(__store),
                prices: <Prices as ::core::default::Default>::default(),
                clock: SystemClock::new(),
            }
        }
        fn store(&self) -> &::std::sync::Arc<dyn ::eventsourcing::store::EventStore> {
            ::eventsourcing::application::FromStore::store(&self.accounts)
        }
    }
    #[automatically_derived]
    impl ::eventsourcing::Application for Bank {}
};
