//! Whether a type can change through `&`, asked of the compiler: a constant cannot lend such a value out.

/// Does not compile if a value of one of these types can change through `&`. The compiler's message names this macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __changes_without_an_event_unless_marked_interior_mutable {
    ($($ty:ty),*) => {$(
        const _: &::core::mem::MaybeUninit<$ty> = &::core::mem::MaybeUninit::uninit();
    )*};
}
