impl Payment {
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    async fn placed(
        at: &At<shop::Order>,
        total: &u64,
        cx: &mut Reaction<'_, Shop>,
    ) -> Self {
        cx.timer("overdue", at.recorded_at());
        Self::await_money(at.id(), *total)
    }
    #[cfg(feature = "refunds")]
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    fn cancelled(&mut self, _when: u32) -> Result<(), Refused> {
        if (&*self).due > 0 && self.__lend_to_is_late().is_late() {
            self.give_up((&*self).due)?;
        }
        Ok(())
    }
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    fn sent(this: Option<Self>, number: String) -> Result<Self, Refused> {
        this.ok_or(Refused)
    }
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    async fn overdue(&mut self, cx: &mut Reaction<'_, Shop>) {
        (match ((&*self).due, &[(&*self).due]) {
            (__argument_0, __argument_2) => {
                self.__lend_to_settle().settle(__argument_0, |due| due, __argument_2)
            }
        })
            .await;
        self.give_up(1);
    }
    fn give_up(&mut self, cents: u64) -> Result<(), Refused> {
        self.__lend_to_got().got(cents)
    }
    fn plain(&self) {}
}
const _: () = {
    #[allow(unused_imports)]
    use ::es::__private::{EventsOfHandler as _, NotListed as _};
    const _: fn() = || {
        ::es::__private::assert_aggregate::<Payment>();
        ::es::__private::assert_app::<Shop>();
    };
    const _: () = {
        #[allow(unused_imports)]
        use ::es::__private::NotKnown as _;
        ::es::__private::assert_kept(
            ::es::__private::KeptBy::<Payment, Shop>::IS_KEPT,
            "Payment",
        )
    };
    const __METHODS: ::core::option::Option<&'static [&'static str]> = {
        #[allow(unused_imports)]
        use ::es::__private::NotKeyed as _;
        ::es::__private::ChangedBy::<Payment>::METHODS
    };
    #[automatically_derived]
    #[allow(dead_code, clippy::all, clippy::pedantic, clippy::nursery)]
    impl Payment {
        #[doc(hidden)]
        const fn __lend_to_got<'__l>(
            self: <::es::__private::Lending<
                { ::es::__private::may_change(__METHODS, "got") },
            > as ::es::__private::Lend>::To<'__l, Payment>,
        ) -> <::es::__private::Lending<
            { ::es::__private::may_change(__METHODS, "got") },
        > as ::es::__private::Lend>::To<'__l, Payment> {
            self
        }
        #[doc(hidden)]
        const fn __lend_to_is_late<'__l>(
            self: <::es::__private::Lending<
                { ::es::__private::may_change(__METHODS, "is_late") },
            > as ::es::__private::Lend>::To<'__l, Payment>,
        ) -> <::es::__private::Lending<
            { ::es::__private::may_change(__METHODS, "is_late") },
        > as ::es::__private::Lend>::To<'__l, Payment> {
            self
        }
        #[doc(hidden)]
        const fn __lend_to_settle<'__l>(
            self: <::es::__private::Lending<
                { ::es::__private::may_change(__METHODS, "settle") },
            > as ::es::__private::Lend>::To<'__l, Payment>,
        ) -> <::es::__private::Lending<
            { ::es::__private::may_change(__METHODS, "settle") },
        > as ::es::__private::Lend>::To<'__l, Payment> {
            self
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
    impl ::es::process::Process for Payment
    where
        for<'__b> Payment: ::es::Aggregate,
        for<'__b> Shop: ::es::application::FromStore,
    {
        type App = Shop;
        const SOURCES: &'static [::es::process::Source<Self>] = &[
            ::es::process::Source::<Self>::of::<shop::Order>(),
            ::es::process::Source::<Self>::of::<invoices::Invoice>(),
        ];
        const TIMERS: &'static [&'static str] = &["overdue"];
        fn fire<'__a>(
            self,
            __timer: &'__a str,
            __cx: &'__a mut ::es::process::Reaction<'_, Self::App>,
        ) -> ::es::process::Reacting<'__a, Self> {
            let mut __this = self;
            match __timer {
                "overdue" => {
                    ::std::boxed::Box::pin(async move {
                        ::core::result::Result::map(
                            ::es::process::Returned::<
                                (),
                            >::returned(Self::overdue(&mut __this, __cx).await),
                            |()| __this,
                        )
                    })
                }
                _ => ::es::__private::no_timer(__timer),
            }
        }
    }
    const _: () = {
        #[allow(unreachable_patterns)]
        const fn __said() -> &'static [&'static str] {
            let _ = |__event: &<shop::Order as ::es::Apply>::Event| match OrderEvent::__of(
                __event,
            ) {
                OrderEvent::Placed { .. } => {}
                #[cfg(any(all(feature = "refunds")))]
                OrderEvent::Cancelled { .. } => {}
                OrderEvent::Released { .. } => {}
                _ => {}
            };
            &["Placed", #[cfg(any(all(feature = "refunds")))] "Cancelled", "Released"]
        }
        ::es::__private::assert_handled(
            &::es::__private::PROCESS,
            "OrderEvent",
            ::es::__private::EventsOfView::<
                <shop::Order as ::es::Apply>::Event,
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
    impl ::es::process::Reacts<shop::Order> for Payment
    where
        for<'__b> Payment: ::es::Aggregate,
        for<'__b> Shop: ::es::application::FromStore,
    {
        const HANDLED: ::es::view::Handled = {
            let __listed = ::es::__private::EventsOfView::<
                <shop::Order as ::es::Apply>::Event,
            >::VARIANTS;
            ::es::view::Handled::of(
                __listed,
                &["Placed", #[cfg(any(all(feature = "refunds")))] "Cancelled"],
            )
        };
        fn route(
            __at: &::es::view::At<shop::Order>,
            __event: &<shop::Order as ::es::Apply>::Event,
            __to: &mut dyn ::core::ops::FnMut(::es::process::To<Self>),
        ) {
            let __event = OrderEvent::__of(__event);
            match (
                __event,
                ::es::__private::EventsOfView::<
                    <shop::Order as ::es::Apply>::Event,
                >::others(),
            ) {
                (OrderEvent::Placed { .. }, _) => {
                    if let OrderEvent::Placed { .. } = __event {
                        let at = __at;
                        __to(::es::process::To {
                            instance: ::es::process::InstanceOf::<
                                Self,
                            >::instance(&at.id()),
                            handler: 0u16,
                            mode: ::es::process::Mode::Starts,
                        });
                    }
                }
                #[cfg(any(all(feature = "refunds")))]
                (OrderEvent::Cancelled { .. }, _) => {
                    #[cfg(feature = "refunds")]
                    if let OrderEvent::Cancelled { .. } = __event {
                        let at = __at;
                        __to(::es::process::To {
                            instance: ::es::process::InstanceOf::<
                                Self,
                            >::instance(&at.id()),
                            handler: 1u16,
                            mode: ::es::process::Mode::Continues,
                        });
                    }
                }
                (OrderEvent::Released { .. }, _) => {}
                (_, ::es::__private::Others::AreListed) => {}
                _ if false => {}
            }
        }
        fn react<'__a>(
            __handler: u16,
            __this: ::core::option::Option<Self>,
            __at: &'__a ::es::view::At<shop::Order>,
            __event: &'__a <shop::Order as ::es::Apply>::Event,
            __cx: &'__a mut ::es::process::Reaction<'_, Self::App>,
        ) -> ::es::process::Reacting<'__a, Self> {
            match (__handler, OrderEvent::__of(__event)) {
                (0u16, OrderEvent::Placed { total: __field_total, .. }) => {
                    ::std::boxed::Box::pin(async move {
                        ::es::process::Returned::<
                            Self,
                        >::returned(Self::placed(__at, __field_total, __cx).await)
                    })
                }
                #[cfg(feature = "refunds")]
                (1u16, OrderEvent::Cancelled { at: __field_at, .. }) => {
                    ::std::boxed::Box::pin(async move {
                        match ::es::__private::begun(__this) {
                            ::core::result::Result::Ok(mut __this) => {
                                ::core::result::Result::map(
                                    ::es::process::Returned::<
                                        (),
                                    >::returned(
                                        Self::cancelled(
                                            &mut __this,
                                            <u32 as ::core::clone::Clone>::clone(__field_at),
                                        ),
                                    ),
                                    |()| __this,
                                )
                            }
                            ::core::result::Result::Err(__error) => {
                                ::core::result::Result::Err(__error)
                            }
                        }
                    })
                }
                _ => ::es::__private::no_handler(__handler),
            }
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
    impl ::es::process::Reacts<invoices::Invoice> for Payment
    where
        for<'__b> Payment: ::es::Aggregate,
        for<'__b> Shop: ::es::application::FromStore,
    {
        const HANDLED: ::es::view::Handled = {
            let __listed = ::es::__private::EventsOfView::<
                <invoices::Invoice as ::es::Apply>::Event,
            >::VARIANTS;
            ::es::view::Handled::of(__listed, &["Sent"])
        };
        fn route(
            __at: &::es::view::At<invoices::Invoice>,
            __event: &<invoices::Invoice as ::es::Apply>::Event,
            __to: &mut dyn ::core::ops::FnMut(::es::process::To<Self>),
        ) {
            let __event = invoices::InvoiceEvent::__of(__event);
            match (
                __event,
                ::es::__private::EventsOfView::<
                    <invoices::Invoice as ::es::Apply>::Event,
                >::others(),
            ) {
                (invoices::InvoiceEvent::Sent { .. }, _) => {
                    if let invoices::InvoiceEvent::Sent { number: __field_number, .. } = __event {
                        __to(::es::process::To {
                            instance: ::es::process::InstanceOf::<
                                Self,
                            >::instance(&::core::clone::Clone::clone(__field_number)),
                            handler: 2u16,
                            mode: ::es::process::Mode::StartsOrContinues,
                        });
                    }
                }
                _ => {}
                _ if false => {}
            }
        }
        fn react<'__a>(
            __handler: u16,
            __this: ::core::option::Option<Self>,
            __at: &'__a ::es::view::At<invoices::Invoice>,
            __event: &'__a <invoices::Invoice as ::es::Apply>::Event,
            __cx: &'__a mut ::es::process::Reaction<'_, Self::App>,
        ) -> ::es::process::Reacting<'__a, Self> {
            match (__handler, invoices::InvoiceEvent::__of(__event)) {
                (2u16, invoices::InvoiceEvent::Sent { number: __field_number, .. }) => {
                    ::std::boxed::Box::pin(async move {
                        ::es::process::Returned::<
                            Self,
                        >::returned(
                            Self::sent(
                                __this,
                                <String as ::core::clone::Clone>::clone(__field_number),
                            ),
                        )
                    })
                }
                _ => ::es::__private::no_handler(__handler),
            }
        }
    }
};
