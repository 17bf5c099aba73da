const _: () = {
    impl<M: Money, L> Account<M, L>
    where
        M: Default,
    {
        fn open(limit: L, names: &[String], path: &Path) -> Self {
            <Account<
                M,
                L,
            > as ::es::__private::Recorder>::create_by(
                AccountEvent::Opened {
                    limit,
                    names: ::es::__private::Lent::<[String]>::copied(names),
                    path: ::std::borrow::ToOwned::to_owned(path),
                },
                __Key,
            )
        }
        #[cfg(feature = "deposits")]
        #[allow(clippy::some_lint, reason = "some")]
        fn deposit(&mut self, amount: M) {
            <Account<
                M,
                L,
            > as ::es::__private::Recorder>::record_event(
                self,
                AccountEvent::Deposited { amount },
                __Key,
            );
        }
        fn close(&mut self) {
            <Account<
                M,
                L,
            > as ::es::__private::Recorder>::record_event(
                self,
                AccountEvent::Closed,
                __Key,
            );
        }
        #[allow(clippy::other_lint)]
        async fn decide<'a, T: Into<M>>(
            &mut self,
            __argument_1: (T, M),
            label: &'a str,
        ) -> &'a str {
            (&mut OnlyEventsChangeState::__of(self))
                .decide::<T>(__argument_1, label)
                .await
        }
    }
    #[allow(unused_imports)]
    use ::es::__private::NotLent as _;
    struct OnlyEventsChangeState<'__a, M: Money, L>
    where
        M: Default,
    {
        __held: ::es::__private::OnlyEvents<'__a, Account<M, L>>,
    }
    #[automatically_derived]
    impl<'__a, M: Money, L> ::core::ops::Deref for OnlyEventsChangeState<'__a, M, L>
    where
        M: Default,
    {
        type Target = Account<M, L>;
        fn deref(&self) -> &Account<M, L> {
            &self.__held
        }
    }
    #[allow(dead_code, clippy::too_many_arguments, clippy::type_complexity)]
    #[allow(clippy::fn_params_excessive_bools)]
    impl<'__a, M: Money, L> OnlyEventsChangeState<'__a, M, L>
    where
        M: Default,
    {
        #[allow(clippy::other_lint)]
        async fn decide<'a, T: Into<M>>(
            &mut self,
            (amount, _): (T, M),
            label: &'a str,
        ) -> &'a str {
            self.deposit(Account::<M, L>::limit(amount.into()));
            struct Own;
            impl Own {
                fn new() -> Self {
                    Self
                }
            }
            label
        }
    }
    #[allow(dead_code, deprecated, clippy::all, clippy::pedantic)]
    impl<'__a, M: Money, L> OnlyEventsChangeState<'__a, M, L>
    where
        M: Default,
    {
        fn __of(__aggregate: &'__a mut Account<M, L>) -> Self {
            Self {
                __held: ::es::__private::OnlyEvents::new(__aggregate),
            }
        }
        #[cfg(feature = "deposits")]
        fn deposit(&mut self, amount: M) {
            <Account<
                M,
                L,
            > as ::es::__private::Recorder>::record_event_in(
                &mut self.__held,
                AccountEvent::Deposited { amount },
                __Key,
            )
        }
    }
    impl<M: Money, L> ::es::Apply for Account<M, L>
    where
        M: Default,
    {
        type Event = AccountEvent<M, L>;
        const REVISION: u64 = 9218421882233724845u64;
        fn create(__event: AccountEvent<M, L>) -> ::core::option::Option<Self> {
            match __event {
                AccountEvent::Opened { limit, names: _, path: _ } => {
                    ::core::option::Option::Some(
                        (|| -> Self { return Self::new(limit) })(),
                    )
                }
                #[cfg(feature = "deposits")]
                AccountEvent::Deposited { .. } => ::core::option::Option::None,
                AccountEvent::Closed { .. } => ::core::option::Option::None,
            }
        }
        fn apply(&mut self, __event: AccountEvent<M, L>) {
            match __event {
                #[cfg(feature = "deposits")]
                #[allow(clippy::some_lint, reason = "some")]
                AccountEvent::Deposited { mut amount } => {
                    self.balance += amount;
                }
                AccountEvent::Closed => {}
                __event @ AccountEvent::Opened { .. } => {
                    <Account<
                        M,
                        L,
                    > as ::es::__private::Recorder>::create_again(self, __event, __Key)
                }
            }
        }
    }
    pub struct __Key;
    impl<M: Money, L> ::es::__private::Keyed for Account<M, L>
    where
        M: Default,
    {
        type Key = __Key;
        const METHODS: &'static [&'static str] = &["deposit", "close", "decide"];
    }
    #[automatically_derived]
    impl<M: Money, L> ::es::__private::ListedEvents for AccountEvent<M, L>
    where
        M: Default,
        for<'__type> <Path as ::std::borrow::ToOwned>::Owned: ::es::__private::EventField,
    {
        const VARIANTS: &'static [&'static str] = &[
            "Opened",
            #[cfg(feature = "deposits")]
            "Deposited",
            "Closed",
        ];
    }
    #[automatically_derived]
    impl<M: Money, L> ::es::Event for AccountEvent<M, L>
    where
        M: Default,
        for<'__type> <Path as ::std::borrow::ToOwned>::Owned: ::es::__private::EventField,
    {
        const KINDS: &'static [::es::EventKind] = &[
            ::es::EventKind::new("opened").aliases(&["created"]),
            #[cfg(feature = "deposits")]
            ::es::EventKind::new("DEPOSITED"),
            ::es::EventKind::new("CLOSED").discards(),
        ];
        const SCHEMAS: &'static [&'static [::es::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use ::es::__private::{NotSampled as _, NotSeen as _, NoUpcasters as _};
            &[
                &[
                    ::es::schema::EventSchema::new(
                        "opened",
                        1u32,
                        &[
                            ::es::schema::Field::new(
                                "limit",
                                ::es::__private::shape(
                                    ::es::__private::Seen::<L>::SHAPE,
                                    "L",
                                    ::es::__private::Sampled::<L>::SAMPLE,
                                ),
                            ),
                            ::es::schema::Field::new(
                                "names",
                                ::es::__private::shape(
                                    ::es::__private::Seen::<::std::vec::Vec<String>>::SHAPE,
                                    "Vec<String>",
                                    ::es::__private::Sampled::<::std::vec::Vec<String>>::SAMPLE,
                                ),
                            ),
                            ::es::schema::Field::new(
                                "path",
                                ::es::__private::shape(
                                    ::es::__private::Seen::<
                                        <Path as ::std::borrow::ToOwned>::Owned,
                                    >::SHAPE,
                                    "<Path as::std::borrow::ToOwned>::Owned",
                                    ::es::__private::Sampled::<
                                        <Path as ::std::borrow::ToOwned>::Owned,
                                    >::SAMPLE,
                                ),
                            ),
                        ],
                    ),
                    #[cfg(feature = "deposits")]
                    ::es::schema::EventSchema::new(
                        "DEPOSITED",
                        1u32,
                        &[
                            ::es::schema::Field::new(
                                    "amount",
                                    ::es::__private::shape(
                                        ::es::__private::Seen::<M>::SHAPE,
                                        "M",
                                        ::es::__private::Sampled::<M>::SAMPLE,
                                    ),
                                )
                                .defaulted(),
                        ],
                    ),
                    ::es::schema::EventSchema::new("CLOSED", 1u32, &[]),
                ],
            ]
        };
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::AccountEvent"
        );
        fn kind(&self) -> &'static ::es::EventKind {
            match self {
                Self::Opened { .. } => {
                    const { &::es::EventKind::new("opened").aliases(&["created"]) }
                }
                #[cfg(feature = "deposits")]
                Self::Deposited { .. } => const { &::es::EventKind::new("DEPOSITED") }
                Self::Closed { .. } => {
                    const { &::es::EventKind::new("CLOSED").discards() }
                }
            }
        }
        fn differing_field(
            &self,
            __read: &Self,
        ) -> ::core::option::Option<&'static str> {
            #[allow(unused_imports)]
            use ::es::__private::NotCompared as _;
            #[allow(unreachable_patterns)]
            match (self, __read) {
                (
                    Self::Opened {
                        limit: __written_0,
                        names: __written_1,
                        path: __written_2,
                    },
                    Self::Opened { limit: __read_0, names: __read_1, path: __read_2 },
                ) => {
                    if ::es::__private::Compared::<L>::differ(__written_0, __read_0) {
                        return ::core::option::Option::Some("limit");
                    }
                    if ::es::__private::Compared::<
                        ::std::vec::Vec<String>,
                    >::differ(__written_1, __read_1) {
                        return ::core::option::Option::Some("names");
                    }
                    if ::es::__private::Compared::<
                        <Path as ::std::borrow::ToOwned>::Owned,
                    >::differ(__written_2, __read_2) {
                        return ::core::option::Option::Some("path");
                    }
                }
                #[cfg(feature = "deposits")]
                (
                    Self::Deposited { amount: __written_0 },
                    Self::Deposited { amount: __read_0 },
                ) => {
                    if ::es::__private::Compared::<M>::differ(__written_0, __read_0) {
                        return ::core::option::Option::Some("amount");
                    }
                }
                _ => {}
            }
            ::core::option::Option::None
        }
    }
    #[automatically_derived]
    impl<M: Money, L> ::core::clone::Clone for AccountEvent<M, L>
    where
        M: Default,
        for<'__type> <Path as ::std::borrow::ToOwned>::Owned: ::es::__private::EventField,
    {
        fn clone(&self) -> Self {
            match self {
                Self::Opened { limit: __0, names: __1, path: __2 } => {
                    Self::Opened {
                        limit: ::core::clone::Clone::clone(__0),
                        names: ::core::clone::Clone::clone(__1),
                        path: ::core::clone::Clone::clone(__2),
                    }
                }
                #[cfg(feature = "deposits")]
                Self::Deposited { amount: __0 } => {
                    Self::Deposited {
                        amount: ::core::clone::Clone::clone(__0),
                    }
                }
                Self::Closed {} => Self::Closed {},
            }
        }
    }
    #[automatically_derived]
    impl<M: Money, L> ::core::fmt::Debug for AccountEvent<M, L>
    where
        M: Default,
        for<'__type> L: ::core::fmt::Debug,
        for<'__type> ::std::vec::Vec<String>: ::core::fmt::Debug,
        for<'__type> <Path as ::std::borrow::ToOwned>::Owned: ::core::fmt::Debug,
    {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Opened { limit: __0, names: __1, path: __2 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Opened")
                        .field("limit", __0)
                        .field("names", __1)
                        .field("path", __2)
                        .finish()
                }
                #[cfg(feature = "deposits")]
                Self::Deposited { amount: __0 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Deposited")
                        .field("amount", __0)
                        .finish()
                }
                Self::Closed => ::core::fmt::Formatter::write_str(__f, "Closed"),
            }
        }
    }
    #[automatically_derived]
    impl<M: Money, L> ::core::cmp::PartialEq for AccountEvent<M, L>
    where
        M: Default,
        for<'__type> L: ::core::cmp::PartialEq,
        for<'__type> ::std::vec::Vec<String>: ::core::cmp::PartialEq,
        for<'__type> <Path as ::std::borrow::ToOwned>::Owned: ::core::cmp::PartialEq,
    {
        #[allow(unreachable_patterns)]
        fn eq(&self, __other: &Self) -> bool {
            match (self, __other) {
                (
                    Self::Opened { limit: __left_0, names: __left_1, path: __left_2 },
                    Self::Opened { limit: __right_0, names: __right_1, path: __right_2 },
                ) => {
                    __left_0 == __right_0 && __left_1 == __right_1
                        && __left_2 == __right_2
                }
                #[cfg(feature = "deposits")]
                (
                    Self::Deposited { amount: __left_0 },
                    Self::Deposited { amount: __right_0 },
                ) => __left_0 == __right_0,
                (Self::Closed {}, Self::Closed {}) => true,
                _ => false,
            }
        }
    }
    #[automatically_derived]
    impl<M: Money, L> ::core::cmp::Eq for AccountEvent<M, L>
    where
        M: Default,
        for<'__type> L: ::core::cmp::Eq,
        for<'__type> ::std::vec::Vec<String>: ::core::cmp::Eq,
        for<'__type> <Path as ::std::borrow::ToOwned>::Owned: ::core::cmp::Eq,
    {}
    const _: () = {
        #[allow(unused_imports)]
        use ::es::__private::{NotSampled as _, NotSeen as _};
        ::es::__private::assert_storable(
            ::es::__private::shape(
                ::es::__private::Seen::<::std::vec::Vec<String>>::SHAPE,
                "Vec<String>",
                ::es::__private::Sampled::<::std::vec::Vec<String>>::SAMPLE,
            ),
        )
    };
    const _: () = {
        #[allow(unused_imports)]
        use ::es::__private::{NotSampled as _, NotSeen as _};
        ::es::__private::assert_storable(
            ::es::__private::shape(
                ::es::__private::Seen::<<Path as ::std::borrow::ToOwned>::Owned>::SHAPE,
                "<Path as::std::borrow::ToOwned>::Owned",
                ::es::__private::Sampled::<
                    <Path as ::std::borrow::ToOwned>::Owned,
                >::SAMPLE,
            ),
        )
    };
};
/// The events of [`Account`].
#[derive(::es::__private::serde::Serialize, ::es::__private::serde::Deserialize)]
#[derive(PartialOrd, utoipa::ToSchema)]
#[allow(clippy::derived_hash_with_manual_eq)]
#[serde(crate = "::es::__private::serde", bound = "")]
#[allow(
    missing_docs,
    private_bounds,
    private_interfaces,
    unreachable_pub,
    rustdoc::private_intra_doc_links,
    clippy::exhaustive_enums,
    clippy::pedantic,
)]
pub enum AccountEvent<M: Money, L>
where
    M: Default,
{
    /// The event `opened`.
    #[serde(rename = "opened", alias = "created")]
    Opened {
        limit: L,
        names: ::std::vec::Vec<String>,
        #[serde(
            bound = "for < '__type > < Path as :: std :: borrow :: ToOwned > :: Owned : :: es :: __private :: EventField + '__type"
        )]
        path: <Path as ::std::borrow::ToOwned>::Owned,
    },
    #[cfg(feature = "deposits")]
    /// The event `DEPOSITED`.
    #[serde(rename = "DEPOSITED")]
    Deposited { #[serde(default)] amount: M },
    /// The event `CLOSED`.
    #[serde(rename = "CLOSED")]
    Closed,
}
