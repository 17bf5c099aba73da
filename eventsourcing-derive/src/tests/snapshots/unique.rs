const _: () = {
    #[automatically_derived]
    impl<C: Country> ::eventsourcing::Aggregate for Customer<C>
    where
        Customer<
            C,
        >: ::eventsourcing::Apply + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    {
        const NAME: &'static str = ::eventsourcing::__private::checked_name(C::CUSTOMER);
        const REPLAY_CHECK: ::eventsourcing::ReplayCheck<Self> = ::eventsourcing::__private::replay_check!(
            Self
        );
        const UNIQUE: &'static [::eventsourcing::unique::Unique<Self>] = &[
            ::eventsourcing::unique::Unique::new(
                "mail",
                |__aggregate| ::eventsourcing::__private::claimed::<
                    Option<Email>,
                >(&__aggregate.email),
            ),
            ::eventsourcing::unique::Unique::new(
                "type",
                |__aggregate| ::eventsourcing::__private::claimed::<
                    u32,
                >(&__aggregate.r#type),
            ),
        ];
        fn root(&self) -> &::eventsourcing::Root<Self> {
            <Root<Self> as ::eventsourcing::__private::RootField<Self>>::get(&self.root)
        }
        fn root_mut(
            &mut self,
            _: ::eventsourcing::RootAccess<Self>,
        ) -> &mut ::eventsourcing::Root<Self> {
            <Root<
                Self,
            > as ::eventsourcing::__private::RootField<Self>>::get_mut(&mut self.root)
        }
    }
    #[allow(private_interfaces, dead_code)]
    impl<C: Country> Customer<C>
    where
        Customer<
            C,
        >: ::eventsourcing::Apply + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    {
        ///The field `email`, whose values are unique.
        pub const EMAIL: ::eventsourcing::unique::UniqueField<Self, Option<Email>> = ::eventsourcing::unique::UniqueField::named(
            "mail",
        );
        ///The field `type`, whose values are unique.
        pub const TYPE: ::eventsourcing::unique::UniqueField<Self, u32> = ::eventsourcing::unique::UniqueField::named(
            "type",
        );
    }
    ::eventsourcing::__private::changes_without_an_event_unless_marked_interior_mutable!(
        Option < Email >
    );
};
