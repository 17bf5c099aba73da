impl Counts {
    fn make(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn made(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
}
const _: () = {
    #[allow(unused_imports)]
    use ::eventsourcing::__private::{EventsOfHandler as _, NotListed as _};
    #[automatically_derived]
    impl ::eventsourcing::view::SqlProjection for Counts {
        const NAME: &'static str = "Counts";
        const VERSION: u32 = 1u32;
        const SOURCES: &'static [::eventsourcing::view::SqlSource<Self>] = &[
            ::eventsourcing::view::SqlSource::<Self>::of::<Transfer>(),
        ];
        fn setup(
            __tx: &::eventsourcing::view::SqliteTx<'_>,
        ) -> ::eventsourcing::rusqlite::Result<()> {
            Self::make(__tx)
        }
    }
    const _: () = {
        #[allow(unreachable_patterns)]
        const fn __said() -> &'static [&'static str] {
            let _ = |__event: &<Transfer as ::eventsourcing::Apply>::Event| match TransferEvent::__of(
                __event,
            ) {
                TransferEvent::Made { .. } => {}
                _ => {}
            };
            &["Made"]
        }
        ::eventsourcing::__private::assert_handled(
            &::eventsourcing::__private::PROJECTION,
            "TransferEvent",
            ::eventsourcing::__private::EventsOfView::<
                <Transfer as ::eventsourcing::Apply>::Event,
            >::VARIANTS,
            __said(),
        )
    };
    #[automatically_derived]
    #[allow(
        unused_variables,
        unreachable_patterns,
        irrefutable_let_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::wildcard_enum_match_arm,
    )]
    impl ::eventsourcing::view::SqlOn<Transfer> for Counts {
        const HANDLED: ::eventsourcing::view::Handled = {
            let __listed = ::eventsourcing::__private::EventsOfView::<
                <Transfer as ::eventsourcing::Apply>::Event,
            >::VARIANTS;
            ::eventsourcing::view::Handled::of(__listed, &["Made"])
        };
        fn route(
            __at: &::eventsourcing::view::At<Transfer>,
            __event: &<Transfer as ::eventsourcing::Apply>::Event,
            __to: &mut dyn ::core::ops::FnMut(::eventsourcing::view::SqlDelivery),
        ) {
            let __event = TransferEvent::__of(__event);
            match (
                __event,
                ::eventsourcing::__private::EventsOfView::<
                    <Transfer as ::eventsourcing::Apply>::Event,
                >::others(),
            ) {
                (TransferEvent::Made { .. }, _) => {
                    __to(::eventsourcing::view::SqlDelivery {
                        handler: 0u16,
                        key: ::core::option::Option::None,
                    });
                }
                (_, ::eventsourcing::__private::Others::AreListed) => {}
                _ if false => {}
            }
        }
        fn run(
            __handler: u16,
            __tx: &::eventsourcing::view::SqliteTx<'_>,
            __at: &::eventsourcing::view::At<Transfer>,
            __event: &<Transfer as ::eventsourcing::Apply>::Event,
        ) -> ::eventsourcing::rusqlite::Result<()> {
            match (__handler, TransferEvent::__of(__event)) {
                (0u16, TransferEvent::Made { .. }) => Self::made(__tx),
                _ => ::core::result::Result::Ok(()),
            }
        }
    }
};
