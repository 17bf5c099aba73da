impl Day {
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn opened(at: &At<bank::Account>, owner: &str) -> Self {
        Self::new(at.id(), owner)
    }
    #[cfg(feature = "deposits")]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn deposited(&mut self, amount: i64, _when: u32) {
        self.moved += amount;
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn made(this: Option<Self>, from: Id<Account>, note: &str) -> Self {
        this.unwrap()
    }
    #[allow(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self,
    )]
    fn undone(self) -> Option<Self> {
        None
    }
    fn plain(&self) {}
}
const _: () = {
    #[allow(unused_imports)]
    use ::es::__private::{EventsOfHandler as _, NotListed as _};
    #[allow(unused_imports)]
    use ::es::__private::{NoSource as _, NotARow as _};
    const _: fn() = || {
        ::es::__private::RowOf::<Day>::is_row();
        ::es::__private::RowOf::<Day>::is_found_by_id_of::<bank::Account>();
    };
    #[automatically_derived]
    impl ::es::view::Projection for Day
    where
        for<'__a> Day: ::es::view::View,
    {
        const VERSION: u32 = 2u32;
        const SOURCES: &'static [::es::view::Source<Self>] = &[
            ::es::__private::SourceOf::<Self, bank::Account>::BY_ID,
            ::es::__private::SourceOf::<Self, transfers::Transfer>::BY_KEY,
        ];
    }
    const _: () = {
        #[allow(unreachable_patterns)]
        const fn __said() -> &'static [&'static str] {
            let _ = |__event: &<bank::Account as ::es::Apply>::Event| match AccountEvent::__of(
                __event,
            ) {
                AccountEvent::Opened { .. } => {}
                #[cfg(any(all(feature = "deposits")))]
                AccountEvent::Deposited { .. } => {}
                AccountEvent::Renamed { .. } => {}
                _ => {}
            };
            &["Opened", #[cfg(any(all(feature = "deposits")))] "Deposited", "Renamed"]
        }
        ::es::__private::assert_handled(
            &::es::__private::PROJECTION,
            "AccountEvent",
            ::es::__private::EventsOfView::<
                <bank::Account as ::es::Apply>::Event,
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
    impl ::es::view::On<bank::Account> for Day
    where
        for<'__a> Day: ::es::view::View,
        for<'__a> <Day as ::es::view::View>::Key: ::es::view::KeyOf<bank::Account>,
    {
        const HANDLED: ::es::view::Handled = {
            let __listed = ::es::__private::EventsOfView::<
                <bank::Account as ::es::Apply>::Event,
            >::VARIANTS;
            ::es::view::Handled::of(
                __listed,
                &["Opened", #[cfg(any(all(feature = "deposits")))] "Deposited"],
            )
        };
        fn route(
            __at: &::es::view::At<bank::Account>,
            __event: &<bank::Account as ::es::Apply>::Event,
            __to: &mut dyn ::core::ops::FnMut(::es::view::Delivery<Self::Key>),
        ) {
            let __event = AccountEvent::__of(__event);
            match (
                __event,
                ::es::__private::EventsOfView::<
                    <bank::Account as ::es::Apply>::Event,
                >::others(),
            ) {
                (AccountEvent::Opened { .. }, _) => {
                    __to(::es::view::Delivery {
                        key: ::es::view::KeyOf::of(__at.id()),
                        handler: 0u16,
                        replaces: true,
                    });
                }
                #[cfg(any(all(feature = "deposits")))]
                (AccountEvent::Deposited { .. }, _) => {
                    __to(::es::view::Delivery {
                        key: ::es::view::KeyOf::of(__at.id()),
                        handler: 1u16,
                        replaces: false,
                    });
                }
                (AccountEvent::Renamed { .. }, _) => {}
                (_, ::es::__private::Others::AreListed) => {}
                _ if false => {}
            }
        }
        fn run(
            __handler: u16,
            __at: &::es::view::At<bank::Account>,
            __event: &<bank::Account as ::es::Apply>::Event,
            __row: &mut ::core::option::Option<Self>,
        ) -> ::core::result::Result<(), ::es::view::MissingRow> {
            match (__handler, AccountEvent::__of(__event)) {
                (0u16, AccountEvent::Opened { owner: __field_owner, .. }) => {
                    *__row = ::core::option::Option::Some(
                        Self::opened(__at, __field_owner),
                    );
                }
                #[cfg(feature = "deposits")]
                (
                    1u16,
                    AccountEvent::Deposited {
                        amount: __field_amount,
                        at: __field_at,
                        ..
                    },
                ) => {
                    Self::deposited(
                        __row.as_mut().ok_or(::es::view::MissingRow)?,
                        <i64 as ::core::clone::Clone>::clone(__field_amount),
                        <u32 as ::core::clone::Clone>::clone(__field_at),
                    );
                }
                _ => {}
            }
            ::core::result::Result::Ok(())
        }
    }
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
    impl ::es::view::On<transfers::Transfer> for Day
    where
        for<'__a> Day: ::es::view::View,
    {
        const HANDLED: ::es::view::Handled = {
            let __listed = ::es::__private::EventsOfView::<
                <transfers::Transfer as ::es::Apply>::Event,
            >::VARIANTS;
            ::es::view::Handled::of(__listed, &["Made", "Undone"])
        };
        fn route(
            __at: &::es::view::At<transfers::Transfer>,
            __event: &<transfers::Transfer as ::es::Apply>::Event,
            __to: &mut dyn ::core::ops::FnMut(::es::view::Delivery<Self::Key>),
        ) {
            let __event = transfers::TransferEvent::__of(__event);
            match (
                __event,
                ::es::__private::EventsOfView::<
                    <transfers::Transfer as ::es::Apply>::Event,
                >::others(),
            ) {
                (transfers::TransferEvent::Made { .. }, _) => {
                    if let transfers::TransferEvent::Made { from: __field_from, .. } = __event {
                        __to(::es::view::Delivery {
                            key: ::core::clone::Clone::clone(__field_from),
                            handler: 2u16,
                            replaces: false,
                        });
                    }
                    if let transfers::TransferEvent::Made {
                        to: __field_to,
                        note: __field_note,
                        ..
                    } = __event {
                        let at = __at;
                        let note: &str = __field_note;
                        __to(::es::view::Delivery {
                            key: (
                                ::core::clone::Clone::clone(__field_to),
                                day_of(at, note),
                            ),
                            handler: 3u16,
                            replaces: false,
                        });
                    }
                }
                (transfers::TransferEvent::Undone { .. }, _) => {
                    if let transfers::TransferEvent::Undone { from: __field_from, .. } = __event {
                        __to(::es::view::Delivery {
                            key: ::core::clone::Clone::clone(__field_from),
                            handler: 4u16,
                            replaces: false,
                        });
                    }
                }
                _ => {}
                _ if false => {}
            }
        }
        fn run(
            __handler: u16,
            __at: &::es::view::At<transfers::Transfer>,
            __event: &<transfers::Transfer as ::es::Apply>::Event,
            __row: &mut ::core::option::Option<Self>,
        ) -> ::core::result::Result<(), ::es::view::MissingRow> {
            match (__handler, transfers::TransferEvent::__of(__event)) {
                (
                    2u16,
                    transfers::TransferEvent::Made {
                        from: __field_from,
                        note: __field_note,
                        ..
                    },
                ) => {
                    *__row = ::core::option::Option::Some(
                        Self::made(
                            __row.take(),
                            <Id<Account> as ::core::clone::Clone>::clone(__field_from),
                            __field_note,
                        ),
                    );
                }
                (
                    3u16,
                    transfers::TransferEvent::Made {
                        from: __field_from,
                        note: __field_note,
                        ..
                    },
                ) => {
                    *__row = ::core::option::Option::Some(
                        Self::made(
                            __row.take(),
                            <Id<Account> as ::core::clone::Clone>::clone(__field_from),
                            __field_note,
                        ),
                    );
                }
                (4u16, transfers::TransferEvent::Undone { .. }) => {
                    *__row = Self::undone(__row.take().ok_or(::es::view::MissingRow)?);
                }
                _ => {}
            }
            ::core::result::Result::Ok(())
        }
    }
};
