const _: () = {
    impl Account {
        /// Opens an account.
        pub fn open(owner: &str) -> Self {
            <Account as ::eventsourcing::__private::Recorder>::create_by(
                AccountEvent::Opened {
                    owner: ::std::borrow::ToOwned::to_owned(owner),
                },
                __Key,
            )
        }
        /// Adds to the balance.
        pub fn deposit(&mut self, amount: i64) {
            <Account as ::eventsourcing::__private::Recorder>::record_event(
                self,
                AccountEvent::Deposited { amount },
                __Key,
            );
        }
        /// A command: it decides, and records what it decided.
        pub fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
            (&mut OnlyEventsChangeState::__of(self)).withdraw(amount)
        }
        fn withdrawn(&mut self, amount: i64) {
            <Account as ::eventsourcing::__private::Recorder>::record_event(
                self,
                AccountEvent::Withdrawn { amount },
                __Key,
            );
        }
        pub fn balance(&self) -> i64 {
            self.balance
        }
    }
    struct OnlyEventsChangeState<'__a> {
        __held: ::eventsourcing::__private::OnlyEvents<'__a, Account>,
    }
    #[automatically_derived]
    impl<'__a> ::core::ops::Deref for OnlyEventsChangeState<'__a> {
        type Target = Account;
        fn deref(&self) -> &Account {
            &self.__held
        }
    }
    #[allow(dead_code, clippy::too_many_arguments, clippy::type_complexity)]
    #[allow(clippy::fn_params_excessive_bools)]
    impl<'__a> OnlyEventsChangeState<'__a> {
        fn withdraw(&mut self, amount: i64) -> Result<(), Overdrawn> {
            if amount > self.balance {
                return Err(Overdrawn {
                    balance: self.balance,
                    amount,
                });
            }
            self.withdrawn(amount);
            Ok(())
        }
    }
    #[allow(dead_code, deprecated, clippy::all, clippy::pedantic)]
    impl<'__a> OnlyEventsChangeState<'__a> {
        fn __of(__aggregate: &'__a mut Account) -> Self {
            Self {
                __held: ::eventsourcing::__private::OnlyEvents::new(__aggregate),
            }
        }
        fn withdrawn(&mut self, amount: i64) {
            <Account as ::eventsourcing::__private::Recorder>::record_event_in(
                &mut self.__held,
                AccountEvent::Withdrawn { amount },
                __Key,
            )
        }
    }
    impl ::eventsourcing::Apply for Account {
        type Event = AccountEvent;
        const REVISION: u64 = 4961094078144824404u64;
        fn create(__event: AccountEvent) -> ::core::option::Option<Self> {
            match __event {
                AccountEvent::Opened { owner: __owner } => {
                    ::core::option::Option::Some({
                        let owner: &str = ::core::borrow::Borrow::borrow(&__owner);
                        {
                            Self {
                                root: Root::new(),
                                owner: owner.to_owned(),
                                balance: 0,
                            }
                        }
                    })
                }
                AccountEvent::Deposited { .. } => ::core::option::Option::None,
                AccountEvent::Withdrawn { .. } => ::core::option::Option::None,
            }
        }
        fn apply(&mut self, __event: AccountEvent) {
            match __event {
                AccountEvent::Deposited { amount } => {
                    self.balance += amount;
                }
                AccountEvent::Withdrawn { amount } => {
                    self.balance -= amount;
                }
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
        const METHODS: &'static [&'static str] = &["deposit", "withdrawn", "withdraw"];
    }
    #[automatically_derived]
    impl ::eventsourcing::__private::ListedEvents for AccountEvent {
        const VARIANTS: &'static [&'static str] = &["Opened", "Deposited", "Withdrawn"];
    }
    #[automatically_derived]
    impl ::eventsourcing::Event for AccountEvent {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Opened"),
            ::eventsourcing::EventKind::new("Deposited"),
            ::eventsourcing::EventKind::new("Withdrawn"),
        ];
        const SCHEMAS: &'static [&'static [::eventsourcing::schema::EventSchema]] = {
            #[allow(unused_imports)]
            use ::eventsourcing::__private::{
                NotSampled as _, NotSeen as _, NoUpcasters as _,
            };
            &[
                &[
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
                        ],
                    ),
                    ::eventsourcing::schema::EventSchema::new(
                        "Deposited",
                        1u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                "amount",
                                ::eventsourcing::schema::Shape::of::<i64>(),
                            ),
                        ],
                    ),
                    ::eventsourcing::schema::EventSchema::new(
                        "Withdrawn",
                        1u32,
                        &[
                            ::eventsourcing::schema::Field::new(
                                "amount",
                                ::eventsourcing::schema::Shape::of::<i64>(),
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
                Self::Deposited { .. } => &Self::KINDS[1],
                Self::Withdrawn { .. } => &Self::KINDS[2],
            }
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AccountEvent {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Opened { owner: __0 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Opened")
                        .field("owner", __0)
                        .finish()
                }
                Self::Deposited { amount: __0 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Deposited")
                        .field("amount", __0)
                        .finish()
                }
                Self::Withdrawn { amount: __0 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Withdrawn")
                        .field("amount", __0)
                        .finish()
                }
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::PartialEq for AccountEvent {
        #[allow(unreachable_patterns)]
        fn eq(&self, __other: &Self) -> bool {
            match (self, __other) {
                (Self::Opened { owner: __left_0 }, Self::Opened { owner: __right_0 }) => {
                    __left_0 == __right_0
                }
                (
                    Self::Deposited { amount: __left_0 },
                    Self::Deposited { amount: __right_0 },
                ) => __left_0 == __right_0,
                (
                    Self::Withdrawn { amount: __left_0 },
                    Self::Withdrawn { amount: __right_0 },
                ) => __left_0 == __right_0,
                _ => false,
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for AccountEvent {}
};
/// The events of [`Account`].
#[derive(
    ::core::clone::Clone,
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
    /// Opens an account.
    Opened { owner: ::std::string::String },
    /// Adds to the balance.
    Deposited { amount: i64 },
    /// The event `Withdrawn`.
    Withdrawn { amount: i64 },
}
