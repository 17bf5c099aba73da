const _: () = {
    #[automatically_derived]
    impl<M: Money> ::eventsourcing::Aggregate for Account<M>
    where
        M: Default,
        Account<
            M,
        >: ::eventsourcing::Apply + ::core::marker::Send + ::core::marker::Sync
            + 'static,
    {
        const NAME: &'static str = ::eventsourcing::__private::checked_name(
            <M as Money>::ACCOUNT,
        );
        const REPLAY_CHECK: ::eventsourcing::ReplayCheck<Self> = ::eventsourcing::__private::replay_check!(
            Self
        );
        fn root(&self) -> &::eventsourcing::Root<Self> {
            <Root<
                Self,
            > as ::eventsourcing::__private::RootField<Self>>::get(&self.identity)
        }
        fn root_mut(
            &mut self,
            _: ::eventsourcing::RootAccess<Self>,
        ) -> &mut ::eventsourcing::Root<Self> {
            <Root<
                Self,
            > as ::eventsourcing::__private::RootField<
                Self,
            >>::get_mut(&mut self.identity)
        }
    }
};
