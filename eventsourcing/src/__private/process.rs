//! What the generated code of a process asks and says.
#![expect(
    clippy::indexing_slicing,
    reason = "`const` has no iterators; the compiler runs this, and an index out of bounds ends it"
)]

use std::future;
use std::marker::PhantomData;
use std::pin::Pin;

use crate::__private::listed_events::is_among;
use crate::__private::locked::Message;
use crate::__private::names::same;
use crate::__private::recorder::Keyed;
use crate::aggregate::Aggregate;
use crate::application::FromStore;
use crate::error::BoxError;

/// Asks the compiler whether it is an aggregate.
pub const fn assert_aggregate<A: Aggregate>() {}

/// Asks the compiler whether it is an application.
pub const fn assert_app<A: AppOfProcess>() {}

/// What a process may name as its application.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an application",
    label = "not an application",
    note = "name the struct with the repositories: `#[process(app = Shop)]`, and write `#[derive(Application)]` on that"
)]
pub trait AppOfProcess {}

#[diagnostic::do_not_recommend]
impl<A: FromStore> AppOfProcess for A {}

/// How a process is lent to a method that a handler calls: to be changed, or to be read.
#[derive(Debug)]
pub struct Lending<const CHANGES: bool>;

pub trait Lend {
    type To<'l, A: 'l>;
}

impl Lend for Lending<true> {
    type To<'l, A: 'l> = &'l mut A;
}

impl Lend for Lending<false> {
    type To<'l, A: 'l> = &'l A;
}

/// Which methods change an aggregate by events: a constant of `ChangedBy` itself, where its events are those of `#[events]`, is found before that of
/// [`NotKeyed`].
#[derive(Debug)]
pub struct ChangedBy<A>(PhantomData<A>);

impl<A: Keyed> ChangedBy<A> {
    pub const METHODS: Option<&'static [&'static str]> = Some(A::METHODS);
}

/// Of an aggregate whose events are written by hand, any method may be one that records them.
pub trait NotKeyed {
    const METHODS: Option<&'static [&'static str]> = None;
}

impl<A> NotKeyed for ChangedBy<A> {}

/// Whether an application keeps the aggregates that a process is: a constant of `KeptBy` itself, where the two are such, is found before that of
/// [`NotKnown`].
#[derive(Debug)]
pub struct KeptBy<P, App>(PhantomData<(P, App)>);

impl<P: Aggregate, App: FromStore> KeptBy<P, App> {
    pub const IS_KEPT: bool = is_among(P::NAME, App::AGGREGATES);
}

/// Of what is no process or no application, more is said elsewhere.
pub trait NotKnown {
    const IS_KEPT: bool = true;
}

impl<P, App> NotKnown for KeptBy<P, App> {}

/// Fails to compile if an application does not keep the aggregates that a process is.
#[track_caller]
pub const fn assert_kept(is_kept: bool, process: &str) {
    if !is_kept {
        let message =
            Message::new().text("the application of the process keeps no such aggregates: add a `Repository<");
        message.text(process).text(">` field to it").panic();
    }
}

/// Whether a method may change the aggregate that has these.
#[must_use]
pub const fn may_change(methods: Option<&[&str]>, method: &str) -> bool {
    let Some(methods) = methods else { return true };
    let mut n = 0;
    while n < methods.len() {
        if same(methods[n], method) {
            return true;
        }
        n += 1;
    }
    false
}

/// The instance that a handler goes on with.
///
/// # Errors
///
/// If there is none: who runs handlers has looked before.
pub fn begun<P>(this: Option<P>) -> Result<P, BoxError> {
    this.ok_or_else(|| "the process has not begun".into())
}

type Refused<'a, P> = Pin<Box<dyn Future<Output = Result<P, BoxError>> + Send + 'a>>;

/// The reaction of a handler that is not there.
#[must_use]
pub fn no_handler<'a, P: Send + 'a>(handler: u16) -> Refused<'a, P> {
    Box::pin(future::ready(Err(format!("the process has no handler of the number {handler}").into())))
}

/// The reaction to a timer without a handler.
#[must_use]
pub fn no_timer<'a, P: Send + 'a>(timer: &str) -> Refused<'a, P> {
    let message = format!(
        "the process has no handler of the timer `{timer}`, which a release before has set: give it one, under `#[timer({timer:?}, retired)]`, and retry the \
         instance"
    );
    Box::pin(future::ready(Err(message.into())))
}
