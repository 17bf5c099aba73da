const _: () = {
    impl Account {
        pub fn open(owner: &str, currency: Currency) -> Self {
            <Account as ::eventsourcing::__private::Recorder>::create_by(
                AccountEvent::Opened {
                    owner: ::std::borrow::ToOwned::to_owned(owner),
                    currency,
                },
                __Key,
            )
        }
        fn opened_v1(owner: &str, tags: Vec<String>) -> AccountEvent {
            AccountEvent::Opened {
                owner: owner.to_owned(),
                currency: Currency::Eur,
            }
        }
        fn moved_v1(
            Recorded { metadata, .. }: &Recorded<()>,
            to: &str,
        ) -> Option<AccountEvent> {
            None
        }
    }
    impl ::eventsourcing::Apply for Account {
        type Event = AccountEvent;
        const REVISION: u64 = 8850069328731159312u64;
        fn create(__event: AccountEvent) -> ::core::option::Option<Self> {
            match __event {
                AccountEvent::Opened { owner: _, currency } => {
                    ::core::option::Option::Some({
                        Self {
                            root: Root::new(),
                            currency,
                        }
                    })
                }
            }
        }
        fn apply(&mut self, __event: AccountEvent) {
            match __event {
                __event @ AccountEvent::Opened { .. } => {
                    <Account as ::eventsourcing::__private::Recorder>::create_again(
                        self,
                        __event,
                        __Key,
                    )
                }
            }
        }
    }
    pub struct __Key;
    impl ::eventsourcing::__private::Keyed for Account {
        type Key = __Key;
        const METHODS: &'static [&'static str] = &[];
    }
    #[automatically_derived]
    impl ::eventsourcing::__private::ListedEvents for AccountEvent
    where
        for<'__type> Currency: ::eventsourcing::__private::EventField,
    {
        const VARIANTS: &'static [&'static str] = &["Opened"];
    }
    #[automatically_derived]
    impl ::eventsourcing::Event for AccountEvent
    where
        for<'__type> Currency: ::eventsourcing::__private::EventField,
    {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Opened").aliases(&["Created"]).version(2u32),
        ];
        const UPCASTERS: &'static [::eventsourcing::upcaster::Upcaster<Self>] = &[
            ::eventsourcing::upcaster::Upcaster::new::<
                __FieldsOf_opened_v1,
            >("Opened", 1u32)
                .aliases(&["Created"]),
            ::eventsourcing::upcaster::Upcaster::with_recorded::<
                __FieldsOf_moved_v1,
            >("Moved", 1u32),
        ];
        const RETIRED: &'static [&'static str] = &["Moved", "was reviewed"];
        const SCHEMAS: &'static [&'static [::eventsourcing::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::{
                NotSampled as _, NotSeen as _, NoUpcasters as _,
            };
            &[
                &[
                    ::eventsourcing::schema::EventSchema::new(
                        "Opened",
                        2u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                "owner",
                                ::eventsourcing::schema::Shape::of::<
                                    ::std::string::String,
                                >(),
                            ),
                            ::eventsourcing::schema::Field::new(
                                "currency",
                                ::eventsourcing::__private::shape(
                                    ::eventsourcing::__private::Seen::<Currency>::SHAPE,
                                    "Currency",
                                    ::eventsourcing::__private::Sampled::<Currency>::SAMPLE,
                                ),
                            ),
                        ],
                    ),
                    ::eventsourcing::schema::EventSchema::new(
                        "Opened",
                        1u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                "owner",
                                ::eventsourcing::schema::Shape::of::<
                                    ::std::string::String,
                                >(),
                            ),
                            ::eventsourcing::schema::Field::new(
                                    "tags",
                                    ::eventsourcing::__private::shape(
                                        ::eventsourcing::__private::Seen::<Vec<String>>::SHAPE,
                                        "Vec<String>",
                                        ::eventsourcing::__private::Sampled::<Vec<String>>::SAMPLE,
                                    ),
                                )
                                .defaulted(),
                        ],
                    ),
                    ::eventsourcing::schema::EventSchema::new(
                        "Moved",
                        1u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                "to",
                                ::eventsourcing::schema::Shape::of::<
                                    ::std::string::String,
                                >(),
                            ),
                        ],
                    ),
                ],
            ]
        };
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::AccountEvent"
        );
        #[allow(clippy::indexing_slicing)]
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Opened { .. } => &Self::KINDS[0],
            }
        }
        fn differing_field(
            &self,
            __read: &Self,
        ) -> ::core::option::Option<&'static str> {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::NotCompared as _;
            #[allow(unreachable_patterns)]
            match (self, __read) {
                (
                    Self::Opened { currency: __written_0, .. },
                    Self::Opened { currency: __read_0, .. },
                ) => {
                    if ::eventsourcing::__private::Compared::<
                        Currency,
                    >::differ(__written_0, __read_0) {
                        return ::core::option::Option::Some("currency");
                    }
                }
                _ => {}
            }
            ::core::option::Option::None
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for AccountEvent
    where
        for<'__type> Currency: ::eventsourcing::__private::EventField,
    {
        fn clone(&self) -> Self {
            match self {
                Self::Opened { owner: __0, currency: __1 } => {
                    Self::Opened {
                        owner: ::core::clone::Clone::clone(__0),
                        currency: ::core::clone::Clone::clone(__1),
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AccountEvent
    where
        for<'__type> Currency: ::core::fmt::Debug,
    {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Opened { owner: __0, currency: __1 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Opened")
                        .field("owner", __0)
                        .field("currency", __1)
                        .finish()
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::PartialEq for AccountEvent
    where
        for<'__type> Currency: ::core::cmp::PartialEq,
    {
        #[allow(unreachable_patterns)]
        fn eq(&self, __other: &Self) -> bool {
            match (self, __other) {
                (
                    Self::Opened { owner: __left_0, currency: __left_1 },
                    Self::Opened { owner: __right_0, currency: __right_1 },
                ) => __left_0 == __right_0 && __left_1 == __right_1,
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for AccountEvent
    where
        for<'__type> Currency: ::core::cmp::Eq,
    {}
    #[derive(::eventsourcing::__private::serde::Deserialize)]
    #[serde(crate = "::eventsourcing::__private::serde")]
    #[allow(non_camel_case_types)]
    struct __FieldsOf_opened_v1 {
        owner: ::std::string::String,
        #[serde(default)]
        tags: Vec<String>,
    }
    #[automatically_derived]
    impl ::eventsourcing::upcaster::Upcast<AccountEvent> for __FieldsOf_opened_v1 {
        type Events = AccountEvent;
        fn upcast(self) -> Self::Events {
            <Account>::opened_v1(::core::borrow::Borrow::borrow(&self.owner), self.tags)
        }
    }
    #[derive(::eventsourcing::__private::serde::Deserialize)]
    #[serde(crate = "::eventsourcing::__private::serde")]
    #[allow(non_camel_case_types)]
    struct __FieldsOf_moved_v1 {
        to: ::std::string::String,
    }
    #[automatically_derived]
    impl ::eventsourcing::upcaster::UpcastRecorded<AccountEvent>
    for __FieldsOf_moved_v1 {
        type Events = Option<AccountEvent>;
        fn upcast(self, __recorded: &::eventsourcing::Recorded<()>) -> Self::Events {
            <Account>::moved_v1(__recorded, ::core::borrow::Borrow::borrow(&self.to))
        }
    }
    const _: () = {
        #[allow(unused_imports)]
        use ::eventsourcing::__private::{NotSampled as _, NotSeen as _};
        ::eventsourcing::__private::assert_storable(
            ::eventsourcing::__private::shape(
                ::eventsourcing::__private::Seen::<Currency>::SHAPE,
                "Currency",
                ::eventsourcing::__private::Sampled::<Currency>::SAMPLE,
            ),
        )
    };
};
/// The events of [`Account`].
#[derive(
    ::eventsourcing::__private::serde::Serialize,
    ::eventsourcing::__private::serde::Deserialize,
)]
#[serde(crate = "::eventsourcing::__private::serde")]
#[allow(
    missing_docs,
    private_bounds,
    private_interfaces,
    unreachable_pub,
    rustdoc::private_intra_doc_links,
    clippy::exhaustive_enums,
    clippy::pedantic,
)]
pub enum AccountEvent {
    /// The event `Opened`.
    #[serde(alias = "Created")]
    Opened {
        owner: ::std::string::String,
        #[serde(
            bound = "for < '__type > Currency : :: eventsourcing :: __private :: EventField + '__type"
        )]
        currency: Currency,
    },
}
