//! What can be saved together.

use crate::aggregate::Aggregate;
use crate::repository::Member;

/// Aggregates to be saved together: one, a tuple of up to eight of several types, or a slice of one type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be committed",
    label = "not aggregates to be saved together",
    note = "give `&mut aggregate`, a tuple `(&mut a, &mut b)` of up to eight, or a slice `&mut aggregates[..]`"
)]
pub trait CommitSet: Send {
    /// The aggregates, one by one.
    fn members(&mut self) -> Vec<&mut dyn Member>;
}

impl<A: Aggregate> CommitSet for &mut A {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        vec![&mut **self]
    }
}

impl<A: Aggregate> CommitSet for &mut [A] {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        each(self)
    }
}

impl<A: Aggregate> CommitSet for &mut Vec<A> {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        each(self)
    }
}

impl<A: Aggregate, const N: usize> CommitSet for &mut [A; N] {
    fn members(&mut self) -> Vec<&mut dyn Member> {
        each(*self)
    }
}

fn each<A: Aggregate>(aggregates: &mut [A]) -> Vec<&mut dyn Member> {
    aggregates.iter_mut().map(|aggregate| -> &mut dyn Member { aggregate }).collect()
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: CommitSet),*> CommitSet for ($($name,)*) {
            fn members(&mut self) -> Vec<&mut dyn Member> {
                #[expect(non_snake_case, reason = "a type's name names its value")]
                let ($($name,)*) = self;
                let mut members = Vec::new();
                $(members.extend($name.members());)*
                members
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
