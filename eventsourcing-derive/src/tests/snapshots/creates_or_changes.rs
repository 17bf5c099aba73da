const _: () = {
    impl Cart {
        pub fn of(items: &[Item]) -> Self {
            <Cart as ::eventsourcing::__private::Recorder>::create_by(
                CartEvent::Filled {
                    items: ::eventsourcing::__private::Lent::<[Item]>::copied(items),
                },
                __Key,
            )
        }
        pub fn add(&mut self, items: &[Item]) {
            <Cart as ::eventsourcing::__private::Recorder>::record_event(
                self,
                CartEvent::Filled {
                    items: ::eventsourcing::__private::Lent::<[Item]>::copied(items),
                },
                __Key,
            );
        }
        fn filled_v1(item: Item) -> CartEvent {
            CartEvent::Filled {
                items: vec![item],
            }
        }
    }
    #[allow(unused_imports)]
    use ::eventsourcing::__private::NotLent as _;
    impl ::eventsourcing::Apply for Cart {
        type Event = CartEvent;
        const REVISION: u64 = 17481456903096268660u64;
        fn create(__event: CartEvent) -> ::core::option::Option<Self> {
            match __event {
                CartEvent::Filled { items: __items } => {
                    ::core::option::Option::Some({
                        let items: &[Item] = ::core::borrow::Borrow::borrow(&__items);
                        {
                            Self {
                                root: Root::new(),
                                items: items.to_owned(),
                            }
                        }
                    })
                }
            }
        }
        fn apply(&mut self, __event: CartEvent) {
            match __event {
                CartEvent::Filled { items: __items } => {
                    let items: &[Item] = ::core::borrow::Borrow::borrow(&__items);
                    {
                        self.items.extend_from_slice(items);
                    }
                }
            }
        }
    }
    pub struct __Key;
    impl ::eventsourcing::__private::Keyed for Cart {
        type Key = __Key;
        const METHODS: &'static [&'static str] = &["add"];
    }
    #[automatically_derived]
    impl ::eventsourcing::__private::ListedEvents for CartEvent
    where
        for<'__type> ::std::vec::Vec<Item>: ::eventsourcing::__private::EventField,
    {
        const VARIANTS: &'static [&'static str] = &["Filled"];
    }
    #[automatically_derived]
    impl ::eventsourcing::Event for CartEvent
    where
        for<'__type> ::std::vec::Vec<Item>: ::eventsourcing::__private::EventField,
    {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Filled")
                .aliases(&["ItemAdded"])
                .version(2u32),
        ];
        const UPCASTERS: &'static [::eventsourcing::upcaster::Upcaster<Self>] = &[
            ::eventsourcing::upcaster::Upcaster::new::<
                __FieldsOf_filled_v1,
            >("Filled", 1u32)
                .aliases(&["ItemAdded"]),
        ];
        const SCHEMAS: &'static [&'static [::eventsourcing::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::{
                NotSampled as _, NotSeen as _, NoUpcasters as _,
            };
            &[
                &[
                    ::eventsourcing::schema::EventSchema::new(
                        "Filled",
                        2u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                    "items",
                                    ::eventsourcing::__private::shape(
                                        ::eventsourcing::__private::Seen::<
                                            ::std::vec::Vec<Item>,
                                        >::SHAPE,
                                        "Vec<Item>",
                                        ::eventsourcing::__private::Sampled::<
                                            ::std::vec::Vec<Item>,
                                        >::SAMPLE,
                                    ),
                                )
                                .defaulted(),
                        ],
                    ),
                    ::eventsourcing::schema::EventSchema::new(
                        "Filled",
                        1u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                "item",
                                ::eventsourcing::__private::shape(
                                    ::eventsourcing::__private::Seen::<Item>::SHAPE,
                                    "Item",
                                    ::eventsourcing::__private::Sampled::<Item>::SAMPLE,
                                ),
                            ),
                        ],
                    ),
                ],
            ]
        };
        const PATH: &'static str = ::core::concat!(
            ::core::module_path!(), "::CartEvent"
        );
        #[allow(clippy::indexing_slicing)]
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Filled { .. } => &Self::KINDS[0],
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
                    Self::Filled { items: __written_0 },
                    Self::Filled { items: __read_0 },
                ) => {
                    if ::eventsourcing::__private::Compared::<
                        ::std::vec::Vec<Item>,
                    >::differ(__written_0, __read_0) {
                        return ::core::option::Option::Some("items");
                    }
                }
                _ => {}
            }
            ::core::option::Option::None
        }
    }
    #[automatically_derived]
    impl ::core::clone::Clone for CartEvent
    where
        for<'__type> ::std::vec::Vec<Item>: ::eventsourcing::__private::EventField,
    {
        fn clone(&self) -> Self {
            match self {
                Self::Filled { items: __0 } => {
                    Self::Filled {
                        items: ::core::clone::Clone::clone(__0),
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for CartEvent
    where
        for<'__type> ::std::vec::Vec<Item>: ::core::fmt::Debug,
    {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Filled { items: __0 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Filled")
                        .field("items", __0)
                        .finish()
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::PartialEq for CartEvent
    where
        for<'__type> ::std::vec::Vec<Item>: ::core::cmp::PartialEq,
    {
        #[allow(unreachable_patterns)]
        fn eq(&self, __other: &Self) -> bool {
            match (self, __other) {
                (Self::Filled { items: __left_0 }, Self::Filled { items: __right_0 }) => {
                    __left_0 == __right_0
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for CartEvent
    where
        for<'__type> ::std::vec::Vec<Item>: ::core::cmp::Eq,
    {}
    #[derive(::eventsourcing::__private::serde::Deserialize)]
    #[serde(crate = "::eventsourcing::__private::serde")]
    #[allow(non_camel_case_types)]
    struct __FieldsOf_filled_v1 {
        item: Item,
    }
    #[automatically_derived]
    impl ::eventsourcing::upcaster::Upcast<CartEvent> for __FieldsOf_filled_v1 {
        type Events = CartEvent;
        fn upcast(self) -> Self::Events {
            <Cart>::filled_v1(self.item)
        }
    }
    const _: () = {
        #[allow(unused_imports)]
        use ::eventsourcing::__private::{NotSampled as _, NotSeen as _};
        ::eventsourcing::__private::assert_storable(
            ::eventsourcing::__private::shape(
                ::eventsourcing::__private::Seen::<::std::vec::Vec<Item>>::SHAPE,
                "Vec<Item>",
                ::eventsourcing::__private::Sampled::<::std::vec::Vec<Item>>::SAMPLE,
            ),
        )
    };
};
/// The events of [`Cart`].
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
pub enum CartEvent {
    /// The event `Filled`.
    #[serde(alias = "ItemAdded")]
    Filled {
        #[serde(default)]
        #[serde(
            bound = "for < '__type > :: std :: vec :: Vec < Item > : :: eventsourcing :: __private :: EventField + '__type"
        )]
        items: ::std::vec::Vec<Item>,
    },
}
