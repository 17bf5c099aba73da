impl Ledger {
    fn setup(tx: &SqliteTx<'_>) -> rusqlite::Result<()> {
        tx.execute_batch("CREATE TABLE entries (account BLOB, amount INTEGER)")
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn made(
        tx: &SqliteTx<'_>,
        at: &At<Transfer>,
        from: Id<Account>,
        _of: i64,
    ) -> rusqlite::Result<()> {
        Ok(())
    }
    #[cfg(feature = "notes")]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn noted(tx: &SqliteTx<'_>, note: &str) -> rusqlite::Result<()> {
        Ok(())
    }
}
const _: () = {
    #[allow(unused_imports)]
    use ::es::__private::{EventsOfHandler as _, NotListed as _};
    #[automatically_derived]
    impl ::es::view::SqlProjection for Ledger {
        const NAME: &'static str = "ledger";
        const VERSION: u32 = 2u32;
        const SOURCES: &'static [::es::view::SqlSource<Self>] = &[
            ::es::view::SqlSource::<Self>::of::<Transfer>(),
        ];
        fn setup(__tx: &::es::view::SqliteTx<'_>) -> ::es::rusqlite::Result<()> {
            Self::setup(__tx)
        }
    }
    const _: () = {
        #[allow(unreachable_patterns)]
        const fn __said() -> &'static [&'static str] {
            let _ = |__event: &<Transfer as ::es::Apply>::Event| match TransferEvent::__of(
                __event,
            ) {
                TransferEvent::Made { .. } => {}
                #[cfg(any(all(feature = "notes")))]
                TransferEvent::Noted { .. } => {}
                TransferEvent::Undone { .. } => {}
                _ => {}
            };
            &["Made", #[cfg(any(all(feature = "notes")))] "Noted", "Undone"]
        }
        ::es::__private::assert_handled(
            &::es::__private::PROJECTION,
            "TransferEvent",
            ::es::__private::EventsOfView::<<Transfer as ::es::Apply>::Event>::VARIANTS,
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
    impl ::es::view::SqlOn<Transfer> for Ledger {
        const HANDLED: ::es::view::Handled = {
            let __listed = ::es::__private::EventsOfView::<
                <Transfer as ::es::Apply>::Event,
            >::VARIANTS;
            ::es::view::Handled::of(
                __listed,
                &["Made", #[cfg(any(all(feature = "notes")))] "Noted"],
            )
        };
        fn route(
            __at: &::es::view::At<Transfer>,
            __event: &<Transfer as ::es::Apply>::Event,
            __to: &mut dyn ::core::ops::FnMut(::es::view::SqlDelivery),
        ) {
            let __event = TransferEvent::__of(__event);
            match (
                __event,
                ::es::__private::EventsOfView::<
                    <Transfer as ::es::Apply>::Event,
                >::others(),
            ) {
                (TransferEvent::Made { .. }, _) => {
                    if let TransferEvent::Made { from: __field_from, .. } = __event {
                        __to(::es::view::SqlDelivery {
                            handler: 0u16,
                            key: ::core::option::Option::Some(
                                ::es::view::SqlKey::of(
                                    &::core::clone::Clone::clone(__field_from),
                                ),
                            ),
                        });
                    }
                }
                #[cfg(any(all(feature = "notes")))]
                (TransferEvent::Noted { .. }, _) => {
                    #[cfg(feature = "notes")]
                    if let TransferEvent::Noted { note: __field_note, .. } = __event {
                        let at = __at;
                        __to(::es::view::SqlDelivery {
                            handler: 1u16,
                            key: ::core::option::Option::Some(
                                ::es::view::SqlKey::of(
                                    &(at.id(), ::core::clone::Clone::clone(__field_note)),
                                ),
                            ),
                        });
                    }
                }
                (TransferEvent::Undone { .. }, _) => {}
                (_, ::es::__private::Others::AreListed) => {}
                _ if false => {}
            }
        }
        fn run(
            __handler: u16,
            __tx: &::es::view::SqliteTx<'_>,
            __at: &::es::view::At<Transfer>,
            __event: &<Transfer as ::es::Apply>::Event,
        ) -> ::es::rusqlite::Result<()> {
            match (__handler, TransferEvent::__of(__event)) {
                (
                    0u16,
                    TransferEvent::Made { from: __field_from, tx: __field_tx, .. },
                ) => {
                    Self::made(
                        __tx,
                        __at,
                        <Id<Account> as ::core::clone::Clone>::clone(__field_from),
                        <i64 as ::core::clone::Clone>::clone(__field_tx),
                    )
                }
                #[cfg(feature = "notes")]
                (1u16, TransferEvent::Noted { note: __field_note, .. }) => {
                    Self::noted(__tx, __field_note)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
    }
};
