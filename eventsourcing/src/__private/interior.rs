//! Whether a type can change through `&`, asked of the compiler: a constant cannot lend such a value out.

use std::marker::PhantomData;

/// Does not compile if a value of one of these types can change through `&`. The compiler's message names this macro. Of one that is not
/// `Sync`, such as a `Cell`, nothing is asked: no aggregate can have it, and the compiler says so.
#[doc(hidden)]
#[macro_export]
macro_rules! __changes_without_an_event_unless_marked_interior_mutable {
    ($($ty:ty),*) => {$(
        const _: &::core::mem::MaybeUninit<
            <$crate::__private::Asked<{
                #[allow(unused_imports)]
                use $crate::__private::NotShared as _;
                $crate::__private::Shared::<$ty>::IS
            }> as $crate::__private::AskedOf<$ty>>::Type,
        > = &::core::mem::MaybeUninit::uninit();
    )*};
}

/// Whether a type is `Sync`: a constant of `Shared` itself, where its bounds hold, stands before one of a trait.
#[derive(Debug)]
pub struct Shared<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized + Sync> Shared<T> {
    pub const IS: bool = true;
}

pub trait NotShared {
    const IS: bool = false;
}

impl<T: ?Sized> NotShared for Shared<T> {}

/// A type, if it is asked about.
#[derive(Debug)]
pub struct Asked<const IS: bool>;

pub trait AskedOf<T> {
    type Type;
}

impl<T> AskedOf<T> for Asked<true> {
    type Type = T;
}

impl<T> AskedOf<T> for Asked<false> {
    type Type = ();
}
