//! What an aggregate has for the check of its replay: a constant of a type itself, where its bounds hold, stands before one of a trait.

use std::fmt::Debug;
use std::marker::PhantomData;

use crate::aggregate::{ReplayCheck, show};

#[derive(Debug)]
pub struct Shown<T>(PhantomData<T>);

impl<T: Debug> Shown<T> {
    pub const SHOW: Option<fn(&T) -> String> = Some(show);
}

pub trait NotShown<T> {
    const SHOW: Option<fn(&T) -> String> = None;
}

impl<T> NotShown<T> for Shown<T> {}

#[derive(Debug)]
pub struct Cloned<T>(PhantomData<T>);

impl<T: Clone> Cloned<T> {
    pub const CLONE: Option<fn(&T) -> T> = Some(T::clone);
}

pub trait NotCloned<T> {
    const CLONE: Option<fn(&T) -> T> = None;
}

impl<T> NotCloned<T> for Cloned<T> {}

/// The check of an aggregate that has these.
#[must_use]
pub const fn replay_check_of<A>(
    differ: Option<fn(&A, &A) -> bool>,
    show: Option<fn(&A) -> String>,
    clone: Option<fn(&A) -> A>,
) -> ReplayCheck<A> {
    ReplayCheck::of(differ, show, clone)
}

/// The same of an aggregate with fields that are no part of its state: it differs only if one of the others does.
#[must_use]
pub const fn replay_check_of_state<A>(check: ReplayCheck<A>, state_differs: fn(&A, &A) -> bool) -> ReplayCheck<A> {
    check.of_state(state_differs)
}

/// The [`ReplayCheck`](crate::ReplayCheck) of an aggregate.
#[doc(hidden)]
#[macro_export]
macro_rules! __replay_check {
    ($aggregate:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::{NotCloned as _, NotCompared as _, NotShown as _};
        $crate::__private::replay_check_of(
            $crate::__private::Compared::<$aggregate>::DIFFER,
            $crate::__private::Shown::<$aggregate>::SHOW,
            $crate::__private::Cloned::<$aggregate>::CLONE,
        )
    }};
}
