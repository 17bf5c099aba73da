::core::compile_error! {
    "whose aggregates it changes is not said: write `#[process(app = Shop)]`, with the type of the application"
}
::core::compile_error! {
    "which process the event is for is not said: write `#[starts(.., id = ..)]`, with a field of the event that is an id or a name, or with an expression, such as `at.id()`"
}
::core::compile_error! {
    "a handler of a timer names it, by a text: write the name that it is set by, `#[timer(\"overdue\")]`, or `#[timer(\"overdue\", retired)]` of one that only a release before has set"
}
::core::compile_error! {
    "this changes an aggregate without an event: call an event that does so"
}
#[allow(dead_code, unused_variables)]
impl Payment {
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    fn placed(at: &At<Order>) -> Self {
        Self::await_money(at.id())
    }
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    fn paid(&mut self, of: u8) {
        self.due = 0;
    }
    #[allow(
        unused_parens,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_async,
        clippy::unused_self,
    )]
    fn overdue(&mut self) {}
}
const _: () = {
    #[automatically_derived]
    impl ::eventsourcing::process::Process for Payment
    where
        for<'__b> Payment: ::eventsourcing::Aggregate,
        for<'__b> ::eventsourcing::Repository<
            Self,
        >: ::eventsourcing::application::FromStore,
    {
        type App = ::eventsourcing::Repository<Self>;
        const SOURCES: &'static [::eventsourcing::process::Source<Self>] = &[];
    }
};
