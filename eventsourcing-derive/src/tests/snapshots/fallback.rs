::core::compile_error! {
    "unknown option `typo`; known here: `name`, `alias`, `version`, `discard`, `revives`"
}
::core::compile_error! {
    "there are two events `Opened`: give one another name"
}
#[allow(dead_code, unused_variables)]
impl Account {
    pub fn open() -> Self {
        Self {
            root: Root::new(),
            balance: 0,
        }
    }
    pub fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
    pub fn open_again() -> Self {
        Self {
            root: Root::new(),
            balance: 1,
        }
    }
}
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
    /// The event `Opened`.
    Opened,
    /// The event `Deposited`.
    Deposited { #[serde(default)] amount: i64 },
}
const _: () = {
    #[automatically_derived]
    impl ::eventsourcing::__private::ListedEvents for AccountEvent {
        const VARIANTS: &'static [&'static str] = &["Opened", "Deposited"];
    }
    #[automatically_derived]
    impl ::eventsourcing::Event for AccountEvent {
        const KINDS: &'static [::eventsourcing::EventKind] = &[
            ::eventsourcing::EventKind::new("Opened"),
            ::eventsourcing::EventKind::new("Deposited"),
        ];
        #[allow(clippy::indexing_slicing)]
        fn kind(&self) -> &'static ::eventsourcing::EventKind {
            match self {
                Self::Opened { .. } => &Self::KINDS[0],
                Self::Deposited { .. } => &Self::KINDS[1],
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
                    Self::Deposited { amount: __written_0 },
                    Self::Deposited { amount: __read_0 },
                ) => {
                    if ::eventsourcing::__private::Compared::<
                        i64,
                    >::differ(__written_0, __read_0) {
                        return ::core::option::Option::Some("amount");
                    }
                }
                _ => {}
            }
            ::core::option::Option::None
        }
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AccountEvent {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Opened => ::core::fmt::Formatter::write_str(__f, "Opened"),
                Self::Deposited { amount: __0 } => {
                    ::core::fmt::Formatter::debug_struct(__f, "Deposited")
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
                (Self::Opened {}, Self::Opened {}) => true,
                (
                    Self::Deposited { amount: __left_0 },
                    Self::Deposited { amount: __right_0 },
                ) => __left_0 == __right_0,
                _ => false,
            }
        }
    }
    #[automatically_derived]
    impl ::core::cmp::Eq for AccountEvent {}
};
const _: () = {
    #[automatically_derived]
    impl ::eventsourcing::Apply for Account {
        type Event = AccountEvent;
        fn create(_: Self::Event) -> ::core::option::Option<Self> {
            ::core::option::Option::None
        }
        fn apply(&mut self, _: Self::Event) {}
    }
};
